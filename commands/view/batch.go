package view

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// List is a batch with what is needed to word it.
type List struct {
	store.Batch
	Facts store.BatchFacts
	Cases map[int]store.Summary // by row of the list
	Tally []Tally               // what would be done, over all of them; only while it is proposed or asked
}

// Tally counts steps that are alike.
type Tally struct {
	System string
	Words  string
	Steps  int
	Loses  int // of them, those that take something which can't be given back
}

// How much of a list is named in a message.
const (
	namedPeople = 40
	namedMisses = 15
)

// stage is how far the cases of a list have come after it was approved.
type stage struct{ waiting, running, stuck, done, left, gone int }

func (l List) stage() (s stage) {
	for _, c := range l.Cases {
		switch {
		case c.Batch != l.ID || c.State == store.CaseDraft:
		case c.State == store.CaseClosed && c.Outcome == store.AccessLeft:
			s.left++
		case c.State == store.CaseClosed && c.Outcome == store.Cancelled:
			s.gone++
		case c.State == store.CaseClosed:
			s.done++
		case c.Stuck > 0:
			s.stuck++
		case c.Begun:
			s.running++
		default:
			s.waiting++
		}
	}
	return s
}

// Over reports whether every case that was approved has ended.
func (l List) Over() bool {
	s := l.stage()
	return l.Decision != nil && l.Facts.Cases == 0 && s.waiting+s.running+s.stuck == 0
}

// Proposes reports whether the list can be submitted.
func (l List) Proposes() bool {
	return l.Owner != "" && !l.Settled() && l.Facts.Left == 0 && l.Facts.Unready == 0 && l.Facts.Cases > 0
}

// BatchObject names a list in a button, with what is to be done with it.
func BatchObject(id store.BatchID, what, detail string) string {
	return strings.TrimSuffix(fmt.Sprintf("%s:%s:%s", id, what, detail), ":")
}

// Batch is the one card of a list, for the one who asks for it.
func (v View) Batch(l List) bot.Message {
	title := fmt.Sprintf("%s · %s", l.ID, store.Count(len(l.Rows), "person", "people"))
	m := bot.Message{Parts: []bot.Part{bot.Heading{Text: title}}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	say := func(text string) {
		m.Summary = bot.Clean(fmt.Sprintf("%s: %s", l.ID, text), bot.MaxSummary)
		add(bot.Prose{Text: bot.T(text)})
	}
	drop := bot.Button{Label: "Give it up…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "drop", ""), Style: bot.Danger, Confirm: &bot.Confirm{
		Title: "Give up the whole list?", Text: fmt.Sprintf("Every draft of %s ends, and nothing is done.", l.ID), Yes: "Give it up",
	}}
	var buttons bot.Buttons
	switch opened := len(l.Rows) - len(l.Excepted) - l.Facts.Left; {
	case l.Dropped != nil:
		say(fmt.Sprintf("%s has given this list up. Its drafts have ended, and nothing was done.", v.Name(l.Dropped.By)))
	case l.Decision != nil:
		say(v.progress(l))
	case l.Owner == "":
		say(fmt.Sprintf("The user %s of the server's machine proposes that these people leave. Nothing happens before somebody of HR or security takes the list over and submits it. Ask whoever made it first.", bot.Clean(l.User, 64)))
		buttons = bot.Buttons{{Label: "Take it over", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "take", ""), Style: bot.Primary}, drop}
	case l.Facts.Left > 0:
		say(fmt.Sprintf("I am opening a draft for each of them: %d of %d. Nothing is changed, and nobody else was told.", opened, len(l.Rows)))
		buttons = bot.Buttons{drop}
	case l.Facts.Unready > 0:
		say(fmt.Sprintf("I am looking at what they have: %d of %d to go. Nothing is changed by looking.", l.Facts.Unready, l.Facts.Cases))
		buttons = bot.Buttons{drop}
	case l.Facts.Cases == 0:
		say("No case of this list is left, so there is nothing to approve.")
		buttons = bot.Buttons{drop}
	case l.Asked != nil && l.Asked.Scope == l.Facts.Scope:
		say(fmt.Sprintf("%s is asked to approve all of it. Nothing happens before that.", v.Name(l.Asked.To)))
		buttons = bot.Buttons{drop}
	default:
		switch {
		case l.Declined != nil:
			say(fmt.Sprintf("%s did not approve it: %s Take out who should not be on it, and submit it again, or give it up.", v.Name(l.Declined.By), sentence(v.Text(string(l.ID), l.Declined.Reason))))
		case l.Asked != nil:
			say(fmt.Sprintf("It has changed since %s was asked, so it must be submitted again.", v.Name(l.Asked.To)))
		default:
			say("This is what will happen. Nothing has been changed yet, and nobody else was told. Submit it, and one person approves all of it.")
		}
		buttons = bot.Buttons{{Label: "Submit…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "submit", l.Facts.Scope), Style: bot.Primary}, drop}
	}
	add(v.batchFacts(l))
	if l.Owner != "" {
		add(v.batchParts(l)...)
	}
	if len(buttons) > 0 {
		add(buttons)
	}
	typed := fmt.Sprintf("/offboard batch %s shows this again.", l.ID)
	switch {
	case l.Owner == "":
		typed = fmt.Sprintf("Or type: /offboard batch %s take", l.ID)
	case l.Proposes():
		typed = fmt.Sprintf("Or type: /offboard batch %s submit, and who approves. /offboard batch %s out OFF-42 takes one case out of it.", l.ID, l.ID)
	}
	add(bot.Fine{Text: bot.T(typed)})
	return m
}

func sentence(s string) string {
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return bot.Clean(s, 600)
}

// progress says how far an approved list has come.
func (v View) progress(l List) string {
	s := l.stage()
	if n := l.Facts.Cases; n > 0 {
		return fmt.Sprintf("%s has approved it. I am telling each case: %d to go.", v.Name(l.Decision.By), n)
	}
	if l.Over() {
		text := fmt.Sprintf("All of it is done: %s closed.", store.Count(s.done, "case is", "cases are"))
		if s.left > 0 {
			text = fmt.Sprintf("All cases are closed, and %s with access left. /offboard list, and the messages about them, say which.", store.Count(s.left, "case is", "cases are"))
		}
		return text
	}
	var parts []string
	for _, x := range []struct {
		n    int
		what string
	}{{s.waiting, "waiting for their time"}, {s.running, "under way"}, {s.stuck, "waiting for a person"}, {s.done, "done"}, {s.left, "closed with access left"}, {s.gone, "given up"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	return fmt.Sprintf("%s has approved it. Cases: %s.", v.Name(l.Decision.By), names(parts))
}

func (v View) batchFacts(l List) bot.Facts {
	ends := bot.T("as soon as it is approved")
	switch {
	case l.CutOff.Mode == store.At:
		ends = Moment(l.CutOff.At, v.Zone)
	case l.Decision != nil:
		ends = bot.T("at once")
	}
	f := bot.Facts{{Label: "Access ends", Value: bot.Join(ends, bot.T(", for all of them"))}}
	if l.Owner != "" {
		f = append(f, bot.Fact{Label: "Asked for by", Value: bot.T(v.Name(l.Owner))})
	}
	if l.User != "" {
		f = append(f, bot.Fact{Label: "Proposed by", Value: bot.T("the user " + bot.Clean(l.User, 64) + " of the server's machine")})
	}
	if l.Decision != nil {
		f = append(f, bot.Fact{Label: "Approved by", Value: bot.T(v.Name(l.Decision.By))})
	}
	return f
}

// batchParts say who is on it, what would be done, and for whom no case is open.
func (v View) batchParts(l List) []bot.Part {
	var out []bot.Part
	if len(l.Tally) > 0 {
		list := bot.Checklist{Title: "What would be done"}
		for _, t := range l.Tally {
			row := bot.Row{Mark: bot.Open, Text: bot.T(fmt.Sprintf("%s: %s — %s", v.system(t.System), t.Words, store.Count(t.Steps, "time", "times")))}
			if t.Loses > 0 {
				row.Detail = bot.T(fmt.Sprintf("%d of them take something that can't be given back", t.Loses))
			}
			list.Rows = append(list.Rows, row)
		}
		out = append(out, list)
	}
	var people []string
	for row := range l.Rows {
		if c, ok := l.Cases[row]; ok && c.Batch == l.ID && (c.State == store.CaseDraft || l.Settled()) {
			people = append(people, fmt.Sprintf("%s (%s)", v.Name(c.Person), c.ID))
		}
	}
	if n := len(people); n > 0 {
		more := ""
		if n > namedPeople {
			people, more = people[:namedPeople], fmt.Sprintf(" … and %d more.", n-namedPeople)
		}
		out = append(out, bot.Prose{Text: bot.Join(bot.B(store.Count(n, "case", "cases")), bot.T(": "+strings.Join(people, ", ")+more))})
	}
	if n := len(l.Excepted); n > 0 {
		list := bot.Checklist{Title: fmt.Sprintf("No case could be opened for %s", store.Count(n, "person", "people"))}
		for _, x := range l.Excepted[:min(n, namedMisses)] {
			list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(v.Name(l.Rows[x.Row].Person)), Detail: bot.T(bot.Clean(v.Text(string(l.ID), x.Why), 300))})
		}
		if n > namedMisses {
			list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("and %d more", n-namedMisses))})
		}
		out = append(out, list)
	}
	return out
}

// BatchQuestion asks one person to approve all of a list, and later says what
// has become of it.
func (v View) BatchQuestion(l List, asked store.PersonID) bot.Message {
	if l.Asked == nil || l.Asked.To != asked || l.Settled() || l.Asked.Scope != l.Facts.Scope {
		text := fmt.Sprintf("%s: you need not do anything now.", l.ID)
		switch {
		case l.Decision != nil && l.Decision.By == asked:
			text = fmt.Sprintf("%s: %s", l.ID, v.progress(l))
		case l.Declined != nil && l.Declined.By == asked:
			text = fmt.Sprintf("%s: you did not approve it. It is back with %s.", l.ID, v.Name(l.Owner))
		case l.Dropped != nil:
			text = fmt.Sprintf("%s has been given up.", l.ID)
		case l.Asked != nil && l.Asked.To == asked && !l.Settled():
			text = fmt.Sprintf("%s has changed since you were asked, so it can't be approved now. %s must submit it again.", l.ID, v.Name(l.Owner))
		}
		return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
	}
	n := store.Count(l.Facts.Cases, "person", "people")
	m := bot.Message{Summary: bot.Clean(fmt.Sprintf("%s: %s asks you to approve that %s leave.", l.ID, v.Name(l.Owner), n), bot.MaxSummary)}
	m.Parts = append(m.Parts, bot.Heading{Text: fmt.Sprintf("%s · %s", l.ID, n)},
		bot.Prose{Text: bot.T(fmt.Sprintf("%s asks for your approval for all of them at once. Nothing is taken away before you decide. What somebody owns goes to their manager.", v.Name(l.Owner)))},
		v.batchFacts(l))
	l.Excepted = nil // for whom nothing is done is for the one who asks
	m.Parts = append(m.Parts, v.batchParts(l)...)
	code := l.Facts.Scope[:min(CodeLength, len(l.Facts.Scope))]
	m.Parts = append(m.Parts, bot.Buttons{
		{Label: "Approve all…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "approve", l.Facts.Scope), Style: bot.Primary, Confirm: &bot.Confirm{
			Title: "Approve all of them?", Text: fmt.Sprintf("%s lose their access%s.", n, v.when(l)), Yes: "Approve all",
		}},
		{Label: "Decline…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "decline", l.Facts.Scope)},
	}, bot.Fine{Text: bot.T(fmt.Sprintf("Or type: /offboard batch %s approve %s", l.ID, code))})
	return m
}

func (v View) when(l List) string {
	if l.CutOff.Mode == store.At {
		return ": " + Moment(l.CutOff.At, v.Zone).String()
	}
	return " at once"
}

// Batches lists the lists that somebody may know of, the newest first.
func (v View) Batches(list []List) bot.Message {
	newer := bot.Buttons{{Label: "New list…", Verb: string(store.VerbBatch), Object: "new", Style: bot.Primary}}
	fine := bot.Fine{Text: bot.T("For more people make a table, and have it read on the server's machine: offboard import leavers.csv")}
	if len(list) == 0 {
		const text = "There is no list of leavers that you can see."
		return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}, newer, fine}}
	}
	text := fmt.Sprintf("You can see %s of leavers.", store.Count(len(list), "list", "lists"))
	m := bot.Message{Summary: text, Parts: []bot.Part{bot.Heading{Text: text}}}
	const most = 10
	slices.Reverse(list)
	for _, l := range list[:min(len(list), most)] {
		m.Parts = append(m.Parts, bot.Buttons{{Label: bot.Clean(fmt.Sprintf("%s · %s", l.ID, store.Count(len(l.Rows), "person", "people")), bot.MaxLabel), Verb: string(store.VerbBatch), Object: string(l.ID)}})
	}
	if more := len(list) - most; more > 0 {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(fmt.Sprintf("… and %d older ones: /offboard batch and the number.", more))})
	}
	m.Parts = append(m.Parts, newer, fine)
	return m
}
