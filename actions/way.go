package actions

import (
	"context"
	"fmt"
	"slices"

	"offboard/store"
)

// A way is the direction in which the steps of a plan go: they take away what a
// read finds, or give back what it does not find. All else of a step's life is
// the same both ways; see attempt.
type way struct {
	// sort says what is to be done, of what a read has found.
	sort func(a *attempt, found Finding, held []store.Held) (sorted, error)
	// sure reports whether a read in which nothing is left to do proves it.
	sure func(found Finding) bool
	// everywhere: a step is not over while other servers lag behind. What was given
	// back late harms nobody.
	everywhere bool
	// heir is who gets an item, or has got it; empty for nobody.
	heir func(a *attempt, h store.Held) (store.PersonID, error)
	do   func(x *Executor, ctx context.Context, turn *turn, system string, spec Spec, t Target) (Evidence, error)

	// asks reports whether an error is meant for a person in any case.
	asks func(err error) bool

	done  string // what a read shows when there was nothing to do
	still string // what it shows when it was done in vain
}

// wayOf is the way of a kind of plan: all but a restore take away.
func wayOf(k store.PlanKind) way {
	switch k {
	case store.Restore:
		return giving
	case store.Retake:
		w := taking
		w.sort = (*attempt).toTakeAgain
		return w
	case store.Move:
		w := taking
		w.sort = (*attempt).toLose
		return w
	case store.Leave, store.Destroy:
	}
	return taking
}

// toTakeAgain says what is taken of what came back: never more than the plan
// says. What came back beside it may have been left on purpose; if it was not,
// the next re-check finds it.
func (a *attempt) toTakeAgain(_ Finding, held []store.Held) (sorted, error) {
	return toTake(a.s, slices.DeleteFunc(slices.Clone(held), func(h store.Held) bool {
		return !slices.ContainsFunc(a.s.Items, func(i store.Item) bool { return i.ID == h.ID })
	})), nil
}

var taking = way{
	sort: func(a *attempt, _ Finding, held []store.Held) (sorted, error) { return toTake(a.s, held), nil },
	sure: func(found Finding) bool { return len(found.Unread) == 0 },
	heir: (*attempt).gets,
	do:   (*Executor).do,
	asks: func(error) bool { return false },

	everywhere: true,

	done: "A read shows that nothing is held there.", still: "a read still finds",
}

var giving = way{
	sort: (*attempt).toGive,
	sure: func(Finding) bool { return true }, // what it found is there, whatever else it could not read
	heir: (*attempt).got,
	do:   (*Executor).undo,
	// An Undo that needs a person says in its error what for: an invite that
	// has to be handed over.
	asks: func(err error) bool { class, _ := ClassOf(err); return err != nil && class == ClassFinal },

	done: "A read shows that all of it is there.", still: "a read does not find",
}

// gets is who gets an item that is taken: whom the manager named, else the
// manager.
func (a *attempt) gets(h store.Held) (store.PersonID, error) {
	if !a.s.StepPlan.Answers || !h.Heir {
		return "", nil
	}
	if answer, ok := a.s.Answer(h.ID); ok {
		return answer.Heir, nil
	}
	return a.c.Heir(), nil
}

// got is who got an item when it was taken, so that it goes back from them.
func (a *attempt) got(h store.Held) (store.PersonID, error) {
	for _, ref := range slices.Backward(a.s.Back) {
		s := a.c.Plan(ref.Plan).Step(ref.Step)
		known, err := a.x.cfg.Store.Befores(a.c, s)
		if err != nil {
			return "", err
		}
		if k, ok := find(known, h.Ref); ok && s.StepPlan.Answers {
			if answer, ok := s.Answer(k.ID); ok {
				return answer.Heir, nil
			}
			return a.c.Terms.Manager, nil // more of the same, found when it was taken
		}
	}
	return "", nil
}

// toGive says what is missing of what was taken. A step never gives back more
// than its plan says.
func (a *attempt) toGive(found Finding, held []store.Held) (sorted, error) {
	var out sorted
	if !slices.ContainsFunc(found.Accounts, func(x Account) bool { return x.ID == a.target.Account.ID }) {
		return out, Final(fmt.Errorf("the account %s is not there any more, so nothing can be given back to it: make a new one by hand", a.target.Account.Login))
	}
	for _, h := range a.known {
		wanted := slices.ContainsFunc(a.s.Items, func(i store.Item) bool { return i.ID == h.ID })
		if _, there := find(held, h.Ref); wanted && !there {
			out.todo = append(out.todo, h)
		}
	}
	return out, nil
}
