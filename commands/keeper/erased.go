package keeper

import (
	"context"
	"errors"
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// erased changes every message about a case, or about a person, that was erased:
// whoever they were posted to. What can't be changed any more is marked, so that
// people can be told (/offboard erase).
func (b *board) erased(ctx context.Context) {
	m := b.k.cfg.View.Erased(b.c)
	m.Hides = true
	hash := digest(m)
	for _, p := range b.posts {
		if p.Erased || p.Stuck {
			continue
		}
		b.errs = append(b.errs, b.wipe(ctx, p, m, hash))
	}
}

func (b *board) wipe(ctx context.Context, p store.Post, m bot.Message, hash string) error {
	if p.Ref == refused { // it was never there
		p.Erased = true
		return b.save(p)
	}
	platform := b.platform(p.Platform)
	if platform == nil || platform == b.k.cfg.Mail {
		p.Hash, p.Stuck = hash, true // it is not configured any more, or nobody can change a mail
		return b.save(p)
	}
	if p.Ref == "" {
		// Its answer was lost, so it may stand there: it is looked for by its key.
		// If it is not there, this is what comes.
		p.Erased = true
		return b.post(ctx, p, m, hash)
	}
	m.Replaces = p.Replaces
	quick, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	err := platform.Edit(quick, bot.Ref{Place: place(p), ID: p.Ref}, m)
	switch {
	case errors.Is(err, bot.ErrEarly):
		b.early = true
		return nil
	case errors.Is(err, bot.ErrOld):
		p.Stuck = true
	case err != nil && !errors.Is(err, bot.ErrGone): // who has deleted it has done what is wanted
		return fmt.Errorf("change %s: %w", p.Name, err)
	}
	p.Hash, p.Erased = hash, !p.Stuck
	return b.save(p)
}
