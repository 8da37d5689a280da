package discordtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"offboard/bot/discord/discordtest"
)

// allowed gives the app more permissions.
func (b *bench) allowed(p int64) {
	b.ChangeRole(b.BotRole, func(r *discordtest.Role) { r.Permissions |= p })
}

func TestGuild(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		a := b.call("GET", "/guilds/"+b.GuildID, nil)
		if a.str("owner_id") != b.OwnerID || len(a.object["roles"].([]any)) != 3 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/guilds/"+b.GuildID+"/roles", nil); len(a.list) != 3 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/guilds/"+b.AddGuild(discordtest.Guild{NoApp: true}).ID, nil); a.code() != 10004 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/guilds/"+b.GuildID+"/members?limit=1000", nil); a.status != http.StatusForbidden || a.code() != 50001 { // the intent is off
			t.Error(a.raw)
		}
		at := "/guilds/" + b.GuildID + "/members/"
		if a := b.call("GET", at+b.ann.ID, nil); a.object["user"].(object)["id"] != b.ann.ID || a.object["roles"].([]any)[0] != b.role.ID {
			t.Error(a.raw)
		}
		stranger := b.AddUser(discordtest.User{GlobalName: "S", Stranger: true})
		for id, code := range map[string]int{stranger.ID: 10007, "1": 10013} {
			if a := b.call("GET", at+id, nil); a.code() != code {
				t.Error(a.raw)
			}
		}
		for _, path := range []string{"/applications/@me", "/oauth2/applications/@me", "/users/@me"} {
			if a := b.call("GET", path, nil); a.str("id") != b.AppID {
				t.Error(a.raw)
			}
		}
	})
}

func TestMembersInPages(t *testing.T) {
	bubble(t, discordtest.Config{MembersIntent: true, RatesCounted: true}, func(t *testing.T, b *bench) {
		for i := range 20 {
			b.AddUser(discordtest.User{GlobalName: fmt.Sprint("User ", i)})
		}
		after, n := "0", 0
		for {
			list := b.call("GET", "/guilds/"+b.GuildID+"/members?limit=10&after="+after, nil).list
			if len(list) == 0 {
				break
			}
			n += len(list)
			after = list[len(list)-1]["user"].(object)["id"].(string)
		}
		if n != 24 { // with the owner, the app, Ann and Ben
			t.Errorf("%d members", n)
		}
		if a := b.call("GET", "/guilds/"+b.GuildID+"/members?limit=1001", nil); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
	})
}

// Roles: the permission, and only those below the app's own.
func TestRoles(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		at := "/guilds/" + b.GuildID + "/members/" + b.ann.ID
		if a := b.call("DELETE", at+"/roles/"+b.role.ID, nil); a.code() != 50013 {
			t.Error(a.raw)
		}
		b.allowed(discordtest.ManageRoles)
		bot := b.AddUser(discordtest.User{GlobalName: "Other bot", Bot: true})
		high := b.AddRole(discordtest.Role{Name: "Boss", Position: 99})
		for id, code := range map[string]int{high.ID: 50013, "1": 10011, b.GuildID: 50028, b.User(bot.ID).Roles[0]: 50028} {
			if a := b.call("PUT", at+"/roles/"+id, nil); a.code() != code {
				t.Errorf("%s: %s", id, a.raw)
			}
		}
		for range 2 { // twice is no error
			a := b.call("DELETE", at+"/roles/"+b.role.ID, nil, "X-Audit-Log-Reason", url.PathEscape("OFF-42: går ut"))
			if m, _ := b.Member(b.GuildID, b.ann.ID); a.status != http.StatusNoContent || len(m.Roles) != 0 {
				t.Error(a.raw)
			}
		}
		if log := b.AuditLog(b.GuildID); len(log) != 1 || log[0].Action != 25 || log[0].Target != b.ann.ID || log[0].Reason != "OFF-42: går ut" {
			t.Errorf("%+v", log)
		}
		b.GiveRole(b.ann.ID, high.ID)
		if a := b.call("PATCH", at, object{"roles": []string{}}); a.code() != 50013 { // it would take Boss away
			t.Error(a.raw)
		}
		if a := b.call("PATCH", at, object{"roles": []string{high.ID, b.role.ID}}); a.status != http.StatusOK || len(a.object["roles"].([]any)) != 2 {
			t.Error(a.raw)
		}
	})
}

func TestReason(t *testing.T) {
	bubble(t, discordtest.Config{Permissions: discordtest.DefaultPermissions | discordtest.ManageRoles}, func(t *testing.T, b *bench) {
		at := "/guilds/" + b.GuildID + "/members/" + b.ann.ID + "/roles/" + b.role.ID
		if a := b.call("DELETE", at, nil, "X-Audit-Log-Reason", text(513)); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
		b.call("DELETE", at, nil, "X-Audit-Log-Reason", "går")
		b.call("DELETE", at, nil, "X-Audit-Log-Reason", "100%")
		if p := b.Problems(); len(p) != 2 {
			t.Errorf("%q", p)
		}
		if a := b.call("DELETE", at, nil, "X-Audit-Log-Reason", url.PathEscape(strings.Repeat("å", 512))); a.status != http.StatusNoContent {
			t.Error(a.raw)
		}
	})
}

func TestTimeout(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		at := "/guilds/" + b.GuildID + "/members/"
		until := func(d time.Duration) object {
			return object{"communication_disabled_until": time.Now().Add(d).UTC().Format(time.RFC3339)}
		}
		if a := b.call("PATCH", at+b.ann.ID, until(time.Hour)); a.code() != 50013 {
			t.Error(a.raw)
		}
		b.allowed(discordtest.ModerateMembers)
		if a := b.call("PATCH", at+b.ann.ID, until(29*24*time.Hour)); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
		if a := b.call("PATCH", at+b.OwnerID, until(time.Hour)); a.code() != 50013 {
			t.Error(a.raw)
		}
		if a := b.call("PATCH", at+b.ann.ID, until(28*24*time.Hour)); a.status != http.StatusOK || a.object["communication_disabled_until"] == nil {
			t.Error(a.raw)
		}
		if _, err := b.Say(b.ann.ID, b.room.ID, "x"); err == nil {
			t.Error("Ann can write")
		}
		time.Sleep(28 * 24 * time.Hour)
		if _, err := b.Say(b.ann.ID, b.room.ID, "x"); err != nil {
			t.Error(err)
		}
	})
}

// Kicks and bans: the permission, and only those below the app.
func TestKickAndBan(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		members, bans := "/guilds/"+b.GuildID+"/members/", "/guilds/"+b.GuildID+"/bans/"
		if a := b.call("DELETE", members+b.ann.ID, nil); a.code() != 50013 {
			t.Error(a.raw)
		}
		b.allowed(discordtest.KickMembers | discordtest.BanMembers)
		high := b.AddRole(discordtest.Role{Name: "Boss", Position: 99})
		boss := b.AddUser(discordtest.User{GlobalName: "Boss", Roles: []string{high.ID}})
		for _, id := range []string{boss.ID, b.OwnerID} {
			if a := b.call("DELETE", members+id, nil); a.code() != 50013 {
				t.Error(a.raw)
			}
			if a := b.call("PUT", bans+id, object{}); a.code() != 50013 {
				t.Error(a.raw)
			}
		}
		if a := b.call("DELETE", members+b.ann.ID, nil); a.status != http.StatusNoContent || b.Sees(b.ann.ID) != "" {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", members+b.ann.ID, nil); a.code() != 10007 {
			t.Error(a.raw)
		}
		if a := b.call("GET", bans+b.ann.ID, nil); a.code() != 10026 {
			t.Error(a.raw)
		}
		if a := b.call("PUT", bans+b.ann.ID, object{"delete_message_seconds": 604801}); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
		for _, id := range []string{b.ann.ID, b.ben.ID} { // Ann is no member any more
			if a := b.call("PUT", bans+id, nil, "X-Audit-Log-Reason", "left"); a.status != http.StatusNoContent {
				t.Error(a.raw)
			}
		}
		if a := b.call("GET", "/guilds/"+b.GuildID+"/bans?limit=1&after="+b.ann.ID, nil); len(a.list) != 1 || a.list[0]["reason"] != "left" {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", bans+b.ben.ID, nil); a.status != http.StatusNoContent || len(b.Bans(b.GuildID)) != 1 {
			t.Error(a.raw)
		}
		b.allowed(discordtest.ViewAuditLog)
		a := b.call("GET", "/guilds/"+b.GuildID+"/audit-logs?limit=4", nil)
		entries := a.object["audit_log_entries"].([]any)
		if len(entries) != 4 || entries[0].(object)["action_type"] != 23.0 || entries[3].(object)["action_type"] != 20.0 || entries[1].(object)["reason"] != "left" {
			t.Error(a.raw)
		}
	})
}

func TestInvitesAndWebhooks(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		i := b.AddInvite(discordtest.Invite{Channel: b.room.ID, Inviter: b.ann.ID, MaxAge: time.Hour})
		w := b.AddWebhook(discordtest.Webhook{Channel: b.room.ID, Name: "CI", Creator: b.ann.ID})
		for _, path := range []string{"/guilds/" + b.GuildID + "/invites", "/guilds/" + b.GuildID + "/webhooks", "/guilds/" + b.GuildID + "/audit-logs", "/webhooks/" + w.ID} {
			if a := b.call("GET", path, nil); a.code() != 50013 {
				t.Errorf("%s: %s", path, a.raw)
			}
		}
		for _, path := range []string{"/invites/" + i.Code, "/webhooks/" + w.ID} {
			if a := b.call("DELETE", path, nil); a.code() != 50013 {
				t.Errorf("%s: %s", path, a.raw)
			}
		}
		b.allowed(discordtest.ManageGuild | discordtest.ManageWebhooks)
		if a := b.call("GET", "/guilds/"+b.GuildID+"/invites", nil); len(a.list) != 1 || a.list[0]["inviter"].(object)["id"] != b.ann.ID || a.list[0]["max_age"] != 3600.0 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/guilds/"+b.GuildID+"/webhooks", nil); len(a.list) != 1 || a.list[0]["user"].(object)["id"] != b.ann.ID || a.list[0]["token"] != w.Token {
			t.Error(a.raw)
		}
		mine := b.call("POST", "/channels/"+b.room.ID+"/invites", object{"max_age": 0})
		if mine.status != http.StatusOK || len(b.Invites(b.GuildID)) != 2 {
			t.Error(mine.raw)
		}
		hook := b.call("POST", "/channels/"+b.room.ID+"/webhooks", object{"name": "mine"})
		if hook.status != http.StatusOK || hook.str("application_id") != b.AppID {
			t.Error(hook.raw)
		}
		for path, gone := range map[string]int{"/invites/" + i.Code: 10006, "/webhooks/" + w.ID: 10015} {
			if a := b.call("DELETE", path, nil); a.status >= 300 {
				t.Errorf("%s: %s", path, a.raw)
			}
			if a := b.call("GET", path, nil); a.code() != gone {
				t.Errorf("%s: %s", path, a.raw)
			}
		}
		if len(b.Invites(b.GuildID)) != 1 || len(b.Webhooks(b.GuildID)) != 1 {
			t.Error("something else is gone")
		}
		b.AddInvite(discordtest.Invite{Channel: b.room.ID, MaxAge: time.Hour})
		time.Sleep(time.Hour)
		if len(b.Invites(b.GuildID)) != 1 {
			t.Error("an invite outlives its end")
		}
	})
}
