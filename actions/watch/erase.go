package watch

import (
	"context"
	"errors"
	"time"

	"offboard/actions"
	"offboard/store"
)

// ruling is how often the rule is asked whom to erase.
const ruling = 24 * time.Hour

// ends is what happens when a retention is over: what was left is deleted, and
// people are erased. One that fails does not keep the other back.
func (w *Watch) ends(ctx context.Context) (time.Time, error) {
	next, err := w.destroys(ctx)
	later, failed := w.erases(ctx)
	return sooner(next, later), errors.Join(err, failed)
}

// erases destroys the keys of those who were erased, and once a day erases those
// whose time has come by the rule. A kill anywhere is made good by the next pass:
// what is to be destroyed stands in the log.
func (w *Watch) erases(ctx context.Context) (time.Time, error) {
	now := w.cfg.Store.Now()
	var failed error
	if !now.Before(w.ruled) {
		var next time.Time
		if next, failed = w.eraseDue(ctx, now); failed == nil {
			w.ruled = now.Add(ruling)
			if !next.IsZero() && next.Before(w.ruled) {
				w.ruled = next
			}
		}
	}
	n, err := w.cfg.Store.DestroyKeys(ctx)
	if n > 0 && w.cfg.Forget != nil {
		w.cfg.Forget()
	}
	return w.ruled, errors.Join(failed, err)
}

// eraseDue erases whom the rule erases by now. Whoever something stands in the way
// of is asked about again a day later.
func (w *Watch) eraseDue(ctx context.Context, now time.Time) (time.Time, error) {
	state, err := w.cfg.Store.State()
	if err != nil || state.Paused || state.Doubt != nil {
		return time.Time{}, err
	}
	due, next, err := w.cfg.Store.EraseDue(now)
	for _, p := range due {
		if ctx.Err() != nil {
			return time.Time{}, ctx.Err()
		}
		why := w.erase(ctx, p)
		if r, refused := errors.AsType[*store.Refused](why); refused {
			w.cfg.Log.Info().Str("person", string(p)).Str("why", r.Text).Msg("the rule would erase somebody, and something is in the way; tried again in a day")
		} else if why != nil {
			err = errors.Join(err, why)
		}
	}
	return next, err
}

// erase erases somebody, unless the directory has them and they can sign in there:
// then they are here again, and the log does not know.
func (w *Watch) erase(ctx context.Context, p store.PersonID) error {
	_, known, err := w.cfg.Store.Person(p)
	if err != nil {
		return err
	}
	now, err := w.cfg.Directory.Lookup(ctx, known.ID)
	switch {
	case errors.Is(err, actions.ErrNoPerson):
	case err != nil:
		return err
	case !now.Disabled:
		return &store.Refused{Code: store.NotNow, Text: "the directory says that they can sign in"}
	default:
		// With the groups of today it is known whether they have a role.
		if _, err := w.cfg.Store.Meet(ctx, store.Bot("watch"), now); err != nil {
			return err
		}
	}
	return w.append(ctx, string(p), store.Erased{})
}
