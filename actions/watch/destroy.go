package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/actions"
	"offboard/store"
)

// delayed is how long a case is left alone about which nothing can be proposed
// now: there is a legal hold or another case, or the directory says that the
// person is here.
const delayed = time.Hour

// destroys proposes to delete what a leave has left, when the retention is over
// and some system has something to delete. A kill before the entry has it
// proposed by the next pass, and one after it finds it proposed: the rules allow
// it once.
func (w *Watch) destroys(ctx context.Context) (time.Time, error) {
	systems := actions.Destroying(w.cfg.Systems)
	state, err := w.cfg.Store.State()
	if err != nil || state.Paused || state.Doubt != nil || len(systems) == 0 {
		return time.Time{}, err
	}
	now := w.cfg.Store.Now()
	due, next, err := w.cfg.Store.Destroys(now)
	if err != nil {
		return time.Time{}, err
	}
	for id := range w.delayed {
		if !slices.Contains(due, id) {
			delete(w.delayed, id)
		}
	}
	var errs []error
	for _, id := range due {
		if until := w.delayed[id]; now.Before(until) {
			next = sooner(next, until)
			continue
		}
		if err := w.destroy(ctx, id, systems); err != nil {
			w.delayed[id] = now.Add(delayed)
			next = sooner(next, w.delayed[id])
			if _, refused := errors.AsType[*store.Refused](err); !refused && ctx.Err() == nil {
				errs = append(errs, fmt.Errorf("%s: %w", id, err))
			}
		}
	}
	return next, errors.Join(errs...)
}

func (w *Watch) destroy(ctx context.Context, id store.CaseID, systems []string) error {
	c, err := w.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	held, err := w.cfg.Store.UnderHold(c.Person)
	if err != nil {
		return err
	}
	here, err := w.here(ctx, c.Person)
	if err != nil {
		return err
	}
	if held || here {
		return errNotNow
	}
	approver, err := w.destroyer(ctx, c)
	if err != nil {
		return err
	}
	return w.append(ctx, string(id), store.Planned{Kind: store.Destroy, Of: 1, Systems: systems, CutOff: store.CutOff{Mode: store.Now}, Approver: approver})
}

// errNotNow is no fault: the case is looked at again later.
var errNotNow = &store.Refused{Code: store.NotNow, Text: "there is a legal hold, or the person is here"}

// destroyer is who decides what is deleted: who approved the leave, and when they
// are gone somebody of HR who did not ask for it.
func (w *Watch) destroyer(ctx context.Context, c store.Case) (store.PersonID, error) {
	fits := func(p store.PersonID) (bool, error) {
		gone, err := w.cfg.Store.Gone(p)
		return err == nil && !gone && p != "" && p != c.Person && p != c.Requester && p != c.Opener() && !slices.Contains(c.Changers, p), err
	}
	if by := c.Plan(1).ApprovedBy(); by != "" {
		if ok, err := fits(by); ok || err != nil {
			return by, err
		}
	}
	others, err := w.cfg.HR(ctx, c.Person)
	for _, p := range others {
		if ok, err := fits(p); ok || err != nil {
			return p, err
		}
	}
	return "", errors.Join(err, errors.New("nobody can be asked whether what was left is deleted: who approved that they leave is gone, and nobody else of HR is there"))
}
