package discordtest_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"offboard/bot/discord/discordtest"
)

// slash is Ann's /offboard status, as the app gets it.
func (b *bench) slash(g *gateway) (*discordtest.Delivery, object) {
	b.t.Helper()
	return b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
}

func (b *bench) hook(method string, i object, message string, body any) answer {
	b.t.Helper()
	path := "/webhooks/" + b.AppID + "/" + i["token"].(string)
	if message != "" {
		path += "/messages/" + message
	}
	return b.call(method, path, body, "Authorization", "")
}

// The first answer: once, in time, and of a type that fits.
func TestCallback(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		d, i := b.slash(g)
		for _, wrong := range []object{{"id": i["id"], "token": "x"}, {"id": "1", "token": i["token"]}} {
			if a := b.reply(wrong, 4, says("x")); a.code() != 10062 {
				t.Error(a.raw)
			}
		}
		for _, kind := range []int{1, 6, 7, 8, 10} {
			if a := b.reply(i, kind, nil); a.code() != 50035 || len(b.Problems()) == 0 {
				t.Errorf("type %d: %s", kind, a.raw)
			}
		}
		if a := b.reply(i, 5, object{"flags": 32768}); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
		a := b.reply(i, 4, says("hi"))
		resource := a.object["resource"].(object)
		if m := resource["message"].(object); a.object["interaction"].(object)["response_message_id"] != m["id"] || m["content"] != "hi" || m["webhook_id"] != b.AppID {
			t.Error(a.raw)
		}
		if a := b.reply(i, 4, says("hi")); a.code() != 40060 {
			t.Error(a.raw)
		}
		if acks := d.Acks(); len(acks) != 8 || acks[6].Error != "" || !acks[7].Second {
			t.Errorf("%+v", acks)
		}
		late, i := b.slash(g)
		time.Sleep(3100 * time.Millisecond)
		if a := b.reply(i, 4, says("hi")); a.code() != 10062 {
			t.Error(a.raw)
		}
		if err := late.Wait(b.within()); !errors.Is(err, discordtest.ErrTimeout) {
			t.Error(err)
		}
		if w := b.Warnings(); len(w) != 1 || w[0].What != "/offboard status" {
			t.Errorf("%v", w)
		}
	})
}

// A deferred reply is filled by an edit or by the first follow-up, and lives as
// long as the token: 15 minutes.
func TestDeferred(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		_, i := b.slash(g)
		if a := b.hook("PATCH", i, "@original", says("x")); a.code() != 10015 { // it is not answered yet
			t.Error(a.raw)
		}
		b.reply(i, 5, object{"flags": 64})
		if got := b.Sees(b.ann.ID); got != "Offboard is thinking...\n(Only you can see this)" {
			t.Errorf("Ann sees %q", got)
		}
		if a := b.hook("PATCH", i, "@original", merge(v2(display("here")), object{})); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		if got := b.Sees(b.ann.ID); got != "here\n(Only you can see this)" || b.Sees(b.ben.ID) != "" {
			t.Errorf("Ann sees %q, Ben %q", got, b.Sees(b.ben.ID))
		}
		more := b.hook("POST", i, "", merge(says("<@"+b.ben.ID+"> for all"), object{}))
		if got := b.Sees(b.ben.ID); got != "@Ben Ray for all" || len(b.Notified(b.ben.ID)) != 1 {
			t.Errorf("Ben sees %q, notified %v", got, b.Notified(b.ben.ID))
		}
		if a := b.hook("PATCH", i, more.str("id"), says("edited")); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		if a := b.hook("GET", i, "@original", nil); a.status != http.StatusOK || a.object["flags"] != 32768.0+64 {
			t.Error(a.raw)
		}
		if a := b.call("GET", "/channels/"+b.room.ID+"/messages/"+b.Messages(b.room.ID)[0].ID, nil); a.code() != 10008 { // ephemeral
			t.Error(a.raw)
		}
		if a := b.hook("DELETE", i, "@original", nil); a.status != http.StatusNoContent || b.Sees(b.ann.ID) != "edited\n(edited)" {
			t.Errorf("%s: %q", a.raw, b.Sees(b.ann.ID))
		}
		if a := b.hook("GET", i, "@original", nil); a.code() != 10008 {
			t.Error(a.raw)
		}
		time.Sleep(15*time.Minute + time.Second)
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			if a := b.hook(method, i, more.str("id"), says("x")); a.code() != 50027 || a.status != http.StatusUnauthorized {
				t.Error(a.raw)
			}
		}
		if a := b.call("PATCH", "/channels/"+b.room.ID+"/messages/"+more.str("id"), says("by token")); a.status != http.StatusOK {
			t.Error(a.raw)
		}

		g, _ = b.ready() // nobody has sent heartbeats
		_, i = b.slash(g)
		b.reply(i, 5, nil)
		b.hook("POST", i, "", merge(says("takes its place"), object{"flags": 64}))
		if got := b.Sees(b.ben.ID); got != "by token\n(edited)\n\ntakes its place" {
			t.Errorf("Ben sees %q", got)
		}
		if a := b.call("POST", "/webhooks/1/"+i["token"].(string), says("x")); a.code() != 10015 {
			t.Error(a.raw)
		}
	})
}

// Ephemeral messages are for one person, and are gone after a reload.
func TestEphemeral(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		_, i := b.slash(g)
		b.reply(i, 4, merge(v2(row(button("Go", "go"))), object{"flags": 32768 | 64}))
		on, ok := b.On(b.ann.ID, "Go")
		if _, benSees := b.On(b.ben.ID, "Go"); !ok || benSees {
			t.Fatal("it is not Ann's alone")
		}
		if _, err := b.Click(b.ben.ID, on, "Go"); err == nil {
			t.Error("Ben clicked on it")
		}
		_, i = b.sent(g)(b.Click(b.ann.ID, on, "go"))
		if m := i["message"].(object); m["flags"] != 32768.0+64 || i["data"].(object)["custom_id"] != "go" || i["data"].(object)["component_type"] != 2.0 {
			t.Errorf("%v", i)
		}
		if a := b.reply(i, 6, nil); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		b.hook("PATCH", i, "@original", object{"components": []object{display("later")}})
		if got := b.Sees(b.ann.ID); !strings.HasPrefix(got, "later\n") {
			t.Errorf("Ann sees %q", got)
		}
		b.Reload(b.ann.ID)
		if got := b.Sees(b.ann.ID); got != "" {
			t.Errorf("after a reload Ann sees %q", got)
		}
	})
}

func TestClicksAndMenus(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		g, _ := b.ready()
		b.post(b.room.ID, v2(
			row(menu(object{"max_values": 2, "placeholder": "Which?"})), row(object{"type": 5, "custom_id": "who"}), row(object{"type": 6, "custom_id": "role"}),
			row(object{"type": 8, "custom_id": "where"}),
			row(merge(button("Off", "off"), object{"disabled": true}), object{"type": 2, "style": 5, "label": "Docs", "url": "https://x.example"}, button("Twin", "1"), button("Twin", "2")),
		))
		on, _ := b.On(b.ann.ID, "menu")
		for _, c := range []struct{ name, input, values, resolved string }{
			{"Which?", "A, b", "[a b]", "<nil>"},
			{"who", "@Ben Ray", "[" + b.ben.ID + "]", "users"},
			{"role", "IT", "[" + b.role.ID + "]", "roles"},
			{"where", "#it", "[" + b.room.ID + "]", "channels"},
		} {
			_, i := b.sent(g)(b.Select(b.ann.ID, on, c.name, c.input))
			data := i["data"].(object)
			if fmt.Sprint(data["values"]) != c.values || !strings.Contains(fmt.Sprint(data["resolved"]), c.resolved) {
				t.Errorf("%s: %v", c.name, data)
			}
		}
		for _, err := range []error{
			second(b.Select(b.ann.ID, on, "menu", "C")), second(b.Select(b.ann.ID, on, "who", "nobody")), second(b.Select(b.ann.ID, on, "Off", "A")),
			second(b.Click(b.ann.ID, on, "Off")), second(b.Click(b.ann.ID, on, "Docs")), second(b.Click(b.ann.ID, on, "Twin")), second(b.Click(b.ann.ID, on, "menu")),
		} {
			if err == nil {
				t.Error("the client sent it")
			}
		}
		_, i := b.sent(g)(b.Click(b.ben.ID, on, "2"))
		id := i["message"].(object)["id"].(string)
		b.RemoveMessage(b.room.ID, id)
		if a := b.reply(i, 7, v2(display("x"))); a.code() != 10008 {
			t.Error(a.raw)
		}
		if _, err := b.Click(b.ben.ID, on, "2"); err == nil {
			t.Error("the message is gone")
		}
	})
}

func second(_ *discordtest.Delivery, err error) error { return err }

// In direct messages there is a user and no member, and buttons work.
func TestDirectInteractions(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		g, _ := b.ready()
		dm := b.DirectChannel(b.ann.ID)
		b.post(dm, v2(row(button("Approve", "ok"))))
		on, _ := b.On(b.ann.ID, "Approve")
		_, i := b.sent(g)(b.Click(b.ann.ID, on, "Approve"))
		if i["user"].(object)["id"] != b.ann.ID || i["member"] != nil || i["guild_id"] != nil || i["channel_id"] != dm || i["context"] != 1.0 {
			t.Errorf("%v", i)
		}
		b.reply(i, 7, v2(display("done")))
		if b.Sees(b.ann.ID) != "done\n(edited)" || b.Sees(b.ben.ID) != "" {
			t.Errorf("Ann sees %q", b.Sees(b.ann.ID))
		}
	})
}
