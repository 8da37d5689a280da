package view

import (
	"fmt"

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
	switch {
	case p.Begun.IsZero():
		return fmt.Sprintf("The undo of %s was given up by %s. Nothing was given back to %s.", c.ID, by, name)
	case p.Stopped != nil:
		text = fmt.Sprintf("The undo of %s was stopped by %s: %s has only a part back.", c.ID, by, name)
	case len(p.Only) > 0:
		text = fmt.Sprintf("A part of %s is undone: %s has this back, and the rest stays taken.", c.ID, name)
	}
	if n := leftOut(p); n > 0 {
		text += " " + count(n, "step was", "steps were") + " left out; see what remains."
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
// that is given back has ended, so that each is told once.
func (v View) Returns(c store.Case) []Return {
	var out []Return
	p := c.Plan(0)
	if p.Kind != store.Restore {
		return nil
	}
	for _, s := range p.Steps {
		if !s.State.Ended() {
			return nil
		}
		if s.State != store.Proven {
			continue
		}
		for _, h := range v.Held(c, s) {
			if heir := v.had(c, s, h); heir != "" {
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
	text := fmt.Sprintf("%s went back from you to %s.", count(len(rows), "thing", "things"), v.Name(c.Person))
	return bot.Message{Summary: text, Parts: []bot.Part{
		bot.Heading{Text: "Something went back"},
		bot.Prose{Text: bot.T(text + " You had taken over from them, and that was undone; you need not do anything. If it should stay yours, tell IT.")},
		bot.Checklist{Rows: rows},
	}}
}
