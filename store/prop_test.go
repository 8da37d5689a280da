package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
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
	}
	switch pick("body", 37) {
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
		return Drifted{Plan: plan, System: "dir", Steps: []StepPlan{{ID: StepID(fmt.Sprint("dir/more/", pick("found", 3))), System: "dir", LockOut: yes, Items: []Item{{ID: "1", Irreversible: yes}}}}}
	case 0:
		return Amended{Terms: terms, Systems: [][]string{nil, {"dir"}}[pick("systems", 2)]}
	case 1, 2:
		return Surveyed{Plan: plan, System: []string{"dir", "crm"}[pick("system", 2)], Steps: append(steps(), StepPlan{
			ID: StepID(fmt.Sprint("more/", pick("more", 3))), System: "crm", Phase: "cut-off", Answers: yes, Manual: laptop, Items: []Item{{ID: "1", Heir: true}}, After: []StepID{"dir/lock/1"}, Needed: text, Back: []Ref{{1, "dir/lock/1"}},
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
		return Attempted{Plan: plan, Step: step.ID, Found: text, Items: []Item{{ID: item, Heir: yes}}, Left: pick("left", 2)}
	case 19:
		return Finished{Plan: plan, Step: step.ID, Entry: entry, Accepted: yes, Evidence: text}
	default:
		return Failed{Plan: plan, Step: step.ID, Entry: entry, Retried: step.RetriedAt, Why: []Why{Unreachable, Works}[pick("why", 2)], After: time.Duration(pick("after", 2)), Call: yes, Message: text}
	}
}

func asJSON(t interface{ Fatal(...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
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
			c = c.Apply(Event{Seq: 1, At: time.Unix(1e9, 0), Subject: "OFF-1", Actor: Actor{Person: "P-1"}, Body: Drafted{
				Person: "P-2", Batch: batch, Systems: []string{"dir", "crm"}, Terms: Terms{CutOff: CutOff{Mode: Now}, Manager: "P-3"},
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
			c = c.Apply(e)
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

// Whatever is tried in whatever order: the log checks, what is kept in memory
// is what the entries fold to, and nobody decides about what they asked for.
func TestAnySequenceChecks(t *testing.T) {
	o := newOffice(t)
	names := []string{"hanna", "helge", "marco", "ivan", "sasha", "bo", "leaver", ""}
	rapid.Check(t, func(rt *rapid.T) {
		o.another()
		o.people["leaver"] = o.people[o.leaver]
		o.claims["bo"] = []Claim{{Role: HR}, {Role: IT}}
		people := []PersonID{o.people["leaver"], o.people["hanna"], o.people["helge"], o.people["marco"], o.people["bo"], "P-4711"}
		begin := o.emergency()
		begin.Emergency = rapid.IntRange(0, 3).Draw(rt, "emergency") == 0
		c := o.do(NewCase, "hanna", begin)
		id := string(c.ID)
		for range rapid.IntRange(10, 40).Draw(rt, "events") {
			name := names[rapid.IntRange(0, len(names)-1).Draw(rt, "who")]
			body := anyBody(rt, c, people)
			actor := o.actor(name)
			if name == "" || isReport(body) {
				actor = Bot("test")
			}
			next, err := o.Append(t.Context(), id, actor, body)
			if err != nil {
				if !isRefusal(err) {
					rt.Fatalf("%s %T: %v", name, body, err)
				}
				continue
			}
			o.mustNot(rt, c, next, name, actor, body)
			c = next
		}
		o.folds(rt, c)
	})
	// The office checks the log when the test ends.
}

// mustNot fails if something has happened to a case that must never happen.
func (o *office) mustNot(rt *rapid.T, c, next Case, name string, actor Actor, body Body) {
	if actor.Person == next.Person {
		rt.Fatalf("the leaver did %T", body)
	}
	if d := next.Plan(0).Decision; d != nil && (d.By == next.Requester || d.By == c.Person) {
		rt.Fatalf("%s decided", d.By)
	}
	if _, decided := body.(Decided); decided && (c.askedFor(actor.Person) || c.Plan(0).Kind == Leave && actor.Person == c.Requester) {
		rt.Fatalf("%s asked for it and decided", name)
	}
	if next.CutOffPassed(future.At) && next.Plan(1).Decision == nil && !next.Plan(1).Emergency {
		rt.Fatalf("nobody has approved, and the leaver's roles are gone: %s", asJSON(rt, next))
	}
	if why := forgotten(next); why != "" {
		rt.Fatalf("after %T %s: %s", body, why, asJSON(rt, next))
	}
	if s := next.Plan(0).Step(lapsed(body)); s.Lapsed && (next.Last.Before(c.Plan(0).TaskDue(s)) || next.Outcome == Done) {
		rt.Fatalf("a task that nobody has confirmed is let go early, or the case is done: %s", asJSON(rt, next))
	}
	if b, ok := body.(Answered); ok && b.Rev != c.Plan(0).Rev {
		rt.Fatalf("an answer to revision %d was taken in %d", b.Rev, c.Plan(0).Rev)
	}
	for _, s := range next.Plan(0).Steps {
		if !s.Needed.IsZero() && !slices.Contains(next.Ruling.Also, Security) {
			rt.Fatalf("%s is about an account that is needed, and nobody else approves", s.ID)
		}
		was := c.Plan(0).Step(s.ID)
		wrong := c.Plan(0).Wrong == nil && next.Plan(0).Wrong != nil // with that an emergency that was not right ends what is not done
		if s.State == Skipped && was.State != Skipped && !was.Drift && !wrong && !s.Lapsed && (c.Plan(0).State != Begun || was.Manual == nil && was.Why == "") {
			rt.Fatalf("%s was left out untried: it was %s, and the plan %s", s.ID, was.State, c.Plan(0).State)
		}
	}
}

// folds fails unless what is kept of a case in memory, and what was answered, is
// what its entries fold to.
func (o *office) folds(rt *rapid.T, c Case) {
	var folded Case
	if err := o.db.View(func(tx *bolt.Tx) (err error) { folded, err = table{tx}.fold(c.ID); return err }); err != nil {
		rt.Fatal(err)
	}
	cached, err := o.Case(c.ID)
	if err != nil || asJSON(rt, cached) != asJSON(rt, folded) || asJSON(rt, c) != asJSON(rt, folded) {
		rt.Fatalf("folded %s\ncached %s\nanswer %s (%v)", asJSON(rt, folded), asJSON(rt, cached), asJSON(rt, c), err)
	}
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
