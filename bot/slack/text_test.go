package slack

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/bottest"
)

// seeds are texts that Slack gives a meaning to somewhere.
var seeds = []string{
	"Jane Doe", "<!channel> <!here> <!everyone>", "<@U123ABC> <#C1> <!subteam^S1>", "&amp; &lt;b&gt; & < >", "*x* _x_ ~x~", "`x` ```x```", "\n> quote", "a\n✔ VPN: proven",
	"\u202egnp.exe", ":smile: :+1: :skin-tone-2:", "https://example.com/a?b=c&d mailto:a@example.com a@example.com example.com", "@here @channel", "<https://example.com|click>",
	"<!date^1392734382^{date}|x>", "{date_long} {time}", "נועה", "\u200b\u2028x", strings.Repeat("ä", 170), "\\n \\ \"", "1. a\n- b", "# x", "⟨emoji⟩",
}

// everywhere is a message with the text in every part that takes free text.
func everywhere(s string) bot.Message {
	t := bot.T(s)
	return bot.Message{Summary: bot.Clean("s "+s, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: bot.Clean("h "+s, bot.MaxHeading)},
		bot.Prose{Text: bot.Join(bot.T("p "), t, bot.B(s), t)},
		bot.Facts{{Label: bot.Clean("l "+s, 100), Value: bot.Join(bot.T("v "), t)}},
		bot.Checklist{Title: bot.Clean("c "+s, bot.MaxHeading), Rows: []bot.Row{{Mark: bot.Failed, Text: bot.Join(bot.T("r "), t), Detail: bot.Join(bot.T("d "), t)}, {Mark: bot.Proven, Text: bot.Join(bot.T("2 "), t)}}},
		bot.Buttons{{Label: bot.Clean("b "+s, bot.MaxLabel), Verb: "v", Object: "o", Confirm: &bot.Confirm{Title: bot.Clean("q "+s, 100), Text: bot.Clean("t "+s, 300), Yes: bot.Clean("y "+s, 30)}}},
		bot.Menu{Label: bot.Clean("m "+s, bot.MaxMenu), Verb: "v", Object: "o", Field: "f", Options: []bot.Option{{Value: "1", Label: bot.Clean("o "+s, 75), Hint: bot.Clean("i "+s, 75)}}},
		bot.Fine{Text: bot.Join(bot.T("f "), t)},
	}}
}

// literally is what a reader sees of everywhere(s).
func literally(s string) string {
	m := everywhere(s)
	line := strings.Map(func(r rune) rune {
		if strings.ContainsRune("\n\u2028\u2029", r) {
			return ' ' // what looks like another row would be one
		}
		return r
	}, s)
	b := m.Parts[4].(bot.Buttons)[0]
	return strings.Join([]string{
		"# " + m.Parts[0].(bot.Heading).Text, "p " + s + s + s, m.Parts[2].(bot.Facts)[0].Label + ": v " + line,
		m.Parts[3].(bot.Checklist).Title, "✖ r " + line + " — failed · d " + line, "✔ 2 " + line + " — proven",
		"  asked: " + b.Confirm.Title + " " + b.Confirm.Text + " [" + b.Confirm.Yes + "] [Cancel]", "[" + b.Label + "]",
		"[" + m.Parts[5].(bot.Menu).Label + " v]", "f " + s,
	}, "\n")
}

// Whatever people have written, a reader sees it as it was written.
func FuzzLiteral(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := everywhere(s)
		if m.Check() != nil || utf8.RuneCountInString(s) > 200 {
			return // it is not sent, or cut
		}
		blocks, text := rendered(m, "")
		if got, want := sees(t, blocks), literally(s); got != want {
			t.Errorf("a reader sees\n%s\nwant\n%s", got, want)
		}
		if got := notification(text); got != m.Summary || strings.ContainsAny(text, "<>") {
			t.Errorf("a notification says %q, want %q", got, m.Summary)
		}
		if got, want := sees(t, note(m).Blocks), literally(s); !strings.HasSuffix(want, got) {
			t.Errorf("a modal says\n%s\nwant\n%s", got, want)
		}
	})
}

// The reader of these tests does see what is not literal.
func TestSees(t *testing.T) {
	for _, s := range []string{"<!channel>", "<@U1>", "<https://example.com|x>"} {
		if notification(s) == s {
			t.Errorf("%s is literal in a notification", s)
		}
	}
	r := &bottest.Recorder{TB: t}
	sees(r, []any{map[string]any{"type": "context", "elements": []any{map[string]any{"type": "mrkdwn", "text": "*x*"}}}})
	emoji := sees(t, []any{map[string]any{"type": "header", "text": map[string]any{"type": "plain_text", "text": ":x:"}}})
	if r.Errors() == 0 || emoji != "# ⟨emoji⟩" {
		t.Errorf("mrkdwn or an emoji passes for literal: %q, %q", r, emoji)
	}
}

func TestSpans(t *testing.T) {
	ann := bot.User{Platform: "slack", ID: "U0ANN", Name: "Ann"}
	at := time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)
	for rule, c := range map[string]struct {
		span bot.Span
		want string
	}{
		"who is notified is mentioned":          {bot.Span{Plain: "@Ann", User: &ann}, "⟨@U0ANN⟩"},
		"a mention would notify anybody else":   {bot.Span{Plain: "@Ben", User: &bot.User{Platform: "slack", ID: "U0BEN"}}, "@Ben"},
		"an account of another chat is no id":   {bot.Span{Plain: "@Ann", User: &bot.User{Platform: "discord", ID: "U0ANN"}}, "@Ann"},
		"what is no id would break the message": {bot.Span{Plain: "@x", User: &bot.User{Platform: "slack", ID: "x y"}}, "@x"},
		"a link":                                {bot.Span{Plain: "here", URL: "https://example.com/?a=b&c"}, "⟨here→https://example.com/?a=b&c⟩"},
		"no other scheme":                       {bot.Span{Plain: "here", URL: "slack://x"}, "here"},
		"no link that Slack may refuse":         {bot.Span{Plain: "here", URL: "https://example.com/" + strings.Repeat("x", 3000)}, "here"},
		"a moment, in the reader's zone":        {bot.Span{Plain: "Monday", Time: at}, "Monday, ⟨for you Monday, November 30, 2026, 11:00 PM⟩"},
		"a moment in bold":                      {bot.Span{Plain: "a moment", Time: at, Bold: true}, "a moment, ⟨for you Monday, November 30, 2026, 11:00 PM⟩"},
	} {
		for _, p := range []bot.Part{bot.Prose{Text: bot.Text{c.span}}, bot.Fine{Text: bot.Text{c.span}}} {
			blocks, _ := rendered(bot.Message{Summary: "s", Parts: []bot.Part{p}, Notify: []bot.User{ann}}, "")
			if got := sees(t, blocks); got != c.want {
				t.Errorf("%s: %T shows %q, want %q", rule, p, got, c.want)
			}
			fitsMessage(t, blocks)
		}
	}
}

func TestAddressed(t *testing.T) {
	m := addressed(bot.Message{Summary: "s", Notify: []bot.User{{Platform: "slack", ID: "U1", Name: "Ann"}, {Platform: "discord", ID: "U2"}, {Platform: "slack", ID: "U3", Name: "Ben"}}})
	blocks, _ := rendered(m, "")
	if got, want := sees(t, blocks), "⟨@U1⟩ ⟨@U3⟩\ns"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if err := m.Check(); err != nil {
		t.Error(err)
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
		"over several spans":                 {bot.Join(bot.T("123"), bot.B("456")), "1234…"},
		"at the end of a span":               {bot.Join(bot.T("1234"), bot.B("56")), "1234…"},
		"half of a moment is none":           {bot.Join(bot.T("12"), bot.Text{{Plain: "Monday", Time: at}}), "12…"},
		"characters, not bytes":              {bot.T("äöüß€"), "äöüß€"},
		"a link longer than its text may be": {bot.Text{{Plain: "a link", URL: "http://x"}}, "a li…"},
	} {
		var w writer
		adapter.Text(&w, c.text, 5)
		var got strings.Builder
		for _, e := range generic(t, w.out).([]any) {
			got.WriteString(e.(map[string]any)["text"].(string))
		}
		if got.String() != c.want {
			t.Errorf("%s: %q, want %q", rule, got.String(), c.want)
		}
	}
}
