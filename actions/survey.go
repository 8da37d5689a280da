package actions

import (
	"context"
	"fmt"
	"slices"
	"time"

	"offboard/store"
)

// Tasks is the name under which the manual tasks of the configuration are
// surveyed, as if they were a system.
const Tasks = "tasks"

// Task is a manual task of the configuration.
type Task struct {
	Name         string
	Words        string // as an order: "Take back the laptop"
	Instructions string
	Owner        store.Role
	Due          time.Duration // after the cut-off
	Proof        string        // what the note should say
}

// survey reads one system for one case: what would be done there. It changes
// nothing. What cannot be read becomes a task for a person, never "nothing".
func (x *Executor) survey(ctx context.Context, c store.Case, system string) (store.Surveyed, error) {
	out := store.Surveyed{Plan: c.Plan(0).No, System: system}
	_, card, err := x.cfg.Store.Person(c.Person)
	if err != nil {
		return out, err
	}
	if system == Tasks {
		out.Steps = x.tasks(c)
		return out, nil
	}
	sys, ok := x.system(system)
	switch {
	case !ok:
		out.Steps = []store.StepPlan{byHand(system, "Look at "+system+" by hand: it is not configured any more", card)}
		return out, nil
	case c.ByHand:
		out.Steps = []store.StepPlan{byHand(system, "Look for their accounts in "+sys.Title, card)}
		out.Notes = []store.Private{store.Seal(sys.Title + ": nobody with this name is in the directory, so a person must look for the accounts.")}
		return out, nil
	}
	s := &surveyor{deny: x.cfg.Deny, sys: sys, out: &out, card: card}
	for _, spec := range sys.Actions {
		if err := s.read(ctx, x, spec); err != nil {
			return out, err
		}
	}
	s.finish()
	return out, nil
}

// surveyor gathers what the actions of one system find.
type surveyor struct {
	deny     func(login string) bool
	sys      System
	card     Person
	out      *store.Surveyed
	accounts []string // ids, in the order found: their numbers in step ids
	notes    []string
	searched string
	denied   []string
	unread   bool
}

// read runs one action's Check, a few times if the system does not answer.
func (s *surveyor) read(ctx context.Context, x *Executor, spec Spec) error {
	var f Finding
	var err error
	for n := range 3 {
		f, err = x.check(ctx, s.sys.Name, spec, Target{Person: s.card})
		if class, _ := ClassOf(err); err == nil || class == ClassFinal {
			break
		}
		if n < 2 {
			if err := sleep(ctx, backoff(n, x.cfg.First, x.cfg.Max)); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		f = Finding{Unread: []string{err.Error()}}
	}
	for _, u := range f.Unread {
		s.unread = true
		s.out.Unread = append(s.out.Unread, store.Seal(fmt.Sprintf("%s (%s): %s", s.sys.Title, lower(spec.Words), u)))
	}
	for _, n := range f.Notes {
		if !slices.Contains(s.notes, n) {
			s.notes = append(s.notes, n)
		}
	}
	if f.Searched != "" {
		s.searched = f.Searched
	}
	for _, a := range f.Accounts {
		s.account(spec, a, f.Items)
	}
	return nil
}

// account makes the step of one action on one account.
func (s *surveyor) account(spec Spec, a Account, items []Item) {
	if s.deny(a.Login) {
		if !slices.Contains(s.denied, a.Login) {
			s.denied = append(s.denied, a.Login)
			s.notes = append(s.notes, "The account "+a.Login+" is protected by the configuration. It is left alone.")
		}
		return
	}
	n := slices.Index(s.accounts, a.ID)
	if n < 0 {
		n = len(s.accounts)
		s.accounts = append(s.accounts, a.ID)
	}
	var mine []Item
	for _, it := range items {
		if it.Account == a.ID {
			mine = append(mine, it)
		}
	}
	// A lock-out is planned for every account, even one that is locked now:
	// it must be locked when its time comes.
	if len(mine) == 0 && !spec.LockOut {
		return
	}
	held := number(mine, nil)
	step := store.StepPlan{
		ID: stepID(s.sys.Name, spec.Name, n), System: s.sys.Name, Action: spec.Name, Words: spec.Words,
		Account: store.SealJSON(a), Login: store.Seal(a.Login), Admin: a.Admin, Phase: string(spec.Phase), Proof: string(spec.Proof),
		LockOut: spec.LockOut, Answers: spec.Answers, Held: store.SealJSON(held), Loses: spec.Loses,
	}
	for _, h := range held {
		step.Items = append(step.Items, store.Item{ID: h.ID, Irreversible: h.Irreversible, Heir: h.Heir})
	}
	for _, name := range spec.After {
		step.After = append(step.After, stepID(s.sys.Name, name, n))
	}
	s.out.Steps = append(s.out.Steps, step)
}

func stepID(system, action string, account int) store.StepID {
	return store.StepID(fmt.Sprintf("%s/%s/%d", system, action, account+1))
}

// finish drops orders after steps that do not exist, and turns what could not
// be read into a task.
func (s *surveyor) finish() {
	for i := range s.out.Steps {
		st := &s.out.Steps[i]
		st.After = slices.DeleteFunc(st.After, func(id store.StepID) bool {
			return !slices.ContainsFunc(s.out.Steps, func(o store.StepPlan) bool { return o.ID == id })
		})
	}
	if s.unread {
		s.out.Steps = append(s.out.Steps, byHand(s.sys.Name, "Look at "+s.sys.Title+" by hand: not everything could be read", s.card))
	}
	for _, n := range s.notes {
		s.out.Notes = append(s.out.Notes, store.Seal(s.sys.Title+": "+n))
	}
	if len(s.accounts) == 0 && !s.unread && len(s.denied) == 0 {
		s.out.Searched = store.Seal(s.searched)
	}
}

// byHand is a lock-out that only a person can do.
func byHand(system, words string, card Person) store.StepPlan {
	return store.StepPlan{
		ID: store.StepID(system + "/by-hand/1"), System: system, Words: words, LockOut: true, Login: store.Seal(card.Login),
		Manual: &store.Manual{Owner: store.IT, Proof: "what was found, and what was done", Instructions: "Find every account of this person there, lock it, and say which."},
	}
}

// tasks are the manual tasks of the configuration. Somebody who was entered by
// hand is identified first, by a person.
func (x *Executor) tasks(c store.Case) []store.StepPlan {
	var out []store.StepPlan
	if c.ByHand {
		out = append(out, store.StepPlan{
			ID: "tasks/identify/1", System: Tasks, Words: "Confirm who this person is",
			Manual: &store.Manual{Owner: store.IT, First: true, Proof: "how they were identified", Instructions: "They are not in the directory. Find out who they are and which accounts they use."},
		})
	}
	for _, t := range x.cfg.Tasks {
		out = append(out, store.StepPlan{
			ID: store.StepID("tasks/" + t.Name + "/1"), System: Tasks, Words: t.Words,
			Manual: &store.Manual{Owner: t.Owner, Instructions: t.Instructions, Proof: t.Proof, Due: t.Due},
		})
	}
	return out
}

// Systems are the names of what is surveyed for a case.
func (x *Executor) Systems() []string {
	out := make([]string, 0, len(x.cfg.Systems)+1)
	for _, s := range x.cfg.Systems {
		out = append(out, s.Name)
	}
	return append(out, Tasks)
}
