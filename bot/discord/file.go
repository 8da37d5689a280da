package discord

import (
	"context"
	"crypto/rand"
	"fmt"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

var _ bot.Courier = (*Discord)(nil)

// Hand sends a file as the attachment of a direct message.
func (d *Discord) Hand(ctx context.Context, to bot.Place, f bot.File) error {
	if err := f.Check(to); err != nil {
		return fmt.Errorf("hand a file over: %w", err)
	}
	channel, err := d.rooms.of(ctx, to)
	if err != nil {
		return err
	}
	body := wire.MessageBody{
		Content: escape(f.Title), Nonce: rand.Text()[:bot.MaxKey], EnforceNonce: true, // so that it may be sent again
		Attachments: []wire.Attachment{{ID: "0", Name: f.Name}},
	}
	err = d.rooms.opened(ctx, channel, func() error {
		return d.rest.Upload(ctx, "channels/"+channel+"/messages", body, wire.File{Name: f.Name, Body: f.Body}, nil, wire.Repeatable())
	})
	return gone(err)
}
