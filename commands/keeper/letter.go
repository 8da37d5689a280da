package keeper

import (
	"context"
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// letterbox is where somebody without a chat account is written to. It is their
// number, not their address: where messages are stands in the database in the
// clear, and an address is mostly a name.
func (b *board) letterbox(p store.PersonID) []bot.Place {
	if b.k.cfg.Mail == nil || !b.k.cfg.People.HasMail(p) {
		return nil
	}
	return []bot.Place{{Platform: b.k.cfg.Mail.Name(), Kind: bot.Direct, ID: string(p)}}
}

// called tells how a call of a platform has ended, once it has.
func (k *Keeper) called(platform bot.Platform, begun time.Time, err *error) {
	if k.cfg.Called != nil {
		k.cfg.Called(platform.Name(), time.Since(begun), *err)
	}
}

// send posts a message, by mail to the address that the directory has now.
func (b *board) send(ctx context.Context, platform bot.Platform, at bot.Place, m bot.Message, key string) (ref bot.Ref, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	defer b.k.called(platform, time.Now(), &err)
	if platform != b.k.cfg.Mail {
		return platform.Post(ctx, at, m, key)
	}
	reader := store.PersonID(at.ID)
	address, err := b.k.cfg.People.Address(ctx, reader)
	if err != nil {
		return bot.Ref{}, fmt.Errorf("where to write to: %w", err)
	}
	at.ID, m.Notify = address, nil
	return platform.Post(ctx, at, b.k.cfg.View.Letter(b.c, reader, m), key) // no address is ErrGone
}
