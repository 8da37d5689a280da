package view

import (
	"strings"
	"testing"

	"offboard/bot"
	"offboard/store"
)

// listBook opens what a list keeps sealed.
type listBook struct{ Book }

func (listBook) Name(p store.PersonID) string { return "name of " + string(p) }

func (listBook) Text(string, store.Private) string { return "OFF-7 is already open for them." }

// Who was kept out of a list is told to everybody who reads its last message, each
// with what to do; only who asks for it reads what they were refused with.
func TestKeptOut(t *testing.T) {
	v := View{Book: listBook{}}
	l := List{Batch: store.Batch{ID: "BATCH-1", Owner: "P-1", Decision: &store.Decision{By: "P-2"}}, Cases: map[int]store.Summary{}}
	for _, tt := range []struct {
		name          string
		x             *store.Exception
		c             *store.Summary
		owner, others string
	}{
		{"protected, or leaving in secret", &store.Exception{Code: store.WhoIsIt}, nil, "OFF-7 is already open for them.", "ask the security team"},
		{"leaving already", &store.Exception{Code: store.Already}, nil, "OFF-7 is already open for them.", "seen to apart from it. Ask whoever asked"},
		{"a manager who leaves", &store.Exception{Code: store.WhoIsIt, Field: "manager"}, nil, "Then open a case of their own", "somebody of HR opens a case of their own"},
		{"not in the scope of a role", &store.Exception{Code: store.NotYours}, nil, "OFF-7 is already open for them.", "If they should leave, ask HR"},
		{"taken out", nil, &store.Summary{ID: "OFF-3", State: store.CaseOpen}, "it is with OFF-3", "it is with OFF-3"},
		{"given up", nil, &store.Summary{ID: "OFF-4", Batch: "BATCH-1", State: store.CaseClosed, Outcome: store.Cancelled}, "OFF-4 was given up", "opens a new case: /offboard start"},
	} {
		row := len(l.Rows)
		l.Rows = append(l.Rows, store.Row{Person: store.PersonID("P-1" + string(rune('0'+row)))})
		if tt.x != nil {
			tt.x.Row = row
			l.Excepted = append(l.Excepted, *tt.x)
		}
		if tt.c != nil {
			l.Cases[row] = *tt.c
		}
		for reader, want := range map[store.PersonID]string{"P-1": tt.owner, "P-2": tt.others} {
			rows := v.keptOut(l, reader)[0].(bot.Checklist).Rows
			text := rows[row].Detail.String()
			if !strings.Contains(text, want) || reader == "P-2" && strings.Contains(text, "OFF-7") {
				t.Errorf("%s, for %s: %s", tt.name, reader, text)
			}
		}
	}
	for range 2 * namedMisses {
		l.Excepted = append(l.Excepted, store.Exception{Row: len(l.Rows)})
		l.Rows = append(l.Rows, store.Row{Person: "P-9"})
	}
	shown := v.keptOut(l, "P-2")[0].(bot.Checklist)
	if last := shown.Rows[len(shown.Rows)-1].Text.String(); len(shown.Rows) != namedMisses+1 || !strings.HasPrefix(last, "and 21 more") {
		t.Errorf("%d rows, the last is %s", len(shown.Rows), last)
	}
	if many(1000) != "1,000" || many(999) != "999" || many(1234567) != "1,234,567" {
		t.Error(many(1000), many(999), many(1234567))
	}
}
