package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// restored says in one line how an undo ended.
func (v View) restored(c store.Case) string {
	p := c.Plan(0)
	name := v.Name(c.Person)
	by := "somebody"
	if p.Stopped != nil {
		by = v.Name(p.Stopped.By)
	}
	text := fmt.Sprintf("%s is undone: what could be given back to %s is given back.", c.ID, name)
	if v.Kind(c.Terms.Kind).Returns {
		text = fmt.Sprintf("%s has ended: what could be given back to %s is given back.", c.ID, name)
	}
	switch {
	case p.Begun.IsZero():
		return fmt.Sprintf("The undo of %s was given up by %s. Nothing was given back to %s.", c.ID, by, name)
	case p.Stopped != nil:
		text = fmt.Sprintf("The undo of %s was stopped by %s: %s has only a part back.", c.ID, by, name)
	case len(p.Only) > 0:
		text = fmt.Sprintf("A part of %s is undone: %s has this back, and the rest stays taken.", c.ID, name)
	}
	if n := leftOut(p); n > 0 {
		text += " " + store.Count(n, "step was", "steps were") + " left out; see what remains."
	}
	return text
}

// notBack lists what can't be given back, and what else the survey of an undo
// said: also when it is over, people must know.
func (v View) notBack(c store.Case) []bot.Part {
	p := c.Plan(0)
	if p.Kind != store.Restore {
		return nil
	}
	var rows []bot.Row
	for _, s := range p.Surveys {
		for _, n := range s.Notes {
			rows = append(rows, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(v.Text(string(c.ID), n), 400))})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return []bot.Part{bot.Checklist{Title: "Good to know", Rows: rows}}
}

// A Return is a thing that somebody had got, and that went back.
type Return struct {
	From  store.PersonID
	Label string
}

// Returns are the things that went back from those who had got them, once all
// of that has ended, so that each is told once.
func (v View) Returns(c store.Case) []Return {
	var out []Return
	p := c.Plan(0)
	if p.Kind != store.Restore {
		return nil
	}
	for _, s := range p.Steps {
		for _, h := range v.Held(c, s) {
			switch heir := v.had(c, s, h); {
			case heir == "":
			case !s.State.Ended():
				return nil
			case s.State == store.Proven:
				out = append(out, Return{heir, v.system(s.System) + ": " + bot.Clean(h.Label, 150)})
			}
		}
	}
	return out
}

// had is who had got an item; empty for nobody.
func (v View) had(c store.Case, s store.Step, h store.Held) (heir store.PersonID) {
	for _, ref := range s.Back {
		was := c.Plan(ref.Plan).Step(ref.Step)
		for _, k := range v.Held(c, was) {
			if k.Ref != h.Ref || !was.StepPlan.Answers {
				continue
			}
			heir = c.Terms.Manager // who gets what was found only when it was taken
			if a, ok := was.Answer(k.ID); ok {
				heir = a.Heir
			}
		}
	}
	return heir
}

// Returned tells somebody what went back from them.
func (v View) Returned(c store.Case, from store.PersonID) bot.Message {
	var rows []bot.Row
	for _, r := range v.Returns(c) {
		if r.From == from {
			rows = append(rows, bot.Row{Mark: bot.Proven, Text: bot.T(r.Label)})
		}
	}
	text := fmt.Sprintf("%s went back from you to %s.", store.Count(len(rows), "thing", "things"), v.Name(c.Person))
	return bot.Message{Summary: text, Parts: []bot.Part{
		bot.Heading{Text: "Something went back"},
		bot.Prose{Text: bot.T(text + " You had taken over from them, and that was undone; you need not do anything. If it should stay yours, tell IT.")},
		bot.Checklist{Rows: rows},
	}}
}

// Undo is a step that can be undone, and its plan.
type Undo struct {
	Plan int
	Step store.Step
}

// Undoable lists the steps of a case that have, or may have, taken something
// that a restore could give back, the newest plan first.
func Undoable(c store.Case) []Undo {
	var out []Undo
	for _, p := range slices.Backward(c.Plans) {
		if p.Kind == store.Restore || p.Begun.IsZero() {
			continue
		}
		for _, s := range p.Steps {
			kept := slices.ContainsFunc(s.Items, func(i store.Item) bool { return !i.Irreversible })
			if s.Manual == nil && s.Tries > 0 && kept && !c.Returned(p.No, s.ID) {
				out = append(out, Undo{p.No, s})
			}
		}
	}
	return out
}

// Deleted reports whether all that an undo of the case could give back was deleted
// for good since, with the accounts that it was taken from.
func (v View) Deleted(c store.Case) bool {
	gone := map[string]bool{}
	for _, p := range c.Plans {
		for _, s := range p.Steps {
			if p.Kind == store.Destroy && (s.State == store.Proven || s.State == store.Confirmed) {
				gone[s.System+" "+v.AccountID(c, s)] = true
			}
		}
	}
	return len(gone) > 0 && !slices.ContainsFunc(Undoable(c), func(u Undo) bool { return !gone[u.Step.System+" "+v.AccountID(c, u.Step)] })
}

// Taken says what a step took, to choose it from a list.
func (v View) Taken(c store.Case, s store.Step) string {
	return v.system(s.System) + ": " + v.Words(c, s)
}

// Undoing is what an undo of the case is called: that of a suspension is its end.
func (v View) Undoing(c store.Case) string {
	if k := v.Kind(c.Terms.Kind); k.Returns {
		return "End the " + inner(k.Title)
	}
	return "Undo " + string(c.ID)
}

// undo is the button that asks for an undo; nil where there is nothing to undo.
func (v View) undo(c store.Case) []bot.Part {
	if c.State != store.CaseClosed || c.Undoable(1) != nil || v.Deleted(c) {
		return nil
	}
	label := "Undo…"
	if v.Kind(c.Terms.Kind).Returns {
		label = v.Undoing(c) + "…"
	}
	return []bot.Part{bot.Buttons{{Label: bot.Clean(label, bot.MaxLabel), Verb: string(store.VerbUndo), Object: store.Object{Case: c.ID, Plan: 1}.String()}}}
}

// UndoOne is the menu that asks to undo one step.
func (v View) UndoOne(c store.Case) []bot.Part {
	list := Undoable(c)
	if c.State != store.CaseClosed || c.Undoable(1) != nil || len(list) < 2 || v.Deleted(c) {
		return nil
	}
	m := bot.Menu{Label: "Undo this alone", Verb: string(store.VerbUndo), Object: store.Object{Case: c.ID, Plan: 1}.String(), Field: "what"}
	for _, u := range first(list, bot.MaxOptions) {
		m.Options = append(m.Options, bot.Option{Value: fmt.Sprintf("%d %s", u.Plan, u.Step.ID), Label: bot.Clean(v.Taken(c, u.Step), bot.MaxOption)})
	}
	return []bot.Part{m}
}

// back says how a case goes on for somebody who is to come back.
func (v View) back(c store.Case) []bot.Part {
	if c.State != store.CaseClosed || c.Undoable(1) != nil || !v.Kind(c.Terms.Kind).Returns {
		return nil
	}
	return []bot.Part{bot.Prose{Text: bot.T(fmt.Sprintf("When it ends, HR or security presses \"%s…\", or types /offboard undo %s and why: what was taken is given back, after an approval. Nothing comes back by itself.", v.Undoing(c), c.ID))}}
}
