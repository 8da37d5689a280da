// Package ldap finds people in an LDAP directory and takes their access away
// there: it locks accounts, replaces passwords, ends memberships, hands over
// groups and direct reports, and after the retention deletes the entry. It speaks to OpenLDAP and what
// behaves like it, and to Active Directory; README.md says what was decided and why.
//
// It keeps nothing between calls but connections (pool.go). Each call finds the
// account again by its immutable id. It does not
// retry: it says in the class of its error whether trying again may help.
package ldap

import (
	"offboard/actions"
)

// Client is one configured LDAP directory.
type Client struct {
	cfg     Config
	flavour *flavour // nil to recognise it at each connection
	pool    *pool
}

// New returns a client for cfg, which Validate has accepted. It makes no connection.
func New(cfg Config) *Client {
	named, err := flavourNamed(cfg.Flavour)
	if err != nil { // Validate has looked
		panic(err)
	}
	return &Client{cfg: cfg.withDefaults(), flavour: named, pool: &pool{idle: map[string][]*link{}}}
}

// Directory is the people directory of the company.
func (c *Client) Directory() actions.Directory { return directory{c} }

// System is what can be done about accounts in this directory.
func (c *Client) System(name, title string) actions.System {
	return actions.System{
		Name:    name,
		Title:   title,
		Reach:   c.reach,
		Inspect: c.inspect,
		Lister:  lister{c},
		Actions: []actions.Spec{
			{
				Name: "lock", Words: "Lock the account",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead, LockOut: true,
				Undoes: "Unlock the account",
				Action: lock{c},
			},
			{
				Name: "password", Words: "Replace the password by a random one that nobody knows",
				Phase: actions.PhaseCutOff, Proof: actions.ProofMark, After: []string{"lock"},
				Loses: "the old password", Credential: true,
				Action: password{c},
			},
			{
				Name: "groups", Words: "Leave all groups",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
				Undoes: "Join the groups again",
				Then:   &nobodyElse,
				Action: groups{c},
			},
			{
				Name: "owner", Words: "Hand over what they own",
				Phase: actions.PhaseAfter, Proof: actions.ProofRead, Answers: true,
				Undoes: "Give back what they owned",
				Then:   &newSecret,
				Action: owner{c},
			},
			{
				Name: "reports", Words: "Hand over the direct reports",
				Phase: actions.PhaseAfter, Proof: actions.ProofRead, Answers: true,
				Undoes: "Give back the direct reports",
				Action: reports{c},
			},
			{
				Name: "move", Words: "Move the entry to those who have left", Optional: true,
				Phase: actions.PhaseAfter, Proof: actions.ProofRead,
				// Where a directory does not rewrite references, what names the
				// entry is found by its old name only. The password: see stamp.
				After:  []string{"lock", "password", "groups", "owner", "reports"},
				Undoes: "Move the entry back",
				Action: move{c},
			},
			{
				Name: "expire", Words: "Let the account end today", Optional: true,
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead, After: []string{"lock"},
				Undoes: "Give the account its former end",
				Action: expire{c},
			},
			{
				Name: "hide", Words: "Hide from the address lists", Optional: true,
				Phase: actions.PhaseAfter, Proof: actions.ProofRead,
				Undoes: "Show in the address lists again",
				Action: hide{c},
			},
			{
				Name: "stamp", Words: "Write into the description that they have left", Optional: true,
				Phase: actions.PhaseAfter, Proof: actions.ProofRead,
				// Where a directory does not date passwords, that the bot has changed the
				// entry since is the proof of a new one: it must not be this change.
				After:  []string{"password"},
				Undoes: "Give the former description back",
				Action: mark{c},
			},
			{
				Name: "delete", Words: "Delete the account's entry", Optional: true,
				Phase: actions.PhaseDestroy, Proof: actions.ProofRead,
				Loses:  "the entry and all that it holds",
				Action: destroy{c},
			},
		},
	}
}
