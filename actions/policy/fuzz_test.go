package policy

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"offboard/store"
)

// No condition, however odd, breaks the program: it compiles and says something
// about anybody within bounds, or it is refused with a place in it.
func FuzzCondition(f *testing.F) {
	for _, s := range []string{
		`person.country == "PT"`, never, odd, `person.departement == ""`, `person.groups.exists(g, g.matches("^a"))`, `person.groups.map(g, g + g).size() > 3`,
		`kind in ["termination", "death"] && !person.admin`, `person.title.matches(person.login)`, `{"a": 1}["b"] == 1`, `1 / 0 == 1`, `dyn(person).x == 1`,
		`has(person.entity)`, `"\u202e" == person.mail`, `person.`, `((`, "\x00", `[].exists(person, person.x)`, `b"\xff" == bytes(kind)`, `timestamp("x") > timestamp("y")`,
		`type(person) == type(1)`, `person == person`, `policy.subject{login: "x"} == person`,
	} {
		f.Add(s, "jane")
	}
	f.Fuzz(func(t *testing.T, text, login string) {
		c, err := compile(text, true)
		if err != nil {
			m, ok := errors.AsType[*Mistake](err)
			if !ok {
				t.Fatalf("%q: an error without a place: %v", text, err)
			}
			if m.Line < 1 || m.Column < 1 || m.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+2 || strings.Contains(m.Text, "\n") || m.Text == "" || m.Column > utf8.RuneCountInString(text)+2 {
				t.Fatalf("%q: %+v", text, m)
			}
			return
		}
		p := store.Card{Login: login, Groups: []string{"staff", login}}
		first, err1 := c.holds(p, "death")
		again, err2 := c.holds(p, "death")
		if first != again || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%q says %t and %t", text, first, again)
		}
		b, wrong := New(office(Rule{Name: "a", When: text, Protect: Refuse, Why: "w", NotSystems: []string{"corp"}}))
		if wrong != nil {
			t.Fatalf("%q compiles, and is no rule: %v", text, wrong[0].Err)
		}
		v := b.Decide(p, "death")
		if protects := err1 != nil || first; v.Ruling.Refused != protects || v.Choices[0].Left != (err1 == nil && first) {
			t.Fatalf("%q is %t (%v), and rules %+v", text, first, err1, v)
		}
		if b.Show() == "" {
			t.Fatal("nothing is shown")
		}
	})
}
