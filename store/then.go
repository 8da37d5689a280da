package store

import (
	"fmt"
	"slices"
)

// Some of what is handed over, or left, asks for work that only a person can do:
// who owned a service account knows its secret, whoever owns it now. The task about
// it is part of the plan from the moment the thing is found.

// Then is what a person does about each item of a step that asks for it
// (Item.Then), whatever becomes of the step.
type Then struct {
	Words  string `json:"words"` // as an order: "Rotate the secret"
	Manual Manual `json:"manual"`
}

// thenID is the task about an item.
func thenID(step StepID, item string) StepID {
	return StepID(fmt.Sprintf("then/%s/%s", step, item))
}

// followUp adds the tasks about the items of a step, once each. held has their names.
func (p *Plan) followUp(s Step, held Private) {
	if s.Then == nil {
		return
	}
	for _, it := range s.Items {
		id := thenID(s.ID, it.ID)
		if !it.Then || p.index(id) >= 0 {
			continue
		}
		m := s.Then.Manual
		m.Of = s.ID
		p.Steps = append(slices.Clone(p.Steps), Step{State: Waiting, Drift: s.Drift, StepPlan: StepPlan{
			ID: id, System: s.System, Words: s.Then.Words, Items: []Item{{ID: it.ID}}, Held: held, Login: s.Login, Manual: &m,
		}})
	}
}

// NewOwner is who gets what a task is about from the step beside it; empty where
// nobody is named, or it stays where it is.
func (p Plan) NewOwner(s Step) PersonID {
	if s.Manual == nil || s.Manual.Of == "" || len(s.Items) != 1 {
		return ""
	}
	a, _ := p.Step(s.Manual.Of).Answer(s.Items[0].ID)
	return a.Heir
}
