package pack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"offboard/store"
	"offboard/store/audit/look"
	"offboard/store/sheet"
)

// model is what the evidence says, for the report, the tables and the events.
// It follows from the pack alone, so that who checks it can make it again.
type model struct {
	*Pack
	export store.Exported
	zone   *time.Location
	cases  []caseModel
	people []personModel
	texts  map[key]*Text
	cards  map[store.PersonID]store.Card
}

type caseModel struct {
	store.Case
	entries []store.Entry
	plans   []planModel
}

type planModel struct {
	store.Plan
	steps []stepModel
}

// stepModel is a step with its before- and after-state.
type stepModel struct {
	store.Step
	login, accountID string // may be empty, or say that it is withheld
	items            []itemModel
}

type itemModel struct {
	Held          store.Held
	before, after string
}

type personModel struct {
	id     store.PersonID
	name   string
	source string
	proven bool
}

// model reads the evidence. Entries that make no sense together may come from
// somebody who made up a whole log, and must not end the program.
func (p *Pack) model() (m *model, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("the entries make no sense together (%v)", r)
		}
	}()
	m = &model{Pack: p, export: p.exported(), texts: map[key]*Text{}, cards: map[store.PersonID]store.Card{}}
	if m.zone, err = time.LoadLocation(m.export.Zone); err != nil {
		return nil, fmt.Errorf("the time zone %.40q is not known here", m.export.Zone)
	}
	for i := range p.Texts {
		m.texts[key{p.Texts[i].Subject, p.Texts[i].Commitment}] = &p.Texts[i]
	}
	m.know()
	at := map[store.CaseID]int{}
	for _, l := range p.Entries {
		id := store.CaseID(l.Event.Subject)
		if !strings.HasPrefix(l.Event.Subject, "OFF-") {
			continue
		}
		if _, ok := at[id]; !ok {
			at[id] = len(m.cases)
			m.cases = append(m.cases, caseModel{})
		}
		k := &m.cases[at[id]]
		k.Case, k.entries = k.Apply(l.Event), append(k.entries, l.Entry)
	}
	for i := range m.cases {
		k := &m.cases[i]
		for _, plan := range k.Plans {
			pm := planModel{Plan: plan}
			for _, s := range plan.Steps {
				pm.steps = append(pm.steps, m.step(k.Case, plan, s))
			}
			k.plans = append(k.plans, pm)
		}
	}
	return m, nil
}

// know reads who the persons are: by their opened card, else as the pack says.
func (m *model) know() {
	var seen []store.PersonID
	for _, l := range m.Entries {
		if b, ok := l.Event.Body.(store.Met); ok {
			id := store.PersonID(l.Event.Subject)
			var card store.Card
			if m.read(l.Event.Subject, b.Card, &card) {
				m.cards[id] = card
				m.people = append(m.people, personModel{id, line(card.Name), fmt.Sprintf("identity card, entry %d", l.Event.Seq), true})
				seen = append(seen, id)
			}
		}
	}
	for id, name := range m.Names {
		if !slices.Contains(seen, id) {
			m.people = append(m.people, personModel{id, line(name), "as the installation has it; not proven", false})
		}
	}
	slices.SortFunc(m.people, func(a, b personModel) int {
		if n := len(a.id) - len(b.id); n != 0 {
			return n
		}
		return strings.Compare(string(a.id), string(b.id))
	})
}

// name is what a person is called: their number where that is all there is.
func (m *model) name(id store.PersonID) string {
	if card, ok := m.cards[id]; ok && line(card.Name) != "" {
		return line(card.Name)
	}
	if name := line(m.Names[id]); name != "" {
		return name
	}
	return string(id)
}

var personNumber = regexp.MustCompile(`\bP-[1-9][0-9]*\b`)

// words is what an event is, with names.
func (m *model) words(e store.Event) string {
	return personNumber.ReplaceAllStringFunc(store.Words(e), func(id string) string { return m.name(store.PersonID(id)) })
}

// by is who did it.
func (m *model) by(a store.Actor) string {
	if user, ok := a.OperatorUser(); ok {
		return "operator " + line(user)
	}
	if a.Person != "" {
		return m.name(a.Person) + " via " + line(a.Via)
	}
	return "the bot (" + line(a.Via) + ")"
}

// text is a sealed text, or in brackets why it is not there.
func (m *model) text(subject string, p store.Private) string {
	t := m.texts[key{subject, p.Commitment()}]
	text, opened := t.content()
	switch {
	case p.IsZero() || opened:
		return text
	case t == nil:
		return "[not in this pack]"
	case t.Withheld:
		return "[withheld]"
	case t.Damaged:
		return "[damaged]"
	}
	return "[erased]"
}

// read decodes a sealed text that has JSON in it; false if it is not opened.
func (m *model) read(subject string, p store.Private, v any) bool {
	text, opened := m.texts[key{subject, p.Commitment()}].content()
	return opened && json.Unmarshal([]byte(text), v) == nil
}

// step reads what a step found before and what became of it.
func (m *model) step(c store.Case, p store.Plan, s store.Step) stepModel {
	subject := string(c.ID)
	out := stepModel{Step: s, login: line(m.text(subject, s.Login))}
	var account struct{ ID, Login string }
	if m.read(subject, s.Account, &account) {
		out.accountID = line(account.ID)
		if out.login == "" {
			out.login = line(account.Login)
		}
	} else if !s.Account.IsZero() {
		out.accountID = m.text(subject, s.Account)
		if !strings.HasPrefix(out.accountID, "[") {
			out.accountID = line(out.accountID)
		}
	}
	for _, h := range m.held(subject, s) {
		out.items = append(out.items, itemModel{h, line(h.Before), m.after(p, s, h)})
	}
	return out
}

// held is what the plan and all attempts have found, each thing as it was found
// first: a later attempt may have seen what an earlier one had changed already.
func (m *model) held(subject string, s store.Step) []store.Held {
	var out []store.Held
	for _, p := range append([]store.Private{s.Held}, s.Befores...) {
		var list []store.Held
		if !m.read(subject, p, &list) {
			continue
		}
		for _, h := range list {
			if !slices.ContainsFunc(out, func(x store.Held) bool { return x.Ref == h.Ref }) {
				out = append(out, h)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, i := range s.Items { // withheld: the entry still says how many things there were
		out = append(out, store.Held{ID: i.ID, Label: "[withheld]", Before: "[withheld]", Irreversible: i.Irreversible, Heir: i.Heir})
	}
	return out
}

// after is what became of a thing.
func (m *model) after(p store.Plan, s store.Step, h store.Held) string {
	if a, ok := s.Answer(h.ID); ok && a.Choice != store.Give {
		if a.Choice == store.Keep {
			return "kept until " + string(a.Until)
		}
		return "left for the archive"
	}
	gone := "taken away"
	switch p.Kind {
	case store.Restore:
		gone = "given back"
	case store.Destroy:
		gone = "deleted"
	case store.Leave, store.Move, store.Retake:
	}
	if a, ok := s.Answer(h.ID); ok && a.Heir != "" {
		gone = "given to " + m.name(a.Heir)
	}
	switch s.State {
	case store.Proven:
		return gone + ", proven by a read"
	case store.Confirmed:
		return gone + ", a person says so"
	case store.Accepted:
		return "the system accepted the order; not proven"
	case store.Nothing:
		return "was not there any more"
	case store.Skipped, store.Halted:
		return "left as it was"
	case store.Waiting, store.Running, store.FailedAgain, store.NeedsPerson:
	}
	return "not done yet"
}

// moment is a time in the zone of the report.
func (m *model) moment(t time.Time) string { return look.Moment(t, m.zone) }

// about is what the pack is about, in a few words.
func (p *Pack) about() string {
	var ids []string
	for _, l := range p.Entries {
		if id := l.Event.Subject; strings.HasPrefix(id, "OFF-") && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 1 {
		return ids[0]
	}
	return store.Count(len(ids), "case", "cases")
}

// leaf is the hash of an entry in the tree.
func leaf(e store.Entry) tlog.Hash { return tlog.RecordHash(e.Bytes) }

// line makes a text fit for one line: what people and systems wrote must not
// steer a terminal, a table or a browser.
func line(s string) string { return sheet.Line(s) }
