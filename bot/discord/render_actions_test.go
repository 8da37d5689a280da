package discord

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/bottest/samples"
	"offboard/bot/discord/wire"
)

// What a button or a menu says comes back as it was, whatever its object.
func FuzzID(f *testing.F) {
	for _, s := range [][3]string{
		{"approve", "OFF-42:1:9f3a", ""},
		{"second", "P-7:33:no", ""},
		{"inbox", "-", ""},
		{"heir", "INST:33", "who"},
		{"v", ":3:x", ""},
		{"v", "o", "3:x:"},
		{"v", ":", ":"},
		{"v", "1:f:o", "f"},
		{"v", "a b\nc", "f g"},
		{"1", "2:3", "45"},
		{"v", "āfo", ""},
		{"v", "äö", "ßü"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, verb, object, field string) {
		for _, asks := range []bool{false, true} {
			m := bot.Message{Summary: "s"}
			kind := wire.Button
			if field == "" {
				b := bot.Button{Label: "b", Verb: verb, Object: object}
				if asks {
					b.Confirm = &bot.Confirm{Title: "t", Text: "x", Yes: "y"}
				}
				m.Parts = []bot.Part{bot.Buttons{b}}
			} else {
				kind = wire.StringSelect
				m.Parts = []bot.Part{bot.Menu{Label: "m", Verb: verb, Object: object, Field: field, Options: []bot.Option{{Value: "1", Label: "o"}}}}
			}
			if m.Check() != nil {
				return
			}
			id := ids(rendered(m, "", opts{}).Components)[0]
			if n := utf8.RuneCountInString(id); n > 100 {
				t.Errorf("%q has %d characters", id, n)
			}
			if v, o, fd := parseID(id, kind); v != verb || o != object || fd != field {
				t.Errorf("%q became %q %q %q, want %q %q %q", id, v, o, fd, verb, object, field)
			}
			real, ok := asking(id)
			if ok != (asks && field == "") || ok && real != buttonID(verb, object, false) {
				t.Errorf("%q asks: %v, %q", id, ok, real)
			}
		}
	})
}

// What this program has not written has no verb.
func TestParseID_foreign(t *testing.T) {
	for _, id := range []string{"", "kind", ":", "::", ":v", " v", " "} {
		for _, kind := range []wire.ComponentType{wire.Button, wire.StringSelect} {
			if verb, object, field := parseID(id, kind); verb != "" || object != "" || field != "" {
				t.Errorf("%q is read as %q %q %q", id, verb, object, field)
			}
		}
	}
	for _, id := range []string{"v:", "v:o", "v:Ā", "v:Āo", "v:āf", "v:Ăf", "v:\xff\xff\xff"} {
		if verb, object, field := parseID(id, wire.StringSelect); verb != "" {
			t.Errorf("the menu %q is read as %q %q %q", id, verb, object, field)
		}
	}
}

// A question is asked in the words of the button, and with those of the card
// once they are forgotten.
func TestConfirms(t *testing.T) {
	m := samples.Messages()["approval"]
	m.Parts[0] = bot.Heading{Text: "OFF-1 · Jane *C#"}
	body := rendered(m, "k", opts{})
	const id = "approve OFF-1:1:9f3ac1d2"
	on := wire.Message{Components: body.Components}
	var known, restarted confirms
	known.remember(m)
	for what, c := range map[string]struct {
		q    bot.Message
		want string
	}{
		"known":           {known.question(id, on), "# Approve OFF-1 · Jane Doe?\nAccess of Jane Doe ends Mon 30 November 2026, 17:00 (America/Toronto, UTC-05:00). Who gets what is as shown. 1 thing can't be given back.\n[Yes, approve]"},
		"after a restart": {restarted.question(id, on), "# OFF-1 · Jane *C#: Approve?\nThe card says what cannot be taken back. Please read it once more before you go on. If you did not mean to, dismiss this.\n[Yes: Approve]"},
		"of nothing":      {restarted.question(id, wire.Message{}), "# Do it?\nThe card says what cannot be taken back. Please read it once more before you go on. If you did not mean to, dismiss this.\n[Yes: Do it]"},
	} {
		if err := c.q.Check(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		asked := rendered(c.q, "", opts{as: answering})
		fitsMessage(t, asked)
		if got := sees(t, asked.Components); got != c.want {
			t.Errorf("%s: it asks\n%s\nwant\n%s", what, got, c.want)
		}
		if got := ids(asked.Components); len(got) != 1 || got[0] != "approve:OFF-1:1:9f3ac1d2" {
			t.Errorf("%s: %q", what, got)
		}
	}
	if _, ok := asking("approve:OFF-1:1:9f3ac1d2"); ok {
		t.Error("the answer asks again")
	}
}

// The newest questions are remembered.
func TestConfirms_forgets(t *testing.T) {
	var c confirms
	for i := range maxConfirms + 5 {
		b := samples.Button("b", "v", fmt.Sprint(i), bot.Plain)
		b.Confirm = &bot.Confirm{Title: fmt.Sprintf("Question %d", i), Text: "x", Yes: "y"}
		c.remember(bot.Message{Parts: []bot.Part{bot.Buttons{b}}})
	}
	if len(c.known) != maxConfirms || len(c.order) != maxConfirms {
		t.Errorf("%d are remembered, in the order of %d", len(c.known), len(c.order))
	}
	if q := c.question(fmt.Sprintf("v %d", maxConfirms+4), wire.Message{}); !strings.HasPrefix(q.Summary, "Question ") {
		t.Error("the newest one is forgotten")
	}
	if q := c.question("v 4", wire.Message{}); strings.HasPrefix(q.Summary, "Question ") {
		t.Error("the oldest one is remembered")
	}
}
