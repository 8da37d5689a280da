package actions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/store"
)

// Tasks is the name under which the manual tasks of the configuration are
// surveyed, as if they were a system.
const Tasks = "tasks"

// Enquiry is what is asked of the approver of each leave.
type Enquiry struct {
	Ask    []store.Question
	Within time.Duration // so long after the approval it is asked; then the case goes on without
}

// Task is a manual task: of the configuration, or of an action (Spec.Then).
type Task struct {
	Name         string
	Words        string // as an order: "Take back the laptop"
	Instructions string
	Owner        store.Role
	Due          time.Duration // after the cut-off, or before it
	Proof        string        // what the note should say
	Lapse        time.Duration // so long after it was due a case goes on without it; 0: never
}

// surveys is how one system is surveyed for a plan of each kind: what would be
// done there. Who adds a kind says in way.go too which way its steps go.
var surveys = map[store.PlanKind]func(x *Executor, ctx context.Context, c store.Case, card Person, system string) (store.Surveyed, error){
	store.Leave:   (*Executor).look,
	store.Move:    (*Executor).lookMove,
	store.Restore: (*Executor).lookBack,
	store.Retake:  (*Executor).lookAgain,
	store.Destroy: (*Executor).lookDestroy,
}

// survey records what one system holds for one case.
func (x *Executor) survey(ctx context.Context, id store.CaseID, system string) error {
	c, err := x.cfg.Store.Case(id)
	if err != nil || x.paused.Load() {
		return err
	}
	_, card, err := x.cfg.Store.Person(c.Person)
	if err != nil {
		return err
	}
	look, ok := surveys[c.Plan(0).Kind]
	if !ok {
		return fmt.Errorf("nobody knows how a plan of the kind %q is surveyed", c.Plan(0).Kind)
	}
	found, err := look(x, ctx, c, card, system)
	if err != nil {
		return err
	}
	_, err = x.cfg.Store.Append(ctx, string(id), store.Bot("executor"), found)
	if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Code == store.Malformed {
		// A connector that names two steps alike is broken, and will be next
		// time too: a person looks instead.
		found.Unread = append(found.Unread, store.Seal(x.title(system)+": what was found can't be written down: "+refused.Text))
		found.Steps = []store.StepPlan{byHand(system, "Look at "+x.title(system)+" by hand: what was found can't be written down", card)}
		_, err = x.cfg.Store.Append(ctx, string(id), store.Bot("executor"), found)
	}
	return err
}

// look reads one system for one case: what would be done there. It changes
// nothing. What cannot be read becomes a task for a person, never "nothing".
func (x *Executor) look(ctx context.Context, c store.Case, card Person, system string) (store.Surveyed, error) {
	return x.lookFor(ctx, c, card, system, nil)
}

// lookFor does that for a departure, or for what somebody loses there by a change
// of role.
func (x *Executor) lookFor(ctx context.Context, c store.Case, card Person, system string, loss *store.Loss) (store.Surveyed, error) {
	out := store.Surveyed{Plan: c.Plan(0).No, System: system}
	left := x.cfg.Left(card, c.Terms.Kind)
	if system == Tasks {
		out.Steps, out.Notes = x.tasks(c, left), x.untouched(left)
		return out, nil
	}
	sys, ok := x.system(system)
	switch {
	case left[system] != "" && loss != nil:
		out.Notes = []store.Private{store.Seal(fmt.Sprintf("%s is left alone: the rule %s says so.", x.title(system), left[system]))}
		return out, nil
	case left[system] != "":
		return out, nil // the notes beside the tasks say so
	case !ok && loss != nil:
		s := &surveyor{sys: System{Name: system}, card: card}
		out.Steps = []store.StepPlan{s.byRole("It is not configured any more. " + inWords(*loss))}
		return out, nil
	case !ok:
		out.Steps = []store.StepPlan{byHand(system, "Look at "+system+" by hand: it is not configured any more", card)}
		return out, nil
	case c.ByHand:
		out.Steps = []store.StepPlan{byHand(system, "Look for their accounts in "+sys.Title, card)}
		out.Notes = []store.Private{store.Seal(sys.Title + ": nobody with this name is in the directory, so a person must look for the accounts.")}
		return out, nil
	}
	p := c.Plan(0)
	s := &surveyor{x: x, sys: sys, out: &out, card: card, left: left, loss: loss, met: map[string]bool{}, aside: p.State == store.Approved || p.State == store.Begun}
	var err error
	if s.owned, err = x.cfg.Store.OwnedBy(c.Person); err != nil {
		return out, err
	}
	if slices.Contains(p.Systems, Tasks) {
		for _, t := range x.tasks(c, left) {
			s.tasks = append(s.tasks, t.ID)
		}
	}
	for _, spec := range sys.Actions {
		if spec.Phase == PhaseDestroy || s.some() && spec.LockOut {
			continue
		}
		if rule := left[system+"/"+spec.Name]; rule != "" {
			s.note(fmt.Sprintf("The rule %s leaves this out: %s.", rule, lower(spec.Words)))
			continue
		}
		if err := s.read(ctx, spec); err != nil {
			return out, err
		}
	}
	s.finish()
	return out, nil
}

func (x *Executor) title(system string) string {
	if sys, ok := x.system(system); ok {
		return sys.Title
	}
	return system
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
func (x *Executor) tasks(c store.Case, left map[string]string) []store.StepPlan {
	var out []store.StepPlan
	if c.ByHand {
		out = append(out, store.StepPlan{
			ID: "tasks/identify/1", System: Tasks, Words: "Confirm who this person is",
			Manual: &store.Manual{Owner: store.IT, First: true, Proof: "how they were identified", Instructions: "They are not in the directory. Find out who they are and which accounts they use."},
		})
	}
	for _, t := range x.cfg.Tasks {
		if left[Tasks+"/"+t.Name] != "" {
			continue
		}
		out = append(out, store.StepPlan{
			ID: stepID(Tasks, t.Name, 0), System: Tasks, Words: t.Words,
			Manual: &store.Manual{Owner: t.Owner, Instructions: t.Instructions, Proof: t.Proof, Due: t.Due, Lapse: t.Lapse},
		})
	}
	return append(out, x.questions(c)...)
}

// questions ask the approver of a leave what no system shows, in one step.
func (x *Executor) questions(c store.Case) []store.StepPlan {
	if c.Plan(0).Kind != store.Leave || len(x.cfg.Questions.Ask) == 0 {
		return nil
	}
	return []store.StepPlan{{
		ID: stepID(Tasks, "questions", 0), System: Tasks, Words: "Say what they leave behind that no system shows",
		Manual: &store.Manual{Owner: store.Approver, Lapse: x.cfg.Questions.Within, Questions: x.cfg.Questions.Ask},
	}}
}

// manual is the work of a person that an action asks for.
func (t Task) manual() store.Manual {
	return store.Manual{
		Owner: cmp.Or(t.Owner, store.IT), Instructions: t.Instructions, Proof: cmp.Or(t.Proof, "what was done, and by whom"), Due: cmp.Or(t.Due, manualDue), Lapse: t.Lapse,
	}
}

// untouched says which systems and tasks a rule leaves out. They have no survey
// of their own, and whoever approves must not think that they were looked at.
func (x *Executor) untouched(left map[string]string) []store.Private {
	var out []store.Private
	for _, s := range x.cfg.Systems {
		if rule := left[s.Name]; rule != "" {
			out = append(out, store.Seal(fmt.Sprintf("%s is left alone: the rule %s says so.", s.Title, rule)))
		}
	}
	for _, t := range x.cfg.Tasks {
		if rule := left[Tasks+"/"+t.Name]; rule != "" {
			out = append(out, store.Seal(fmt.Sprintf("Nobody is given the task %q: the rule %s says so.", t.Words, rule)))
		}
	}
	return out
}

func stepID(system, action string, account int) store.StepID {
	return store.StepID(fmt.Sprintf("%s/%s/%d", system, action, account+1))
}

// Systems are the names of what is surveyed for a case.
func (x *Executor) Systems() []string {
	out := make([]string, 0, len(x.cfg.Systems)+1)
	for _, s := range x.cfg.Systems {
		out = append(out, s.Name)
	}
	return append(out, Tasks)
}
