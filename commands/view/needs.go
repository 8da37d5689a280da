package view

import (
	"slices"

	"offboard/bot"
	"offboard/store"
)

// What is said of steps that need others to be done first (store.StepPlan.Needs).

// quoted are what steps do, each once: steps of several accounts have the same words.
func quoted(steps []store.Step) string {
	var list []string
	for _, s := range steps {
		if words := "\"" + bot.Clean(s.Words, 100) + "\""; !slices.Contains(list, words) {
			list = append(list, words)
		}
	}
	return few(list, 3)
}

// once says to whoever approves what must be done before a step.
func once(p store.Plan, s store.Step) string {
	var first []store.Step
	for _, id := range s.Needs {
		if of := p.Step(id); of.ID != "" {
			first = append(first, of)
		}
	}
	if len(first) == 0 {
		return ""
	}
	return "only once this is done: " + quoted(first)
}

// lacks says what a step waits for that has to be done first.
func lacks(p store.Plan, s store.Step) string {
	of := p.Step(p.Lacks(s))
	switch {
	case of.ID == "":
		return "waits for what is still looked for"
	case of.Manual != nil || of.State == store.Accepted:
		return "waits for " + quoted([]store.Step{of}) + " to be confirmed"
	}
	return "waits for " + quoted([]store.Step{of}) + " to be done"
}

// follows says what waits for a step that a person confirms, after what is said of it.
func follows(p store.Plan, s store.Step, after string) string {
	if list := p.NeededBy(s.ID); len(list) > 0 {
		return after + quoted(list) + " must wait for that"
	}
	return ""
}

// Then tells who confirms a step what begins by it.
func Then(p store.Plan, s store.Step) string {
	if list := p.NeededBy(s.ID); len(list) > 0 {
		return " I then go on with " + quoted(list) + "."
	}
	return ""
}

// Without tells who leaves a step out what is left out with it.
func Without(p store.Plan, s store.Step) string {
	if list := p.NeededBy(s.ID); len(list) > 0 {
		return " Left out with it: " + quoted(list) + ". It must not be done without this."
	}
	return ""
}

// notDecided says why a step was left out by nobody's decision; empty if somebody
// has decided it.
func notDecided(p store.Plan, s store.Step) string {
	switch {
	case s.Lapsed:
		return "left undone: nobody has confirmed it in time"
	case s.Without == "":
		return ""
	}
	switch of := p.Step(s.Without); {
	case of.ID == "":
		return "left out: it needs something that is not a part of this"
	case of.State.Done():
		return "left out: " + quoted([]store.Step{of}) + " was not all done, and this must not be done without it"
	default:
		return "left out: " + quoted([]store.Step{of}) + " was not done, and this must not be done without it"
	}
}

// leaves is the button that leaves out what others wait for: else only typing it
// would say that it will not come.
func leaves(c store.Case, s store.Step) bot.Buttons {
	if len(c.Plan(0).NeededBy(s.ID)) == 0 {
		return nil
	}
	return bot.Buttons{{Label: bot.Clean("Skip: "+inner(s.Words), bot.MaxLabel), Verb: string(store.VerbSkip), Object: object(c, string(s.ID)), Style: bot.Danger}}
}
