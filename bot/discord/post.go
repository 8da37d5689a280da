package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// remedies are Discord's numbers for a place or message that the bot cannot
// reach, with what somebody has to do.
var remedies = map[wire.Code]string{
	wire.UnknownChannel:     "the channel, or the thread, was deleted: correct places: in the configuration",
	wire.UnknownMessage:     "the message was deleted",
	wire.UnknownUser:        "there is no such account",
	wire.MissingAccess:      "the bot does not see the channel: add the bot to it, in the channel's permissions",
	wire.MissingPermissions: "the bot lacks a permission in the channel; offboard check says which",
	wire.CannotMessageUser:  "they take no direct messages from this server: they can allow them in the server's privacy settings",
	wire.NoMutualGuild:      "they are not on the server",
	wire.NotOurMessage:      "the message is not the bot's",
	wire.ThreadArchived:     "the thread is archived and locked: somebody has to unlock it",
	wire.ThreadLocked:       "the thread is locked: somebody has to unlock it",
}

// Post sends a new message. A key that has been posted in a place is not posted
// there again: Discord tells within a few minutes (nonce), and when it may have
// been longer ago, in this run or before a restart (bot.Message.Again), it is
// looked for first. While that can't be done the error says to try later. In a
// thread bot.ErrGone says that it, or the message above it, is not there.
func (d *Discord) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	if err := m.Check(); err != nil {
		return bot.Ref{}, fmt.Errorf("post: %w", err)
	}
	m = d.typing.Message(m)
	if key == "" || len(key) > bot.MaxKey {
		return bot.Ref{}, fmt.Errorf("post: key %q is %d bytes, it has to have 1 to %d", key, len(key), bot.MaxKey)
	}
	channel, err := d.where(ctx, at, m.About)
	if err != nil {
		return bot.Ref{}, err
	}
	p := post{Message: m, d: d, channel: channel, kind: at.Kind, public: at.Kind == bot.Channel, key: key, failed: failing(at)}
	if !p.public {
		_, p.below, _ = strings.Cut(at.Thread, "/")
	}
	once := key + " " + channel
	id, tried := d.keys.Get(once)
	if id == "" && (tried || m.Again) {
		if id, err = p.find(ctx); err != nil {
			return bot.Ref{}, err
		}
	}
	if id == "" {
		id, err = p.send(ctx)
	}
	if wire.Unclear(err) {
		// It may stand there, or get there yet: another one would ask a second
		// time. If it is not found now, the caller tries later.
		d.keys.Put(once, "")
		found, missed := p.find(ctx)
		if found == "" {
			return bot.Ref{}, fmt.Errorf("it is not known whether the message was posted: %w", errors.Join(err, missed))
		}
		id, err = found, nil
	}
	if err != nil {
		d.rooms.forget(channel)
		return bot.Ref{}, p.failed(err)
	}
	d.keys.Put(once, id)
	d.edits.shown(id, m)
	return bot.Ref{Place: at, ID: id}, nil
}

// post is a message on its way.
type post struct {
	bot.Message
	d       *Discord
	channel string
	kind    bot.PlaceKind
	public  bool // it is a channel, or a thread of one
	key     string
	failed  func(error) error // what a refusal means there
	below   string            // in direct messages, the message that it is a reply to
}

// where is the channel of a place, or its thread. Direct messages have no
// threads: what would stand in one is a reply there.
func (d *Discord) where(ctx context.Context, at bot.Place, about string) (string, error) {
	if at.Thread != "" && at.Kind == bot.Channel {
		id, err := d.rooms.thread(ctx, at.Thread, about)
		return id, failing(at)(err)
	}
	return d.rooms.of(ctx, at)
}

// gone marks a place or message that is not there for the bot, and says what
// somebody has to do.
func gone(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok && remedies[e.Code] != "" {
		return fmt.Errorf("%w: %s: %w", bot.ErrGone, remedies[e.Code], err)
	}
	return err
}

// missing marks only what is not there any more. What is refused is for later,
// with what somebody has to do until then.
func missing(err error) error {
	e, ok := errors.AsType[*wire.Error](err)
	switch {
	case !ok || remedies[e.Code] == "":
		return err
	case wire.Is(err, wire.UnknownChannel, wire.UnknownMessage):
		return gone(err)
	}
	return fmt.Errorf("%s: %w", remedies[e.Code], err)
}

// failing says what a refusal means in a place. Below a message bot.ErrGone has
// the caller look after that message, which changes nothing about a refusal.
func failing(at bot.Place) func(error) error {
	if at.Thread != "" {
		return missing
	}
	return gone
}

// earlier is the link to the message that this one goes on from.
func (d *Discord) earlier(m bot.Message, at bot.PlaceKind) string {
	if m.Replaces == "" {
		return ""
	}
	server := d.cfg.Guild
	if at == bot.Direct {
		server = "@me"
	}
	return "https://discord.com/channels/" + server + "/" + m.Replaces
}

// send posts the message and returns its id. What notifies somebody is posted
// as plain text first: see announced.
func (p post) send(ctx context.Context) (string, error) {
	if len(mentioned(p.Notify)) > 0 {
		p.d.confirms.remember(p.Message)
		posted, err := p.create(ctx, announced(p.Message, p.key, p.public))
		switch {
		case err == nil:
			return p.convert(ctx, posted)
		case !wire.Is(err, wire.InvalidForm):
			return "", err
		}
	}
	var posted wire.Message
	err := p.d.fitting(p.Message, p.key, opts{as: posting, channel: p.public, replaced: p.d.earlier(p.Message, p.kind)}, func(body wire.MessageBody) (err error) {
		posted, err = p.create(ctx, body)
		return err
	})
	if err != nil {
		return "", err
	}
	return p.channel + "/" + posted.ID, nil
}

// create posts a body. Discord gives back the first message when it gets the
// same nonce again within a few minutes.
func (p post) create(ctx context.Context, body wire.MessageBody) (posted wire.Message, err error) {
	body.Nonce, body.EnforceNonce = nonce(p.key, p.channel), true
	if p.below != "" {
		body.Reference = &wire.Reference{MessageID: p.below}
	}
	err = p.d.rooms.opened(ctx, p.channel, func() error {
		return p.d.rest.Do(ctx, http.MethodPost, "channels/"+p.channel+"/messages", body, &posted, wire.Repeatable())
	})
	return posted, err
}

// convert makes of an announcement what the message is to look like. If that
// fails the announcement stands there: it is found by its key, and converted,
// when the message is posted again.
func (p post) convert(ctx context.Context, posted wire.Message) (string, error) {
	id := p.channel + "/" + posted.ID
	if posted.Flags&wire.ComponentsV2 != 0 {
		return id, nil // an earlier post of the same key
	}
	err := p.d.fitting(p.Message, p.key, opts{as: converting, channel: p.public, replaced: p.d.earlier(p.Message, p.kind)}, func(body wire.MessageBody) error {
		return p.d.patch(ctx, p.channel, posted.ID, body)
	})
	if err != nil {
		p.d.keys.Put(p.key+" "+p.channel, "")
		return "", fmt.Errorf("complete the message: %w", err)
	}
	return id, nil
}

// nonce is what Discord tells posts apart by. It does not say whether it looks
// at the channel too, and a key is posted in several.
func nonce(key, channel string) string {
	sum := sha256.Sum256([]byte(key + " " + channel))
	return hex.EncodeToString(sum[:12])
}

// fitting sends a message, and less of it when Discord does not take all of it,
// whatever the documented limits say: a plain message with what to type is
// better than none.
func (d *Discord) fitting(m bot.Message, key string, o opts, send func(body wire.MessageBody) error) error {
	var err error
	for _, m := range adapter.Shorter("Discord", d.cfg.Command, m) {
		if err = send(d.draw(m, key, o)); !wire.Is(err, wire.InvalidForm) {
			return err
		}
		d.cfg.Log.Error().Err(err).Msg("discord: a message is refused; sent with less of it")
		if e, ok := errors.AsType[*wire.Error](err); ok {
			d.cfg.Log.Debug().RawJSON("fields", e.Details).Msg("discord: refused")
		}
	}
	return err
}
