package store

import (
	"strings"
	"testing"
	"time"
)

// Reading is an entry, once a day for each person and view, and whoever may not
// read leaves none.
func TestViewed(t *testing.T) {
	o, k := clocked(t)
	c, _ := o.left()
	id := string(c.ID)
	list := Viewed{What: ReconcileView, From: "2026-11-01", To: "2026-11-30", Zone: "Europe/Lisbon", Lines: 18, Sum: strings.Repeat("0", 64)}
	other := list
	other.Sum = strings.Repeat("1", 64)
	o.claims["paula"], o.people["paula"] = []Claim{{Role: Auditor, Scope: func(Card) bool { return false }}}, o.meet("paula")
	for _, tt := range []struct {
		name, subject string
		actor         Actor
		body          Viewed
		adds          int // entries
		refused       bool
	}{
		{"an auditor", id, o.actor("aude"), Viewed{What: RecordView}, 1, false},
		{"the same again", id, o.actor("aude"), Viewed{What: RecordView}, 0, false},
		{"another view", id, o.actor("aude"), Viewed{What: CardView}, 1, false},
		{"another person", id, o.actor("sasha"), Viewed{What: RecordView}, 1, false},
		{"the first again", id, o.actor("aude"), Viewed{What: RecordView}, 0, false},
		{"an operator", id, Operator("root"), Viewed{What: RecordView}, 1, false},
		{"the same operator", id, Operator("root"), Viewed{What: RecordView}, 0, false},
		{"another operator", id, Operator("eve"), Viewed{What: RecordView}, 1, false},
		{"HR does not read the record", id, o.actor("hanna"), Viewed{What: RecordView}, 0, true},
		{"an auditor of others", id, o.actor("paula"), Viewed{What: RecordView}, 0, true},
		{"the leaver", id, o.actor(o.leaver), Viewed{What: CardView}, 0, true},
		{"a case that is not there", "OFF-99", o.actor("aude"), Viewed{What: RecordView}, 0, true},
		{"what is no view", id, o.actor("aude"), Viewed{What: "all"}, 0, true},
		{"a list about a case", id, Operator("root"), list, 0, true},
		{"a person's record", string(c.Person), Operator("root"), Viewed{What: RecordView}, 1, false},
		{"again", string(c.Person), Operator("root"), Viewed{What: RecordView}, 0, false},
		{"a person's record in the chat", string(c.Person), o.actor("aude"), Viewed{What: RecordView}, 0, true},
		{"a list", Installation, Operator("root"), list, 1, false},
		{"the same list", Installation, Operator("root"), list, 0, false},
		{"another list", Installation, Operator("root"), other, 1, false},
		{"a list in the chat", Installation, o.actor("aude"), list, 0, true},
		{"a list of nobody", Installation, Operator("root"), Viewed{What: ReconcileView}, 0, true},
	} {
		before := o.Last()
		err := o.View(t.Context(), tt.subject, tt.actor, tt.body)
		if r := refusal(t, err); (r != nil) != tt.refused {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := int(o.Last() - before); got != tt.adds {
			t.Errorf("%s: %d entries", tt.name, got)
		}
	}
	k.pass(24 * time.Hour)
	before := o.Last()
	if err := o.View(t.Context(), id, o.actor("aude"), Viewed{What: RecordView}); err != nil || o.Last() != before+1 {
		t.Errorf("the next day: %v, %d entries", err, o.Last()-before)
	}
	// Reading is nothing that happens in a case: no clock of it begins anew.
	o.do(id, "aude", exported())
	next, err := o.Case(c.ID)
	if err != nil || len(next.Views) != 1 {
		t.Errorf("%+v, %v", next.Views, err)
	}
	if next.Seq, next.Last, next.Views = c.Seq, c.Last, c.Views; asJSON(t, next) != asJSON(t, c) {
		t.Errorf("the case was %s and is %s", asJSON(t, c), asJSON(t, next))
	}
	for want, b := range map[string]Viewed{"read the record": {What: RecordView}, "read how it stands, as an auditor": {What: CardView}, "compared a list of 18 lines with the log, last days 2026-11-01 to 2026-11-30": list} {
		if got := Words(Event{Body: b}); got != want {
			t.Errorf("got %q", got)
		}
	}
}

// Who only reads is an auditor who neither works on the case nor is asked about it.
func TestReadsOnly(t *testing.T) {
	t.Parallel()
	c := Case{Requester: "P-1", Plans: []Plan{{No: 1, Approvers: []PersonID{"P-2"}}}}
	for _, tt := range []struct {
		who   PersonID
		roles []Role
		want  bool
	}{
		{"P-9", []Role{Auditor}, true},
		{"P-9", []Role{Auditor, Admin}, true}, // an administrator does not work on cases
		{"P-9", []Role{Auditor, Security}, false},
		{"P-9", []Role{HR}, false},
		{"P-9", nil, false},
		{"P-1", []Role{Auditor}, false}, // asked for it
		{"P-2", []Role{Auditor}, false}, // approves it
	} {
		if got := c.ReadsOnly(tt.who, tt.roles); got != tt.want {
			t.Errorf("%s %v: %v", tt.who, tt.roles, got)
		}
	}
}
