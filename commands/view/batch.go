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

	Further []Further // the approvals that cases need beside that of the list
	Late    bool      // its cut-off has passed, and nobody has decided
}

// Tally counts steps that are alike.
type Tally struct {
	System string
	Words  string
	Steps  int
	Loses  int // of them, those that take something which can't be given back
}

// Further counts the cases of a list that need the same approvals beside the list's.
type Further struct {
	Roles string // who has to give them, in words
	Cases int
	Given int // approvals that each of these cases has
	Of    int // that it needs, with that of the list
}

// stage is how far the cases of a list have come after it was approved.
type stage struct{ asked, waiting, running, stuck, done, left, gone int }

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
		case c.Plan == store.Asked:
			s.asked++
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
	return l.Decision != nil && l.Facts.Cases == 0 && s.asked+s.waiting+s.running+s.stuck == 0
}

// Proposes reports whether the list can be submitted.
func (l List) Proposes() bool {
	return l.Owner != "" && !l.Settled() && l.Facts.Left == 0 && l.Facts.Unready == 0 && l.Facts.Cases > 0
}

// BatchObject names a list in a button, with what is to be done with it.
func BatchObject(id store.BatchID, what, detail string) string {
	return strings.TrimSuffix(fmt.Sprintf("%s:%s:%s", id, what, detail), ":")
}

// Batch is the one card of a list, for the one who asks for it, and for whoever
// may take it over.
func (v View) Batch(l List, reader store.PersonID) bot.Message {
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
	case l.Owner == "" && len(l.Former) > 0:
		say(v.orphaned(l))
		buttons = bot.Buttons{{Label: "Take it over", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "take", ""), Style: bot.Primary}, drop}
	case l.Owner == "":
		say(fmt.Sprintf("The user %s of the server's machine proposes that these people leave. Nothing happens before somebody of HR or security takes the list over and submits it. Ask whoever made it first.", bot.Clean(l.User, 64)))
		buttons = bot.Buttons{{Label: "Take it over", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "take", ""), Style: bot.Primary}, drop}
	case l.Facts.Left > 0:
		say(fmt.Sprintf("I am opening a draft for each of them: %s of %s. Nothing is changed, and nobody else was told.", many(opened), many(len(l.Rows))))
		buttons = bot.Buttons{drop}
	case l.Facts.Unready > 0:
		say(fmt.Sprintf("I am looking at what they have: %s of %s read. Nothing is changed by looking.", many(l.Facts.Cases-l.Facts.Unready), many(l.Facts.Cases)))
		buttons = bot.Buttons{drop}
	case l.Facts.Cases == 0:
		say("No case of this list is left, so there is nothing to approve.")
		buttons = bot.Buttons{drop}
	case l.Asked != nil && l.Asked.Scope == l.Facts.Scope:
		say(v.asked(l))
		buttons = bot.Buttons{{Label: "Ask somebody else…", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "submit", l.Facts.Scope)}, drop}
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
	add(v.further(l)...)
	if l.Owner != "" {
		add(v.batchParts(l)...)
		add(v.keptOut(l, reader)...)
	}
	if l.Owner != "" && reader != l.Owner {
		buttons = nil
		if l.Asked != nil && !l.Settled() {
			buttons = bot.Buttons{{Label: "Take it over", Verb: string(store.VerbBatch), Object: BatchObject(l.ID, "take", "")}}
		}
	}
	if len(buttons) > 0 {
		add(buttons)
	}
	typed := fmt.Sprintf("/offboard batch %s shows this again.", l.ID)
	switch {
	case l.Owner == "":
		typed = fmt.Sprintf("Or type: /offboard batch %s take", l.ID)
	case reader != l.Owner:
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
	}{{s.asked, "waiting for a further approval"}, {s.waiting, "waiting for their time"}, {s.running, "under way"}, {s.stuck, "waiting for a person"}, {s.done, "done"}, {s.left, "closed with access left"}, {s.gone, "given up"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	return fmt.Sprintf("%s has approved it. Cases: %s.", v.Name(l.Decision.By), names(parts))
}

// further says whose approvals the list's own is not enough for.
func (v View) further(l List) []bot.Part {
	if len(l.Further) == 0 || l.Over() {
		return nil
	}
	list := bot.Checklist{Title: "More approvals are needed"}
	for _, f := range l.Further {
		row := bot.Row{Mark: bot.Open, Text: bot.T(fmt.Sprintf("%s: also somebody of %s", store.Count(f.Cases, "case", "cases"), f.Roles))}
		row.Detail = bot.T(fmt.Sprintf("%d of %d approvals given. They are asked about each case by itself, once the list is approved", f.Given, f.Of))
		if l.Decision != nil {
			row.Detail = bot.T(fmt.Sprintf("%d of %d approvals given. They were asked; nothing is taken from these people before they approve", f.Given, f.Of))
		}
		list.Rows = append(list.Rows, row)
	}
	return []bot.Part{list}
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
