package store

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyListBody draws something that might happen to a list.
func anyListBody(t *rapid.T, b Batch, f BatchFacts, people []PersonID) Body {
	pick := func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) }
	person := people[pick("person", len(people))]
	scope := f.Scope
	if pick("old scope", 10) == 0 {
		scope = "9f3ac1d2"
	}
	from := person
	if b.Asked != nil && pick("from the approver", 2) == 0 {
		from = b.Asked.To
	}
	switch pick("list", 14) {
	case 0, 1, 2:
		return Sent{Scope: scope, To: person}
	case 3, 4, 5:
		return Decided{Scope: scope, Approve: pick("approve", 3) > 0, Reason: Seal("why")}
	case 6:
		return Adopted{}
	case 7:
		return Orphaned{From: b.Owner}
	case 8:
		return FellBack{To: []PersonID{person}}
	case 9:
		return Replaced{From: from, To: person}
	case 10:
		return Excepted{Rows: []Exception{{Row: pick("row", 3), Why: Seal("why"), Code: WhoIsIt}}}
	case 11:
		return Disowned{Entry: b.Entry, Person: person}
	case 12:
		if pick("drop", 4) == 0 {
			return Dropped{}
		}
		return Adopted{}
	default:
		return Listed{CutOff: b.CutOff, Rows: b.Rows}
	}
}

// Whatever is tried with a list and its cases, in whatever order, while those who
// ask for it and decide about it may leave: it is decided by nobody who asks for
// it or is on it, each case is begun once and only with its approval, and an
// open list waits for a person or is worked on.
func TestAnyListChecks(t *testing.T) {
	o := newOffice(t)
	names := []string{"hanna", "helge", "marco", "tom", "sasha", "bo", ""}
	rapid.Check(t, func(rt *rapid.T) {
		// Who leaves in one run must not be missing in the next.
		for _, name := range []string{"hanna", "helge", "marco", "tom"} {
			if gone, err := o.Leaves(o.people[name]); err != nil || gone {
				o.leaver = name
				o.another()
				o.people[name] = o.people[o.leaver]
			}
		}
		o.claims["bo"] = []Claim{{Role: HR}, {Role: IT}}
		o.leaver = "on the list"
		n := rapid.IntRange(1, 3).Draw(rt, "people")
		id := o.list("hanna", o.rows(n))
		people := []PersonID{o.people["hanna"], o.people["helge"], o.people["marco"], o.people["tom"], o.people["sasha"], o.people[o.leaver]}
		for range rapid.IntRange(10, 50).Draw(rt, "events") {
			b, err := o.Batch(id)
			if err != nil {
				rt.Fatal(err)
			}
			name := names[rapid.IntRange(0, len(names)-1).Draw(rt, "who")]
			actor := o.actor(name)
			if name == "" {
				actor = Bot("test")
			}
			switch what := rapid.IntRange(0, 9).Draw(rt, "what"); what {
			case 0:
				who := []string{"hanna", "helge", "marco", "tom"}[rapid.IntRange(0, 3).Draw(rt, "who leaves")]
				if gone, err := o.Leaves(o.people[who]); err == nil && !gone && rapid.IntRange(0, 2).Draw(rt, "leaves") == 0 {
					o.quits(who)
				}
			case 1, 2, 3: // the loops
				o.runs(rt, b)
			case 4:
				cases, err := o.BatchCases(id)
				if err != nil {
					rt.Fatal(err)
				}
				if c, ok := cases[rapid.IntRange(0, n-1).Draw(rt, "row")]; ok {
					was, err := o.Case(c.ID)
					if err != nil {
						rt.Fatal(err)
					}
					body := anyBody(rt, was, people)
					if isReport(body) {
						actor = Bot("test")
					}
					next, err := o.Append(t.Context(), string(c.ID), actor, body)
					if err == nil {
						o.mustNot(rt, was, next, name, actor, body)
						o.folds(rt, next)
					} else if !isRefusal(err) {
						rt.Fatalf("%s %T: %v", name, body, err)
					}
				}
			default:
				body := anyListBody(rt, b, o.whole(id), people)
				switch body.(type) {
				case Orphaned, FellBack, Replaced, Excepted, Disowned:
					actor = Bot("test")
				}
				if _, err := o.Append(t.Context(), string(id), actor, body); err != nil && !isRefusal(err) {
					rt.Fatalf("%s %T: %v", name, body, err)
				}
			}
			o.listMustNot(rt, id)
		}
	})
}

// quits approves somebody's own case, as their colleagues do.
func (o *office) quits(name string) {
	o.t.Helper()
	t := o.terms()
	t.Manager = o.people["ada"]
	c := o.do(NewCase, "sasha", Drafted{Person: o.people[name], Terms: t, Systems: []string{"dir"}})
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
	c = o.do(string(c.ID), "sasha", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(string(c.ID), "ada", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}

// runs does one round of what the loops do for a list, as far as it is allowed.
func (o *office) runs(rt *rapid.T, b Batch) {
	may := func(_ Case, err error) {
		if err != nil && !isRefusal(err) {
			rt.Fatal(err)
		}
	}
	cases, err := o.BatchCases(b.ID)
	if err != nil {
		rt.Fatal(err)
	}
	for row := range b.Rows {
		s, ok := cases[row]
		if !ok {
			owner := ""
			for name, p := range o.people {
				if p == b.Owner {
					owner = name
				}
			}
			may(o.open(b.ID, row, owner))
			continue
		}
		c, err := o.Case(s.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if len(c.Plan(0).Unsurveyed()) > 0 {
			may(o.Append(o.t.Context(), string(c.ID), Bot("test"), Surveyed{Plan: c.Plan(0).No, System: "dir", Steps: steps()}))
		}
		if b.Owner != "" && c.InBatch() && c.Requester != b.Owner {
			may(o.Append(o.t.Context(), string(c.ID), Bot("test"), Inherited{From: c.Requester, To: b.Owner}))
		}
		if c.InBatch() && b.Settled() {
			may(Case{}, o.cover(b.ID, c.ID))
		}
	}
}

// listMustNot fails if something is so with a list that must never be so.
func (o *office) listMustNot(rt *rapid.T, id BatchID) {
	b, err := o.Batch(id)
	if err != nil {
		rt.Fatal(err)
	}
	f := o.whole(id)
	if d := b.Decision; d != nil && (b.askedFor(d.By) || slices.ContainsFunc(b.Rows, func(r Row) bool { return r.Person == d.By })) {
		rt.Fatalf("%s has approved what they ask for, or their own leave: %s", d.By, asJSON(rt, b))
	}
	waits := b.Waits(f)
	if !b.Settled() && len(waits) == 0 && f.Left+f.Unready == 0 {
		rt.Fatalf("an open list waits for nobody: %s", asJSON(rt, b))
	}
	for _, w := range waits {
		if w.Person == "" && len(w.Roles) == 0 || w.Verb == VerbApprove && b.askedFor(w.Person) {
			rt.Fatalf("nobody can do %s: %s", w.Verb, asJSON(rt, b))
		}
	}
	cases, err := o.BatchCases(id)
	if err != nil {
		rt.Fatal(err)
	}
	for row, s := range cases {
		c, err := o.Case(s.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if c.Person != b.Rows[row].Person {
			rt.Fatalf("row %d is %s, and %s is about %s", row, b.Rows[row].Person, c.ID, c.Person)
		}
		if c.InBatch() && !c.Plan(0).Begun.IsZero() {
			rt.Fatalf("%s has begun, and its list was not approved", c.ID)
		}
		if why := forgotten(c); why != "" {
			rt.Fatalf("%s: %s", why, asJSON(rt, c))
		}
	}
}
