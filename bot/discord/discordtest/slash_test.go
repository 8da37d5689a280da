package discordtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"offboard/bot/discord/discordtest"
)

// The payload is as Discord's own examples have it.
func TestPayload(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		_, i := b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard start heir:@ben.ray person:jane: doe when:Tonight", map[string]any{"days": 3}))
		member, data := i["member"].(object), i["data"].(object)
		if i["type"] != 2.0 || i["application_id"] != b.AppID || i["guild_id"] != b.GuildID || i["context"] != 0.0 || i["channel"].(object)["id"] != b.room.ID ||
			member["user"].(object)["id"] != b.ann.ID || member["roles"].([]any)[0] != b.role.ID || i["app_permissions"] == "" || i["user"] != nil {
			t.Errorf("%v", i)
		}
		sub := data["options"].([]any)[0].(object)
		got := fmt.Sprint(sub["name"], sub["options"])
		for _, want := range []string{"start", "name:person type:3 value:jane: doe", "name:when type:3 value:tonight", "name:heir type:6 value:" + b.ben.ID, "name:days type:4 value:3"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is not in %s", want, got)
			}
		}
		resolved := data["resolved"].(object)
		if resolved["users"].(object)[b.ben.ID] == nil || resolved["members"].(object)[b.ben.ID].(object)["permissions"] == "" {
			t.Errorf("%v", resolved)
		}
		_, i = b.sent(g)(b.UserCommand(b.ann.ID, b.room.ID, "Offboard", b.ben.ID))
		if data := i["data"].(object); data["type"] != 2.0 || data["target_id"] != b.ben.ID || data["resolved"].(object)["users"].(object)[b.ben.ID] == nil {
			t.Errorf("%v", data)
		}
	})
}

// What a person types reaches the app as the value of the option, whatever is in
// it.
func FuzzSlash(f *testing.F) {
	for _, seed := range []string{"jane", "jane when:now", "a: b", "person:", ":", " when: x days:", "10:30"} {
		f.Add(seed)
	}
	d := discordtest.New(f, discordtest.Config{Memory: true})
	b := &bench{Discord: d, t: nil, http: d.HTTP()}
	ann := d.AddUser(discordtest.User{GlobalName: "Ann"})
	room := d.AddChannel(discordtest.Channel{Name: "it"})
	registered := false
	f.Fuzz(func(t *testing.T, s string) {
		if b.t = t; !registered {
			b.command()
			registered = true
		}
		e, err := d.Slash(ann.ID, room.ID, "/offboard start person:"+s)
		if err != nil || strings.Contains(s, ":") {
			return
		}
		if got := fmt.Sprint(e.Payload["data"].(map[string]any)["options"]); !strings.Contains(got, "value:"+strings.TrimSpace(s)+"]") {
			t.Errorf("%q is sent as %s", s, got)
		}
	})
}

// What Discord's client does not send does not come.
func TestClientRefuses(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		b.ready()
		eve := b.AddUser(discordtest.User{GlobalName: "Eve"})
		for _, typed := range []string{
			"offboard start", "/other", "/offboard", "/offboard stop", "/offboard start", "/offboard start jane", "/offboard start person:", "/offboard start person:x when:never",
			"/offboard start person:x days:91", "/offboard start person:x days:1.5", "/offboard start person:x heir:nobody", "/offboard start person:" + text(41),
		} {
			if _, err := b.Slash(b.ann.ID, b.room.ID, typed); err == nil {
				t.Errorf("%q was sent", typed)
			}
		}
		if _, err := b.Slash(eve.ID, b.room.ID, "/offboard status"); err == nil {
			t.Error("Eve does not see the channel")
		}
		if _, err := b.Slash(b.ann.ID, "", "/offboard status"); err == nil {
			t.Error("commands of a server are not there in direct messages")
		}
		b.call("PUT", "/applications/"+b.AppID+"/guilds/"+b.GuildID+"/commands", []object{{"name": "secret", "description": "x", "default_member_permissions": "0"}})
		if _, err := b.Slash(b.ann.ID, b.room.ID, "/secret"); err == nil {
			t.Error("Ann is no administrator")
		}
		if _, err := b.Slash(b.OwnerID, b.room.ID, "/secret"); err != nil {
			t.Error(err)
		}
		b.call("PUT", "/applications/"+b.AppID+"/commands", []object{{"name": "help", "description": "x"}})
		if d, err := b.Slash(b.ann.ID, "", "/help"); err != nil || d.Payload["user"] == nil || d.Payload["member"] != nil || d.Payload["context"] != 1 {
			t.Errorf("%v, %v", d, err)
		}
	})
}

func TestAutocomplete(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		ask := func() (*discordtest.Delivery, object) {
			return b.sent(g)(b.Autocomplete(b.ann.ID, b.room.ID, "/offboard start when:now person:ja", "person"))
		}
		d, i := ask()
		if got := fmt.Sprint(i["data"].(object)["options"]); i["type"] != 4.0 || !strings.Contains(got, "focused:true name:person type:3 value:ja") || !strings.Contains(got, "value:now") {
			t.Errorf("%v", i)
		}
		for _, choices := range []any{
			many(26, func(int) object { return object{"name": "x", "value": "y"} }),
			[]object{{"name": text(101), "value": "y"}},
			[]object{{"name": "x", "value": text(101)}},
			[]object{{"name": "", "value": "y"}},
			[]object{{"name": "x", "value": 3}},
			nil,
		} {
			if a := b.reply(i, 8, object{"choices": choices}); a.code() != 50035 || len(b.Problems()) == 0 {
				t.Errorf("%v: %s", choices, a.raw)
			}
		}
		if a := b.reply(i, 4, says("x")); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
		if a := b.reply(i, 8, object{"choices": many(25, func(n int) object { return object{"name": "x", "value": fmt.Sprint(n)} })}); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		if c := d.Choices(); len(c) != 25 || c[24]["value"] != "24" {
			t.Errorf("%v", c)
		}
		if _, err := b.Autocomplete(b.ann.ID, b.room.ID, "/offboard start when:n", "when"); err == nil {
			t.Error("when has no autocomplete")
		}
	})
}
