package discord

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/discordtest"
)

// seeds are texts that Discord gives a meaning to somewhere.
var seeds = []string{
	"Jane Doe", "@everyone @here @Everyone", "<@123> <@!123> <@&123> <#123> <id:home>", "</offboard start:1> <a:x:1> <:x:1>", "<t:1:R>", "*x* **x** ***x*** _x_ __x__ ~x~ ~~x~~ ||x||",
	"`x` ``x`` ```go\nx```", "\n> quote\n>>> more", "a\n✔ VPN: proven", "\u202egnp.exe", ":smile: :+1: :skin-tone-2: 12:100:00", "https://example.com/a?b=c&d steam://x mailto:a@example.com <tel:+1>",
	"[a](https://example.com) [a]( <b> 'c')", "discord.gg/abc https://discord.com/invite/x discordapp.com", "נועה", "\u200b\u2028- x", strings.Repeat("ä", 170), "\\n \\* \\\\ \\", "1. a\n12. b\n- c\n* d\n+ e",
	"# x\n## x\n-# x\n#x", "⟨emoji⟩", "¯\\_(ツ)_/¯ ¯_(ツ)_/¯", "C#", "a*", "*", "**", " ", "  - x", "1", ".", "-", "a  \nb",
}

// everywhere is a message with the text in every part that takes free text.
func everywhere(s string) bot.Message {
	t := bot.T(s)
	return bot.Message{Summary: bot.Clean("s "+s, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: bot.Clean("h "+s, bot.MaxHeading)},
		bot.Prose{Text: bot.Join(t, bot.T(" p "), t, bot.B(s), t, bot.B(s+" "), bot.B("b"))},
		bot.Facts{{Label: bot.Clean("l "+s, 100), Value: bot.Join(t, bot.T(" v "), t)}},
		bot.Checklist{Title: bot.Clean(s+" c", bot.MaxHeading), Rows: []bot.Row{{Mark: bot.Failed, Text: bot.Join(bot.T("r "), t), Detail: bot.Join(bot.T("d "), t)}, {Mark: bot.Proven, Text: bot.Join(bot.T("2 "), t)}}},
		bot.Buttons{{Label: bot.Clean("b "+s, bot.MaxLabel), Verb: "v", Object: "o"}},
		bot.Menu{Label: bot.Clean("m "+s, bot.MaxMenu), Verb: "v", Object: "o", Field: "f", Options: []bot.Option{{Value: "1", Label: bot.Clean("o "+s, 75), Hint: bot.Clean("i "+s, 75)}}},
		bot.Fine{Text: bot.Join(bot.T("f "), t, bot.B(s))},
	}}
}

// literally is what a reader sees of everywhere(s).
func literally(s string) string {
	m := everywhere(s)
	line := adapter.Line(s)
	return strings.Join([]string{
		"# " + m.Parts[0].(bot.Heading).Text, s + " p " + s + s + s + s + " b", m.Parts[2].(bot.Facts)[0].Label + ": " + line + " v " + line, "---",
		m.Parts[3].(bot.Checklist).Title, "✖ r " + line + " — failed · d " + line, "✔ 2 " + line + " — proven",
		"[" + m.Parts[4].(bot.Buttons)[0].Label + "]", "[" + m.Parts[5].(bot.Menu).Label + " v]", "f " + s + s,
	}, "\n")
}

// Whatever people have written, a reader sees it as it was written.
func FuzzLiteral(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := everywhere(s)
		if m.Check() != nil || utf8.RuneCountInString(s) > 100 {
			return // it is not sent, or cut
		}
		body := rendered(m, "", opts{as: editing})
		fitsMessage(t, body)
		if got, want := sees(t, body.Components), literally(s); got != want {
			t.Errorf("a reader sees\n%s\nwant\n%s", got, want)
		}
		if plain := announced(m, "", true); draws(t, plain.Content) != m.Summary {
			t.Errorf("a notification says %q", plain.Content)
		}
	})
}

// What is escaped has no meaning, and is there as it was.
func FuzzEscape(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x01") {
			return
		}
		e := escape(s)
		if got := unescape(e); got != s {
			t.Errorf("%q became %q", s, got)
		}
		if got := draws(t, "x\n"+e); got != "x\n"+s {
			t.Errorf("%q is drawn as %q", s, got)
		}
	})
}

// What needs no backslash has none: they count.
func TestEscape_sparing(t *testing.T) {
	for _, s := range []string{
		"Mon 30 November 2026, 17:00 (America/Toronto, UTC-05:00)", "group staff (15 members)", "searched: jane, jane.doe@example.org", "OFF-1:1", "a - b", "C# 1.5 2) #7", "a > b", "/offboard submit OFF-1 9f3ac1d2", "can't!",
	} {
		if got := escape(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestSpans(t *testing.T) {
	at := time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)
	link := func(label, to string) bot.Span { return bot.Span{Plain: label, URL: to} }
	for rule, c := range map[string]struct {
		span bot.Span
		want string
	}{
		"who is notified is mentioned":             {bot.Span{Plain: "@Ann", User: &ann}, "⟨@" + ann.ID + "⟩"},
		"nobody else is":                           {bot.Span{Plain: "@Ben", User: &bot.User{Platform: name, ID: snowflake(2)}}, "@Ben"},
		"an account of another chat is no id":      {bot.Span{Plain: "@Ann", User: &bot.User{Platform: "slack", ID: ann.ID}}, "@Ann"},
		"what is no id is a name":                  {bot.Span{Plain: "@x", User: &bot.User{Platform: name, ID: "x y"}}, "@x"},
		"a link":                                   {link("the log", "https://example.com/?a=b&c"), "⟨the log→https://example.com/?a=b&c⟩"},
		"what would end a link is encoded":         {link("x", "https://example.com/(a)?b=<c> d"), "⟨x→https://example.com/%28a%29?b=%3Cc%3E%20d⟩"},
		"a text that a link cannot have":           {link("a_b*", "https://example.com/"), "a_b* (⟨link→https://example.com/⟩)"},
		"an emoji breaks a link":                   {link("ok ✔", "https://example.com/"), "ok ✔ (⟨link→https://example.com/⟩)"},
		"a number would begin a list":              {link("1. a", "https://example.com/"), "1. a (⟨link→https://example.com/⟩)"},
		"an address that looks like another one":   {link("https://a.example", "https://b.example/"), "https://a.example (⟨link→https://b.example/⟩)"},
		"an invitation that looks like another":    {link("discord.gg/x", "https://b.example/"), "discord.gg/x (⟨link→https://b.example/⟩)"},
		"an address as it is":                      {link("https://a.example/x", "https://a.example/x"), "⟨https://a.example/x⟩"},
		"no other scheme":                          {link("here", "discord://x"), "here"},
		"no link that is too long":                 {link("here", "https://example.com/"+strings.Repeat("x", 3000)), "here"},
		"a moment as it was meant, and the reader": {bot.Span{Plain: "Monday", Time: at}, "Monday, for you ⟨moment 1796076000⟩"},
		"a moment in bold":                         {bot.Span{Plain: "Monday", Time: at, Bold: true}, "Monday, for you ⟨moment 1796076000⟩"},
	} {
		for _, p := range []bot.Part{bot.Prose{Text: bot.Text{c.span}}, bot.Fine{Text: bot.Text{c.span}}, bot.Prose{Text: bot.Join(bot.B("a "), bot.Text{{Plain: c.span.Plain, URL: c.span.URL, User: c.span.User, Time: c.span.Time, Bold: true}}, bot.B(" b"))}} {
			body := rendered(bot.Message{Summary: "s", Parts: []bot.Part{p}, Notify: []bot.User{ann}}, "", opts{})
			got := strings.TrimSuffix(strings.TrimPrefix(sees(t, body.Components), "a "), " b")
			if got != c.want {
				t.Errorf("%s: %T shows %q, want %q", rule, p, got, c.want)
			}
			fitsMessage(t, body)
		}
	}
}

func TestWriter_cut(t *testing.T) {
	at := time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)
	for rule, c := range map[string]struct {
		text bot.Text
		want string
	}{
		"what fits stays":                    {bot.T("12345"), "12345"},
		"what is cut ends in a sign":         {bot.T("123456"), "1234…"},
		"over several spans":                 {bot.Join(bot.T("123"), bot.B("456")), "123**4**…"},
		"at the end of a span":               {bot.Join(bot.T("1234"), bot.B("56")), "1234…"},
		"half of a moment is none":           {bot.Join(bot.T("12"), bot.Text{{Plain: "Monday", Time: at}}), "12…"},
		"characters, not bytes":              {bot.T("äöüß€"), "äöüß€"},
		"escapes do not count":               {bot.T("*****"), `\*\*\*\*\*`},
		"a link longer than its text may be": {bot.Text{{Plain: "a link", URL: "http://x"}}, "a li…"},
	} {
		var w writer
		adapter.Text(&w, c.text, 5)
		if got := w.String(); got != c.want {
			t.Errorf("%s: %q, want %q", rule, got, c.want)
		}
	}
}

// The fake's client, which was written from Discord's rules by somebody else,
// shows it as it was written, too.
func TestLiteral_drawn(t *testing.T) {
	d := discordtest.New(t, discordtest.Config{Memory: true})
	alike := strings.NewReplacer("▾]", "v]", "\n| ", "\n") // the menu, and the border of a card
	words := func(s string) string { return strings.Join(strings.Fields(alike.Replace(s)), " ") }
	for _, s := range seeds {
		m := everywhere(s)
		if m.Check() != nil {
			continue
		}
		body := rendered(m, "", opts{as: editing})
		var list []map[string]any
		if err := json.Unmarshal(encoded(t, body.Components), &list); err != nil {
			t.Fatal(err)
		}
		drawn := d.Draw("", discordtest.Content{Components: list, Flags: int(body.Flags)})
		if got, want := words(strings.TrimPrefix(drawn, "| ")), words(strings.TrimPrefix(literally(s), "# ")); got != want {
			t.Errorf("it is drawn as\n%s\nwant\n%s", got, want)
		}
	}
}
