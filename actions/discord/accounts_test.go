package discord_test

import (
	"testing"

	"offboard/actions"
	"offboard/bot/discord/discordtest"
)

// Whose account it is, only the directory's id says.
func TestAccounts(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	with := func(id string) actions.Person {
		return actions.Person{ID: "id-x", Name: "Jane Doe", Login: "jane.doe", Chat: map[string]string{"discord": id}}
	}
	for _, tt := range []struct {
		name                  string
		id                    string
		want                  actions.Account
		notes, unread, search string
	}{
		{"a member", s.jane.ID, actions.Account{ID: s.jane.ID, Login: "jane.doe", Chosen: true, Note: "Jane Doe, known there as JD"}, "", "", "of the directory in the server Toys"},
		{"an administrator", s.ada.ID, actions.Account{ID: s.ada.ID, Login: "ada", Chosen: true, Admin: true, Note: "administrator"}, "", "", ""},
		{"the owner", s.OwnerID, actions.Account{ID: s.OwnerID, Login: "olga.owner", Chosen: true, Admin: true, Note: "Olga Owner, owner of the server"}, "", "", ""},
		{"not in the server", s.dj.ID, actions.Account{ID: s.dj.ID, Login: "dj", Chosen: true, Note: "DJ, not in the server"}, "DJ (dj) is not in the server Toys", "", s.dj.ID},
		{"the bot", s.BotUser, actions.Account{}, "is the bot itself: left alone", "", ""},
		{"an id that Discord does not know", "184467440737095516", actions.Account{}, "", "which Discord does not know", "184467440737095516"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := check(t, cfg, "invites", actions.Target{Person: with(tt.id)})
			switch {
			case tt.want.ID == "" && len(f.Accounts) > 0, tt.want.ID != "" && (len(f.Accounts) != 1 || f.Accounts[0] != tt.want):
				t.Errorf("found %+v, want %+v", f.Accounts, tt.want)
			}
			if why := f.Needed[tt.id]; (why == "the owner of the server Toys") != (tt.id == s.OwnerID) || why == "" != (tt.id != s.OwnerID) {
				t.Errorf("needed as %q", why)
			}
			says(t, f.Notes, tt.notes)
			says(t, f.Unread, tt.unread)
			says(t, []string{f.Searched}, tt.search)
		})
	}
	for name, words := range map[string]string{"": "no Discord account is known of \"Jane Doe\"", "jane.doe": "where the id of a Discord account should be"} {
		_, err := spec(cfg, "roles").Action.Check(t.Context(), actions.Target{Person: with(name)})
		says(t, []string{wantClass(t, err, actions.ClassFinal)}, words)
	}
}

// Whoever is not in the server holds nothing in it, and it is said.
func TestNotInTheServer(t *testing.T) {
	s := start(t, everything)
	for _, action := range []string{"roles", "channels", "timeout", "invites", "webhooks", "remove"} {
		tg, f := target(t, s.config(), action, s.dj)
		if len(f.Items) > 0 || len(f.Accounts) != 1 {
			t.Errorf("%s: %+v", action, f)
		}
		tg.Items = []actions.Item{{ID: s.design.ID}, {ID: "writing"}, {ID: "membership"}}
		if action == "roles" || action == "timeout" || action == "remove" {
			says(t, []string{do(t, s.config(), action, tg)}, "is not in the server")
		}
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}

// A bot is never touched, the bot itself least of all.
func TestNeverTouched(t *testing.T) {
	s := start(t, everything)
	other := s.AddUser(discordtest.User{Name: "music", GlobalName: "Music Bot", Bot: true})
	for _, id := range []string{s.BotUser, other.ID} {
		for _, action := range []string{"roles", "channels", "timeout", "invites", "webhooks", "remove"} {
			tg := actions.Target{Account: actions.Account{ID: id, Login: "x"}, Items: []actions.Item{{ID: s.design.ID}, {ID: "writing"}, {ID: "membership"}}}
			_, err := spec(s.config(), action).Action.Do(t.Context(), tg)
			says(t, []string{wantClass(t, err, actions.ClassFinal)}, "is never touched")
		}
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}

// The audit log of the server names the case, and nothing else.
func TestAuditLogReason(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	cfg.Webhooks = "delete"
	for _, action := range []string{"roles", "channels", "timeout", "invites", "webhooks", "remove"} {
		tg, before := target(t, cfg, action, s.jane)
		do(t, cfg, action, tg)
		if _, ok := spec(cfg, action).Action.(actions.Undoer); ok {
			_, _ = undo(t, cfg, action, tg, before)
		}
	}
	calls := s.writes()
	if len(calls) < 9 {
		t.Errorf("only %d writes", len(calls))
	}
	for _, c := range calls {
		if c.Reason != "Offboard OFF-42" {
			t.Errorf("%s has the reason %q", c.Route, c.Reason)
		}
	}
	for _, e := range s.AuditLog(s.GuildID) {
		if e.Reason != "Offboard OFF-42" {
			t.Errorf("the audit log says %+v", e)
		}
	}
}
