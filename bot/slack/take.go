package slack

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"offboard/bot"
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
		ctx, cancel := lasting(ctx)
		defer cancel()
		if waits {
			defer s.answer(e.ID, nil) // if nothing else was
		}
		defer func() { s.panicked(recover(), d.kind) }()
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

// drain is how long after the end of Run's context people are still answered.
const drain = 5 * time.Second

// lasting is for what was acknowledged: it is done to the end also while the
// bot stops, if it does not take too long.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(drain, cancel) })
	return out, func() {
		stop()
		cancel()
	}
}

// panicked logs what recover gave. One broken verb must not end the bot for
// everybody. The value is not logged: there may be a name in it.
func (s *Slack) panicked(v any, kind string) bool {
	if v == nil {
		return false
	}
	log := s.cfg.Log.Error().Str("kind", kind).Str("panic", fmt.Sprintf("%T", v)).Bytes("stack", debug.Stack())
	if err, ok := v.(runtime.Error); ok {
		log = log.Err(err)
	}
	log.Msg("slack: handler")
	return true
}
