package slack

import (
	"strings"
	"testing"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

func TestTyped(t *testing.T) {
	for _, c := range []struct{ in, verb, text string }{
		{"", "", ""},
		{"  ", "", ""},
		{"start", "start", ""},
		{"  start   jane doe ", "start", "jane doe"},
		{"start\njane", "start", "jane"},
		{"start\u00a0jane", "start", "jane"}, // pasted
		{"start <@U0A1B2C3D4|jane>", "start", "@U0A1B2C3D4"},
		{"start <@U0A1B2C3D4>", "start", "@U0A1B2C3D4"},
		{"start <@W0A1B2C3D4|jane>", "start", "@W0A1B2C3D4"}, // of an enterprise
		{"status <#C0A1B2C3D4|it>", "status", "C0A1B2C3D4"},
		{"start <mailto:jane@toys.example|jane@toys.example>", "start", "jane@toys.example"},
		{"start <mailto:jane@toys.example>", "start", "jane@toys.example"},
		{"note OFF-1 <https://toys.example/?a=1&amp;b=2>", "note", "OFF-1 https://toys.example/?a=1&b=2"},
		{"note OFF-1 <http://toys.example|toys.example>", "note", "OFF-1 toys.example"},
		{"note OFF-1 <tel:+4712345678|+47 123 45 678>", "note", "OFF-1 +47 123 45 678"},
		{"start <!subteam^S0A1B2C3D4|@it>", "start", "@it"},
		{"start <!here|here>", "start", "here"},
		{"start <!channel>", "start", "!channel"},
		{"note a &lt;b&gt; &amp; c", "note", "a <b> & c"},
		{"note &amp;lt;b&amp;gt;", "note", "&lt;b&gt;"},
		{"note &lt;@U0A1B2C3D4&gt;", "note", "<@U0A1B2C3D4>"}, // typed, so it is no mention
		{"note a < b", "note", "a < b"},                       // should_escape is off
		{"note <", "note", "<"},
		{"note <>", "note", ""},
		{"note <|x>", "note", "x"},
	} {
		if verb, text := words(unescape(c.in)); verb != c.verb || text != c.text {
			t.Errorf("%q: %q %q, want %q %q", c.in, verb, text, c.verb, c.text)
		}
	}
}

// TestTypedInSlack goes through Slack's own escaping.
func TestTypedInSlack(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		for typed, want := range map[string]string{
			"@ben.ray":             "@" + s.ben.ID,
			"#room":                s.room.ID,
			"https://toys.example": "https://toys.example",
			"jane *doe* <x> & co":  "jane *doe* <x> & co",
			"`@ben.ray`":           "`@ben.ray`",
		} {
			s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard start "+typed))
			got := s.handed()
			if i := got[len(got)-1]; i.Verb != "start" || i.Text != want || i.Place != s.place() {
				t.Errorf("%q: %+v, want %q", typed, i, want)
			}
		}
		s.did(s.Slash(s.ann.ID, "", "/offboard"))
		got := s.handed()
		if i := got[len(got)-1]; i.Verb != "" || i.Place != s.direct(s.ann) {
			t.Errorf("got %+v", i)
		}
		// What a person types as a verb may be a name: see scene.discreet.
		s.handles(slowly(0, bot.Reply{Form: form()}))
		s.Fail("views.open", slacktest.Refuse("expired_trigger_id"))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard "+secret))
		s.logs("open a form")
	})
}

// FuzzUnescape: what was typed comes back, and nothing typed can look like a
// mention.
func FuzzUnescape(f *testing.F) {
	for _, s := range []string{"", "start jane", "a <b> & c", "<@U1|x>", "&lt;", "<", "<@", "a\nb", "é:1"} {
		f.Add(s)
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	f.Fuzz(func(t *testing.T, typed string) {
		if got := unescape(escape.Replace(typed)); got != typed {
			t.Errorf("%q came back as %q", typed, got)
		}
		if got := unescape("<@U0A1B2C3D4|" + strings.NewReplacer("<", "", ">", "", "|", "").Replace(typed) + ">"); got != "@U0A1B2C3D4" {
			t.Errorf("a mention came back as %q", got)
		}
		got := unescape(typed)
		if len(got) > len(typed) || utf8.ValidString(typed) && !utf8.ValidString(got) {
			t.Errorf("%q became %q", typed, got)
		}
		verb, text := words(got)
		if strings.TrimSpace(verb) != verb || strings.TrimSpace(text) != text || strings.ContainsAny(verb, " \n\t") {
			t.Errorf("%q became %q %q", typed, verb, text)
		}
	})
}
