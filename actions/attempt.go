package actions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/store"
)

// attempt tries one step once: Check, and if something is left to take, write
// down what was found, Do, and Check again. Only that second read makes it
// green.
func (x *Executor) attempt(ctx context.Context, id store.CaseID, step store.StepID) error {
	c, err := x.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	p := c.Plan(0)
	s := p.Step(step)
	if !p.Ready(s) || s.Again.After(time.Now()) {
		return nil
	}
	a := &attempt{x: x, c: c, p: p, s: s}
	if err := a.prepare(); err != nil {
		return a.fail(ctx, store.Refuses, Final(err))
	}
	return a.run(ctx)
}

// attempt is one try of one step.
type attempt struct {
	x      *Executor
	c      store.Case
	p      store.Plan
	s      store.Step
	spec   Spec
	target Target
	known  []store.Held // found before, by the plan and by earlier attempts
}

// prepare gathers from the log what the action needs.
func (a *attempt) prepare() error {
	sys, ok := a.x.system(a.s.System)
	i := slices.IndexFunc(sys.Actions, func(sp Spec) bool { return sp.Name == a.s.Action })
	if !ok || i < 0 {
		return fmt.Errorf("%s is not configured any more, so this step can't be done by the bot", a.s.System)
	}
	a.spec = sys.Actions[i]
	_, card, err := a.x.cfg.Store.Person(a.c.Person)
	if err != nil {
		return err
	}
	a.target = Target{Person: card, First: a.s.First, Key: fmt.Sprintf("%s:%d:%s", a.c.ID, a.p.No, a.s.ID)}
	if err := a.x.cfg.Store.RevealJSON(string(a.c.ID), a.s.Account, &a.target.Account); err != nil {
		return err
	}
	if a.target.Account.ID == "" || a.x.cfg.Deny(a.target.Account.Login) {
		return fmt.Errorf("the account %s is protected by the configuration", a.target.Account.Login)
	}
	a.known, err = a.x.cfg.Store.Befores(a.c, a.s)
	return err
}

func (a *attempt) run(ctx context.Context) error {
	found, err := a.x.check(ctx, a.s.System, a.spec, a.target)
	if err != nil {
		return a.fail(ctx, "", err)
	}
	held := number(found.Items, a.known)
	wanted, fresh, left := a.wanted(held)
	switch {
	case len(wanted) == 0 && len(found.Unread) > 0:
		return a.fail(ctx, "", unread("could not read it", found))
	case len(wanted) == 0:
		return a.finish(ctx, "A read shows that nothing is held there.")
	}
	if a.p.Stopped != nil {
		return a.fail(ctx, store.Refuses, Final(fmt.Errorf("the case was stopped while this was under way, and it is not done")))
	}
	// From here on the before-state is in the log. A kill after this line
	// leaves the step running; it is simply tried again.
	c, err := a.append(ctx, store.Attempted{Plan: a.p.No, Step: a.s.ID, Items: fresh, Found: store.SealJSON(held), Left: left})
	if err != nil {
		return err
	}
	a.c, a.p = c, c.Plan(a.p.No)
	a.s = a.p.Step(a.s.ID)
	a.target.First = a.s.First
	return a.take(ctx, wanted)
}

// take does it and reads back.
func (a *attempt) take(ctx context.Context, wanted []store.Held) error {
	for _, h := range wanted {
		a.target.Items = append(a.target.Items, item(h, a.target.Account.ID))
	}
	var err error
	if a.target.Heirs, err = a.heirs(wanted); err != nil {
		return a.fail(ctx, store.Refuses, Final(err))
	}
	evidence, doErr := a.x.do(ctx, a.s.System, a.spec, a.target)
	if ctx.Err() != nil {
		return ctx.Err() // stopping: the step stays running and is read first next time
	}
	found, err := a.x.check(ctx, a.s.System, a.spec, a.target)
	switch {
	case err != nil && doErr != nil:
		return a.fail(ctx, "", doErr)
	case err != nil:
		return a.fail(ctx, "", fmt.Errorf("it was done, and could not be read back: %w", err))
	}
	var still []string
	for _, it := range found.Items {
		if i := slices.IndexFunc(wanted, func(h store.Held) bool { return h.Ref == it.ID }); i >= 0 {
			still = append(still, it.Label)
		}
	}
	switch {
	case doErr != nil && (len(still) > 0 || len(found.Unread) > 0):
		return a.fail(ctx, "", doErr)
	case a.spec.Proof == ProofAccepted:
		return a.finish(ctx, evidence.Text)
	case len(still) > 0:
		return a.fail(ctx, store.Unproven, fmt.Errorf("the system answered that it was done, but a read still finds: %s", strings.Join(still, ", ")))
	case len(found.Unread) > 0:
		return a.fail(ctx, "", unread("it was done, and could not be read back", found))
	}
	return a.finish(ctx, evidence.Text)
}

// unread is what a Check could not read, which may be readable later.
func unread(what string, f Finding) error {
	return Again(fmt.Errorf("%s: %s", what, strings.Join(f.Unread, "; ")))
}

// wanted are the items to take now: all that were found, without those that
// are kept or archived, and without new ones that could not be given back,
// which nobody has approved.
func (a *attempt) wanted(held []store.Held) (wanted []store.Held, fresh []store.Item, left int) {
	for _, h := range held {
		planned := slices.ContainsFunc(a.s.Items, func(i store.Item) bool { return i.ID == h.ID })
		switch {
		case !planned && h.Irreversible:
			left++
			continue
		case !planned:
			fresh = append(fresh, store.Item{ID: h.ID, Heir: h.Heir})
		case !a.s.Takes(h.ID):
			continue
		}
		wanted = append(wanted, h)
	}
	return wanted, fresh, left
}

// heirs says who gets each item: whom the manager named, else the manager.
func (a *attempt) heirs(wanted []store.Held) (map[string]Person, error) {
	if !a.s.StepPlan.Answers {
		return nil, nil
	}
	out := map[string]Person{}
	for _, h := range wanted {
		if !h.Heir {
			continue
		}
		heir := a.c.Terms.Manager
		if ans, ok := a.s.Answer(h.ID); ok {
			heir = ans.Heir
		}
		if heir == a.c.Person {
			return nil, fmt.Errorf("%s can't be given to the person who leaves", h.Label)
		}
		_, card, err := a.x.cfg.Store.Person(heir)
		if err != nil {
			return nil, err
		}
		out[h.Ref] = card
	}
	return out, nil
}

// finish ends the step. What a vendor has only accepted is never green by
// itself, however little a later read finds: a person confirms it.
func (a *attempt) finish(ctx context.Context, evidence string) error {
	accepted := a.spec.Proof == ProofAccepted && a.s.Tries > 0
	_, err := a.append(ctx, store.Finished{Plan: a.p.No, Step: a.s.ID, Entry: a.s.Entry, Accepted: accepted, Evidence: store.Seal(evidence)})
	return err
}

// fail records that an attempt proved nothing, and when it is tried again.
// A system that does not answer is tried for ever, at growing intervals; one
// that says no, or that says yes and does nothing, needs a person in the end.
func (a *attempt) fail(ctx context.Context, why store.Why, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	class, after := ClassOf(cause)
	f := store.Failed{Plan: a.p.No, Step: a.s.ID, Entry: a.s.Entry, Why: why, Message: store.Seal(cause.Error())}
	wait := max(after, backoff(max(a.s.Attempts-1, 0), a.x.cfg.First, a.x.cfg.Max))
	switch {
	case why == store.Unproven:
		if a.s.Attempts < a.x.cfg.Attempts {
			f.After = wait
		}
	case class == ClassFinal:
		f.Why = store.Refuses
	case class == ClassLater:
		f.Why, f.After = store.Works, max(after, a.x.cfg.First)
	default:
		f.Why, f.After = store.Unreachable, wait
	}
	_, err := a.append(ctx, f)
	return err
}

func (a *attempt) append(ctx context.Context, b store.Body) (store.Case, error) {
	return a.x.cfg.Store.Append(ctx, string(a.c.ID), store.Bot("executor"), b)
}

// check and do call an action behind its system's gate.
func (x *Executor) check(ctx context.Context, system string, spec Spec, t Target) (Finding, error) {
	var f Finding
	err := x.gated(ctx, system, func() (err error) {
		f, err = spec.Action.Check(ctx, t)
		return err
	})
	return f, err
}

func (x *Executor) do(ctx context.Context, system string, spec Spec, t Target) (Evidence, error) {
	var e Evidence
	err := x.gated(ctx, system, func() (err error) {
		e, err = spec.Action.Do(ctx, t)
		return err
	})
	return e, err
}

func (x *Executor) gated(ctx context.Context, system string, call func() error) (err error) {
	g := x.gates[system]
	if err := g.enter(ctx); err != nil {
		return err
	}
	answered := false
	// A connector that panics must not take the others with it.
	defer func() {
		if r := recover(); r != nil {
			err = Final(fmt.Errorf("the connector of %s broke: %v", system, r))
		}
		g.leave(answered)
	}()
	err = call()
	class, _ := ClassOf(err)
	answered = err == nil || class != ClassAgain
	return err
}
