// Package discord takes people out of a Discord server: it takes their roles and
// their permissions in single channels, times them out, kicks or bans them,
// revokes the invites that they made, and reports their webhooks. Whom no bot may
// touch, the owner and whoever stands above the bot's role, is a person's task,
// with words that say what to do. README.md says what was decided and why.
//
// It keeps nothing between calls, does not retry, and knows nothing of the
// chat: that is bot/discord.
package discord

import (
	"offboard/actions"
	"offboard/bot/discord/wire"
)

// Client is one configured Discord server.
type Client struct {
	cfg Config
	api *wire.Client
}

// New returns a client for cfg, which Validate has accepted. It makes no connection.
func New(cfg Config) *Client {
	cfg = cfg.withDefaults()
	return &Client{cfg: cfg, api: wire.New(wire.Config{Token: cfg.Token.Value(), URL: cfg.APIURL, HTTP: cfg.HTTP})}
}

// System is what can be done about accounts in this server.
func (c *Client) System(name, title string) actions.System {
	s := actions.System{
		Name:    name,
		Title:   title,
		Reach:   c.reach,
		Inspect: c.inspect,
		Actions: []actions.Spec{
			{
				Name: "roles", Words: "Take away all roles",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
				Undoes: "Give back the roles",
				Action: roles{c},
			},
			{
				Name: "channels", Words: "Take away permissions in single channels",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
				Undoes: "Give back permissions in single channels",
				// Who is not in the server has none.
				UndoAfter: []string{"remove"},
				Action:    channels{c},
			},
			{
				Name: "timeout", Words: "Time out in the server",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead, LockOut: c.cfg.After == None,
				// Whoever is an administrator by a role can be timed out
				// only when the role is gone.
				After:     []string{"roles"},
				Undoes:    "End the time-out",
				UndoAfter: []string{"remove"},
				Action:    timeout{c},
			},
			{
				Name: "invites", Words: "Revoke the invites that they made",
				Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
				Loses: "the invites: whoever needs one makes a new one",
				// Who is not timed out yet can make another one after the last
				// look; a time-out takes that away too.
				After:  []string{"timeout"},
				Action: invites{c},
			},
			c.webhooks(),
		},
	}
	if c.cfg.After != None {
		s.Actions = append(s.Actions, c.removal())
	}
	return s
}

// removes reports whether the account is taken out of the server in the end.
func (c *Client) removes() bool { return c.cfg.After != None }

func (c *Client) webhooks() actions.Spec {
	s := actions.Spec{
		Name: "webhooks", Words: "Decide about the webhooks that they made",
		Phase: actions.PhaseAfter, Proof: actions.ProofRead,
		Action: webhooks{c},
	}
	if c.cfg.Webhooks == Delete {
		s.Words = "Delete the webhooks that they made"
		s.Loses = "the webhooks: whatever posts with them needs the address of a new one"
	}
	return s
}

func (c *Client) removal() actions.Spec {
	s := actions.Spec{
		Name: "remove", Words: "Kick out of the server",
		Phase: actions.PhaseAfter, Proof: actions.ProofRead, LockOut: true,
		// Discord forgets the roles of who is kicked: roles must have written
		// them down first, or Undo could not give them back.
		After:  []string{"roles"},
		Loses:  "their nickname, the date they joined, their boosts, and roles that an integration gave: they join again by an invite",
		Undoes: "Let them into the server again",
		Action: remove{c},
	}
	if c.cfg.After == Ban {
		s.Words = "Ban from the server"
	}
	return s
}
