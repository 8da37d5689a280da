package view

import (
	"fmt"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// Undone says what a decision leads to once it is disowned, beside the freeze, in
// a sentence. closed is about the case that it was made in.
func Undone(e store.Event, closed bool) string {
	if strings.HasPrefix(e.Subject, "OFF-") {
		if closed {
			return e.Subject + " is over; nothing is left to hold."
		}
		return e.Subject + " is held: no step of it begins, and what was done stays as it is."
	}
	installation := e.Subject == store.Installation
	switch b := e.Body.(type) {
	case store.Seconded:
		if installation {
			return "What was agreed to does not count any more: the rules from before it do, and what the breaker had stopped is stopped again."
		}
		return "What was agreed to does not count any more."
	case store.Requested:
		if b.Change.Verb == store.VerbLink {
			return "The chat account is not linked, or not any more."
		}
		return "What was asked for is void, or does not count any more."
	case store.Paused:
		return "The bot is paused again, unless somebody else has decided about that since."
	case store.Explained, store.Owned:
		return "What was said about the account does not count any more: it is told again."
	case store.Trusted:
		return "Nothing is taken back by itself: somebody must look whether the clock is right."
	}
	return "What was asked for is void."
}

// Frozen tells security and the administrators that the decisions of a person
// are refused because a decision was disowned. Who may not know of the case
// that it was about is not told which one it is.
func (v View) Frozen(p store.Person, e store.Event, knows bool) bot.Message {
	name := v.Name(p.ID)
	text := fmt.Sprintf("The decisions of %s are refused: somebody opened the link in a mail to %s and said that a decision in this name was not theirs.", name, name)
	what, then, look := did(e), "The case is held if it is not over.", "/offboard audit "+e.Subject
	switch {
	case e.Subject == store.Installation:
		then, look = Undone(e, false), "on the server's machine, offboard audit show installation"
	case !strings.HasPrefix(e.Subject, "OFF-"):
		then, look = Undone(e, false), "on the server's machine, offboard audit show "+e.Subject
	case !knows:
		what, look = "decided something in a case", "security and the auditors can read it"
	}
	m := bot.Message{Summary: bot.Clean("The decisions of "+name+" are refused: one was disowned.", bot.MaxSummary)}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	add(bot.Heading{Text: bot.Clean("Frozen: the decisions of "+name, bot.MaxHeading)}, bot.Prose{Text: bot.B(text)},
		bot.Facts{
			{Label: "Frozen since", Value: Moment(p.Frozen.At, v.Zone)},
			{Label: "Because of", Value: bot.Join(bot.T(fmt.Sprintf("entry %d of the record, ", e.Seq)), Moment(e.At, v.Zone))},
			{Label: "It says", Value: bot.T(name + " " + what)},
			{Label: "What follows", Value: bot.T(then)},
		},
		bot.Prose{Text: bot.T(fmt.Sprintf("Please ask %s in person or by telephone, not in the chat: the account may be somebody else's. Look at what else was decided in this name (the record: %s). If it was not them, have the password changed and the account signed out everywhere.", name, look))},
		bot.Prose{Text: bot.T(fmt.Sprintf("When all is well, type: /offboard unfreeze %s, and why. A second person must agree.", name))})
	add(v.thawAsked(p)...)
	return m
}

// thawAsked says who asks to let a person decide again, and how to agree.
func (v View) thawAsked(p store.Person) []bot.Part {
	for _, x := range p.Pending {
		if x.Change.Verb == store.VerbUnfreeze {
			return []bot.Part{bot.Prose{Text: bot.T(fmt.Sprintf("%s asks to let them decide again. A second person types: /offboard unfreeze agree %s:%d", v.Name(x.By), p.ID, x.Entry))}}
		}
	}
	return nil
}

// Thawed is what is left of Frozen when the decisions count again.
func (v View) Thawed(p store.Person) bot.Message {
	text := fmt.Sprintf("The decisions of %s count again.", v.Name(p.ID))
	if t := p.Thawed; t != nil && p.Frozen == nil {
		text = fmt.Sprintf("The decisions of %s count again: %s asked for it, and %s agreed.", v.Name(p.ID), v.Name(t.By), v.Name(t.Second))
	} else if p.Frozen != nil {
		text = fmt.Sprintf("The decisions of %s are frozen again, by a newer message.", v.Name(p.ID))
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// FrozenList lists whose decisions are refused.
func (v View) FrozenList(persons []store.Person) bot.Message {
	if len(persons) == 0 {
		return *bot.Say("Nobody's decisions are frozen.").Message
	}
	text := fmt.Sprintf("The decisions of %d people are refused.", len(persons))
	if len(persons) == 1 {
		text = "The decisions of one person are refused."
	}
	m := bot.Message{Summary: text, Parts: []bot.Part{bot.Heading{Text: "Frozen decisions"}, bot.Prose{Text: bot.T(text)}}}
	for _, p := range persons[:min(len(persons), 10)] {
		entries := make([]string, len(p.Frozen.Why))
		for i, w := range p.Frozen.Why {
			entries[i] = fmt.Sprint(w.Entry)
		}
		m.Parts = append(m.Parts, bot.Prose{Text: bot.Join(bot.B(v.Name(p.ID)), bot.T(" — "+v.Line(p.ID)+". Since "), Moment(p.Frozen.At, v.Zone),
			bot.T(bot.Clean(", because of entry "+strings.Join(entries, ", ")+" of the record.", 300)))})
		m.Parts = append(m.Parts, v.thawAsked(p)...)
	}
	if more := len(persons) - 10; more > 0 {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(fmt.Sprintf("… and %d more.", more))})
	}
	m.Parts = append(m.Parts, bot.Fine{Text: bot.T("To let one decide again: /offboard unfreeze, the name or login, and why. A second person must agree.")})
	return m
}
