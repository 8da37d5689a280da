package commands_test

import (
	"context"

	"offboard/actions"
	"offboard/actions/policy"
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
func (c *company) policy(context.Context, []string) error {
	c.ruled = true
	c.close()
	c.open()
	return nil
}

// book is the rule book in force; without "do policy" only Clara is protected.
func (c *company) book(systems []actions.System) *policy.Book {
	cfg := policy.Config{Systems: systems, Tasks: c.tasks, Given: []store.Role{store.HR, store.IT, store.Security}, Deny: func(login string) bool { return login == "clara" }}
	if c.ruled {
		cfg.Rules = rulebook
		cfg.Deny = nil
	}
	for _, k := range kinds {
		cfg.Kinds = append(cfg.Kinds, policy.Kind{ID: k.ID, Title: k.Title, Confidential: k.Confidential})
	}
	b, wrong := policy.New(cfg)
	for _, w := range wrong {
		c.t.Fatal(w)
	}
	return b
}
