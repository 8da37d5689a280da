package discordtest_test

import (
	"strings"
	"testing"

	"offboard/bot/discord/discordtest"
)

// Mentions notify whom allowed_mentions lets them; edits and those who cannot
// see the channel are left alone.
func TestNotifications(t *testing.T) {
	for name, c := range map[string]struct {
		mentions any
		text     string
		ann, ben string
	}{
		"nothing said: users and roles": {nil, "<@ben> <@&it>", "mention of a role", "mention"},
		"none":                          {object{"parse": []string{}}, "<@ben> <@&it>", "", ""},
		"one user":                      {object{"parse": []string{}, "users": []string{"ben"}}, "<@ben> <@ann> <@&it>", "", "mention"},
		"one role":                      {object{"parse": []string{}, "roles": []string{"it"}}, "<@ben> <@&it>", "mention of a role", ""},
		"everyone needs a permission":   {object{"parse": []string{"everyone"}}, "@everyone @here", "", ""},
		"in code":                       {nil, "`<@ben>` ```<@&it>```", "", ""},
		"a backslash does not help":     {nil, "\\<@ben> \\<@&it>", "mention of a role", "mention"},
	} {
		bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
			ids := strings.NewReplacer("<@ben>", "<@"+b.ben.ID+">", "<@ann>", "<@"+b.ann.ID+">", "<@&it>", "<@&"+b.role.ID+">")
			body := says(ids.Replace(c.text))
			if o, ok := c.mentions.(object); ok {
				for kind, id := range map[string]string{"users": b.ben.ID, "roles": b.role.ID} {
					if o[kind] != nil {
						o[kind] = []string{id}
					}
				}
				body["allowed_mentions"] = o
			}
			id := b.post(b.room.ID, body)
			b.call("PATCH", "/channels/"+b.room.ID+"/messages/"+id, says("<@"+b.ben.ID+"> again"))
			for user, want := range map[string]string{b.ann.ID: c.ann, b.ben.ID: c.ben} {
				got := ""
				for _, n := range b.Notified(user) {
					got += string(n.Via)
				}
				if got != want {
					t.Errorf("%s: %s was notified by %q, not %q", name, user, got, want)
				}
			}
		})
	}
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.ChangeRole(b.BotRole, func(r *discordtest.Role) { r.Permissions |= discordtest.MentionEveryone })
		eve := b.AddUser(discordtest.User{GlobalName: "Eve"})
		b.post(b.room.ID, merge(says("@everyone <@"+eve.ID+">"), object{"flags": 4096}))
		if n := b.Notified(""); len(n) != 3 || n[0].Via != discordtest.ViaEveryone || !n[0].Silent { // Ann, Ben, the owner
			t.Errorf("%+v", n)
		}
		dm := b.call("POST", "/users/@me/channels", object{"recipient_id": eve.ID})
		b.post(dm.str("id"), says("hi"))
		if n := b.Notified(eve.ID); len(n) != 1 || n[0].Via != discordtest.ViaDirect || n[0].Text != "hi" || dm.str("id") != b.DirectChannel(eve.ID) {
			t.Errorf("%+v", n)
		}
	})
}

func TestDirectMessages(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		shy := b.AddUser(discordtest.User{GlobalName: "Shy", NoDMs: true})
		stranger := b.AddUser(discordtest.User{GlobalName: "Stranger", Stranger: true})
		for id, code := range map[string]int{shy.ID: 50007, stranger.ID: 50278, b.ann.ID: 0} {
			dm := b.call("POST", "/users/@me/channels", object{"recipient_id": id})
			if a := b.call("POST", "/channels/"+dm.str("id")+"/messages", says("x")); a.code() != code {
				t.Errorf("%s: %s", id, a.raw)
			}
		}
		if a := b.call("POST", "/users/@me/channels", object{"recipient_id": "1"}); a.code() != 50033 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/users/"+stranger.ID, nil); a.str("global_name") != "Stranger" {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/users/1", nil); a.code() != 10013 {
			t.Error(a.raw)
		}
	})
}

// A role that is not mentionable is mentioned by who may mention everyone.
func TestRoleThatIsNotMentionable(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.ChangeRole(b.role.ID, func(r *discordtest.Role) { r.Mentionable = false })
		b.post(b.room.ID, says("<@&"+b.role.ID+">"))
		if n := b.Notified(""); len(n) != 0 || b.Sees(b.ben.ID) != "@IT" {
			t.Errorf("%+v", n)
		}
		b.allowed(discordtest.MentionEveryone)
		b.post(b.room.ID, says("<@&"+b.role.ID+">"))
		if n := b.Notified(""); len(n) != 1 || n[0].User != b.ann.ID {
			t.Errorf("%+v", n)
		}
	})
}

// What people write in a server is not shown to an app without the intent.
func TestMessageContentIntent(t *testing.T) {
	for _, on := range []bool{false, true} {
		bubble(t, discordtest.Config{MessagesIntent: on}, func(t *testing.T, b *bench) {
			read := func(channel, said string) bool {
				m, err := b.Say(b.ann.ID, channel, said)
				b.must(err)
				return b.call("GET", "/channels/"+m.Channel+"/messages/"+m.ID, nil).str("content") == said
			}
			if read(b.room.ID, "hi") != on || !read(b.room.ID, "hi <@"+b.BotUser+">") || !read("", "hi") {
				t.Errorf("with the intent %v", on)
			}
		})
	}
}
