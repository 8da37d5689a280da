// Package http speaks to any HTTP API that is declared in the configuration: how an
// account is found, what it holds, what to call, and what proves that it is gone.
// README.md teaches it with examples.
//
// There is no default success: each read says what makes it an answer (proven), and
// each call what makes it done.
package http

import (
	"fmt"

	"offboard/actions"
	"offboard/actions/rest"
)

// Client is one configured system.
type Client struct {
	cfg  Config
	api  *rest.Client
	name string // of the system
	of   string // the system for people: its title
}

// New returns a client for cfg, which Validate has accepted. It makes no connection.
func New(cfg Config) (*Client, error) {
	api, err := rest.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	return &Client{cfg: cfg, api: api}, nil
}

// System is what the section declares.
func (c *Client) System(name, title string) actions.System {
	c = &Client{cfg: c.cfg, api: c.api, name: name, of: title}
	s := actions.System{Name: name, Title: title, Reach: c.reach, Inspect: c.inspect}
	if c.cfg.List != nil {
		s.Lister = lister{c}
	}
	for _, a := range c.cfg.Actions {
		s.Actions = append(s.Actions, c.spec(a))
	}
	return s
}

func (c *Client) spec(a Action) actions.Spec {
	s := actions.Spec{
		Name: a.Name, Words: a.Words, Phase: a.phase(), LockOut: a.LockOut, After: a.After, Needs: a.Needs, Loses: a.Loses, Credential: a.Credential,
		Undoes: a.Undoes, UndoAfter: a.UndoAfter, Optional: a.phase() == actions.PhaseDestroy,
		Proof: map[Proof]actions.Proof{ByRead: actions.ProofRead, ByMark: actions.ProofMark, ByPerson: actions.ProofAccepted}[a.proof()],
	}
	s.Then = a.Then.Task()
	one := &action{c, a}
	if s.Action = one; len(a.Undo) > 0 {
		s.Action = undoer{one}
	}
	return s
}

func (c *Client) account(a actions.Account) string {
	return fmt.Sprintf("the account %s (%s) in %s", a.Login, a.ID, c.of)
}
