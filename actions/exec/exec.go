// Package exec takes people out of systems by a program of the company: one
// that reads a request as JSON on its input and writes an answer as JSON on its
// output. The words of both are in request.go and answer.go, README.md explains
// them to who writes such a program, and what was decided and why.
//
// It starts the program once for each call, without a shell, and knows nothing
// of what it does. What the program does not say it has done, it has not done.
package exec

import "offboard/actions"

// Client is one configured program, or several that belong to one system.
type Client struct {
	cfg     Config
	system  string
	secrets []string // in all forms in which they are looked for in what a program writes
}

// New returns a client for cfg, which Validate has accepted. It starts nothing.
func New(cfg Config) *Client {
	cfg = cfg.withDefaults()
	return &Client{cfg: cfg, secrets: forms(cfg.Secrets)}
}

// System is what the configuration says the program can do.
func (c *Client) System(name, title string) actions.System {
	named := *c
	named.system, c = name, &named
	sys := actions.System{Name: name, Title: title, Reach: c.reach, Inspect: c.inspect}
	if c.cfg.List {
		sys.Lister = lister{c}
	}
	for _, a := range c.cfg.Actions {
		sys.Actions = append(sys.Actions, c.spec(a))
	}
	return sys
}

func (c *Client) spec(a Action) actions.Spec {
	s := actions.Spec{
		Name: a.Name, Words: a.Words, Phase: a.Phase, Proof: a.Proof, LockOut: a.LockOut, Answers: a.Answers, After: a.After, Needs: a.Needs,
		Loses: a.Loses, Credential: a.Credential, Undoes: a.Undoes, UndoAfter: a.UndoAfter, Optional: a.Optional,
		Then: a.Then.Task(), Action: action{c, a},
	}
	if a.Undoes != "" {
		s.Action = undoable{action{c, a}}
	}
	return s
}
