package slack

import (
	"context"

	"offboard/bot"
	"offboard/bot/adapter"
)

// take reads an envelope, acknowledges it, and has it handled. What needs an
// answer in the acknowledgement is acknowledged after the handler, which has
// less than three seconds; all else at once, before anything is done.
func (s *Slack) take(ctx context.Context, c *socket, e envelope, h bot.Handler) {
	if e.ID == "" {
		return // a kind of frame that we don't know asks for nothing
	}
	d, ok := s.read(e)
	waits := ok && e.Response && (d.kind == "view_submission" || d.kind == "block_suggestion")
	if !waits {
		s.acknowledge(c, frame(e.ID, nil))
	} else if given, first := s.acks.owe(e.ID, c); !first {
		if given != nil {
			s.acknowledge(c, given)
		}
		return
	}
	if !ok || !s.seen.Put("envelope "+e.ID, "") || d.ID != e.ID && !s.seen.Put(d.ID, "") {
		if waits { // it was answered long ago
			s.answer(e.ID, nil)
		}
		return
	}
	s.busy.Go(func() {
		ctx, cancel := adapter.Lasting(ctx)
		defer cancel()
		if waits {
			defer s.answer(e.ID, nil) // if nothing else was
		}
		defer func() { s.guard.Panicked(recover(), d.kind) }()
		switch d.kind {
		case "view_submission":
			s.submitted(ctx, d, h, func(response any) { s.answer(e.ID, response) })
		case "block_suggestion":
			s.answer(e.ID, s.suggest(ctx, d, h))
		case "home":
			s.publish(ctx, d, h)
		default:
			s.act(ctx, d, h)
		}
	})
}
