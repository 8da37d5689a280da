// Package scim takes people out of systems that speak SCIM 2.0 (RFC 7643, RFC
// 7644): it deactivates accounts, takes them out of groups, and deletes them for
// good. It believes no status: after each change it reads, and compares. README.md
// says which mistakes of servers it survives, and why.
//
// It keeps nothing between calls but whose turn it is, and does not retry.
package scim

import (
	"encoding/json"

	"offboard/actions"
	"offboard/actions/rest"
)

// Client is one configured SCIM server. The zero Client only names its actions.
type Client struct {
	cfg    Config
	preset preset
	api    *rest.Client
	groups turns
}

// New returns a client for cfg, which Validate has accepted. It makes no connection.
func New(cfg Config) (*Client, error) {
	api, err := rest.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	return &Client{cfg: cfg.filled(), preset: presets[cfg.Preset], api: api}, nil
}

// System is what can be done about accounts in this system.
func (c *Client) System(name, title string) actions.System {
	return actions.System{
		Name: name, Title: title,
		Reach: c.reach, Inspect: c.inspect, Lister: lister{c},
		Actions: []actions.Spec{
			{
				Name: "deactivate", Words: "Deactivate the account",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead, LockOut: true,
				Loses:  c.preset.loses,
				Undoes: "Activate the account",
				Action: deactivate{c},
			},
			{
				Name: "groups", Words: "Leave all groups",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
				Undoes: "Join the groups again",
				// Some servers put nobody into a group who is deactivated.
				UndoAfter: []string{"deactivate"},
				Action:    groups{c},
			},
			{
				Name: "delete", Words: "Delete the account for good",
				Phase: actions.PhaseDestroy, Proof: actions.ProofRead, Optional: true,
				Action: destroy{c},
			},
		},
	}
}

// quote makes a JSON string of s.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always becomes one
	}
	return string(b)
}
