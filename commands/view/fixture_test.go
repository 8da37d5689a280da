package view_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// book answers everything with one text, within the contract of view.Book:
// fit for one line, and not empty.
type book struct {
	text string
	hold *store.LegalHold
}

func (b book) plain(limit int) string {
	if text := bot.Clean(b.text, limit); text != "" {
		return text
	}
	return "?"
}

func (b book) Name(store.PersonID) string { return b.plain(100) }

func (b book) Line(store.PersonID) string { return bot.Clean(b.text, 300) }

func (b book) Text(_ string, p store.Private) string {
	if p.IsZero() {
		return ""
	}
	return b.plain(3000)
}

func (b book) Held(_ store.Case, s store.Step) []store.Held {
	var out []store.Held
	for _, i := range s.Items {
		out = append(out, store.Held{ID: i.ID, Label: b.plain(300), Heir: i.Heir})
	}
	return out
}

func (b book) AccountID(_ store.Case, s store.Step) string {
	if s.Manual != nil {
		return ""
	}
	return string(s.ID)
}

func (b book) Came(store.Case, store.Return) []store.Held {
	return slices.Repeat([]store.Held{{ID: "1", Label: b.plain(180)}}, 20)
}

func (b book) Legal(store.PersonID) *store.LegalHold { return b.hold }

func (b book) ConfigFile(store.Configuration) store.ConfigFile {
	line := b.plain(180)
	return store.ConfigFile{Sum: "0", Changed: slices.Repeat([]string{line}, 20), Weaker: slices.Repeat([]string{line}, 16)}
}

func newView(text string) view.View {
	return view.View{
		Zone:    time.UTC,
		Book:    book{text, &store.LegalHold{Roles: []store.Role{store.HR, store.Security, store.Auditor}, At: monday}},
		Kinds:   []view.Kind{{ID: "resignation", Title: "Resignation", Reminders: true}, {ID: "death", Title: "Death", Neutral: true}},
		Systems: map[string]string{"dir": "Company directory"},
		Why:     map[string]string{"board": text},
	}
}

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// sealed is a text that the book opens.
var sealed = store.Seal("sealed")

// step is a step of every sort: an account's, with items to give, or manual.
func step(n int, state store.StepState) store.Step {
	s := store.Step{
		StepPlan: store.StepPlan{
			ID: store.StepID(fmt.Sprintf("dir/action%d/%d", n%4, n)), System: "dir", Action: fmt.Sprintf("action%d", n%4), Words: "Leave all groups",
			Login: sealed, Account: sealed, Held: sealed, LockOut: n%4 == 0, Answers: n%4 == 1, Admin: n%5 == 0, Items: []store.Item{{ID: "1", Irreversible: n%3 == 0, Heir: n%4 == 1}},
		},
		State: state, Attempts: 2, Tries: 2, Why: whys[n%len(whys)], Message: sealed, Note: sealed, By: "P-3", Seconder: "P-4",
		First: monday, Ended: monday.Add(time.Minute), Again: monday.Add(time.Hour), Left: n % 2,
	}
	if s.Calls = s.LockOut && (state == store.NeedsPerson || state == store.FailedAgain || state == store.Running); s.Calls && n%8 == 4 {
		s.Taker, s.TakenAt = "P-6", monday
	}
	if n%6 == 0 {
		s.Needed = sealed
	}
	if n%7 == 6 {
		s.Manual, s.Calls, s.Taker = &store.Manual{Owner: store.IT, Instructions: "Collect it.", Proof: "the serial number", Due: time.Hour, Lapse: time.Hour}, false, ""
		s.Lapsed = state == store.Skipped
		s.Action, s.Account, s.StepPlan.Answers = "", store.Private{}, false
	}
	switch n % 3 {
	case 1:
		s.Answers = append([]store.Answer(nil), store.Answer{Step: s.ID, Item: "1", Choice: store.Give, Heir: "P-5"})
	case 2:
		s.Answers = append([]store.Answer(nil), store.Answer{Step: s.ID, Item: "1", Choice: store.Keep, Until: "2026-12-31", Reason: sealed})
	}
	return s
}

// caseIn is a case whose plan is in a state, with these steps.
func caseIn(state store.PlanState, mode store.Mode, steps ...store.Step) store.Case {
	d := &store.Decision{By: "P-3", At: monday, Reason: sealed}
	p := store.Plan{
		No: 1, Kind: store.Leave, State: state, Systems: []string{"dir", "tasks"}, Steps: steps, Scope: strings.Repeat("f", 16), Approvers: []store.PersonID{"P-3"},
		CutOff: store.CutOff{Mode: mode, At: monday}, Surveys: []store.Surveyed{{Plan: 1, System: "dir", Unread: []store.Private{sealed}, Notes: []store.Private{sealed}, Searched: sealed}},
	}
	c := store.Case{
		ID: "OFF-1", State: store.CaseOpen, Person: "P-1", Requester: "P-2", Opened: monday,
		Ruling:  store.Ruling{Also: []store.Role{store.HR, store.Security}, Rules: []string{"board", "gone"}},
		Terms:   store.Terms{Kind: "resignation", LastDay: "2026-11-30", End: "2026-12-31", Zone: "Europe/Lisbon", Manager: "P-3", Reason: sealed, CutOff: p.CutOff},
		Notes:   []store.Note{{By: "P-6", At: monday, Text: sealed}},
		Pending: []store.Pending{{Entry: 7, By: "P-2", Change: store.Change{Verb: store.VerbCancel, Plan: 1, Reason: sealed}}},
	}
	switch state {
	case store.Declined:
		p.Declined = d
	case store.Approved:
		p.Decision, p.Due = d, monday
	case store.Begun:
		p.Decision, p.Due, p.Begun, p.Delay = d, monday, monday.Add(3*time.Minute), store.ByOutage
	case store.Over:
		p.Decision, p.Due, p.Begun, p.Over = d, monday, monday, monday.Add(time.Hour)
		c.State, c.Closed, c.Outcome, c.Pending = store.CaseClosed, p.Over, store.Done, nil
	case store.Surveying, store.Proposed, store.Asked:
	}
	c.Plans = []store.Plan{p}
	return c
}

// reasons is a book in which every sealed text is a reason.
type reasons struct{ book }

func (reasons) Text(_ string, p store.Private) string {
	if p.IsZero() {
		return ""
	}
	return "THE REASON"
}
