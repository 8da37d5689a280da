package actions

import (
	"context"
	"fmt"
	"slices"

	"offboard/store"
)

// lookAgain surveys one system for a retake: what came back of the steps that
// the plan is about, on the same accounts, and nothing else. Where it can't be
// read now, what was found when it came back is taken again.
func (x *Executor) lookAgain(ctx context.Context, c store.Case, card Person, system string) (store.Surveyed, error) {
	p := c.Plan(0)
	out := store.Surveyed{Plan: p.No, System: system}
	sys, ok := x.system(system)
	if !ok {
		sys = System{Name: system, Title: system}
	}
	s := &surveyor{x: x, sys: sys, out: &out, card: card}
	for _, id := range p.Only {
		old := c.Plan(p.Of).Step(id)
		if old.System != system {
			continue
		}
		var account Account
		if err := x.cfg.Store.RevealJSON(string(c.ID), old.Account, &account); err != nil {
			return out, err
		}
		if x.protects(account) {
			s.protect(account)
			continue
		}
		i := slices.IndexFunc(sys.Actions, func(sp Spec) bool { return sp.Name == ActionOf(old) })
		var spec Spec
		var found Finding
		why := fmt.Errorf("it is not configured any more")
		if i >= 0 {
			spec = sys.Actions[i]
			found, why = s.again(ctx, spec, Target{Person: card, Account: account, First: old.First})
		}
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		back, err := x.cameBack(c, p.Of, old, found.Items, why != nil)
		if err != nil {
			return out, err
		}
		if why != nil {
			out.Unread = append(out.Unread, store.Seal(fmt.Sprintf("%s (%s): %s. What had come back when it was last read is taken.", sys.Title, lower(old.Words), why)))
		}
		if len(back) == 0 {
			continue
		}
		step := retakes(old, account, back)
		switch words := found.ByHand[account.ID]; {
		case i < 0:
			step = manual(step, "The bot can't reach it any more: do this in the system yourself.")
		case words != "":
			step = manual(step, words)
		case x.cfg.Observe:
			step = manual(step, observed)
		}
		out.Steps = append(out.Steps, step)
	}
	s.finish()
	return out, nil
}

// cameBack is what a retake takes of one step: what a read finds again or, where
// there is none, what is known to have come back. What somebody has decided to
// leave stays.
func (x *Executor) cameBack(c store.Case, plan int, old store.Step, items []Item, unread bool) ([]store.Held, error) {
	before, err := x.cfg.Store.Befores(c, old)
	if err != nil {
		return nil, err
	}
	later, err := x.cfg.Store.Afters(c, plan, old.ID)
	if err != nil {
		return nil, err
	}
	back := CameBack(c.Plan(plan).Kind, old, items, before, later)
	if unread {
		back = slices.DeleteFunc(later, func(h store.Held) bool { return !c.Back(plan, old.ID, h.ID) })
	}
	return slices.DeleteFunc(back, func(h store.Held) bool { return c.Kept(plan, old.ID, h.ID) }), nil
}

// retakes is the step that takes again what came back of another one. Its items
// have numbers of their own.
func retakes(old store.Step, account Account, back []store.Held) store.StepPlan {
	step := old.StepPlan
	step.Account, step.Login, step.Manual, step.Items = store.SealJSON(account), store.Seal(account.Login), nil, nil
	step.Action = ActionOf(old)
	held := slices.Clone(back)
	for i := range held {
		held[i].ID = fmt.Sprint(i + 1)
		step.Items = append(step.Items, store.Item{ID: held[i].ID, Irreversible: held[i].Irreversible, Heir: held[i].Heir && old.StepPlan.Answers})
	}
	step.Held = store.SealJSON(held)
	return step
}
