package discordtest_test

import (
	"net/http"
	"testing"

	"offboard/bot/discord/discordtest"
)

// Permissions are computed by the steps of Discord's page.
func TestPermissions(t *testing.T) {
	const view, send, history = discordtest.ViewChannel, discordtest.SendMessages, discordtest.ReadMessageHistory
	everyone, role, user := "everyone", "role", "user"
	type over = discordtest.Overwrite
	for name, c := range map[string]struct {
		base      int64
		overs     []over
		can, cant int64
	}{
		"base":                        {view | send, nil, view | send, history},
		"everyone is denied":          {view | send, []over{{ID: everyone, Deny: send}}, view, send},
		"a role allows again":         {view | send, []over{{ID: role, Allow: send}, {ID: everyone, Deny: send}}, view | send, 0},
		"allow of a role beats deny":  {view, []over{{ID: role, Allow: send, Deny: send}}, view | send, 0},
		"the member has the last say": {view | send, []over{{ID: user, Member: true, Deny: send}, {ID: role, Allow: send}}, view, send},
		"another member":              {view | send, []over{{ID: "1", Member: true, Deny: send}}, view | send, 0},
		"without view nothing":        {send | history, nil, 0, view | send | history},
		"administrator":               {discordtest.Administrator, []over{{ID: everyone, Deny: view}}, view | send | history, 0},
	} {
		bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
			b.ChangeRole(b.GuildID, func(r *discordtest.Role) { r.Permissions = 0 })
			b.ChangeRole(b.BotRole, func(r *discordtest.Role) { r.Permissions = c.base })
			for i := range c.overs {
				switch c.overs[i].ID {
				case everyone:
					c.overs[i].ID = b.GuildID
				case role:
					c.overs[i].ID = b.BotRole
				case user:
					c.overs[i].ID = b.BotUser
				}
			}
			room := b.AddChannel(discordtest.Channel{Name: "x", Overwrites: c.overs})
			if got := b.Permissions(b.BotUser, room.ID); got&c.can != c.can || got&c.cant != 0 {
				t.Errorf("%s: %b", name, got)
			}
		})
	}
}

func TestChannelAccess(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		hidden := b.AddChannel(discordtest.Channel{Name: "hidden", Private: true, Members: []string{b.ann.ID}})
		if a := b.call("POST", "/channels/"+hidden.ID+"/messages", says("x")); a.code() != 50001 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/"+hidden.ID, nil); a.code() != 50001 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/1", nil); a.code() != 10003 {
			t.Error(a.raw)
		}
		b.ChangeChannel(b.room.ID, func(c *discordtest.Channel) {
			c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: b.BotUser, Member: true, Allow: discordtest.ViewChannel, Deny: discordtest.SendMessages | discordtest.ReadMessageHistory})
		})
		if a := b.call("POST", "/channels/"+b.room.ID+"/messages", says("x")); a.code() != 50013 {
			t.Error(a.raw)
		}
		said, err := b.Say(b.ann.ID, b.room.ID, "x")
		b.must(err)
		if a := b.call("GET", "/channels/"+b.room.ID+"/messages/"+said.ID, nil); a.code() != 50013 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/"+b.room.ID+"/messages", nil); a.status != http.StatusOK || len(a.list) != 0 {
			t.Error(a.raw)
		}
		category := b.AddChannel(discordtest.Channel{Name: "c", Type: discordtest.Category})
		if a := b.call("POST", "/channels/"+category.ID+"/messages", says("x")); a.code() != 50008 {
			t.Error(a.raw)
		}
		overs := 0
		for _, c := range b.call("GET", "/guilds/"+b.GuildID+"/channels", nil).list {
			overs += len(c["permission_overwrites"].([]any))
		}
		if overs != 7 {
			t.Errorf("%d overwrites", overs)
		}
		b.RemoveChannel(b.room.ID)
		if a := b.call("GET", "/channels/"+b.room.ID, nil); a.code() != 10003 {
			t.Error(a.raw)
		}
	})
}

func TestThreads(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		id := b.post(b.room.ID, says("OFF-42"))
		start := func(body object) answer {
			return b.call("POST", "/channels/"+b.room.ID+"/messages/"+id+"/threads", body)
		}
		for _, body := range []object{{"name": ""}, {"name": text(101)}, {"name": "x", "auto_archive_duration": 5}} {
			if a := start(body); a.code() != 50035 || len(b.Problems()) == 0 {
				t.Error(a.raw)
			}
		}
		a := start(object{"name": "OFF-42", "auto_archive_duration": 1440})
		if a.status != http.StatusCreated || a.str("id") != id || a.object["type"] != 11.0 || a.str("parent_id") != b.room.ID {
			t.Error(a.raw)
		}
		if a := start(object{"name": "OFF-42"}); a.code() != 160004 {
			t.Error(a.raw)
		}
		b.post(id, says("step 1"))
		if got := b.Sees(b.ben.ID); got != "OFF-42\n↳ OFF-42\n\nstep 1" {
			t.Errorf("Ben sees %q", got)
		}
		if a := b.call("GET", "/channels/"+b.room.ID+"/messages/"+id, nil); a.object["thread"] == nil || a.object["flags"] != 32.0 {
			t.Error(a.raw)
		}

		b.ChangeChannel(id, func(c *discordtest.Channel) { c.Archived = true })
		if _, err := b.Slash(b.ann.ID, id, "/offboard status"); err == nil {
			t.Error("commands cannot be used in an archived thread")
		}
		step := b.Messages(id)[0].ID
		if a := b.call("PATCH", "/channels/"+id+"/messages/"+step, says("x")); a.code() != 50083 {
			t.Error(a.raw)
		}
		if a := b.call("PUT", "/channels/"+id+"/thread-members/"+b.ann.ID, nil); a.code() != 50083 {
			t.Error(a.raw)
		}
		if a := b.call("PATCH", "/channels/"+id, object{"name": "y"}); a.code() != 50083 {
			t.Error(a.raw)
		}
		b.post(id, says("step 2")) // un-archives it
		if b.Channel(id).Archived {
			t.Error("it is still archived")
		}
		if a := b.call("PATCH", "/channels/"+id, object{"archived": true}); a.status != http.StatusOK || !b.Channel(id).Archived {
			t.Error(a.raw)
		}
		if a := b.call("PATCH", "/channels/"+id, object{"archived": false}); a.status != http.StatusOK || b.Channel(id).Archived {
			t.Error(a.raw)
		}
		if a := b.call("PATCH", "/channels/"+id, object{"locked": true}); a.code() != 50013 { // MANAGE_THREADS
			t.Error(a.raw)
		}
		b.ChangeChannel(id, func(c *discordtest.Channel) { c.Archived, c.Locked = true, true })
		if a := b.call("POST", "/channels/"+id+"/messages", says("x")); a.code() != 50083 {
			t.Error(a.raw)
		}
		b.ChangeChannel(id, func(c *discordtest.Channel) { c.Archived = false })
		if a := b.call("POST", "/channels/"+id+"/messages", says("x")); a.code() != 160005 {
			t.Error(a.raw)
		}
		b.RemoveMessage(b.room.ID, id)
		if a := b.call("GET", "/channels/"+id, nil); a.status != http.StatusOK { // a thread outlives its message
			t.Error(a.raw)
		}
	})
}

func TestPrivateThreads(t *testing.T) {
	bubble(t, discordtest.Config{MembersIntent: true}, func(t *testing.T, b *bench) {
		a := b.call("POST", "/channels/"+b.room.ID+"/threads", object{"name": "OFF-42", "type": 12, "invitable": false})
		if a.status != http.StatusCreated || a.object["type"] != 12.0 {
			t.Fatal(a.raw)
		}
		id := a.str("id")
		b.post(id, says("for <@"+b.ann.ID+">")) // a mention adds her
		if b.Sees(b.ann.ID) == "" || b.Sees(b.ben.ID) != "" {
			t.Errorf("Ann sees %q, Ben %q", b.Sees(b.ann.ID), b.Sees(b.ben.ID))
		}
		if a := b.call("PUT", "/channels/"+id+"/thread-members/"+b.ben.ID, nil); a.status != http.StatusNoContent || b.Sees(b.ben.ID) == "" {
			t.Error(a.raw)
		}
		eve := b.AddUser(discordtest.User{GlobalName: "Eve"})
		if a := b.call("PUT", "/channels/"+id+"/thread-members/"+eve.ID, nil); a.code() != 50001 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/"+id+"/thread-members", nil); len(a.list) != 3 {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", "/channels/"+id+"/thread-members/"+b.ben.ID, nil); a.status != http.StatusNoContent || b.Sees(b.ben.ID) != "" {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/"+id+"/thread-members/"+b.ben.ID, nil); a.code() != 10007 {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", "/channels/"+id+"/thread-members/@me", nil); a.status != http.StatusNoContent {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/"+id, nil); a.code() != 50001 {
			t.Error(a.raw)
		}
		b.ChangeRole(b.BotRole, func(r *discordtest.Role) { r.Permissions &^= discordtest.CreatePrivateThreads })
		b.ChangeRole(b.GuildID, func(r *discordtest.Role) { r.Permissions &^= discordtest.CreatePrivateThreads })
		if a := b.call("POST", "/channels/"+b.room.ID+"/threads", object{"name": "x"}); a.code() != 50013 {
			t.Error(a.raw)
		}
		if len(b.Threads(b.room.ID)) != 1 {
			t.Error("there is another thread")
		}
	})
}
