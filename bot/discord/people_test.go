package discord

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// TestWho: nobody but a human member of the company's server gets anything
// done, wherever they ask from.
func TestWho(t *testing.T) {
	for _, c := range []struct {
		name string
		ask  func(s *scene) (*discordtest.Delivery, discordtest.User)
		told string
	}{
		{"another server", func(s *scene) (*discordtest.Delivery, discordtest.User) {
			g := s.AddGuild(discordtest.Guild{Name: "Others", Owner: s.ann.ID})
			c := s.AddChannel(discordtest.Channel{GuildID: g.ID, Name: "general"})
			return s.did(s.Slash(s.ann.ID, c.ID, "/offboard approve")), s.ann
		}, "does not work on this server"},
		{"a stranger in direct messages", func(s *scene) (*discordtest.Delivery, discordtest.User) {
			u := s.AddUser(discordtest.User{GlobalName: "Eve Other", Stranger: true})
			g := s.AddGuild(discordtest.Guild{Name: "Others"})
			s.AddMember(g.ID, u.ID)
			return s.did(s.Slash(u.ID, "", "/offboard approve")), u
		}, "Only members of the company's server"},
		{"who has left, in direct messages", func(s *scene) (*discordtest.Delivery, discordtest.User) {
			s.did(s.Slash(s.ben.ID, "", "/offboard list"))
			s.mu.Lock()
			s.got = nil
			s.mu.Unlock()
			s.later(2 * time.Minute)
			g := s.AddGuild(discordtest.Guild{Name: "Others"})
			s.AddMember(g.ID, s.ben.ID)
			s.Leave(s.GuildID, s.ben.ID)
			return s.did(s.Slash(s.ben.ID, "", "/offboard approve")), s.ben
		}, "Only members of the company's server"},
		{"while Discord does not answer", func(s *scene) (*discordtest.Delivery, discordtest.User) {
			s.Fail(discordtest.ReadMember, discordtest.Status(503).Always())
			d := s.did(s.Slash(s.ann.ID, "", "/offboard approve"))
			s.later(30 * time.Second)
			return d, s.ann
		}, "I cannot tell now whether you are still on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				_, u := c.ask(s)
				s.sees(u, c.told)
				if got := s.handed(); len(got) != 0 {
					t.Errorf("it was handed on: %+v", got)
				}
			})
		})
	}
}

// TestNotHuman: apps and webhooks are told so. Discord's client does not let
// them press anything, so what they would send is made by hand.
func TestNotHuman(t *testing.T) {
	for name, by := range map[string]map[string]any{
		"bot":     {"id": "1230000000000000009", "username": "x", "bot": true},
		"system":  {"id": "1230000000000000009", "username": "x", "system": true},
		"webhook": {"id": "1230000000000000009", "username": "x", "discriminator": "0000"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				d, err := s.Slash(s.ann.ID, s.room.ID, "/offboard approve")
				s.must(err)
				payload := d.Payload
				if name == "webhook" { // it is no member
					delete(payload, "member")
					payload["user"] = by
				} else {
					payload["member"] = map[string]any{"user": by, "roles": []string{}}
				}
				payload["id"] = d.ID
				s.later(time.Second)
				first := len(s.handed()) // Ann's own
				s.restart()
				s.must(d.Again())
				s.later(time.Minute)
				if got := s.handed(); len(got) != first {
					t.Errorf("it was handed on: %+v", got[first:])
				}
			})
		})
	}
}

// TestBelieved: what Discord has said of a member is believed for a minute. After
// that they are told why nothing is done while it does not answer: they may have
// been taken off the server.
func TestBelieved(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		ask := func() int {
			s.did(s.Slash(s.ann.ID, "", "/offboard list"))
			s.later(20 * time.Second)
			return len(s.handed())
		}
		before := len(s.Calls(discordtest.ReadMember))
		if ask() != 1 || ask() != 2 || len(s.Calls(discordtest.ReadMember)) != before+1 {
			t.Error("a member is not believed for a minute")
		}
		s.later(2 * time.Minute)
		s.Fail(discordtest.ReadMember, discordtest.Status(503).Always())
		if ask() != 2 {
			t.Error("a member is believed while Discord does not answer")
		}
		s.sees(s.ann, unproven)
		if m, err := s.p.Members(t.Context(), s.direct(s.ann)); err != nil || len(m) != 1 || m[0].Name != "Ann Lee" {
			t.Errorf("who she is is not known any more: %v, %v", m, err)
		}
		s.Heal(discordtest.ReadMember)
		if ask() != 3 {
			t.Error("a member is not asked for again")
		}
	})
}

// TestStranger: somebody who is no member is asked for once in a while, however
// often they press, and heard soon after they have joined.
func TestStranger(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		u := s.AddUser(discordtest.User{GlobalName: "Out Sider"})
		s.Fail(discordtest.ReadMember, discordtest.Refuse(10007).Always())
		before := len(s.Calls(discordtest.ReadMember))
		for range 20 {
			s.did(s.Slash(u.ID, "", "/offboard list"))
			s.later(time.Second)
		}
		if n := len(s.Calls(discordtest.ReadMember)) - before; n != 2 {
			t.Errorf("Discord was asked %d times", n)
		}
		s.sees(u, foreign)
		s.Heal(discordtest.ReadMember)
		s.later(strange)
		s.did(s.Slash(u.ID, "", "/offboard list"))
		if got := s.handed(); len(got) != 1 {
			t.Errorf("handed on: %+v", got)
		}
	})
}

// TestMembersNameless: a member of whom Discord does not say who it is may read
// everything, so nothing is said of who reads.
func TestMembersNameless(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.p = New(Config{Token: s.BotToken, Guild: s.GuildID, APIURL: s.API(), HTTP: s.altered("/members", func(list []map[string]any) { delete(list[0], "user") }), Log: zerolog.Nop()})
		got, err := s.p.Members(t.Context(), s.place())
		if err == nil || !strings.Contains(err.Error(), "not known who reads") || errors.Is(err, bot.ErrGone) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func userIDs(users []bot.User) []string {
	var out []string
	for _, u := range users {
		out = append(out, u.ID)
	}
	slices.Sort(out)
	return out
}

// TestMembers: who reads a channel, by Discord's own rules.
func TestMembers(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		admins := s.AddRole(discordtest.Role{Name: "admins", Permissions: discordtest.Administrator})
		watchers := s.AddRole(discordtest.Role{Name: "watchers"})
		admin := s.AddUser(discordtest.User{GlobalName: "Ada Min", Roles: []string{admins.ID}})
		watcher := s.AddUser(discordtest.User{GlobalName: "Wat Cher", Roles: []string{watchers.ID}})
		kept := s.AddUser(discordtest.User{GlobalName: "Kep Tout", Roles: []string{watchers.ID}})
		helper := s.AddUser(discordtest.User{Name: "helper", GlobalName: "Helper", Bot: true, Roles: []string{watchers.ID}})
		room := s.AddChannel(discordtest.Channel{Name: "watch", Private: true, Members: []string{watchers.ID, s.BotUser}})
		s.ChangeChannel(room.ID, func(c *discordtest.Channel) {
			c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: kept.ID, Member: true, Deny: discordtest.ViewChannel})
		})
		at := bot.Place{Platform: name, Kind: bot.Channel, ID: "#watch"}
		got, err := s.p.Members(t.Context(), at)
		s.must(err)
		want := []string{s.OwnerID, admin.ID, watcher.ID, helper.ID}
		slices.Sort(want)
		if !slices.Equal(userIDs(got), want) {
			t.Errorf("%v read it, not %v", got, want)
		}
		for _, u := range got {
			if u.Outside != (u.ID == helper.ID) || u.Platform != name || u.Name == "" {
				t.Errorf("%+v", u)
			}
		}
		// Its threads are as private as it is.
		ref, err := s.p.Post(t.Context(), at, card("Approve"), "k")
		s.must(err)
		at.Thread = ref.ID
		_, err = s.p.Post(t.Context(), at, card("Approve"), "k")
		s.must(err)
		again, err := s.p.Members(t.Context(), at)
		s.must(err)
		if !slices.Equal(userIDs(again), want) {
			t.Errorf("%v read the thread", again)
		}
		public := s.AddChannel(discordtest.Channel{Name: "general"})
		got, err = s.p.Members(t.Context(), bot.Place{Platform: name, Kind: bot.Channel, ID: public.ID})
		s.must(err)
		if !slices.Contains(userIDs(got), bot.Everybody) || !slices.Contains(userIDs(got), kept.ID) {
			t.Errorf("everybody reads it, and not only %v", got)
		}
		// A role that is taken away is noticed within a minute or so.
		s.TakeRole(watcher.ID, watchers.ID)
		s.later(2 * time.Minute)
		got, err = s.p.Members(t.Context(), at)
		s.must(err)
		if slices.Contains(userIDs(got), watcher.ID) {
			t.Error("who has lost the role still reads it")
		}
	})
}

// TestMembersLarge: a server of more than a page.
func TestMembersLarge(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		everyone := s.AddRole(discordtest.Role{Name: "all"})
		room := s.AddChannel(discordtest.Channel{Name: "all", Private: true, Members: []string{everyone.ID, s.BotUser}})
		for range 2500 {
			s.AddUser(discordtest.User{GlobalName: "Some Body", Roles: []string{everyone.ID}})
		}
		got, err := s.p.Members(t.Context(), bot.Place{Platform: name, Kind: bot.Channel, ID: room.ID})
		s.must(err)
		if len(got) != 2501 || len(s.Calls(discordtest.ListMembers)) != 3 {
			t.Errorf("%d read it, by %d calls", len(got), len(s.Calls(discordtest.ListMembers)))
		}
	})
}

// TestMembersIntent: without the intent the error says what to switch on.
func TestMembersIntent(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.Fail(discordtest.ListMembers, discordtest.Refuse(50001))
		_, err := s.p.Members(t.Context(), s.place())
		if err == nil || !strings.Contains(err.Error(), "Server Members Intent") {
			t.Errorf("it says %v", err)
		}
	})
}
