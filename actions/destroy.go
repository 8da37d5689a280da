package actions

import (
	"context"
	"fmt"
	"slices"

	"offboard/store"
)

// Destroying are the names of the systems that have something to delete after
// the retention.
func Destroying(systems []System) []string {
	var out []string
	for _, s := range systems {
		if slices.ContainsFunc(s.Actions, func(sp Spec) bool { return sp.Phase == PhaseDestroy }) {
			out = append(out, s.Name)
		}
	}
	return out
}

// lookDestroy surveys one system for what would be deleted for good: of the
// accounts that the leave closed, and of no others. An account that somebody
// decided to leave, or that was given back, is none of them.
func (x *Executor) lookDestroy(ctx context.Context, c store.Case, card Person, system string) (store.Surveyed, error) {
	out := store.Surveyed{Plan: c.Plan(0).No, System: system}
	sys, ok := x.system(system)
	if !ok {
		sys = System{Name: system, Title: system}
		out.Notes = []store.Private{store.Seal(system + " is not configured any more, so nothing of it is deleted.")}
	}
	s := &surveyor{x: x, sys: sys, out: &out, card: card}
	accounts, err := x.closed(c, s)
	if err != nil {
		return out, err
	}
	unread := 0
	instead := map[store.StepID]store.StepID{} // what an action needs of an account: a task, or nothing where nothing is there
	for _, spec := range sys.Actions {
		if spec.Phase != PhaseDestroy {
			continue
		}
		for n, account := range accounts {
			found, err := s.again(ctx, spec, Target{Person: card, Account: account})
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			if err != nil {
				found.Unread = []string{err.Error()}
			}
			for _, why := range found.Unread {
				out.Unread = append(out.Unread, store.Seal(fmt.Sprintf("%s (%s, %s): %s", sys.Title, lower(spec.Words), account.Login, why)))
			}
			for _, note := range found.Notes {
				s.note(note)
			}
			items := slices.DeleteFunc(found.Items, func(i Item) bool { return i.Account != account.ID })
			id := stepID(system, spec.Name, n)
			switch {
			case len(found.Unread) > 0: // the bot deletes nothing that it could not read
				unread++
				instead[id] = stepID(system, "by-hand", unread-1)
				out.Steps = append(out.Steps, deleteByHand(system, unread, spec, account, "It could not be read when this was asked. See whether the account is still there, and delete what is to go."))
			case len(items) == 0:
				instead[id] = ""
			case x.cfg.Observe:
				unread++
				out.Steps = append(out.Steps, deleteByHand(system, unread, spec, account, observed))
			default:
				out.Steps = append(out.Steps, s.step(spec, account, n, number(items, nil)))
			}
		}
	}
	for i := range out.Steps {
		step := &out.Steps[i]
		for j, id := range step.Needs {
			if to, ok := instead[id]; ok {
				step.Needs[j] = to
			}
		}
		step.Needs = slices.DeleteFunc(step.Needs, func(id store.StepID) bool { return id == "" })
	}
	for _, n := range s.notes {
		out.Notes = append(out.Notes, store.Seal(sys.Title+": "+n))
	}
	return out, nil
}

func deleteByHand(system string, n int, spec Spec, a Account, why string) store.StepPlan {
	return store.StepPlan{
		ID: stepID(system, "by-hand", n-1), System: system, Words: "By hand: " + lower(spec.Words), Loses: spec.Loses,
		Account: store.SealJSON(a), Login: store.Seal(a.Login), Admin: a.Admin,
		Manual: &store.Manual{Owner: store.IT, Due: manualDue, Proof: "what was deleted, and where it can be seen", Instructions: why},
	}
}

// closed lists the accounts of one system that the case took, in a fixed order.
func (x *Executor) closed(c store.Case, s *surveyor) ([]Account, error) {
	var out []Account
	stays := map[string]bool{}
	for _, p := range c.Plans {
		if p.Begun.IsZero() || p.Kind != store.Leave && p.Kind != store.Retake {
			continue
		}
		for _, step := range p.Steps {
			if step.System != s.sys.Name || step.Account.IsZero() {
				continue
			}
			var a Account
			if err := x.cfg.Store.RevealJSON(string(c.ID), step.Account, &a); err != nil {
				return nil, err
			}
			theirs, err := x.Theirs(c.Person, step.System, a)
			if err != nil {
				return nil, err
			}
			switch {
			case a.ID == "":
				continue
			case !theirs:
				s.note("The account " + a.Login + " was linked to them, and that was taken back, so it stays.")
				stays[a.ID] = true
			case x.protects(a):
				s.note("The account " + a.Login + " is protected by the configuration, so it stays.")
				stays[a.ID] = true
			case step.State == store.Skipped || step.State == store.Halted:
				s.note("Of the account " + a.Login + " something was left out when access ended, so it stays.")
				stays[a.ID] = true
			case slices.ContainsFunc(c.Returns, func(r store.Return) bool {
				return r.Plan == p.No && r.Step == step.ID && (r.Open() || r.Kept)
			}):
				s.note("To the account " + a.Login + " something has come back and was not taken again, so it stays.")
				stays[a.ID] = true
			case c.GivenBack(p.No, step.ID):
				s.note("Of the account " + a.Login + " something was given back, so it stays.")
				stays[a.ID] = true
			}
			if !slices.ContainsFunc(out, func(o Account) bool { return o.ID == a.ID }) {
				out = append(out, a)
			}
		}
	}
	return slices.DeleteFunc(out, func(a Account) bool { return stays[a.ID] }), nil
}
