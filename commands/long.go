package commands

import (
	"context"
	"time"

	"offboard/bot"
)

// What takes long is answered when it is over. Meanwhile it is said how far it is:
// few times, since Slack takes five answers to one command.
var tells = []time.Duration{5 * time.Second, 25 * time.Second, 90 * time.Second}

// progress is told how far something is, and with what.
type progress func(title string, done, total int)

// ahead is the end of something that takes long, or how far it is.
type ahead struct {
	reply bot.Reply
	err   error
	title string
	done  int
	total int
	over  bool
}

// long does something that may take long, and answers at its end. far says how far
// it is.
func (c *Commands) long(r *request, far func(title string, done, total int) bot.Message, run func(context.Context, progress) (bot.Reply, error)) bot.Reply {
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		news := make(chan ahead, 1) // what was told last
		tell := func(a ahead) {
			select {
			case <-news:
			default:
			}
			news <- a
		}
		go func() {
			defer func() {
				if p := recover(); p != nil {
					c.Log.Error().Str("verb", c.word(r.Interaction)).Type("panic", p).Msg("a long answer")
					tell(ahead{err: errBroken, over: true})
				}
			}()
			reply, err := run(ctx, func(title string, done, total int) { tell(ahead{title: title, done: done, total: total}) })
			tell(ahead{reply: reply, err: err, over: true})
		}()
		return c.waitFor(ctx, r, news, far, tells)
	}}
}

// waitFor waits for the end, and answers between if that takes long.
func (c *Commands) waitFor(ctx context.Context, r *request, news chan ahead, far func(title string, done, total int) bot.Message, waits []time.Duration) bot.Reply {
	var soon <-chan time.Time
	if len(waits) > 0 {
		t := time.NewTimer(waits[0])
		defer t.Stop()
		soon = t.C
	}
	var last ahead
	for {
		select {
		case last = <-news:
			switch {
			case last.err != nil:
				return c.failed(r.Interaction, last.err)
			case last.over:
				return last.reply
			}
		case <-soon:
			if last.title == "" {
				soon = nil // nothing was done yet: the answer says why
				continue
			}
			m := far(last.title, last.done, last.total)
			return bot.Reply{Message: &m, Then: func(ctx context.Context) bot.Reply { return c.waitFor(ctx, r, news, far, waits[1:]) }}
		case <-ctx.Done():
			return c.failed(r.Interaction, ctx.Err())
		}
	}
}
