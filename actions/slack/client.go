// Package slack takes people out of Slack itself: it deactivates accounts by
// SCIM, ends sessions, and leaves user groups. Where Slack offers no API, on a
// smaller plan or for a Primary Owner, it says what a person does, and where.
// README.md says what was decided and why.
//
// It keeps nothing between calls, does not retry, and knows nothing of the
// chat: that is bot/slack, with a token of its own.
package slack

import (
	"net/http"

	"offboard/actions"
)

// Client is one configured Slack workspace, or organization.
type Client struct {
	cfg  Config
	http *http.Client
}

// New returns a client for cfg, which Validate has accepted. It makes no connection.
func New(cfg Config) *Client {
	cfg = cfg.withDefaults()
	return &Client{cfg: cfg, http: &http.Client{
		Timeout: cfg.Timeout,
		// A redirect would carry the token to where nobody configured it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// System is what can be done about accounts in this workspace.
func (c *Client) System(name, title string) actions.System {
	return actions.System{
		Name:    name,
		Title:   title,
		Reach:   c.reach,
		Inspect: c.inspect,
		Actions: []actions.Spec{
			{
				Name: "deactivate", Words: "Deactivate the account",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead, LockOut: true,
				// https://slack.com/help/articles/360002061747: who is activated
				// again is not added back to channels.
				Loses:  "their channels, their API tokens and what their apps did with them, and the user groups that Slack took away with the account",
				Undoes: "Activate the account",
				Action: deactivate{c},
			},
			{
				Name: "sessions", Words: "End all sessions",
				Phase: actions.PhaseCutOff, Proof: actions.ProofAccepted, After: []string{"deactivate"},
				Loses:  "the sessions: they sign in again",
				Action: sessions{c},
			},
			{
				Name: "groups", Words: "Leave all user groups",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
				Undoes: "Join the user groups again",
				// Slack puts nobody into a group who is deactivated.
				UndoAfter: []string{"deactivate"},
				Action:    groups{c},
			},
		},
	}
}
