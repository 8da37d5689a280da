package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// BatchQuestion asks one person to approve all of a list, and later says what
// has become of it.
func (v View) BatchQuestion(l List, asked store.PersonID) bot.Message {
	if !l.Stands(l.Facts) || !slices.Contains(l.Deciders(), asked) {
		return v.batchAnswered(l, asked)
	}
	n := store.Count(l.Facts.Cases, "person", "people")
	text := fmt.Sprintf("%s asks for your approval for all of them at once. Nothing is taken away before you decide. What somebody owns goes to their manager.", v.asker(l))
	switch m := l.Asked.Moved; {
	case asked != l.Asked.To:
		text = fmt.Sprintf("%s has not decided, so you may, in their place; whoever is first settles it. ", v.Name(l.Asked.To)) + text
	case len(m) > 0:
		text = fmt.Sprintf("You are asked in place of %s, who is leaving too. ", v.Name(m[len(m)-1].From)) + text
	}
	if l.Late {
		text += " Their time has passed: access ends as soon as you approve."
	}
	m := bot.Message{Summary: bot.Clean(fmt.Sprintf("%s: %s asks you to approve that %s leave.", l.ID, v.asker(l), n), bot.MaxSummary)}
	m.Parts = append(m.Parts, bot.Heading{Text: fmt.Sprintf("%s · %s", l.ID, n)}, bot.Prose{Text: bot.T(text)}, v.batchFacts(l))
	m.Parts = append(m.Parts, v.further(l)...)
	m.Parts = append(m.Parts, v.batchParts(l)...)
	if out := len(l.Rows) - l.Facts.Cases; out > 0 {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(fmt.Sprintf("%s of the list %s not a part of this. The last message says who, and what to do about each.", store.Count(out, "person", "people"), map[bool]string{true: "is", false: "are"}[out == 1]))})
	}
	code := l.Facts.Scope[:min(CodeLength, len(l.Facts.Scope))]
	m.Parts = append(m.Parts, bot.Buttons{
		{Label: "Approve all…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "approve", l.Facts.Scope), Style: bot.Primary, Confirm: &bot.Confirm{
			Title: "Approve all of them?", Text: fmt.Sprintf("Access of %s ends%s.", n, v.when(l)), Yes: "Approve all",
		}},
		{Label: "Decline…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "decline", l.Facts.Scope)},
	}, bot.Fine{Text: bot.T(fmt.Sprintf("Or type: /offboard batch %s approve %s", l.ID, code))})
	return m
}

// batchAnswered is what a question says that waits for no answer of its reader.
func (v View) batchAnswered(l List, asked store.PersonID) bot.Message {
	text := fmt.Sprintf("%s: you need not do anything now.", l.ID)
	switch {
	case l.Decision != nil && l.Decision.By == asked:
		text = fmt.Sprintf("%s: %s", l.ID, v.progress(l))
	case l.Decision != nil:
		text = fmt.Sprintf("%s: %s has approved it, so nothing is needed from you.", l.ID, v.Name(l.Decision.By))
	case l.Declined != nil && l.Declined.By == asked:
		text = fmt.Sprintf("%s: you did not approve it. It is back with %s.", l.ID, v.asker(l))
	case l.Dropped != nil:
		text = fmt.Sprintf("%s has been given up.", l.ID)
	case l.Asked != nil && slices.Contains(l.Deciders(), asked):
		text = fmt.Sprintf("%s has changed since you were asked, so it can't be approved now. %s must submit it again.", l.ID, v.asker(l))
	case l.Asked != nil:
		text = fmt.Sprintf("%s: %s is asked now, so nothing is needed from you.", l.ID, v.Name(l.Asked.To))
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// BatchClosing says how a list has ended, to who asked for it and who approved it.
func (v View) BatchClosing(l List, reader store.PersonID) bot.Message {
	text := v.progress(l)
	m := bot.Message{Summary: bot.Clean(fmt.Sprintf("%s: %s", l.ID, text), bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: fmt.Sprintf("%s · %s", l.ID, store.Count(len(l.Rows), "person", "people"))}, bot.Prose{Text: bot.T(text)}, v.batchFacts(l),
	}}
	m.Parts = append(append(m.Parts, v.batchParts(l)...), v.keptOut(l, reader)...)
	m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("/offboard batch %s shows this again.", l.ID))})
	return m
}

func (v View) when(l List) string {
	if l.CutOff.Mode == store.At && !l.Late {
		return ": " + Moment(l.CutOff.At, v.Zone).String()
	}
	return " at once"
}
