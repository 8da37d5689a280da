package policy

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"offboard/actions"
	"offboard/store"
)

const day = 24 * time.Hour

func days(n time.Duration) *time.Duration {
	d := n * day
	return &d
}

// office is what the rules of the tests choose among.
func office(rules ...Rule) Config {
	spec := func(name, words string) actions.Spec { return actions.Spec{Name: name, Words: words} }
	return Config{
		Rules: rules,
		Kinds: []Kind{
			{ID: "resignation", Title: "Resignation", Missing: store.MissingLock},
			{ID: "termination", Title: "Termination", Missing: store.MissingHold, Confidential: true},
		},
		Systems: []actions.System{
			{Name: "corp", Title: "Directory", Actions: []actions.Spec{spec("lock", "Lock the account"), spec("groups", "Leave all groups")}},
			{Name: "slack", Title: "Slack", Actions: []actions.Spec{spec("deactivate", "Deactivate the account")}},
		},
		Tasks: []actions.Task{{Name: "laptop", Words: "Laptop returned", Owner: store.IT}},
		Deny:  func(login string) bool { return login == "breakglass" },
		Given: []store.Role{store.HR, store.IT, store.Security},
	}
}

func book(t testing.TB, rules ...Rule) *Book {
	t.Helper()
	b, wrong := New(office(rules...))
	for _, w := range wrong {
		t.Fatal(w.Err)
	}
	return b
}

var jane = store.Card{Login: "jane", Department: "Design", Country: "PT", Groups: []string{"staff"}}

const (
	// never and always are true of nobody and of everybody.
	never = `person.login == "nobody"`
	// odd can't be decided about who is in fewer than ten groups.
	odd = `person.groups[9] == "board"`
)

// How rules combine.
func TestDecide(t *testing.T) {
	usually := store.Ruling{Missing: store.MissingLock, Needed: store.Security}
	with := func(f func(*store.Ruling)) store.Ruling {
		r := usually
		f(&r)
		return r
	}
	for _, tt := range []struct {
		name  string
		rules []Rule
		want  store.Ruling
		left  []string // what is left out
		hour  string
	}{
		{name: "no rule: as ever", want: usually},
		{name: "a rule about others", rules: []Rule{{Name: "a", When: never, Protect: Refuse, NotSystems: []string{"corp"}}}, want: usually},
		{
			name:  "approvals add up", // and are said once each, sorted
			rules: []Rule{{Name: "a", Approvals: []store.Role{store.Security}}, {Name: "b", Approvals: []store.Role{store.IT, store.Security}}},
			want: with(func(r *store.Ruling) {
				r.Also, r.Rules = []store.Role{store.IT, store.Security}, []string{"a", "b"}
			}),
		},
		{
			name: "of one role the largest number counts",
			rules: []Rule{
				{Name: "a", Approvals: []store.Role{store.Security, store.Security}}, {Name: "b", Approvals: []store.Role{store.Security}}, {Name: "c", When: odd, Approvals: []store.Role{store.IT, store.IT, store.IT}},
			},
			want: with(func(r *store.Ruling) {
				r.Also, r.Rules = []store.Role{store.IT, store.IT, store.IT, store.Security, store.Security}, []string{"a", "b", "c"}
			}),
		},
		{
			name:  "protected: security, where no role is named",
			rules: []Rule{{Name: "a", Protect: Approvals, Why: "w"}},
			want:  with(func(r *store.Ruling) { r.Also, r.Rules = []store.Role{store.Security}, []string{"a"} }),
		},
		{
			name:  "protected: the role that is named",
			rules: []Rule{{Name: "a", Protect: Approvals, Why: "w", Approvals: []store.Role{store.HR}}},
			want:  with(func(r *store.Ruling) { r.Also, r.Rules = []store.Role{store.HR}, []string{"a"} }),
		},
		{
			name:  "refused, whatever follows",
			rules: []Rule{{Name: "a", Protect: Refuse}, {Name: "b", Protect: Approvals}},
			want: with(func(r *store.Ruling) {
				r.Refused, r.Also, r.Rules = true, []store.Role{store.Security}, []string{"a", "b"}
			}),
		},
		{
			name:  "confidential once is confidential",
			rules: []Rule{{Name: "a", Confidential: true}, {Name: "b", CutOff: "18:00"}},
			want:  with(func(r *store.Ruling) { r.Confidential, r.Rules = true, []string{"a"} }), hour: "18:00",
		},
		{
			name:  "of single values the last one counts",
			rules: []Rule{{Name: "a", Missing: store.MissingHold, Retention: days(30), CutOff: "12:00"}, {Name: "b", Missing: store.MissingLock, Retention: days(0), CutOff: "13:00"}, {Name: "c", When: never, Retention: days(1)}},
			want:  with(func(r *store.Ruling) { r.Rules = []string{"b"} }), hour: "13:00",
		},
		{
			name: "of each system, action and task too",
			rules: []Rule{
				{Name: "a", NotSystems: []string{"slack", "corp"}, NotActions: []string{"corp/lock"}, NotTasks: []string{"laptop"}},
				{Name: "b", Systems: []string{"corp"}, Tasks: []string{"laptop"}},
			},
			want: usually, left: []string{"corp/lock a", "slack a"},
		},
		{
			name: "not decided: what protects counts, what loosens does not",
			rules: []Rule{
				{Name: "z", NotSystems: []string{"slack"}, Retention: days(30)},
				{
					Name: "a", When: odd, Systems: []string{"slack"}, NotSystems: []string{"corp"}, NotTasks: []string{"laptop"}, Approvals: []store.Role{store.IT},
					Missing: store.MissingHold, Confidential: true, CutOff: "18:00", Retention: days(10), Protect: Refuse,
				},
			},
			want: with(func(r *store.Ruling) {
				r.Refused, r.Also, r.Missing, r.Confidential, r.Retention, r.Rules = true, []store.Role{store.IT}, store.MissingHold, true, 30*day, []string{"z", "a"}
			}),
		},
		{
			name:  "not decided: no lock",
			rules: []Rule{{Name: "z", Missing: store.MissingHold}, {Name: "a", When: odd, Missing: store.MissingLock}},
			want:  with(func(r *store.Ruling) { r.Missing, r.Rules = store.MissingHold, []string{"z"} }),
		},
		{
			name:  "not decided: a longer retention",
			rules: []Rule{{Name: "z", Retention: days(30)}, {Name: "a", When: odd, Retention: days(60)}},
			want:  with(func(r *store.Ruling) { r.Retention, r.Rules = 60*day, []string{"a"} }),
		},
		{
			name:  "not decided: nothing is destroyed that was not to be",
			rules: []Rule{{Name: "a", When: odd, Retention: days(60)}},
			want:  usually,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := book(t, tt.rules...)
			v := b.Decide(jane, "resignation")
			if diff := cmp.Diff(tt.want, v.Ruling); diff != "" {
				t.Error(diff)
			}
			var left []string
			for _, c := range v.Choices {
				if c.Left {
					left = append(left, c.What+" "+c.Rule)
				}
			}
			if !slices.Equal(left, tt.left) || v.CutOff != tt.hour || b.Hour(jane, "resignation") != tt.hour {
				t.Errorf("left out %q, want %q; cut-off %q, want %q", left, tt.left, v.CutOff, tt.hour)
			}
			odd := slices.ContainsFunc(tt.rules, func(r Rule) bool { return r.When == odd })
			if odd != (len(v.Undecided) == 1) {
				t.Errorf("not decided: %v", v.Undecided)
			}
		})
	}
}

// The deny list is above all rules, kinds that are not known hold, and where
// nobody is security IT guards.
func TestDecideWithoutRules(t *testing.T) {
	b := book(t)
	if r := b.Ruling(store.Card{Login: "breakglass"}, store.Terms{Kind: "resignation"}); !r.Refused || len(r.Rules) != 0 {
		t.Errorf("the deny list gives %+v", r)
	}
	if r := b.Ruling(jane, store.Terms{Kind: "gone"}); r.Missing != store.MissingHold || r.Refused {
		t.Errorf("a kind that is not configured gives %+v", r)
	}
	cfg := office()
	cfg.Given = []store.Role{store.HR, store.IT}
	b, _ = New(cfg)
	if r := b.Ruling(jane, store.Terms{Kind: "resignation"}); r.Needed != store.IT {
		t.Errorf("without security it gives %+v", r)
	}
	if b, _ = New(Config{}); b.Ruling(jane, store.Terms{}).Refused || len(b.Left(jane, "")) != 0 {
		t.Error("an empty book says something")
	}
}

// Every attribute can be asked for, and no condition can do too much.
func TestConditions(t *testing.T) {
	p := store.Card{
		Login: "jane", Mail: "jane@example.com", Title: "Chief", Department: "Design", Location: "Lisbon", Country: "PT", Entity: "Lumen",
		Employment: "contractor", Groups: []string{"staff", "board"}, Admin: true,
	}
	for _, expr := range []string{
		`person.login == "jane"`, `person.mail.endsWith("@example.com")`, `person.title == "Chief"`, `person.department == "Design"`, `person.location == "Lisbon"`,
		`person.country == "PT"`, `person.entity == "Lumen"`, `person.employment == "contractor"`, `"board" in person.groups`, `person.groups.exists(g, g.startsWith("bo"))`,
		`person.admin`, `kind == "termination"`,
	} {
		c, err := compile(expr, true)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if yes, err := c.holds(p, "termination"); !yes || err != nil {
			t.Errorf("%s is %t, %v", expr, yes, err)
		}
		if yes, err := c.holds(store.Card{}, ""); yes || err != nil {
			t.Errorf("%s is %t of somebody of whom nothing is known, %v", expr, yes, err)
		}
	}
	if n := len(Attributes()); n != 10 {
		t.Errorf("%d attributes", n)
	}
	// 1000 groups compared with each other would be a million comparisons.
	p.Groups = make([]string, 1000)
	c, err := compile(`person.groups.all(a, person.groups.all(b, a == b))`, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.holds(p, ""); err == nil || !strings.Contains(err.Error(), "cost limit") {
		t.Errorf("it did too much: %v", err)
	}
	c, err = compile(`person.groups.exists(a, a == "board")`, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.holds(p, ""); err != nil {
		t.Errorf("a search through 1000 groups is too much: %v", err)
	}
	for _, expr := range []string{strings.Repeat("!", 10_000) + "true", strings.Repeat("(", 200) + "true" + strings.Repeat(")", 200), `kind == "x"` + strings.Repeat(` || kind == "x"`, 1000)} {
		if _, err := compile(expr, true); err == nil {
			t.Errorf("%.30s… is accepted", expr)
		}
	}
	if _, err := compile(`kind == "x"`, false); err == nil {
		t.Error("a scope knows the kind")
	}
}
