package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/store"
)

// attempt is one try of one step: Check, and if something is left to do, write
// down what was found, Do (or Undo, see way), and Check again. Only that second
// read makes it green. Its methods return an *Error where the step has failed, and any
// other error where the log could not be read or written.
type attempt struct {
	x      *Executor
	c      store.Case
	p      store.Plan
	s      store.Step
	turn   *turn
	spec   Spec
	target Target
	known  []store.Held // found before, by the plan and by earlier attempts
	way    way
}

// attempt waits for a turn at the step's system and tries the step once. While
// it waits it holds nothing of the case: there may be thousands of them.
func (x *Executor) attempt(ctx context.Context, id store.CaseID, step store.StepID, system string, lockOut bool) error {
	turn, closed := x.gates[system].enter(ctx, lockOut, func() patience { return x.patience(id, step) })
	if ctx.Err() != nil {
		turn.leave()
		return ctx.Err()
	}
	defer turn.leave()
	// Much may have happened while it waited for its turn.
	a, err := x.ready(id, step)
	if a == nil || err != nil {
		return err
	}
	a.turn = turn
	if err = closed; err == nil {
		err = a.try(ctx)
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return a.fail(ctx, failure)
	}
	return err
}

// ready reads the step, or returns nil if there is nothing to try now.
func (x *Executor) ready(id store.CaseID, step store.StepID) (*attempt, error) {
	c, err := x.cfg.Store.Case(id)
	if err != nil || x.paused.Load() {
		return nil, err
	}
	p := c.Plan(0)
	s := p.Step(step)
	if !c.Goes(s) || s.Rests(x.cfg.Store.Now()) || x.withheld(c, s) {
		return nil, nil
	}
	return &attempt{x: x, c: c, p: p, s: s, way: wayOf(p.Kind)}, nil
}

// patience is that of a step before a closed gate. One that nobody has heard
// of yet says so in the log, once; then it waits without a word, but for a
// lock-out that people are to be called for.
func (x *Executor) patience(id store.CaseID, step store.StepID) patience {
	c, err := x.cfg.Store.Case(id)
	s := c.Plan(0).Step(step)
	switch {
	case err == nil && s.State == store.FailedAgain && s.LockOut && !s.Calls && x.dead(s.System):
		return tells
	case err != nil || s.State != store.Waiting:
		return waits
	case retried(s):
		return asks
	}
	return tells
}

// prepare gathers from the configuration and the log what the action needs.
func (a *attempt) prepare() error {
	sys, ok := a.x.system(a.s.System)
	i := slices.IndexFunc(sys.Actions, func(sp Spec) bool { return sp.Name == a.s.Action })
	if !ok || i < 0 {
		return Final(fmt.Errorf("%s is not configured any more, so this step can't be done by the bot", a.s.System))
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
	if a.target.Account.ID == "" {
		return Final(errors.New("the plan does not say which account it is about"))
	}
	if err := a.denied(a.target.Account); err != nil {
		return err
	}
	theirs, err := a.x.Theirs(a.c.Person, a.s.System, a.target.Account)
	if err != nil {
		return err
	}
	if !theirs && a.p.Kind != store.Restore {
		return Final(fmt.Errorf("the account %s was linked to them, and that was taken back. If it is not theirs, leave this step out; if it is, link it again and try again", a.target.Account.Login))
	}
	a.known, err = a.x.cfg.Store.Befores(a.c, a.s)
	return err
}

// denied refuses an account that is protected, now, under the name it has now.
func (a *attempt) denied(account Account) error {
	if !a.x.protects(account) {
		return nil
	}
	return Final(fmt.Errorf("the account %s is protected by the configuration", account.Login))
}

// check reads the pinned account, and nothing else.
func (a *attempt) check(ctx context.Context) (Finding, sorted, []store.Held, error) {
	found, err := a.x.check(ctx, a.turn, a.s.System, a.spec, a.target)
	if err != nil {
		return found, sorted{}, nil, err
	}
	for _, account := range found.Accounts {
		if err := a.denied(account); err != nil {
			return found, sorted{}, nil, err
		}
	}
	if found.Items, err = a.own(found.Items); err != nil {
		return found, sorted{}, nil, err
	}
	if slices.ContainsFunc(found.Items, func(i Item) bool { return i.Account != a.target.Account.ID }) {
		return found, sorted{}, nil, Final(fmt.Errorf("the connector of %s answered about another account", a.s.System))
	}
	held := number(found.Items, a.known)
	if !a.way.everywhere {
		found.Behind = nil
	}
	now, err := a.way.sort(a, found, held)
	now.unasked = found.Unasked
	return found, now, held, err
}

func (a *attempt) try(ctx context.Context) error {
	if err := a.prepare(); err != nil {
		return err
	}
	found, now, held, err := a.check(ctx)
	switch {
	case err != nil:
		return err
	case len(now.todo) == 0 && !a.way.sure(found):
		return unread("", found)
	case len(now.todo) == 0 && found.Behind != nil && (!a.s.First.IsZero() || a.p.Stopped != nil):
		return behind(found)
	case len(now.todo) == 0 && found.Behind == nil && (now.left == a.s.Left || a.p.Stopped != nil):
		return a.finish(ctx, now, "", false)
	case a.p.Stopped != nil:
		return Final(errors.New("the case was stopped while this was under way, and it is not done"))
	case a.x.cfg.Observe:
		return Final(errObserve)
	}
	if a.x.withholds(a.c, a.s) {
		// It comes back to this when the log says that the doubt or the hold has ended.
		_, err := a.append(ctx, store.Withheld{Plan: a.p.No, Step: a.s.ID})
		return err
	}
	if err := a.name(now.todo); err != nil {
		return err
	}
	// From here on the before-state is in the log. A kill after this line
	// leaves the step running; it is simply tried again.
	c, err := a.append(ctx, store.Attempted{Plan: a.p.No, Step: a.s.ID, Items: now.fresh, Found: store.SealJSON(held), Left: now.left})
	if err != nil {
		return err
	}
	a.c, a.p = c, c.Plan(a.p.No)
	a.s = a.p.Step(a.s.ID)
	a.target.First = a.s.First
	for _, h := range held {
		if _, ok := find(a.known, h.Ref); !ok {
			a.known = append(a.known, h)
		}
	}
	switch {
	case len(now.todo) == 0 && found.Behind != nil:
		return behind(found) // the entry dates it: how long the others take is counted from there
	case len(now.todo) == 0:
		return a.finish(ctx, now, "", false) // only what is left was new
	}
	return a.act(ctx)
}

// name says what is done about which items, and who gets them, or has got them.
func (a *attempt) name(wanted []store.Held) error {
	a.target.Heirs = map[string]Person{}
	for _, h := range wanted {
		it := Item{ID: h.Ref, Account: a.target.Account.ID, Label: h.Label, Before: h.Before, Irreversible: h.Irreversible, Heir: h.Heir}
		if k, ok := find(a.known, h.Ref); ok {
			it.Before = k.Before // a later read may see what an earlier attempt has changed
		}
		a.target.Items = append(a.target.Items, it)
		heir, err := a.way.heir(a, h)
		if err != nil {
			return err
		}
		if heir == "" {
			continue
		}
		_, card, err := a.x.cfg.Store.Person(heir)
		switch {
		case err != nil:
			return err
		case heir == a.c.Person:
			return Final(fmt.Errorf("%s can't be given to the person it is taken from", h.Label))
		case a.leaves(heir):
			return Again(fmt.Errorf("%s, who should get %s, leaves too; somebody else gets it as soon as that is settled", card.Name, h.Label))
		case card.ID == "":
			return Final(fmt.Errorf("nobody knows %s, who should get %s", heir, h.Label))
		}
		a.target.Heirs[h.Ref] = card
	}
	return nil
}

// act does it and reads back.
func (a *attempt) act(ctx context.Context) error {
	evidence, doErr := a.way.do(a.x, ctx, a.turn, a.s.System, a.spec, a.target)
	if ctx.Err() != nil {
		return ctx.Err() // stopping: the step stays running and is read first next time
	}
	found, now, _, err := a.check(ctx)
	switch {
	case err != nil && doErr != nil:
		return doErr
	case a.way.asks(doErr):
		return doErr // a person is to do something with it, whatever a read shows
	case err != nil:
		class, after := ClassOf(err)
		return &Error{Class: class, After: after, Err: fmt.Errorf("it was done, and could not be read back: %w", err)}
	case len(now.todo) > 0 && doErr != nil:
		return doErr
	case !a.way.sure(found) || len(now.todo) > 0 && len(found.Unread) > 0:
		return unread("it was done, and could not be read back: ", found)
	case len(now.todo) == 0 && found.Behind != nil:
		return behind(found)
	case len(now.todo) == 0 && doErr != nil:
		return a.finish(ctx, now, "The answer was an error ("+doErr.Error()+"), and a read shows that it is done.", false)
	case len(now.todo) == 0:
		return a.finish(ctx, now, evidence.Text, false)
	case a.spec.Proof == ProofAccepted:
		return a.finish(ctx, now, evidence.Text, true)
	}
	return unproven(a.way.still, now.todo)
}

func (a *attempt) append(ctx context.Context, b store.Body) (store.Case, error) {
	return a.x.cfg.Store.Append(ctx, string(a.c.ID), store.Bot("executor"), b)
}

// finish ends the step. What stays there is said: it is not nothing.
func (a *attempt) finish(ctx context.Context, now sorted, evidence string, accepted bool) error {
	words := []string{evidence}
	if evidence == "" {
		words[0] = a.way.done
		if now.kept+now.left > 0 {
			words[0] = "A read shows that nothing more is to be taken there."
		}
	}
	if now.kept > 0 {
		words = append(words, fmt.Sprintf("Kept as decided: %d.", now.kept))
	}
	if now.left > 0 {
		words = append(words, fmt.Sprintf("New, could not be given back, and left: %d.", now.left))
	}
	if len(now.unasked) > 0 {
		words = append(words, "Not asked: "+strings.Join(now.unasked, "; ")+".")
	}
	_, err := a.append(ctx, store.Finished{Plan: a.p.No, Step: a.s.ID, Entry: a.s.Entry, Accepted: accepted, Evidence: store.Seal(strings.Join(words, " "))})
	return err
}
