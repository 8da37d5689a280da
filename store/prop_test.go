package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyBody draws something that might happen to a case: mostly about what is
// there, sometimes about what is not.
func anyBody(t *rapid.T, c Case, people []PersonID) Body {
	pick := func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) }
	person := people[pick("person", len(people))]
	p := c.Plan(0)
	plan := p.No
	if pick("other plan", 20) == 0 {
		plan++
	}
	scope := p.Scope
	if pick("old scope", 10) == 0 {
		scope = "9f3ac1d2"
	}
	var step Step
	if len(p.Steps) > 0 {
		step = p.Steps[pick("step", len(p.Steps))]
	}
	entry := step.Entry
	if pick("old entry", 5) == 0 {
		entry = c.Seq
	}
	item := fmt.Sprint(pick("item", 3))
	if item == "0" {
		item = ""
	}
	text := Private{}
	if pick("text", 5) > 0 {
		text = Seal("a text")
	}
	wished := future
	wished.Wish = Wish(future.At.Format(wishLayout))
	cut := []CutOff{{Mode: Now}, {Mode: Press}, future, wished, {Mode: Now, Wish: "soon"}, {}}[pick("cut-off", 6)]
	terms := Terms{
		Kind: "k", LastDay: "2026-11-30", Zone: "UTC", Manager: person, CutOff: cut,
		Confidential: rapid.Bool().Draw(t, "confidential"), Reason: text,
	}
	if pick("role", 4) == 0 {
		terms.Kind, terms.Move = MoveKind, &RoleChange{From: "a", To: []string{"a", "b"}[pick("to", 2)], Loses: text}
	}
	answer := Answer{Step: step.ID, Item: item, Choice: []Choice{Give, Keep, Archive}[pick("choice", 3)], Heir: person, Until: "2096-01-01", Reason: text}
	if rapid.Bool().Draw(t, "all") {
		answer.Step, answer.Item = "", ""
	}
	var pending uint64
	if len(c.Pending) > 0 {
		pending = c.Pending[pick("pending", len(c.Pending))].Entry
	}
	yes := rapid.Bool().Draw(t, "yes")
	var only []StepID
	if step.ID != "" && yes {
		only = []StepID{step.ID}
	}
	var laptop *Manual
	if pick("task", 4) == 0 {
		laptop = &Manual{Owner: IT, Due: time.Nanosecond, Lapse: time.Nanosecond}
		if yes {
			laptop = &Manual{Owner: Approver, Lapse: time.Nanosecond, Questions: []Question{{ID: "1"}, {ID: "2"}}}
		}
	}
	var needs []StepID
	if laptop == nil && pick("needs", 3) == 0 {
		needs = []StepID{[]StepID{"dir/lock/1", "dir/owner/1", "dir/more/1"}[pick("which", 3)]}
	}
	needed := Private{}
	if pick("needed", 4) == 0 {
		needed = text
	}
	switch pick("body", 41) {
	case 40: // nor these: of an erasure, and of the keys and the format of the log
		return []Body{
			Erased{Of: []PersonID{"", c.Person}[pick("of", 2)], Entry: c.Seq, Found: yes},
			KeysDestroyed{Entry: c.Seq, Keys: 2, Again: yes},
			Rekeyed{Verifier: "k", No: pick("no", 2), Proof: "p"},
			Upgraded{From: 1, To: 2},
		}[pick("erasure, key or format", 4)]
	case 39:
		if yes {
			return Viewed{What: []View{RecordView, CardView, ReconcileView}[pick("view", 3)]}
		}
		return Exported{Form: AsPack, Zone: "UTC", Cases: 1, Entries: 1, Size: c.Seq, Sum: strings.Repeat("0", 64)}
	case 38:
		return Rated{Rating: Ratings[pick("rating", len(Ratings))], Comment: text}
	case 37:
		replies := []Reply{{Question: item, None: text.IsZero(), Text: text}}
		if yes {
			replies = append(replies, Reply{Question: "2", None: true})
		}
		return Replied{Plan: plan, Replies: replies}
	case 36: // none of these is about a case; they are tried on persons and the installation too
		account := SystemAccount{System: "dir", Lookup: fmt.Sprint("l", pick("account", 3))}
		return []Body{
			Explained{Account: account, Until: []Date{"", "2096-01-01", "soon"}[pick("until", 3)], Reason: text},
			Owned{Account: account, Off: yes},
			Swept{Due: time.Unix(1e9+int64(pick("due", 50)), 0), Systems: []SweptSystem{{System: "dir", Unread: yes}}, Tell: yes},
		}[pick("account or sweep", 3)]
	case 25:
		return Replaced{Plan: plan, From: people[pick("from", len(people))], To: person}
	case 34:
		return Defaulted{Plan: plan, To: person}
	case 35:
		return Lapsed{Plan: plan, Step: step.ID}
	case 24:
		return Resurveyed{Plan: plan, For: p.CutOff.At, Systems: []string{"dir"}, Unread: []Private{text}}
	case 27:
		return Rehired{Reason: text}
	case 26:
		return FellBack{Plan: plan, To: []PersonID{person}}
	case 28, 29:
		var items []Item
		for i := range 1 + pick("came back", 2) {
			items = append(items, Item{ID: fmt.Sprint(i + 1 + pick("which", 2)*2), Irreversible: yes})
		}
		return Returned{Plan: 1, Steps: []CameAgain{{Step: step.ID, Items: items, Held: text}}, Here: pick("here", 4) == 0}
	case 31:
		return Parted{}
	case 32:
		return Covered{Batch: c.Batch, Entry: c.Seq, By: person, Approve: yes, Scope: scope}
	case 33:
		return Inherited{From: c.Requester, To: person}
	case 30:
		return Unasked{Plan: plan, Scope: scope}
	case 21:
		return Planned{
			Kind: []PlanKind{Restore, Destroy, Retake}[pick("kind", 3)], Of: pick("of", 3), Only: only, Systems: []string{"dir"}, CutOff: cut, Approver: person, Reason: text,
		}
	case 23:
		return Rushed{Plan: plan, Reason: text}
	case 22:
		return Drifted{Plan: plan, System: "dir", Steps: []StepPlan{{ID: StepID(fmt.Sprint("dir/more/", pick("found", 3))), System: "dir", LockOut: yes, Items: []Item{{ID: "1", Irreversible: yes}}, Needed: needed}}}
	case 0:
		return Amended{Terms: terms, Systems: [][]string{nil, {"dir"}}[pick("systems", 2)]}
	case 1, 2:
		return Surveyed{Plan: plan, System: []string{"dir", "crm"}[pick("system", 2)], Steps: append(steps(), StepPlan{
			ID: StepID(fmt.Sprint("more/", pick("more", 3))), System: "crm", Phase: "cut-off", Answers: yes, Manual: laptop, Then: &Then{Words: "Rotate the secret", Manual: Manual{Owner: IT}}, Items: []Item{{ID: "1", Heir: true, Then: yes}}, After: []StepID{"dir/lock/1"}, Needs: needs, Needed: text, Back: []Ref{{1, "dir/lock/1"}},
		})[pick("from", 4):]}
	case 3, 4:
		return Submitted{Plan: plan, Scope: scope}
	case 5, 6:
		return Decided{Plan: plan, Scope: scope, Approve: pick("approve", 4) > 0, Reason: text}
	case 7:
		return Delegated{Plan: plan, To: person, Reason: text}
	case 8:
		rev := p.Rev
		if pick("old form", 10) == 0 {
			rev--
		}
		return Answered{Plan: plan, Rev: rev, Answers: []Answer{answer}}
	case 9:
		return Pressed{Plan: plan}
	case 10, 11:
		return Requested{Change: Change{Verb: []Verb{VerbSkip, VerbReschedule, VerbCancel, VerbLink}[pick("verb", 4)], Plan: plan, Step: step.ID, CutOff: cut, Reason: text}}
	case 12:
		return Seconded{Entry: pending, Agree: yes, Reason: text}
	case 13:
		if pick("stop", 5) == 0 {
			return Stopped{Plan: plan, Reason: text}
		}
		return Noted{Text: text}
	case 14:
		if yes {
			return Taken{Plan: plan, Step: step.ID}
		}
		return Retried{Plan: plan, Step: step.ID}
	case 15:
		return ConfirmedBy{Plan: plan, Step: step.ID, Note: text}
	case 16:
		return Started{Plan: plan}
	case 17, 18:
		return Attempted{Plan: plan, Step: step.ID, Found: text, Items: []Item{{ID: item, Irreversible: yes, Heir: pick("new heir", 3) == 0, Then: yes}}, Left: pick("left", 2)}
	case 19:
		return Finished{Plan: plan, Step: step.ID, Entry: entry, Accepted: yes, Evidence: text}
	default:
		return Failed{Plan: plan, Step: step.ID, Entry: entry, Retried: step.RetriedAt, Why: []Why{Unreachable, Works}[pick("why", 2)], After: time.Duration(pick("after", 2)), Call: yes, Spreads: yes, Message: text}
	}
}

func asJSON(t interface{ Fatal(...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unmoved fails unless an answer to the questions changed nothing but tasks of
// people: what was approved is what it was.
func unmoved(t *rapid.T, was, now Plan) {
	work := func(p Plan) (out []Step) {
		return slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.Manual != nil })
	}
	if was.Scope != now.Scope || was.Rev != now.Rev || asJSON(t, work(was)) != asJSON(t, work(now)) {
		t.Fatalf("an answer changed the plan:\n%s\n%s", asJSON(t, was), asJSON(t, now))
	}
}

// Apply takes any event in any state without a panic, allowed or not, and never
// changes the case that it is called on; nor do the reading methods.
func TestApplyIsTotalAndPure(t *testing.T) {
	people := []PersonID{"P-1", "P-2", "P-3", "P-4"}
	rapid.Check(t, func(t *rapid.T) {
		var c Case
		list := Batch{ID: "BATCH-1", Rows: []Row{{Person: "P-2"}}}
		if rapid.Bool().Draw(t, "drafted") {
			batch := []BatchID{"", "BATCH-1"}[rapid.IntRange(0, 1).Draw(t, "of a list")]
			var role *RoleChange
			if rapid.Bool().Draw(t, "a change of role") {
				role = &RoleChange{}
			}
			c = c.Apply(Event{Seq: 1, At: time.Unix(1e9, 0), Subject: "OFF-1", Actor: Actor{Person: "P-1"}, Body: Drafted{
				Person: "P-2", Batch: batch, Systems: []string{"dir", "crm"}, Terms: Terms{CutOff: CutOff{Mode: Now}, Manager: "P-3", Move: role},
			}})
		}
		var cases []Case
		var lists []Batch
		var was, listed []string
		for i := range rapid.IntRange(1, 40).Draw(t, "events") {
			cases, was = append(cases, c), append(was, asJSON(t, c))
			e := Event{Seq: uint64(i + 2), At: time.Unix(1e9+int64(i), 0), Subject: "OFF-1", Body: anyBody(t, c, people)}
			if rapid.Bool().Draw(t, "by a person") {
				e.Actor.Person = people[rapid.IntRange(0, 3).Draw(t, "actor")]
				e.Facts.Roles = []Role{HR, IT}
			}
			_ = c.Allows(e) // total too
			asked := c.Plan(0)
			c = c.Apply(e)
			if _, ok := e.Body.(Replied); ok {
				unmoved(t, asked, c.Plan(0))
			}
			c.Waits()
			c.GivenBack(1, "dir/lock/1")
			_ = c.Undoable(1)
			c.Summary()
			for _, s := range c.Plan(0).Steps {
				c.Plan(0).Ready(s)
			}
			Person{}.Apply(e)
			State{}.Apply(e)
			lists, listed = append(lists, list), append(listed, asJSON(t, list))
			if rapid.Bool().Draw(t, "about the list") {
				e.Body = anyListBody(t, list, BatchFacts{Scope: "9f3ac1d2"}, people)
			}
			e.Facts.Batch = &BatchFacts{}
			_ = list.Allows(e)
			list = list.Apply(e)
			list.Waits(*e.Facts.Batch)
		}
		for i := range cases {
			if got := asJSON(t, cases[i]); got != was[i] {
				t.Fatalf("a case was changed by a later event:\n%s\n%s", was[i], got)
			}
			if got := asJSON(t, lists[i]); got != listed[i] {
				t.Fatalf("a list was changed by a later event:\n%s\n%s", listed[i], got)
			}
		}
	})
}

// Whatever is tried in whatever order, with legal holds, pauses, clocks that are
// wrong and kills in between: the log checks, what is kept in memory is what the
// entries fold to, and what happens keeps the rules of safety (see referee).
func TestAnySequenceChecks(t *testing.T) {
	o, k := clocked(t)
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		w := &wild{office: o, rt: rt, k: k}
		w.begin(seen)
		for range rapid.IntRange(20, 80).Draw(rt, "events") {
			switch k.pass(time.Second); rapid.IntRange(0, 29).Draw(rt, "move") {
			case 0:
				w.surroundings()
			case 1, 2, 3, 4, 5:
				name := rapid.SampledFrom(w.names).Draw(rt, "who")
				body := anyBody(rt, w.c, w.ids)
				if isReport(body) {
					name = ""
				}
				w.does(name, body)
			default:
				if name, body := w.likely(); body != nil {
					w.does(name, body)
				}
			}
		}
		w.end()
	})
	t.Log(seen)
	for _, what := range []string{"leave attempted", "leave planned", "move attempted", "move planned", "move returned", "final", "green", "needed", "forsaken"} {
		if seen[what] == 0 {
			t.Errorf("it never came to %q, so nothing was tried of it", what)
		}
	}
	// The office checks the log when the test ends.
}

// forgotten says what of an open case nobody is asked for, and no loop works on,
// and no time ends; nothing if all goes on. A draft of a list waits with it.
func forgotten(c Case) string {
	p := c.Plan(0)
	if c.State == CaseClosed || p.State == Surveying || !c.NextDue().IsZero() || c.InBatch() {
		return ""
	}
	waits := c.Waits()
	works := len(p.Unsurveyed()) > 0 || slices.ContainsFunc(p.Steps, func(s Step) bool { return c.Goes(s) || s.State == Running })
	if len(waits) == 0 && !works {
		return "it waits for nobody"
	}
	for _, w := range waits {
		if w.Person == "" && len(w.Roles) == 0 || w.Person == c.Person {
			return "nobody can do " + string(w.Verb)
		}
	}
	for _, s := range p.Steps {
		if p.State == Begun && s.open() && !slices.ContainsFunc(waits, func(w Wait) bool { return w.Verb == VerbAnswer }) {
			return string(s.ID) + " waits for an answer that nobody is asked for"
		}
	}
	return ""
}

func lapsed(b Body) StepID {
	if l, ok := b.(Lapsed); ok {
		return l.Step
	}
	return ""
}

func isReport(b Body) bool {
	switch b.(type) {
	case Surveyed, Drifted, Resurveyed, FellBack, Defaulted, Lapsed, Replaced, Covered, Inherited, Started, Attempted, Finished, Failed, Returned, Unasked:
		return true
	}
	return false
}
