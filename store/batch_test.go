package store

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// rows are so many people on a list.
func (o *office) rows(n int) []Row {
	o.t.Helper()
	var out []Row
	for range n {
		o.another()
		out = append(out, Row{Person: o.people[o.leaver], Kind: "resignation", LastDay: "2026-11-30", Zone: "Europe/Lisbon", Manager: o.people["marco"], Reason: "the site closes"})
	}
	return out
}

func (o *office) list(who string, rows []Row) BatchID {
	o.t.Helper()
	id, err := o.List(o.t.Context(), o.actor(who), CutOff{Mode: Now}, rows)
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// open opens the case of a row, as the loop does for the one who asks.
func (o *office) open(id BatchID, row int, who string) (Case, error) {
	o.t.Helper()
	b, err := o.Batch(id)
	if err != nil {
		o.t.Fatal(err)
	}
	r := b.Rows[row]
	return o.Append(o.t.Context(), NewCase, o.actor(who), Drafted{Person: r.Person, Systems: []string{"dir"}, Batch: id, Row: row, Terms: Terms{
		Kind: r.Kind, LastDay: r.LastDay, CutOff: b.CutOff, Zone: r.Zone, Manager: r.Manager, Confidential: r.Confidential,
	}})
}

// ready is a list whose cases are opened and surveyed.
func (o *office) ready(n int) (BatchID, []CaseID) {
	o.t.Helper()
	id := o.list("hanna", o.rows(n))
	var ids []CaseID
	for row := range n {
		c, err := o.open(id, row, "hanna")
		if err != nil {
			o.t.Fatal(err)
		}
		o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		ids = append(ids, c.ID)
	}
	return id, ids
}

func (o *office) whole(id BatchID) BatchFacts {
	o.t.Helper()
	f, err := o.Whole(id)
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

func (o *office) cover(id BatchID, c CaseID) error {
	o.t.Helper()
	b, err := o.Batch(id)
	if err != nil {
		o.t.Fatal(err)
	}
	d := b.Decision
	if d == nil {
		d = b.Dropped
	}
	if d == nil {
		d = &Decision{}
	}
	now, err := o.Case(c)
	if err != nil {
		o.t.Fatal(err)
	}
	body := Covered{Batch: id, Entry: b.Entry, By: d.By}
	if b.Decision != nil {
		body.Approve, body.Scope = true, now.Plan(0).Scope
	}
	_, err = o.Append(o.t.Context(), string(c), Bot("batch"), body)
	return err
}

// A list is submitted once and approved once, and each of its cases is approved
// by that, exactly once.
func TestBatchIsApprovedOnce(t *testing.T) {
	o := braked(t, Limits{Window: time.Hour, Requester: 2, Source: 2})
	id, cases := o.ready(5) // more than the breaker would let be
	if err := o.cover(id, cases[0]); err == nil {
		t.Fatal("a case was approved before the list")
	}
	f := o.whole(id)
	o.do(string(id), "hanna", Sent{Scope: f.Scope, To: o.people["marco"]})
	_ = o.refused(string(id), "hanna", Decided{Scope: f.Scope, Approve: true})
	_ = o.refused(string(id), "sasha", Decided{Scope: f.Scope, Approve: true})
	o.do(string(id), "marco", Decided{Scope: f.Scope, Approve: true})
	_ = o.refused(string(id), "marco", Decided{Scope: f.Scope, Approve: true})
	for _, c := range cases {
		if err := o.cover(id, c); err != nil {
			t.Fatal(err)
		}
		if err := o.cover(id, c); err == nil {
			t.Fatal("approved twice")
		}
		now, err := o.Case(c)
		if err != nil || now.Plan(0).State != Approved || now.Plan(0).Decision.By != o.people["marco"] || now.Requester != o.people["hanna"] || now.Plan(0).Due.IsZero() {
			t.Fatalf("%+v %v", now.Plan(0), err)
		}
		o.bot(string(c), Started{Plan: 1})
	}
	o.starts(2, "hanna", "slack", false)
	if o.start("hanna", "slack", false) == nil {
		t.Error("the list has lifted the breaker for other cases too")
	}
}

// What was approved is exactly what was shown: whoever is taken out, or given
// up, changes the list, and an old card approves nothing.
func TestBatchScope(t *testing.T) {
	o := braked(t, Limits{Window: time.Hour, Requester: 1, Source: 9})
	id, cases := o.ready(4)
	old := o.whole(id)
	if r := o.refused(string(cases[0]), "hanna", Submitted{Plan: 1, Scope: "x"}); !strings.Contains(r.Text, "belongs to the list") {
		t.Errorf("%s", r)
	}
	_ = o.refused(string(cases[0]), "hanna", Amended{Terms: o.terms()})
	_ = o.refused(string(cases[0]), "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	o.do(string(id), "hanna", Sent{Scope: old.Scope, To: o.people["marco"]})
	_ = o.refused(string(cases[0]), "helge", Parted{})
	o.do(string(cases[0]), "hanna", Parted{})
	if r := o.refused(string(cases[1]), "hanna", Parted{}); r.Code != TooMany {
		t.Errorf("a second case taken out, with a limit of one: %v", r)
	}
	o.do(string(cases[1]), "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
	now := o.whole(id)
	if now.Cases != 2 || now.Scope == old.Scope {
		t.Fatalf("%+v", now)
	}
	for _, scope := range []string{old.Scope, now.Scope} { // the second one was never submitted
		if r := o.refused(string(id), "marco", Decided{Scope: scope, Approve: true}); r.Code != Stale {
			t.Errorf("%v", r)
		}
	}
	o.do(string(id), "hanna", Sent{Scope: now.Scope, To: o.people["marco"]})
	o.do(string(id), "marco", Decided{Scope: now.Scope, Approve: true})
	for i, c := range cases {
		if err := o.cover(id, c); (err == nil) != (i > 1) {
			t.Errorf("case %d: %v", i, err)
		}
	}
	// The one that was taken out goes its own way.
	c, err := o.Case(cases[0])
	if err != nil {
		t.Fatal(err)
	}
	o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	_ = o.refused(string(cases[2]), "hanna", Parted{}) // settled
}

// Who may approve a list, and when.
func TestBatchApprover(t *testing.T) {
	o := newOffice(t)
	rows := o.rows(3)
	leaver := rows[2].Person
	id := o.list("hanna", rows)
	sent := func(to PersonID) Body { return Sent{Scope: o.whole(id).Scope, To: to} }
	if r := o.refused(string(id), "hanna", sent(o.people["marco"])); !strings.Contains(r.Text, "3 are missing") {
		t.Errorf("%s", r)
	}
	for row := range 3 {
		c, err := o.open(id, row, "hanna")
		if err != nil {
			t.Fatal(err)
		}
		if row < 2 {
			o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		} else if r := o.refused(string(id), "hanna", sent(o.people["marco"])); r.Code != NotNow {
			t.Errorf("%s", r)
		} else {
			o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		}
	}
	for _, to := range []PersonID{"", o.people["hanna"], leaver} {
		if r := o.refused(string(id), "hanna", sent(to)); r.Field != "approver" {
			t.Errorf("%q: %+v", to, r)
		}
	}
	// Somebody who leaves, secretly, is refused with no word about it.
	o.leaver = "bo"
	secret := o.do(NewCase, "sasha", Drafted{Person: o.people["bo"], Systems: []string{"dir"}, Terms: func() Terms { t := o.terms(); t.Confidential = true; return t }()})
	if r := o.refused(string(id), "hanna", sent(o.people["bo"])); !strings.Contains(r.Text, "can't take this on") {
		t.Errorf("%s: %s", secret.ID, r)
	}
	_ = o.refused(string(id), "helge", sent(o.people["marco"])) // not his
	_ = o.refused(string(id), "hanna", Sent{Scope: "9f3ac1d2", To: o.people["marco"]})
	o.do(string(id), "hanna", sent(o.people["marco"]))
	scope := o.whole(id).Scope
	if r := o.refused(string(id), "marco", Decided{Scope: scope}); r.Code != Malformed {
		t.Errorf("declined without a reason: %v", r)
	}
	o.do(string(id), "marco", Decided{Scope: scope, Reason: Seal("not all of them")})
	_ = o.refused(string(id), "marco", Decided{Scope: scope, Approve: true})
	o.do(string(id), "hanna", sent(o.people["tom"])) // anybody may be asked
	o.do(string(id), "tom", Decided{Scope: scope, Approve: true})
}

// An operator only proposes: somebody of HR takes the list over, and nothing is
// opened before.
func TestBatchOfAnOperator(t *testing.T) {
	o := newOffice(t)
	rows := o.rows(2)
	id, err := o.List(t.Context(), Operator("root"), CutOff{Mode: Now}, rows)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.open(id, 0, "hanna"); err == nil {
		t.Error("a case was opened for nobody")
	}
	_ = o.refused(string(id), "ivan", Adopted{})
	o.do(string(id), "helge", Adopted{})
	_ = o.refused(string(id), "hanna", Adopted{})
	if _, err := o.open(id, 0, "hanna"); err == nil {
		t.Error("a case was opened for somebody else")
	}
	if _, err := o.open(id, 0, "helge"); err != nil {
		t.Error(err)
	}
	if _, err := o.open(id, 0, "helge"); err == nil {
		t.Error("opened twice")
	}
	o.bot(string(id), Excepted{Rows: []Exception{{Row: 1, Why: Seal("who?")}}})
	if _, err := o.open(id, 1, "helge"); err == nil {
		t.Error("an exception was opened")
	}
	if _, err := o.Append(t.Context(), string(id), Bot("batch"), Excepted{Rows: []Exception{{Row: 1, Why: Seal("who?")}}}); err == nil {
		t.Error("excepted twice")
	}
	o.do(string(id), "helge", Dropped{})
	cases, err := o.BatchCases(id)
	if err != nil || len(cases) != 1 {
		t.Fatal(cases, err)
	}
	if err := o.cover(id, cases[0].ID); err != nil {
		t.Fatal(err)
	}
	if c, err := o.Case(cases[0].ID); err != nil || c.State != CaseClosed || c.Outcome != Cancelled {
		t.Errorf("%+v %v", c, err)
	}
	for _, who := range []string{"ivan", "tom"} {
		if _, err := o.List(t.Context(), o.actor(who), CutOff{Mode: Now}, o.rows(1)); err == nil {
			t.Errorf("%s has made a list", who)
		}
	}
}

// A list is there as a whole or not at all, and is never made longer.
func TestListIsOneCommit(t *testing.T) {
	for _, at := range []string{"before", "after"} {
		opt := testOptions(t.TempDir())
		dead := ""
		opt.Fault = func(b string) error {
			if b == dead {
				return errors.New("killed")
			}
			return nil
		}
		o := openOffice(t, opt)
		rows := o.rows(MaxListed + 3)
		dead = at
		_, err := o.List(t.Context(), o.actor("hanna"), CutOff{Mode: Now}, rows)
		dead = ""
		all, errAll := o.Batches()
		if err == nil || errAll != nil || len(all) != map[string]int{"before": 0, "after": 1}[at] {
			t.Fatalf("%s: %d lists, %v, %v", at, len(all), err, errAll)
		}
		if at == "after" && len(all[0].Rows) != len(rows) {
			t.Errorf("%d rows of %d", len(all[0].Rows), len(rows))
		}
		id := o.list("hanna", rows)
		_ = o.refused(string(id), "hanna", Listed{CutOff: CutOff{Mode: Now}, Rows: o.rows(1)})
	}
	o := newOffice(t)
	rows := o.rows(3)
	rows[2].Manager = rows[0].Person
	if _, err := o.List(t.Context(), o.actor("hanna"), CutOff{Mode: Now}, rows); refusal(t, err) == nil {
		t.Error("a manager who leaves with them")
	}
	if _, err := o.List(t.Context(), o.actor("hanna"), CutOff{Mode: Now}, append(rows[:2:2], rows[0])); refusal(t, err) == nil {
		t.Error("somebody twice")
	}
	if _, err := o.List(t.Context(), o.actor("hanna"), CutOff{Mode: Press}, rows[:2]); refusal(t, err) == nil {
		t.Error("a press for all")
	}
	if _, err := o.List(t.Context(), o.actor("hanna"), CutOff{Mode: Now}, nil); refusal(t, err) == nil {
		t.Error("nobody")
	}
}

// "That was not me" about the approval of a list: what it has approved can be
// held, the rest is asked for again.
func TestDisownedBatch(t *testing.T) {
	o := newOffice(t)
	id, cases := o.ready(3)
	scope := o.whole(id).Scope
	o.do(string(id), "hanna", Sent{Scope: scope, To: o.people["marco"]})
	o.do(string(id), "marco", Decided{Scope: scope, Approve: true})
	decision := o.Last()
	if err := o.cover(id, cases[0]); err != nil {
		t.Fatal(err)
	}
	e, err := o.Event(decision)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Disown(t.Context(), o.DisownToken(e)); err != nil {
		t.Fatal(err)
	}
	if err := o.cover(id, cases[1]); err == nil {
		t.Error("approved by a decision that was disowned")
	}
	c, err := o.Case(cases[0])
	if err != nil || c.Covered != decision {
		t.Fatal(c.Covered, err)
	}
	c = o.bot(string(c.ID), Disowned{Entry: decision, Person: o.people["marco"]})
	if _, held := c.Held(); !held {
		t.Error("it goes on")
	}
	f := o.whole(id)
	if f.Cases != 2 {
		t.Errorf("%+v", f)
	}
	o.do(string(id), "hanna", Sent{Scope: f.Scope, To: o.people["tom"]})
	o.do(string(id), "tom", Decided{Scope: f.Scope, Approve: true})
	for _, c := range cases[1:] {
		if err := o.cover(id, c); err != nil {
			t.Error(err)
		}
	}
}

// A case costs the same in a list of a thousand: no entry is written anew for
// the whole list.
func TestCaseOfALongList(t *testing.T) {
	size := func(n int) int {
		o := newOffice(t)
		id := o.list("hanna", o.rows(n))
		c, err := o.open(id, n-1, "hanna")
		if err != nil {
			t.Fatal(err)
		}
		b, err := o.Batch(id)
		if err != nil {
			t.Fatal(err)
		}
		events, err := o.Events(t.Context(), string(c.ID))
		if err != nil || b.Seq >= events[0].Seq {
			t.Fatalf("the list was written again: %d, %v", b.Seq, err)
		}
		return len(asJSON(t, events))
	}
	if few, many := size(2), size(200); many > few+30 { // longer numbers
		t.Errorf("a case of a list of 2 has %d bytes, of 200 %d", few, many)
	}
}
