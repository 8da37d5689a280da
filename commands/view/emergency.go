package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// lockOuts counts the lock-outs of a plan and those that are proven or
// confirmed.
func lockOuts(p store.Plan) (done, all int) {
	for _, s := range p.Steps {
		if !s.LockOut || s.Drift {
			continue
		}
		all++
		if s.State.Ended() && s.State != store.Skipped && s.State != store.Halted {
			done++
		}
	}
	return done, all
}

// emergency is the verdict of an emergency that is under way.
func (v View) emergency(c store.Case) string {
	p, s := c.Plan(0), c.Summary()
	done, all := lockOuts(p)
	text := fmt.Sprintf("%s, EMERGENCY by %s: %d of %s done.", c.ID, v.Name(p.By), done, store.Count(all, "lock-out", "lock-outs"))
	if n := len(p.Unsurveyed()); n > 0 {
		text += fmt.Sprintf(" I am still looking at %s.", store.Count(n, "system", "systems"))
	}
	if s.Stuck > 0 {
		text += " " + store.Count(s.Stuck, "step needs", "steps need") + " a person."
	}
	switch {
	case len(p.Unsurveyed()) > 0:
	case p.Unratified() && len(p.Given) > 0:
		text += fmt.Sprintf(" %s.", upper(v.Asking(c)))
	case p.Unratified():
		who, are := v.ratifiers(c)
		text += fmt.Sprintf(" %s %s asked to decide about the rest.", who, are)
	default:
		text += fmt.Sprintf(" %d of %s done.", s.Ended, store.Count(s.Steps, "step", "steps"))
	}
	return text
}

// ratifiers names all who are to say whether an emergency was right, with "is" or "are".
func (v View) ratifiers(c store.Case) (who, are string) {
	list := []string{v.approvers(c.Plan(0))}
	are = "is"
	for _, s := range store.Tally(c.Needed()[1:]) {
		list = append(list, s.Words())
		are = "are"
	}
	return names(list), are
}

// Ratify asks somebody whose approval of an emergency is outstanding whether it was
// right, and about all that was not done at once.
func (v View) Ratify(c store.Case, reader store.PersonID) bot.Message {
	p := c.Plan(0)
	name := v.Name(c.Person)
	done, all := lockOuts(p)
	m := bot.Message{Summary: fmt.Sprintf("%s locked out %s as an emergency (%s). Please decide whether that was right.", v.Name(p.By), name, c.ID)}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	add(bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.Join(bot.B(v.Name(p.By)+" locked out "+name+" as an emergency."), bot.T(fmt.Sprintf(" %d of %s done. Nothing else is taken before you decide.", done, store.Count(all, "lock-out is", "lock-outs are"))))})
	if len(c.Outstanding()) > 1 || len(p.Given) > 0 {
		add(bot.Prose{Text: bot.T(upper(v.Asking(c)) + ". All of them must approve.")})
	}
	add(voided(p, reader)...)
	add(v.facts(c, false))
	if why := v.Text(string(c.ID), p.Reason); why != "" {
		add(bot.Facts{{Label: "Why", Value: bot.T(bot.Clean(why, 600))}})
	}
	for _, g := range v.groups(p) {
		g.steps = slices.DeleteFunc(slices.Clone(g.steps), func(s store.Step) bool { return !s.Drift })
		if len(g.steps) > 0 {
			add(bot.Checklist{Title: "If you approve: " + g.title, Rows: v.planned(c, g)})
		}
	}
	add(v.handover(c)...)
	text := fmt.Sprintf("It was right, and what is listed is taken from %s too. Who gets what is as shown.", name)
	buttons := v.decides(c, "It was right", text, "It was not right…")
	if !slices.Contains(p.Approvers, reader) { // they decide by a role, and nothing else is theirs
		buttons = slices.Delete(buttons, 1, 3)
	}
	add(buttons, typed(store.VerbApprove, c))
	return m
}

// Announced tells those who watch emergencies that there is one. The reason is
// for those who may know of the case.
// asks is whether the reader is one of those who are to say that it was right.
func (v View) Announced(c store.Case, reason, asks bool) bot.Message {
	p := c.Plan(1)
	who, are := v.ratifiers(c)
	todo := "You need not do anything; if it was not right, you are told."
	if asks {
		todo = "You are one of them: that question is a message of its own."
	}
	m := bot.Message{Summary: fmt.Sprintf("%s locked out %s as an emergency, on %s.", v.Name(p.By), v.Name(c.Person), Moment(p.Begun, c.Zone()))}
	m.Parts = []bot.Part{
		bot.Heading{Text: "Emergency"},
		bot.Prose{Text: bot.T(m.Summary + " One person is enough for that, so it is told to you. " + who + " " + are + " asked whether it was right, and about the rest. " + todo)},
	}
	if why := v.Text(string(c.ID), p.Reason); reason && why != "" {
		m.Parts = append(m.Parts, bot.Facts{{Label: "Why", Value: bot.T(bot.Clean(why, 600))}})
	}
	if reason {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("If that looks wrong, ask %s, and type /offboard stop %s.", v.Name(p.By), c.ID))})
	} else {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("If that looks wrong, ask %s or the security team.", v.Name(p.By)))})
	}
	return m
}

// lockedStill says who gives back what an emergency has locked that was not right.
func (v View) lockedStill(c store.Case) string {
	return fmt.Sprintf("%s stays locked out until HR or security gives that back: /offboard undo %s, and why.", v.Name(c.Person), c.ID)
}

// Judged tells those to whom an emergency was announced what became of it. known
// are those who may know of the case; ok is false while nobody has decided.
func (v View) Judged(c store.Case, known bool) (m bot.Message, ok bool) {
	p := c.Plan(1)
	var text, why string
	rest := v.lockedStill(c)
	if !known {
		rest = fmt.Sprintf("%s stays locked out until somebody who works on it gives that back: ask %s or the security team.", v.Name(c.Person), v.Name(p.By))
	}
	switch {
	case p.Wrong != nil:
		text, why = fmt.Sprintf("%s says that it was not right that %s locked out %s.", v.Name(p.Wrong.By), v.Name(p.By), v.Name(c.Person)), v.Text(string(c.ID), p.Wrong.Reason)
	case p.Stopped != nil && len(p.Later) == 0:
		text, why = fmt.Sprintf("%s stopped the emergency of %s before anybody had said that it was right.", v.Name(p.Stopped.By), v.Name(c.Person)), v.Text(string(c.ID), p.Stopped.Reason)
	default:
		return m, false
	}
	m = bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: "Emergency: not right"},
		bot.Prose{Text: bot.Join(bot.B(text), bot.T(" They were locked out on "), Moment(p.Begun, c.Zone()), bot.T(". "+rest))},
	}}
	if p.Wrong == nil {
		m.Parts[0] = bot.Heading{Text: "Emergency: stopped"}
	}
	if known && why != "" {
		m.Parts = append(m.Parts, bot.Facts{{Label: "Why", Value: bot.T(bot.Clean(why, 600))}})
	}
	return m, true
}

// Unratified tells those above that nobody has said that an emergency was right.
func (v View) Unratified(c store.Case) bot.Message {
	p := c.Plan(0)
	open, are := v.seats(c)
	were := map[string]string{"is": "was", "are": "were"}[are]
	m := bot.Message{Summary: fmt.Sprintf("%s: nobody has decided yet whether it was right to lock out %s.", c.ID, v.Name(c.Person))}
	m.Parts = []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.T(fmt.Sprintf(
		"%s They stay locked out. %s %s asked on %s. Please ask them, or have somebody else asked: \"Not me, ask…\" on their message. If it was not right: /offboard stop %s.",
		m.Summary, names(open), were, Moment(p.Asked, c.Zone()), c.ID,
	))}}
	return m
}
