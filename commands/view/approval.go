package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// Approval is the approver's question.
func (v View) Approval(c store.Case, approver store.PersonID) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Parts: []bot.Part{bot.Heading{Text: v.title(c)}}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	asked := false
	for _, a := range p.Approvers {
		asked = asked || a == approver
	}
	switch {
	case p.State == store.Asked && asked && !slices.Contains(c.Outstanding(), store.Approver):
		m.Summary = fmt.Sprintf("%s: %s. You need not do anything more.", c.ID, v.Asking(c))
		add(bot.Prose{Text: bot.T(m.Summary)}, v.facts(c, true))
		add(v.handover(c)...)
		add(v.known(c)...)
		add(append(bot.Buttons{{Label: "Choose who gets what…", Verb: string(store.VerbAnswer), Object: object(c, "")}}, v.tell(c)...))
	case p.State == store.Asked && asked && p.Kind == store.Retake:
		var parts []bot.Part
		m.Summary, parts = v.again(c)
		add(parts...)
	case p.State == store.Asked && asked && p.Kind == store.Destroy:
		var parts []bot.Part
		m.Summary, parts = v.destroys(c)
		add(parts...)
	case p.State == store.Asked && asked:
		m.Summary = fmt.Sprintf("%s asks you to approve %s: %s.", v.Name(c.Asker()), v.called(c), v.named(v.wording(c).asks, c))
		add(bot.Prose{Text: bot.Join(bot.B(v.Name(c.Asker())), bot.T(" asks for your approval"+v.purpose(c)+". "+v.wording(c).untouched+" you decide."))})
		if len(c.Outstanding()) > 1 || len(p.Given) > 0 {
			add(bot.Prose{Text: bot.T(upper(v.Asking(c)) + ". All of them must approve.")})
		}
		add(voided(p, approver)...)
		add(v.standsIn(c, approver)...)
		add(v.facts(c, true))
		add(v.found(c, false)...)
		add(v.handover(c)...)
		add(v.known(c)...)
		add(v.missing(c)...)
		add(append(v.question(c), v.tell(c)...), typed(store.VerbApprove, c))
	case p.State == store.Asked && slices.ContainsFunc(p.Given, func(d store.Decision) bool { return d.By == approver }):
		m.Summary = fmt.Sprintf("%s: you have approved it. Thank you; you need not do anything more.", c.ID)
		add(bot.Prose{Text: bot.T(m.Summary)})
	case p.State == store.Asked || p.Decision == nil && len(p.Delegated) > 0 && !asked:
		m.Summary = fmt.Sprintf("%s: %s is asked instead of you.", c.ID, v.approvers(p))
		add(bot.Prose{Text: bot.T(m.Summary + " You need not do anything.")})
	case p.State == store.Declined, p.State == store.Proposed, p.State == store.Surveying:
		m.Summary = fmt.Sprintf("%s is back with %s. You will be asked again if it is submitted again.", c.ID, v.Name(c.Asker()))
		if p.Declined != nil && p.State == store.Declined {
			add(v.declined(c))
		}
		add(bot.Prose{Text: bot.T(m.Summary)})
	default:
		m.Summary = v.news(c)
		add(bot.Prose{Text: bot.T(m.Summary)}, v.facts(c, true))
		add(v.handover(c)...)
		var buttons bot.Buttons
		if v.open(c) {
			buttons = append(buttons, bot.Button{Label: "Change who gets what…", Verb: string(store.VerbAnswer), Object: object(c, "")})
		}
		if asked {
			add(v.known(c)...)
			buttons = append(buttons, v.tell(c)...)
		}
		if len(buttons) > 0 {
			add(buttons)
		}
	}
	switch {
	case !asked: // who passed it on learns nothing more
	case p.State == store.Approved || p.State == store.Begun:
		add(v.hold(c)...)
	default:
		add(v.whole(c)...)
	}
	return m
}

// purpose is what an approval is for, where that is not a leave.
func (v View) purpose(c store.Case) string {
	if c.Plan(0).Kind == store.Leave {
		return ""
	}
	return ": " + v.named(v.wording(c).asks, c)
}

// ApprovalCard is the approver's question where others of their team read it
// too. It has no reason in it, and once it is decided it says no more than that.
func (v View) ApprovalCard(c store.Case) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Summary: bot.Clean(v.verdict(c), bot.MaxSummary)}
	switch {
	case c.Outcome == store.Cancelled:
	case p.State == store.Asked:
		open, _ := v.seats(c)
		m.Summary = fmt.Sprintf("%s: %s asks %s to approve.", c.ID, v.Name(c.Asker()), names(open))
		if len(p.Given) > 0 {
			m.Summary = fmt.Sprintf("%s: %s.", c.ID, v.Asking(c))
		}
	case p.Decision != nil:
		m.Summary = fmt.Sprintf("%s was approved by %s on %s.", c.ID, v.approvedBy(p), Moment(p.Decision.At, c.Zone()))
	case p.State == store.Declined, p.State == store.Proposed, p.State == store.Surveying:
		m.Summary = fmt.Sprintf("%s is back with %s.", c.ID, v.Name(c.Asker()))
	}
	m.Parts = []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.B(m.Summary)}, v.facts(c, false)}
	if p.State == store.Asked && (p.Kind == store.Retake || p.Kind == store.Destroy) {
		_, parts := v.again(c)
		if p.Kind == store.Destroy {
			_, parts = v.destroys(c)
		}
		m.Parts = append(append(m.Parts, parts...), bot.Fine{Text: bot.T("Only " + v.approvers(p) + " can decide.")})
		return m
	}
	if p.State == store.Asked {
		m.Parts = append(append(m.Parts, v.found(c, false)...), v.handover(c)...)
		open, _ := v.seats(c)
		m.Parts = append(m.Parts, v.question(c), bot.Fine{Text: bot.T("Only " + names(open) + " can decide.")})
	}
	return m
}

// open reports whether some answer can still be changed.
func (v View) open(c store.Case) bool {
	for _, s := range c.Plan(0).Steps {
		if s.StepPlan.Answers && !s.State.Ended() && s.State != store.Running {
			return true
		}
	}
	return false
}

func (v View) question(c store.Case) bot.Buttons {
	p := c.Plan(0)
	text := fmt.Sprintf("%s %s.", v.named(v.wording(c).begins, c), v.cutOff(c))
	if v.late(c) {
		text = fmt.Sprintf("%s as soon as it is approved: the time for it has passed.", v.named(v.wording(c).begins, c))
	}
	if shares(p) {
		text += " Who gets what is as shown."
	}
	b := v.decides(c, "Approve", text, "Decline…")
	if !shares(p) { // nothing in it goes to somebody else
		b = slices.DeleteFunc(b, func(x bot.Button) bool { return x.Verb == string(store.VerbAnswer) })
	}
	return b
}

// decides are the buttons of somebody who is asked: yes and no in the words of the
// question, and text is what yes does.
func (v View) decides(c store.Case, yes, text, no string) bot.Buttons {
	p := c.Plan(0)
	if n := lost(p); n > 0 {
		text += " " + store.Count(n, "thing can't", "things can't") + " be given back."
	}
	return bot.Buttons{
		{
			Label: yes, Verb: string(store.VerbApprove), Object: object(c, p.Scope), Style: bot.Primary,
			Confirm: &bot.Confirm{Title: bot.Clean("Approve "+v.title(c)+"?", 100), Text: bot.Clean(text, 300), Yes: "Yes, approve"},
		},
		{Label: "Choose who gets what…", Verb: string(store.VerbAnswer), Object: object(c, "")},
		{Label: "Not me, ask…", Verb: string(store.VerbDelegate), Object: object(c, "")},
		{Label: no, Verb: string(store.VerbDecline), Object: object(c, p.Scope), Style: bot.Danger},
	}
}

func lost(p store.Plan) (n int) {
	for _, s := range p.Steps {
		if s.Loses != "" {
			n++
		} else {
			n += irreversible(s)
		}
	}
	return n
}

// handover says who gets what.
func (v View) handover(c store.Case) []bot.Part {
	list := bot.Checklist{Title: "Who gets what"}
	for _, s := range c.Plan(0).Steps {
		if !s.StepPlan.Answers || s.State == store.Skipped || s.State == store.Halted {
			continue
		}
		for _, h := range v.Held(c, s) {
			if !h.Heir {
				continue
			}
			a, ok := s.Answer(h.ID)
			list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(h.Label, 150)), Detail: bot.T(v.answer(c, a, ok))})
		}
	}
	if len(list.Rows) == 0 {
		return nil
	}
	return []bot.Part{list}
}

func (v View) answer(c store.Case, a store.Answer, chosen bool) string {
	switch {
	case !chosen:
		return v.Name(c.Heir()) + ", unless somebody else is chosen"
	case a.Choice == store.Keep:
		return fmt.Sprintf("kept until %s: %s", Day(a.Until), bot.Clean(v.Text(string(c.ID), a.Reason), 200))
	case a.Choice == store.Archive:
		return "archived by IT"
	}
	return v.Name(a.Heir)
}
