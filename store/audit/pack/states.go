package pack

import (
	"encoding/json"
	"iter"
	"time"

	"offboard/store"
)

// kindOf is the kind of an entry, as the entry names it.
func kindOf(e store.Entry) string {
	var w struct {
		Kind string `json:"kind"`
	}
	_ = json.Unmarshal(e.Bytes, &w) // it was decoded before
	return w.Kind
}

// shownText is a text of an entry for readers.
type shownText struct {
	Label string
	Text  string
}

// labels are how fields with texts are called; others by their own name.
var labels = map[store.TextClass]string{store.ReasonText: "reason", store.NoteText: "note", store.ResultText: "answer", store.IdentityText: "identity card", store.AccountText: "account"}

// shown lists the texts of an event that are for readers of the record. What
// was held stands in the table of before and after.
func (m *model) shown(e store.Event) []shownText {
	var out []shownText
	for _, t := range store.Texts(e) {
		switch t.Class {
		case store.StateText, store.AccountText, store.ConfigText, store.IdentityText:
			continue
		case store.ReasonText, store.NoteText, store.ResultText:
		}
		text := m.text(e.Subject, t.Private)
		out = append(out, shownText{labels[t.Class], line(text)})
	}
	return out
}

// stateLine is a step with what was there before and what became of it.
type stateLine struct {
	Case      store.CaseID    `json:"case"`
	Person    store.PersonID  `json:"person"`
	Plan      int             `json:"plan"`
	PlanKind  store.PlanKind  `json:"planKind"`
	Step      store.StepID    `json:"step"`
	System    string          `json:"system"`
	Action    string          `json:"action,omitempty"`
	Words     string          `json:"words"`
	LockOut   bool            `json:"lockOut,omitempty"`
	Login     string          `json:"login,omitempty"`
	AccountID string          `json:"accountId,omitempty"`
	State     store.StepState `json:"state"`
	Ended     time.Time       `json:"ended,omitzero"`
	By        store.PersonID  `json:"by,omitempty"`
	Evidence  string          `json:"evidence,omitempty"`
	Items     []stateItem     `json:"items"`
}

type stateItem struct {
	ID           string         `json:"id"`
	Ref          string         `json:"ref,omitempty"`
	Label        string         `json:"label"`
	Before       string         `json:"before,omitempty"`
	After        string         `json:"after"`
	Irreversible bool           `json:"irreversible,omitempty"`
	Choice       store.Choice   `json:"choice,omitempty"`
	Heir         store.PersonID `json:"heir,omitempty"`
	Until        store.Date     `json:"until,omitempty"`
}

func statesJSON(m *model) ([]byte, error) { return jsonLines(m.states()) }

func (m *model) states() iter.Seq[stateLine] {
	return func(yield func(stateLine) bool) {
		for _, k := range m.cases {
			for _, p := range k.plans {
				for _, s := range p.steps {
					l := stateLine{
						Case: k.ID, Person: k.Person, Plan: p.No, PlanKind: p.Kind, Step: s.ID, System: s.System, Action: s.Action, Words: s.Words, LockOut: s.LockOut,
						Login: s.login, AccountID: s.accountID, State: s.State, Ended: s.Ended, By: s.By, Evidence: m.text(string(k.ID), s.Evidence), Items: []stateItem{},
					}
					for _, i := range s.items {
						a, _ := s.Answer(i.Held.ID)
						l.Items = append(l.Items, stateItem{i.Held.ID, i.Held.Ref, i.Held.Label, i.Held.Before, i.after, i.Held.Irreversible, a.Choice, a.Heir, a.Until})
					}
					if !yield(l) {
						return
					}
				}
			}
		}
	}
}
