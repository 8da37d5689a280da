package commands_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"offboard/actions"
	"offboard/actions/policy"
	"offboard/commands/view"
	"offboard/store"
)

// rulebook are the rules of "do policy".
var rulebook = []policy.Rule{
	{Name: "designers", When: `person.department == "Design"`, NotSystems: []string{"vpn"}, NotActions: []string{"directory/owner"}},
	{Name: "finance", When: `person.department == "Finance" && kind != "death"`, CutOff: "18:30", Missing: store.MissingHold},
	{Name: "hr-feed", When: `person.login == "jdorsey"`, Protect: policy.Approvals, Why: "the account keeps the HR feed alive"},
	{Name: "quiet", When: `kind == "termination" && person.department == "Finance"`, Confidential: true},
	{Name: "board", When: `person.title.startsWith("Chief")`, Protect: policy.Refuse, Why: "a member of the board"},
	{Name: "spare", When: `"board" in person.groups`, Protect: policy.Refuse, Why: "a member of the board"},
}

// policy is "do policy": a rule book is in force, after a restart.
func (c *company) policy(_ context.Context, args []string) error {
	if len(args) > 0 {
		return c.rule(args)
	}
	c.ruled = true
	c.close()
	c.open()
	return nil
}

// rule sets what the policy says of everybody.
func (c *company) rule(args []string) error {
	c.ruling = store.Ruling{}
	for _, a := range args {
		switch r := store.Role(a); {
		case a == string(store.MissingLock), a == string(store.MissingHold):
			c.ruling.Missing = store.Missing(a)
		case slices.Contains([]store.Role{store.HR, store.IT, store.Security, store.Auditor, store.Admin}, r):
			c.ruling.Also = append(c.ruling.Also, r)
		default:
			return fmt.Errorf("the policy does not know %q", a)
		}
	}
	return nil
}

// profiles is "do profiles": the policy says what people of a role have, after a
// restart; and it is so that Jane has something beside.
func (c *company) profiles(context.Context, []string) error {
	c.moves = true
	c.memory.Join("directory", "choir", "jane")
	c.close()
	c.open()
	return nil
}

// roleTitles are those of the profiles.
func roleTitles(b *policy.Book) []view.Role {
	var out []view.Role
	for _, p := range b.Profiles {
		out = append(out, view.Role{ID: p.ID, Title: p.Title})
	}
	return out
}

// rules are the rule book, and what is said of everybody beyond that.
func (c *company) rules(card store.Card, t store.Terms) store.Ruling {
	r := c.book(nil).Ruling(card, t)
	r.Missing = cmp.Or(c.ruling.Missing, r.Missing)
	r.Also = slices.Sorted(slices.Values(slices.Concat(r.Also, c.ruling.Also)))
	return r
}

// book is the rule book in force; without "do policy" only Clara is protected.
func (c *company) book(systems []actions.System) *policy.Book {
	cfg := policy.Config{Systems: systems, Tasks: c.tasks, Given: []store.Role{store.HR, store.IT, store.Security}, Deny: func(login string) bool { return login == "clara" }}
	if c.ruled {
		cfg.Rules = rulebook
		cfg.Deny = nil
	}
	if c.moves {
		cfg.Profiles = []policy.Profile{
			{ID: "designer", Title: "Designer", When: `person.department == "Design"`, Has: map[string][]string{"directory": {"staff", "Figma users"}}, All: []string{"vpn"}},
			{ID: "engineer", Title: "Engineer", When: `person.department == "Engineering"`, Has: map[string][]string{"directory": {"engineering"}}},
			{ID: "lead", Title: "Design Lead", Has: map[string][]string{"directory": {"staff", "Figma users"}}, All: []string{"vpn"}},
		}
	}
	for _, k := range kinds {
		cfg.Kinds = append(cfg.Kinds, policy.Kind{ID: k.ID, Title: k.Title, Confidential: k.Confidential, Retention: c.retention})
	}
	b, wrong := policy.New(cfg)
	for _, w := range wrong {
		c.t.Fatal(w)
	}
	return b
}
