package actions

import (
	"context"
	"errors"

	"offboard/store"
)

// A job is a piece of work on a case that is done once at a time.
type job struct {
	id   store.CaseID
	name string
}

// start runs a piece of work unless it is under way, and has the case looked
// at again when it ends: something may have happened to it meanwhile. It
// reports whether it was started.
func (x *Executor) start(ctx context.Context, j job, work func() error) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.flying[j] || ctx.Err() != nil {
		return false
	}
	x.flying[j] = true
	x.group.Go(func() {
		x.rest(ctx, j, work())
		x.mu.Lock()
		delete(x.flying, j)
		x.again[j.id] = true
		x.mu.Unlock()
		select {
		case x.wake <- struct{}{}:
		default: // it is about to look anyway
		}
	})
	return true
}

// rest waits longer and longer after errors in a row. That is a log that can't
// be written (a full disk?): no step is lost, for its state is in the log. A
// refusal means that the case has moved on, and is looked at again at once;
// only one that comes again needs the wait.
func (x *Executor) rest(ctx context.Context, j job, err error) {
	x.mu.Lock()
	if err == nil || ctx.Err() != nil {
		delete(x.trouble, j)
		x.mu.Unlock()
		return
	}
	n := x.trouble[j]
	x.trouble[j]++
	x.mu.Unlock()
	if _, ok := errors.AsType[*store.Refused](err); ok {
		n--
	}
	if n < 0 {
		return
	}
	x.cfg.Log.Error().Str("case", string(j.id)).Str("step", j.name).Err(err).Msg("executor")
	_ = pause(ctx, backoff(n, x.cfg.First, x.cfg.Max), nil)
}

// revisit takes the cases that ended work wants looked at again.
func (x *Executor) revisit() []store.CaseID {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []store.CaseID
	for id := range x.again {
		out = append(out, id)
	}
	clear(x.again)
	return out
}
