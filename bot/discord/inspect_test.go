package discord

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
	"offboard/bot/discord/wire"
)

// inspect returns what was found, a line each.
func (s *scene) inspect(places ...bot.Place) string {
	s.t.Helper()
	list, err := s.p.Inspect(s.t.Context(), places...)
	s.must(err)
	var out strings.Builder
	for _, r := range list {
		if r.Remedy == "" {
			s.t.Errorf("%q has no remedy", r.Text)
		}
		fmt.Fprintf(&out, "%v %s\n", r.Broken, r.Text)
	}
	return out.String()
}

// TestInspect: each thing that Discord has to allow, with what to do, and
// nothing where all is well. It changes nothing.
func TestInspect(t *testing.T) {
	deny := func(p int64) func(s *scene) {
		return func(s *scene) {
			s.ChangeChannel(s.room.ID, func(c *discordtest.Channel) {
				c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: s.BotUser, Member: true, Allow: discordtest.ViewChannel &^ p, Deny: p})
			})
		}
	}
	for _, c := range []struct {
		name   string
		change func(s *scene)
		found  string
	}{
		{"nothing", func(*scene) {}, ""},
		{"another token", func(s *scene) {
			s.p = New(Config{Token: "x", Guild: s.GuildID, APIURL: s.API(), HTTP: s.HTTP(), Log: zerolog.Nop()})
		}, "true Discord refuses the bot token"},
		{"another server", func(s *scene) {
			g := s.AddGuild(discordtest.Guild{Name: "Others", NoApp: true})
			s.p.cfg.Guild = g.ID
		}, "true the bot is not on the server"},
		{"no server", func(s *scene) { s.p.cfg.Guild = "1230000000000000001" }, "true the bot is not on the server"},
		{"commands of another version", func(s *scene) { s.p.cfg.Verbs = s.p.cfg.Verbs[1:] }, "false the commands are not registered"},
		{"a command with a bad name", func(s *scene) { s.p.cfg.Command = "Off Board" }, "true the commands cannot be registered"},
		{"View Channel", deny(discordtest.ViewChannel), "true the bot cannot post in"},
		{"Send Messages", deny(discordtest.SendMessages), "true the bot lacks the permission Send Messages in"},
		{"Create Public Threads", deny(discordtest.CreatePublicThreads), "true the bot lacks the permission Create Public Threads in"},
		{"Send Messages in Threads", deny(discordtest.SendMessagesInThreads), "true the bot lacks the permission Send Messages in Threads in"},
		{"Read Message History", deny(discordtest.ReadMessageHistory), "true the bot lacks the permission Read Message History in"},
		{"a channel that is gone", func(s *scene) { s.RemoveChannel(s.room.ID) }, "true the bot cannot post in"},
		{"a channel for everybody", func(s *scene) {
			s.ChangeChannel(s.room.ID, func(c *discordtest.Channel) { c.Overwrites = nil })
		}, "true everybody on the server reads"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.must(s.p.registered(t.Context(), true))
				c.change(s)
				before := len(s.Calls(""))
				got := s.inspect(s.place(), s.direct(s.ann))
				if c.found == "" && got != "" || !strings.HasPrefix(got, c.found) || strings.Count(got, "\n") > 1 {
					t.Errorf("found\n%s", got)
				}
				for _, call := range s.Calls("")[before:] {
					if !strings.HasPrefix(call.Route, "GET ") {
						t.Errorf("it changes something: %s", call.Route)
					}
				}
				_ = s.Problems() // a bad id is asked for on purpose
			})
		})
	}
	t.Run("Discord does not answer", func(t *testing.T) {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.Fail("GET /applications/@me", discordtest.Status(503).Always())
			if _, err := s.p.Inspect(t.Context()); err == nil {
				t.Error("nobody is told")
			}
		})
	})
}

// TestInspectApp: the app's settings. The fake has no endpoint, so the
// answer is made by hand.
func TestInspectApp(t *testing.T) {
	i := &inspection{}
	i.app(application{ID: "1", Flags: membersIntent, Endpoint: ""})
	if len(i.found) != 0 {
		t.Errorf("found %+v", i.found)
	}
	i.app(application{ID: "1", Endpoint: "https://example.com/interactions"})
	if len(i.found) != 2 || !strings.Contains(i.found[0].Remedy, "General Information") || !strings.Contains(i.found[1].Text, "Server Members Intent") {
		t.Errorf("found %+v", i.found)
	}
	d := New(Config{Token: "t"})
	d.why, d.endpoint = "", true
	if err := d.Health(); err == nil || !strings.Contains(err.Error(), "Interactions Endpoint URL") {
		t.Errorf("health is %v", err)
	}
}

// TestRegister: the commands are written once, and again only when they differ;
// while that fails people are not told nothing.
func TestRegister(t *testing.T) {
	const put = "PUT /applications/{application}/commands"
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.Fail(put, discordtest.Refuse(50013).Times(3))
		s.launch()
		s.must(s.Ready(t.Context(), 1))
		s.later(0)
		if err := s.p.Health(); err == nil || !strings.Contains(err.Error(), "commands cannot be registered") {
			t.Errorf("health is %v", err)
		}
		s.must(s.Await(t.Context(), func() bool { return len(s.Commands("")) > 0 }))
		s.later(0)
		s.must(s.p.Health())
		n := len(s.Calls(put))
		s.restart()
		if len(s.Calls(put)) != n {
			t.Error("the same commands were written again")
		}
		s.end()
		s.p = s.platform()
		s.p.cfg.Verbs = append(s.p.cfg.Verbs, bot.Verb{Name: "stop", Words: "Stops it"})
		s.start()
		s.must(s.Await(t.Context(), func() bool { return len(s.Calls(put)) == n+1 }))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard stop"))
	})
}

// TestAllowed: Discord's algorithm, where the fake's worlds do not go.
func TestAllowed(t *testing.T) {
	const see, send = wire.ViewChannel, wire.SendMessages
	g := wire.Guild{ID: "1", OwnerID: "9", Roles: []wire.Role{{ID: "1", Permissions: see}, {ID: "2", Permissions: send}, {ID: "3", Permissions: wire.Administrator}}}
	m := func(id string, roles ...string) wire.Member {
		return wire.Member{User: &wire.User{ID: id}, Roles: roles}
	}
	over := func(o ...wire.Overwrite) wire.Channel { return wire.Channel{PermissionOverwrites: o} }
	for _, c := range []struct {
		name string
		m    wire.Member
		c    wire.Channel
		want wire.Permissions
	}{
		{"@everyone", m("5"), over(), see},
		{"a role", m("5", "2"), over(), see | send},
		{"the owner, whatever is denied", m("9"), over(wire.Overwrite{ID: "1", Deny: see}), ^wire.Permissions(0)},
		{"an administrator, whatever is denied", m("5", "3"), over(wire.Overwrite{ID: "5", Type: 1, Deny: see}), ^wire.Permissions(0)},
		{"denied to everyone", m("5", "2"), over(wire.Overwrite{ID: "1", Deny: see}), 0},
		{"allowed to a role before denied to everyone", m("5", "2"), over(wire.Overwrite{ID: "2", Allow: see}, wire.Overwrite{ID: "1", Deny: see}), see | send},
		{"allowed to one role, denied to another", m("5", "2", "4"), over(wire.Overwrite{ID: "4", Deny: see}, wire.Overwrite{ID: "2", Allow: see}), see | send},
		{"denied to the member", m("5", "2"), over(wire.Overwrite{ID: "5", Type: 1, Deny: see}, wire.Overwrite{ID: "2", Allow: see}), 0},
		{"allowed to the member", m("5"), over(wire.Overwrite{ID: "5", Type: 1, Allow: see}, wire.Overwrite{ID: "1", Deny: see}), see},
		{"of somebody else", m("5"), over(wire.Overwrite{ID: "6", Type: 1, Allow: send}), see},
	} {
		if got := g.Allowed(c.m, c.c); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
	if !everybodyReads(g, over()) || everybodyReads(g, over(wire.Overwrite{ID: "1", Deny: see})) {
		t.Error("everybody reads what is open, and only that")
	}
}
