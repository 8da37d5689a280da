package actions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/store"
)

// lookBack is the survey of a restore: what was taken in one system and is not
// there now. It says before anybody approves what can't be given back. It
// follows from the log, so a system that does not answer now hides nothing:
// each step reads again before it gives anything back.
func (x *Executor) lookBack(ctx context.Context, c store.Case, card Person, system string) (store.Surveyed, error) {
	p := c.Plan(0)
	out := store.Surveyed{Plan: p.No, System: system}
	list, err := x.takings(c, p, system)
	if err != nil {
		return out, err
	}
	sys, configured := x.system(system)
	g := &giver{x: x, sys: sys, card: card, out: &out}
	if system == Tasks || !configured {
		g.sys = System{Name: system, Title: system}
	}
	for _, t := range list {
		i := slices.IndexFunc(sys.Actions, func(sp Spec) bool { return sp.Name == t.step.Action })
		switch {
		case t.step.Manual != nil:
			g.person(t, "Undo by hand: "+t.step.Words, "A person has done this, so a person must see whether it has to be undone.")
		case i < 0:
			g.note("%s: the bot does not know any more how to give it back.", t.step.Words)
			g.person(t, "Give back by hand: "+t.step.Words, "It is not configured any more. The case says what was taken.")
		case x.protects(t.account):
			g.person(t, "Give back by hand: "+t.step.Words, "The bot never touches this account: it is on the deny list.")
		default:
			if err := g.action(ctx, sys.Actions[i], t); err != nil {
				return out, err
			}
		}
	}
	if system == Tasks {
		if err := g.credentials(c, p); err != nil {
			return out, err
		}
	}
	g.order()
	return out, nil
}

// giver gathers what can be given back in one system.
type giver struct {
	x        *Executor
	sys      System
	card     Person
	out      *store.Surveyed
	accounts []string
	hands    int
	said     []string
	steps    []handing
}

// A handing is a step with what its order follows from.
type handing struct {
	spec    Spec
	account string
	id      store.StepID
}

// note says something once, however many steps it is about.
func (g *giver) note(format string, args ...any) {
	text := g.sys.Title + ": " + fmt.Sprintf(format, args...)
	if !slices.Contains(g.said, text) {
		g.said = append(g.said, text)
		g.out.Notes = append(g.out.Notes, store.Seal(text))
	}
}

// person makes a task for a person.
func (g *giver) person(t taken, words, instructions string) {
	g.hands++
	step := store.StepPlan{
		ID: stepID(g.sys.Name, "by-hand", g.hands-1), System: g.sys.Name, Words: words, Back: t.ref,
		Account: t.step.Account, Login: t.step.Login, Admin: t.step.Admin,
		Manual: &store.Manual{Owner: store.IT, Due: manualDue, Proof: "what was done, and where it can be seen", Instructions: instructions},
	}
	if t.step.Manual != nil {
		step.Manual.Owner = t.step.Manual.Owner
	}
	step.Items, step.Held = renumbered(t.items)
	g.out.Steps = append(g.out.Steps, step)
}

// renumbered are the items of a step that gives back.
func renumbered(held []store.Held) ([]store.Item, store.Private) {
	var items []store.Item
	list := slices.Clone(held)
	for i := range list {
		list[i].ID = fmt.Sprint(i + 1)
		list[i].Heir, list[i].Irreversible = false, false
		items = append(items, store.Item{ID: list[i].ID})
	}
	return items, store.SealJSON(list)
}

// action plans what one action gives back to one account.
func (g *giver) action(ctx context.Context, spec Spec, t taken) error {
	login := t.account.Login
	if lost := strings.Join(t.lost, ", "); spec.Loses != "" || lost != "" {
		g.note("%s (%s): can't be given back: %s.", spec.Words, login, cmp.Or(spec.Loses, lost))
	}
	_, undoes := spec.Action.(Undoer)
	switch {
	case len(t.items) == 0:
		return nil
	case !undoes && spec.Loses != "":
		return nil
	case !undoes:
		g.person(t, "Give back by hand: "+spec.Words, "The bot can take this and can't give it back."+g.from(t, t.items))
		return nil
	}
	s := &surveyor{x: g.x, sys: g.sys, card: g.card, out: g.out}
	found, err := s.again(ctx, spec, Target{Person: g.card, Account: t.account})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	missing := t.items
	if err != nil {
		g.out.Unread = append(g.out.Unread, store.Seal(fmt.Sprintf("%s (%s): %s. What is there already is found when it is given back.", g.sys.Title, lower(spec.Undoes), err)))
	} else {
		if !slices.ContainsFunc(found.Accounts, func(a Account) bool { return a.ID == t.account.ID }) {
			g.note("The account %s is not there any more, so nothing can be given back to it.", login)
			g.person(t, "Make a new account: "+spec.Undoes, "The account is not there any more. If they need one, make it, and give it what this list has.")
			return nil
		}
		missing = slices.DeleteFunc(slices.Clone(missing), func(h store.Held) bool {
			return slices.ContainsFunc(found.Items, func(i Item) bool { return i.ID == h.Ref && i.Account == t.account.ID })
		})
	}
	if there := len(t.items) - len(missing); len(missing) == 0 {
		g.note("%s (%s): all of it is there already.", spec.Undoes, login)
	} else if there > 0 {
		g.note("%s (%s): %d of %s there already.", spec.Undoes, login, there, store.Count(len(t.items), "thing is", "things are"))
	}
	if len(missing) == 0 {
		return nil
	}
	if text := g.from(t, missing); text != "" {
		g.note("%s:%s", spec.Undoes, text)
	}
	g.step(spec, t, missing)
	return nil
}

// from says from whom items go back.
func (g *giver) from(t taken, items []store.Held) string {
	var out strings.Builder
	for _, h := range t.heirs {
		if it, ok := find(items, h.Ref); ok {
			fmt.Fprintf(&out, " %s was handed to %s, and goes back from them.", it.Label, h.Label)
		}
	}
	return out.String()
}

func (g *giver) step(spec Spec, t taken, missing []store.Held) {
	n := slices.Index(g.accounts, t.account.ID)
	if n < 0 {
		n = len(g.accounts)
		g.accounts = append(g.accounts, t.account.ID)
	}
	step := store.StepPlan{
		ID: stepID(g.sys.Name, spec.Name, n), System: g.sys.Name, Action: spec.Name, Words: spec.Undoes, Back: t.ref,
		Account: store.SealJSON(t.account), Login: store.Seal(t.account.Login), Admin: t.account.Admin, Proof: string(ProofRead),
	}
	step.Items, step.Held = renumbered(missing)
	if g.x.cfg.Observe {
		step = manual(step, observed)
	}
	g.steps = append(g.steps, handing{spec: spec, account: t.account.ID, id: step.ID})
	g.out.Steps = append(g.out.Steps, step)
}

// order has the steps of one account follow each other where they must: in the
// reverse of the order in which they were taken, and as the actions say
// (Spec.UndoAfter). A lock-out is undone last, so that nobody works with half of
// their access, but for what can't be given back before it.
func (g *giver) order() {
	for _, a := range g.steps {
		for _, b := range g.steps {
			if a.account == b.account && a.id != b.id && (g.follows(a, b) || a.spec.LockOut && !b.spec.LockOut && !g.depends(b, a, len(g.steps))) {
				i := slices.IndexFunc(g.out.Steps, func(s store.StepPlan) bool { return s.ID == a.id })
				if g.out.Steps[i].Manual == nil {
					g.out.Steps[i].After = append(g.out.Steps[i].After, b.id)
				}
			}
		}
	}
}

// follows reports whether a must be undone after b.
func (g *giver) follows(a, b handing) bool {
	return undoneAfter(a.spec, b.spec)
}

// depends is follows, also by way of others.
func (g *giver) depends(a, b handing, far int) bool {
	return far > 0 && slices.ContainsFunc(g.steps, func(x handing) bool {
		return x.account == a.account && g.follows(a, x) && (x.id == b.id || g.depends(x, b, far-1))
	})
}

// credentials is the task that ends a restore where what somebody signed in with
// is lost: passwords are never kept, so nobody can give them back. An account that
// was only locked is unlocked, and one that has got a new credential since needs
// no other.
func (g *giver) credentials(c store.Case, p store.Plan) error {
	var ref []store.Ref
	var held []store.Held
	for _, system := range p.Systems {
		list, err := g.x.allTaken(c, p, system)
		if err != nil {
			return err
		}
		for _, lost := range list {
			if !g.x.credential(system, lost) || given(c, lost) {
				continue
			}
			back := slices.Clone(lost.ref)
			wanted := asked(p, lost)
			for _, t := range list {
				if t.step.LockOut && t.account.ID == lost.account.ID && asked(p, t) {
					back, wanted = append(back, t.ref...), true // they are to sign in again
				}
			}
			if wanted {
				ref = append(ref, back...)
				held = append(held, store.Held{Ref: string(lost.step.ID), Label: fmt.Sprintf("%s in %s (not kept: %s)", lost.account.Login, g.x.title(system), lost.step.Loses)})
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	step := store.StepPlan{
		ID: stepID(Tasks, "credential", 0), System: Tasks, Words: "New credential, so that they can sign in", Back: ref,
		Manual: &store.Manual{
			Owner: store.IT, Due: manualDue, Proof: "how they got it, and that they could sign in",
			Instructions: "The old one was replaced and is kept nowhere. Give them a new one, and let them try.",
		},
	}
	step.Items, step.Held = renumbered(held)
	g.out.Steps = append(g.out.Steps, step)
	return nil
}

// credential reports whether something was lost with which they signed in. Of an
// action that is not configured any more that is taken to be so.
func (x *Executor) credential(system string, t taken) bool {
	if t.step.Loses == "" || t.step.Phase == string(PhaseDestroy) || t.step.Manual == nil && len(t.items)+len(t.lost) == 0 {
		return false
	}
	sys, _ := x.system(system)
	i := slices.IndexFunc(sys.Actions, func(sp Spec) bool { return sp.Loses == t.step.Loses })
	return i < 0 || sys.Actions[i].Credential
}

// given reports whether an undo has given back, or replaced, all of it.
func given(c store.Case, t taken) bool {
	return !slices.ContainsFunc(t.ref, func(r store.Ref) bool { return !c.Returned(r.Plan, r.Step) })
}
