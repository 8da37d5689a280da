package view

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"offboard/bot"
	"offboard/store"
)

// verdict is the state of a case in one line.
func (v View) verdict(c store.Case) string {
	p := c.Plan(0)
	s := c.Summary()
	if h, held := c.Held(); held {
		return v.why(c, h)
	}
	switch p.State {
	case store.Approved:
		if p.CutOff.Mode == store.Press {
			return fmt.Sprintf("%s: approved by %s. It begins when somebody presses \"Cut off now\".", c.ID, v.approvedBy(p))
		}
		if text := v.HeldBack(c); text != "" {
			return fmt.Sprintf("%s: approved by %s. %s", c.ID, v.approvedBy(p), text)
		}
		if p.CutOff.Mode == store.Now {
			return fmt.Sprintf("%s: approved by %s. %s now.", c.ID, v.approvedBy(p), v.named(v.wording(c).begins, c))
		}
		return fmt.Sprintf("%s: approved by %s. %s %s.", c.ID, v.approvedBy(p), v.named(v.wording(c).begins, c), v.cutOff(c))
	case store.Begun:
		if p.Emergency {
			return v.emergency(c)
		}
		text := fmt.Sprintf("%s: %d of %d done", c.ID, s.Ended, s.Steps)
		if s.Stuck > 0 {
			text += ", " + store.Count(s.Stuck, "step needs", "steps need") + " a person"
		}
		if n := len(waitForHold(p)); n > 0 && v.Legal(c.Person) != nil {
			text += ", " + store.Count(n, "step waits", "steps wait") + " for the end of a legal hold"
		}
		return text + "."
	case store.Over:
		return v.ended(c)
	case store.Surveying:
		return fmt.Sprintf("%s: I am looking at %s.", c.ID, v.named(v.wording(c).looking, c))
	case store.Proposed:
		if c.InBatch() {
			return fmt.Sprintf("%s: it is approved with the list %s.", c.ID, c.Batch)
		}
		return fmt.Sprintf("%s: %s has to read it and submit it.", c.ID, v.Name(c.Asker()))
	case store.Asked:
		return fmt.Sprintf("%s: %s.", c.ID, v.Asking(c))
	case store.Declined:
		return fmt.Sprintf("%s: %s has declined; %s has to correct it.", c.ID, v.Name(p.Declined.By), v.Name(c.Asker()))
	case "":
	}
	return fmt.Sprintf("%s: nothing is known yet.", c.ID)
}

func (v View) ended(c store.Case) string {
	p := c.Plan(0)
	name := v.Name(c.Person)
	switch {
	case c.Rehired != nil && (p.Kind != store.Restore || p.Over.Before(c.Rehired.At)):
		return fmt.Sprintf("%s is closed, and %s is back: %s said so on %s. Nothing of it is watched or taken any more.", c.ID, name, v.Name(c.Rehired.By), Moment(c.Rehired.At, c.Zone()))
	case p.Kind == store.Restore:
		return v.restored(c)
	case p.Kind == store.Destroy:
		return v.destroyed(c)
	}
	if slices.ContainsFunc(c.Returns, store.Return.Open) {
		return fmt.Sprintf("%s is closed, and %s HAS ACCESS AGAIN that was taken away.", c.ID, name)
	}
	switch c.Outcome {
	case store.Cancelled:
		by := "somebody"
		if p.Stopped != nil {
			by = v.Name(p.Stopped.By)
		}
		return fmt.Sprintf("%s was cancelled by %s. Nothing was taken from %s.", c.ID, by, name)
	case store.AccessLeft:
		if slices.ContainsFunc(c.Returns, func(r store.Return) bool { return r.Kept }) {
			return fmt.Sprintf("%s is closed WITH ACCESS LEFT: %s has something again that was taken away, and it stays, as was decided.", c.ID, name)
		}
		if text := v.undone(c); text != "" {
			return fmt.Sprintf("%s is closed WITH ACCESS LEFT: nobody has confirmed %s.", c.ID, text)
		}
		return fmt.Sprintf("%s is closed WITH ACCESS LEFT: %s may still be able to sign in.", c.ID, name)
	case store.Unratified:
		leave, rest := c.Plan(1), v.lockedStill(c)
		switch {
		case leave.Wrong != nil:
			return fmt.Sprintf("%s is closed: %s says that the emergency was not right. %s", c.ID, v.Name(leave.Wrong.By), rest)
		case leave.Stopped != nil:
			return fmt.Sprintf("%s is closed: %s stopped the emergency before anybody had said that it was right. %s", c.ID, v.Name(leave.Stopped.By), rest)
		}
	case store.Done, store.Restored, store.PartRestored:
	}
	text := fmt.Sprintf("%s is closed: %s has no access any more.", c.ID, name)
	switch {
	case v.Kind(c.Terms.Kind).Neutral:
		text = fmt.Sprintf("%s is closed: the accounts of %s are closed.", c.ID, name)
	case v.Kind(c.Terms.Kind).Returns:
		text = fmt.Sprintf("%s is done: %s has no access %s.", c.ID, name, v.until(c))
	}
	if n := leftOut(p); n > 0 {
		text += " " + store.Count(n, "step was", "steps were") + " left out; see what remains."
	}
	return text
}

// leftOut counts the steps that were not done.
func leftOut(p store.Plan) (n int) {
	for _, s := range p.Steps {
		if s.State == store.Skipped || s.State == store.Halted || s.Left > 0 {
			n++
		}
	}
	return n
}

// Card is IT's live checklist: one message per case, edited in place. What
// needs somebody comes first, what is done is folded into counts.
func (v View) Card(c store.Case) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Summary: bot.Clean(v.verdict(c), bot.MaxSummary)}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	add(bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.B(m.Summary)}, v.facts(c, false))
	if text := delayed(p); text != "" {
		add(bot.Fine{Text: bot.T("It began " + text + ".")})
	}
	if text := measured(p); text != "" {
		add(bot.Prose{Text: bot.T("Locked out " + text + ".")})
	}
	add(v.hold(c)...)
	add(v.letGo(c)...)
	if p.State == store.Approved {
		add(v.reached(c)...)
		add(v.since(c)...)
		add(v.early(c)...)
		add(v.ready(c), bot.Fine{Text: bot.T("HR or security can set another time or cancel it" + v.presses(c) + ".")})
		add(v.pending(c)...)
		return m
	}
	now, buttons, waiting := v.urgent(c)
	if len(now) > 0 {
		add(bot.Checklist{Title: "To look at", Rows: now})
	}
	for _, b := range first(buttons, 4) {
		add(b)
	}
	add(v.pending(c)...)
	if text := counts(p); text != "" || waiting > 0 {
		if waiting > 0 {
			text = strings.TrimPrefix(text+", "+fmt.Sprintf("%d under way", waiting), ", ")
		}
		if text += "."; !p.Begun.IsZero() { // there is none before
			text += " The thread has every step."
		}
		add(bot.Fine{Text: bot.T(text)})
	}
	if p.State == store.Begun {
		add(bot.Buttons{
			{Label: "Note…", Verb: string(store.VerbNote), Object: object(c, "")},
			{
				Label: "Stop", Verb: string(store.VerbStop), Object: object(c, ""), Style: bot.Danger,
				Confirm: &bot.Confirm{Title: "Stop " + string(c.ID) + "?", Text: "What is not done yet is not done. What is done stays done.", Yes: "Stop it"},
			},
		})
	}
	if v.Kind(c.Terms.Kind).Returns {
		add(v.undo(c)...)
	}
	if p.State == store.Over {
		add(v.notBack(c)...)
	}
	return m
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// counts says how the steps that have ended ended.
func counts(p store.Plan) string {
	n := map[store.StepState]int{}
	for _, s := range p.Steps {
		n[s.State]++
	}
	var out []string
	for _, st := range []store.StepState{store.Proven, store.Confirmed, store.Nothing, store.Skipped, store.Halted} {
		if n[st] > 0 {
			out = append(out, fmt.Sprintf("%d %s", n[st], st))
		}
	}
	return strings.Join(out, ", ")
}

// stepButtons are what a person can do about a step that needs one.
func (v View) stepButtons(c store.Case, s store.Step) bot.Buttons {
	obj := object(c, string(s.ID))
	label := func(verb string) string { return bot.Clean(verb+": "+inner(s.Words), bot.MaxLabel) }
	switch {
	case s.State.Ended(), s.Drift:
		return nil
	case s.Manual != nil && s.Manual.First:
		return bot.Buttons{{Label: "Confirm who it is", Verb: string(store.VerbConfirm), Object: obj, Style: bot.Primary}}
	case s.Manual != nil:
		return bot.Buttons{{Label: label("Confirm"), Verb: string(store.VerbConfirm), Object: obj, Style: bot.Primary}}
	case s.State == store.Accepted:
		return bot.Buttons{
			{Label: label("Confirm"), Verb: string(store.VerbConfirm), Object: obj, Style: bot.Primary},
			{Label: label("Retry"), Verb: string(store.VerbRetry), Object: obj},
		}
	case s.State == store.NeedsPerson, s.Calls:
		var out bot.Buttons
		if s.Calls && s.Taker == "" {
			out = append(out, v.take(c, s))
		}
		if s.State != store.Running {
			out = append(
				out,
				bot.Button{Label: label("Retry"), Verb: string(store.VerbRetry), Object: obj, Style: bot.Primary},
				bot.Button{Label: label("Skip"), Verb: string(store.VerbSkip), Object: obj, Style: bot.Danger},
			)
		}
		return out
	}
	return nil
}

// inner begins words with a small letter, for the middle of a phrase.
func inner(words string) string {
	r, n := utf8.DecodeRuneInString(words)
	return string(unicode.ToLower(r)) + words[n:]
}

// pending are changes that wait for a second person.
func (v View) pending(c store.Case) []bot.Part {
	var parts []bot.Part
	for _, p := range c.Pending {
		parts = append(parts, v.second(c, p, true)...)
	}
	return parts
}

// Seconders names who may agree to what somebody with these roles asks for: "IT,
// security or the approver".
func Seconders(roles []store.Role) string {
	var list []string
	for _, r := range store.Seconders(roles) {
		list = append(list, r.Words())
	}
	if len(list) == 0 {
		return "a colleague with another role"
	}
	return either(list)
}

// either joins names as people write them: "a, b or c".
func either(list []string) string {
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " or " + list[n-1]
	}
	return strings.Join(list, "")
}

// second asks a second person about a change; may: who reads it alone can agree.
func (v View) second(c store.Case, p store.Pending, may bool) []bot.Part {
	what := "cancel it"
	switch p.Change.Verb {
	case store.VerbSkip:
		s := c.Plan(0).Step(p.Change.Step)
		what = "leave out: " + v.system(s.System) + ": " + v.words(c, s)
	case store.VerbReschedule:
		what = "postpone it"
		if p.Change.CutOff.Mode == store.At {
			what += " to " + Moment(p.Change.CutOff.At, c.Zone()).String()
		}
	case store.VerbResume:
		what = "let it go on"
	default:
	}
	text := fmt.Sprintf("%s asks to %s. Somebody else must agree: %s.", v.Name(p.By), what, Seconders(p.Roles))
	if note := Wished(p.Change.CutOff, c.Zone()); note != "" {
		text += " " + note
	}
	if r := v.Text(string(c.ID), p.Change.Reason); r != "" {
		text += " Reason: " + bot.Clean(r, 300)
	}
	obj := object(c, fmt.Sprint(p.Entry))
	if !may {
		return []bot.Part{bot.Prose{Text: bot.T(text + " You need not do anything.")}}
	}
	return []bot.Part{
		bot.Prose{Text: bot.T(text)},
		bot.Buttons{
			{Label: "Agree", Verb: string(store.VerbSecond), Object: obj, Style: bot.Primary, Confirm: &bot.Confirm{Title: "Agree?", Text: bot.Clean(text, 300), Yes: "I agree"}},
			{Label: "Don't", Verb: string(store.VerbSecond), Object: object(c, fmt.Sprintf("%d:no", p.Entry))},
		},
	}
}

// Second asks for the second person in a message of its own; without the buttons
// where who reads it can't be that.
func (v View) Second(c store.Case, p store.Pending, may bool) bot.Message {
	parts := v.second(c, p, may)
	m := bot.Message{Summary: fmt.Sprintf("%s: %s asks for a second person.", c.ID, v.Name(p.By))}
	m.Parts = append([]bot.Part{bot.Heading{Text: v.title(c)}}, parts...)
	return m
}

// Settled replaces a message that has nothing to ask any more.
func (v View) Settled(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: this is settled.", c.ID)
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Ended replaces the question to somebody who was asked until the case was over.
func (v View) Ended(c store.Case) bot.Message {
	text := v.ended(c)
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text + " You need not do anything more.")}}}
}

// GoneOn replaces a message about an earlier plan of the case.
func (v View) GoneOn(c store.Case) bot.Message {
	text := fmt.Sprintf("%s has gone on since: a newer message tells how. /offboard status %s shows how it stands.", c.ID, c.ID)
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Hidden replaces a message in a channel where somebody reads who may not know
// of the case.
func (v View) Hidden(c store.Case) bot.Message {
	text := fmt.Sprintf("%s is not shown here any more. Whoever works on it is written to directly.", c.ID)
	if c.ID == store.Installation {
		text = "This is not shown here any more. Whoever may know of it is written to directly."
	}
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Detail is every step, in the thread below the card.
func (v View) Detail(c store.Case) bot.Message {
	m := bot.Message{Summary: fmt.Sprintf("%s: all steps.", c.ID)}
	if text := delayed(c.Plan(0)); text != "" {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T("It began " + text + ".")})
	}
	m.Parts = append(m.Parts, v.whole(c)...)
	for _, g := range v.groups(c.Plan(0)) {
		m.Parts = append(m.Parts, bot.Checklist{Title: g.title, Rows: v.grouped(c, g)})
	}
	for _, n := range c.Notes {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.Join(bot.T("Note by " + v.Name(n.By) + ": " + bot.Clean(v.Text(string(c.ID), n.Text), 600)))})
	}
	if len(m.Parts) == 0 {
		text := "There is nothing to do."
		if len(c.Plan(0).Unsurveyed()) > 0 {
			text = "I am still looking. What is found stands here as soon as a system has answered."
		}
		m.Parts = []bot.Part{bot.Prose{Text: bot.T(text)}}
	}
	return m
}

// Need says that a step cannot go on without a person.
func (v View) Need(c store.Case, s store.Step) bot.Message {
	row := v.live(c, s)
	row.Text = bot.T(v.system(s.System) + ": " + row.Text.String())
	m := bot.Message{Summary: fmt.Sprintf("%s needs somebody: %s.", c.ID, row.Text)}
	m.Summary = bot.Clean(m.Summary, 300)
	m.Parts = []bot.Part{bot.Heading{Text: v.title(c)}, bot.Checklist{Rows: []bot.Row{row}}}
	if b := v.stepButtons(c, s); len(b) > 0 {
		m.Parts = append(m.Parts, b)
	}
	return m
}
