package view

import (
	"fmt"
	"strings"

	"offboard/bot"
	"offboard/store"
)

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
		what = "leave out: " + v.system(s.System) + ": " + v.Words(c, s)
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
