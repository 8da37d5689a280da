package main

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offboard/actions"
	"offboard/config"
	"offboard/store"
)

// anyRule draws a rule of the file.
func anyRule(t *rapid.T) config.RuleEntry {
	some := func(label string, of ...string) []string {
		if n := rapid.IntRange(0, 2*len(of)).Draw(t, label); n < len(of) {
			return of[n : n+1]
		}
		return nil
	}
	r := config.RuleEntry{
		Name: "rule", When: rapid.SampledFrom([]string{"", `person.country == "PT"`, `person.admin`, `person.groups[3] == "x"`}).Draw(t, "when"),
		Systems: some("systems", "corp", "crm"), NotSystems: some("not systems", "corp", "crm"), NotTasks: some("not tasks", "laptop"), Tasks: some("tasks", "laptop"),
		Confidential: rapid.IntRange(0, 4).Draw(t, "confidential") == 0,
		Missing:      rapid.SampledFrom([]string{"", "", config.Lock, config.Hold}).Draw(t, "missing"),
		Protect:      rapid.SampledFrom([]string{"", "", config.ProtectRefuse, config.ProtectApprovals}).Draw(t, "protect"),
	}
	for _, role := range some("approvals", "hr", "security") {
		r.Approvals = []config.Approver{{Role: role, Count: rapid.IntRange(0, 3).Draw(t, "count")}}
	}
	if n := rapid.IntRange(0, 5).Draw(t, "retention"); n < 3 {
		keep := config.Retention([]time.Duration{0, 30 * 24 * time.Hour, 90 * 24 * time.Hour}[n])
		r.Retention = &keep
	}
	return r
}

// changed is a list of rules after an edit or two.
func changed(t *rapid.T, rules []config.RuleEntry) []config.RuleEntry {
	rules = slices.Clone(rules)
	for range rapid.IntRange(1, 2).Draw(t, "edits") {
		at := rapid.IntRange(0, len(rules)).Draw(t, "at")
		switch edit := rapid.IntRange(0, 4).Draw(t, "edit"); {
		case edit == 0 || at == len(rules):
			rules = slices.Insert(rules, at, anyRule(t))
		case edit == 1:
			rules = slices.Delete(rules, at, at+1)
		case edit == 2:
			to := rapid.IntRange(0, len(rules)-1).Draw(t, "to")
			rules[at], rules[to] = rules[to], rules[at]
		case edit == 3:
			rules[at].When = ""
		default:
			with := anyRule(t)
			rules[at].Approvals, rules[at].Missing, rules[at].Retention, rules[at].Systems = with.Approvals, with.Missing, with.Retention, with.Systems
		}
	}
	return rules
}

// What needs no second person loosens nothing for anybody: the comparison of the
// files and the rule book that follows them agree.
func TestNothingWeakerIsTakenOverAlone(t *testing.T) {
	systems := []actions.System{{Name: "corp"}, {Name: "crm"}}
	persons := []store.Card{{}, {Country: "PT"}, {Admin: true}, {Country: "PT", Admin: true, Groups: []string{"a", "b", "c", "x"}}, {Groups: []string{"a", "b", "c", "d"}}}
	alone := 0
	rapid.Check(t, func(t *rapid.T) {
		before := &config.Config{Roles: []config.Role{{Role: "security"}}, Tasks: []config.Task{{Name: "laptop"}}}
		for range rapid.IntRange(0, 4).Draw(t, "rules") {
			before.Policy = append(before.Policy, anyRule(t))
		}
		after := *before
		after.Policy = changed(t, before.Policy)
		if len(after.Rules().Weakens(before.Rules())) > 0 {
			return
		}
		alone++
		a, errA := rulebook(before, systems)
		b, errB := rulebook(&after, systems)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		for _, p := range persons {
			x, y := a.Ruling(p, store.Terms{Kind: "resignation"}), b.Ruling(p, store.Terms{Kind: "resignation"})
			less := x.Refused && !y.Refused || x.Confidential && !y.Confidential || x.Missing == store.MissingHold && y.Missing == store.MissingLock ||
				y.Retention != 0 && (x.Retention == 0 || y.Retention < x.Retention)
			for _, s := range store.Tally(x.Also) {
				less = less || !slices.ContainsFunc(store.Tally(y.Also), func(o store.Seats) bool { return o.Role == s.Role && o.Count >= s.Count })
			}
			was := a.Left(p, "resignation")
			for what := range b.Left(p, "resignation") {
				less = less || was[what] == ""
			}
			if less {
				t.Fatalf("nobody else is asked, and about %+v it says\n%+v\n%v, and said\n%+v\n%v", p, y, b.Left(p, "resignation"), x, was)
			}
		}
	})
	if alone == 0 {
		t.Error("everything needs a second person")
	}
}
