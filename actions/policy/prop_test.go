package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offboard/store"
)

// anyRule draws a rule; one that only guards, if guards is set.
func anyRule(t *rapid.T, name string, guards bool) Rule {
	some := func(label string, of ...string) []string {
		var out []string
		for _, s := range of {
			if rapid.Bool().Draw(t, label+" "+s) {
				out = append(out, s)
			}
		}
		return out
	}
	r := Rule{
		Name: name, When: rapid.SampledFrom([]string{"", never, odd, `person.country == "PT"`, `kind == "termination"`, `size(person.groups) > 1`}).Draw(t, "when"),
		Protect: rapid.SampledFrom([]Protection{"", Refuse, Approvals}).Draw(t, "protect"), Confidential: rapid.Bool().Draw(t, "confidential"),
		Systems: some("systems", "corp", "slack"), Actions: some("actions", "corp/lock"), Tasks: some("tasks", "laptop"),
	}
	for _, role := range some("approvals", "hr", "it", "security") {
		r.Approvals = append(r.Approvals, slices.Repeat([]store.Role{store.Role(role)}, rapid.IntRange(1, 3).Draw(t, "count"))...)
	}
	r.Missing = rapid.SampledFrom([]store.Missing{"", store.MissingHold}).Draw(t, "missing")
	if guards {
		return r
	}
	r.NotSystems, r.NotActions, r.NotTasks = some("not systems", "corp", "slack"), some("not actions", "corp/groups"), some("not tasks", "laptop")
	if rapid.Bool().Draw(t, "lock") {
		r.Missing = store.MissingLock
	}
	if rapid.Bool().Draw(t, "retains") {
		r.Retention = days([]time.Duration{0, 30, 90}[rapid.IntRange(0, 2).Draw(t, "days")])
	}
	return r
}

func anyPerson(t *rapid.T) store.Card {
	return store.Card{
		Login:   rapid.SampledFrom([]string{"jane", "breakglass", "nobody"}).Draw(t, "login"),
		Country: rapid.SampledFrom([]string{"", "PT"}).Draw(t, "country"),
		Groups:  slices.Repeat([]string{"board"}, rapid.IntRange(0, 12).Draw(t, "groups")),
	}
}

// A rule that only guards, put anywhere among any others, never loosens what is
// ruled about anybody.
func TestGuardsNeverLoosen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rules []Rule
		for i := range rapid.IntRange(0, 5).Draw(t, "rules") {
			rules = append(rules, anyRule(t, string(rune('a'+i)), false))
		}
		at := rapid.IntRange(0, len(rules)).Draw(t, "at")
		more := slices.Insert(slices.Clone(rules), at, anyRule(t, "guard", true))
		one, wrong1 := New(office(rules...))
		two, wrong2 := New(office(more...))
		if wrong1 != nil || wrong2 != nil {
			t.Fatal(wrong1, wrong2)
		}
		p, kind := anyPerson(t), rapid.SampledFrom([]string{"resignation", "termination", "gone"}).Draw(t, "kind")
		before, after := one.Decide(p, kind), two.Decide(p, kind)
		a, b := before.Ruling, after.Ruling
		switch {
		case a.Refused && !b.Refused:
			t.Fatal("somebody can be offboarded who could not")
		case a.Confidential && !b.Confidential:
			t.Fatal("a case is confidential no more")
		case a.Missing == store.MissingHold && b.Missing == store.MissingLock:
			t.Fatal("a lock-out needs fewer approvals")
		case a.Retention != b.Retention:
			t.Fatal("something is destroyed at another time")
		case !slices.IsSorted(b.Also):
			t.Fatalf("who approves too: %v", b.Also)
		}
		need := func(r store.Ruling, role store.Role) (n int) {
			for _, s := range store.Tally(r.Also) {
				if s.Role == role {
					n = s.Count
				}
			}
			return n
		}
		for _, role := range []store.Role{store.HR, store.IT, store.Security} {
			if need(b, role) < need(a, role) || need(b, role) > 3 { // the largest number counts, not the sum
				t.Fatalf("%d of %s must approve, and before the rule %d", need(b, role), role, need(a, role))
			}
		}
		for i, c := range after.Choices {
			if c.Left && !before.Choices[i].Left {
				t.Fatalf("%s is left out", c.What)
			}
		}
		// What is explained is what is ruled.
		for _, answer := range two.Explain(p, kind) {
			if answer.Refused != b.Refused || len(answer.Lines) == 0 {
				t.Fatalf("explained as %+v, ruled as %+v", answer, b)
			}
		}
		for _, name := range b.Rules {
			if !slices.ContainsFunc(more, func(r Rule) bool { return r.Name == name }) {
				t.Fatalf("%q is no rule", name)
			}
		}
	})
}
