package watch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"offboard/store"
)

// cursor is the name under which the place in the log is kept.
const cursor = "watch"

// follow looks at the cases that new entries are about: what came back is
// proposed to be taken again as soon as no other plan is open.
func (w *Watch) follow(ctx context.Context) (time.Time, error) {
	s := w.cfg.Store
	at, err := s.Cursor(cursor)
	if err == nil && at == 0 {
		at = s.Last() // nothing can have come back before anybody looked
		err = s.SaveCursor(cursor, at)
	}
	for err == nil && ctx.Err() == nil {
		changed := s.Changed()
		entries, err := s.Since(at, 1000)
		if err != nil {
			return time.Time{}, err
		}
		var ids []store.CaseID
		for _, t := range entries {
			at = t.Seq
			if id := store.CaseID(t.Subject); strings.HasPrefix(t.Subject, "OFF-") && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			if err := w.retake(ctx, id); err != nil {
				return time.Time{}, err
			}
		}
		if len(entries) > 0 {
			// A kill before this line has the same cases looked at again.
			if err := s.SaveCursor(cursor, at); err != nil {
				return time.Time{}, err
			}
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return time.Time{}, err
}

// retake proposes to take again what came back, and approves it where nobody
// has to be asked.
func (w *Watch) retake(ctx context.Context, id store.CaseID) error {
	c, err := w.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	var b store.Body
	plan, steps := c.Unplanned()
	p := c.Plan(0)
	switch {
	case plan > 0:
		proposed, err := w.proposal(c, plan, steps)
		if err != nil {
			return err
		}
		b = proposed
	case w.cfg.Unasked && p.Kind == store.Retake && p.State == store.Asked:
		b = store.Unasked{Plan: p.No, Scope: p.Scope}
	default:
		return nil
	}
	err = w.append(ctx, string(id), b)
	if _, refused := errors.AsType[*store.Refused](err); refused {
		return nil // the rules know more: a later case, or something that can't be given back
	}
	return err
}

// proposal is the plan that takes again what came back of some steps.
func (w *Watch) proposal(c store.Case, plan int, steps []store.StepID) (store.Planned, error) {
	out := store.Planned{Kind: store.Retake, Of: plan, Only: steps, CutOff: store.CutOff{Mode: store.Now}}
	for _, id := range steps {
		if system := c.Plan(plan).Step(id).System; !slices.Contains(out.Systems, system) {
			out.Systems = append(out.Systems, system)
		}
	}
	var err error
	out.Approver, err = w.approver(c, plan)
	return out, err
}

// approver is who is asked: who approved that it was taken, else the manager of
// the case, as long as they are here themselves.
func (w *Watch) approver(c store.Case, plan int) (store.PersonID, error) {
	candidates := []store.PersonID{c.Terms.Manager}
	if by := c.Plan(plan).ApprovedBy(); by != "" {
		candidates = append([]store.PersonID{by}, candidates...)
	}
	for _, p := range candidates {
		gone, err := w.cfg.Store.Gone(p)
		if err != nil {
			return "", err
		}
		if !gone && p != c.Requester && p != c.Opener() {
			return p, nil
		}
	}
	return c.Terms.Manager, nil
}
