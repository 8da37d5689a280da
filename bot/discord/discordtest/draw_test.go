package discordtest_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"offboard/bot/discord/discordtest"
)

// Markup has its effect and disappears; escaped it is literal.
func TestMarkdownIsDrawn(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		for _, c := range []struct{ in, want string }{
			{"**bold** *it* _it_ __under__ ~~gone~~", "bold it it under gone"},
			{"***both*** and **a *b* c**", "both and a b c"},
			{`\*\*not bold\*\* \_x\_ \~\~y\~\~ \|\|z\|\|`, "**not bold** _x_ ~~y~~ ||z||"},
			{"||secret||", "█████"},
			{"snake_case_name stays, 2 * 3 * 4 too", "snake_case_name stays, 2 * 3 * 4 too"},
			{"`**code**` and ``a ` b``", "**code** and a ` b"},
			{"```go\n**x** <@1>\n```", "**x** <@1>"},
			{"\\`\\`\\`not code\\`\\`\\`", "```not code```"},
			{"# Big\n## Less\n### Least\n-# small\n#no", "Big\nLess\nLeast\nsmall\n#no"},
			{`\# not big` + "\n" + `\- no list` + "\n" + `\> no quote`, "# not big\n- no list\n> no quote"},
			{"- one\n* two\n  - three\n3. four", "• one\n• two\n  • three\n3. four"},
			{`3\. four`, "3. four"},
			{"> said\nmore", "▎ said\nmore"},
			{">>> said\nmore", "▎ said\n▎ more"},
			{"[click](https://x.example/a_b_c) <https://y.example>", "click https://y.example"},
			{`\[click\]\(https\://x.example/\_a\_\)`, "[click](https://x.example/_a_)"},
			{`https://x.example/\_a\_`, `https://x.example/\_a\_`}, // a link is taken as it is: a backslash in it is seen
			{"[click](javascript:x)", "[click](javascript:x)"},
			{"<@" + b.ann.ID + "> <@!" + b.ben.ID + "> <@&" + b.role.ID + "> <#" + b.room.ID + ">", "@Ann Lee @Ben Ray @IT #it"},
			{`\<@` + b.ann.ID + ">", "<@" + b.ann.ID + ">"},
			{"<@123456789012345678> <#123456789012345678> <@&123456789012345678>", "@unknown-user #unknown @unknown-role"},
			{"<t:1800000000> <t:1800000000:F> <t:1800000000:t>", "January 15, 2027 at 9:00 AM Friday, January 15, 2027 at 9:00 AM 9:00 AM"},
			{"</offboard start:123456789012345678> <:ok:123456789012345678> :smile: 10:30:45", "/offboard start ☺ ☺ 10:30:45"},
			{"a < b > c & d", "a < b > c & d"},
			{`\\ and \a`, `\ and \a`},
		} {
			if got := b.Draw(b.ann.ID, discordtest.Content{Text: c.in}); got != c.want {
				t.Errorf("%q is drawn as %q, not %q", c.in, got, c.want)
			}
		}
	})
}

// Text whose punctuation is escaped is drawn as it was written, and nothing
// makes the drawing fail.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"**a** _b_", "```x", "``` ``` `", "[a](https://b)", "<@1> <t:1:R>", "> a\n>>> b\n- c\n1. d", "||x|| ~~", `\\*`, "https://x_y_z", "_*_*", ":a:", "*a **b* c**"} {
		f.Add(seed)
	}
	d := discordtest.New(f, discordtest.Config{Memory: true})
	f.Fuzz(func(t *testing.T, s string) {
		d.Draw("", discordtest.Content{Text: s})
		var escaped strings.Builder
		for _, r := range s {
			if r < 0x80 && unicode.In(r, unicode.Punct, unicode.Symbol) {
				escaped.WriteByte('\\')
			}
			escaped.WriteRune(r)
		}
		if want, got := strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")), d.Draw("", discordtest.Content{Text: escaped.String()}); got != want && utf8.ValidString(s) {
			t.Errorf("%q is drawn as %q, not %q", escaped.String(), got, want)
		}
	})
}

// A time is that of the reader's zone, and relative ones go on.
func TestTimesAreTheReaders(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		c := discordtest.Content{Text: "<t:946688400:f>, <t:946688400:R>"} // an hour after the bubble begins
		if ann, ben := b.Draw(b.ann.ID, c), b.Draw(b.ben.ID, c); ann != "January 1, 2000 at 2:00 AM, in 1 hour" || ben != "January 1, 2000 at 1:00 AM, in 1 hour" {
			t.Errorf("Ann %q, Ben %q", ann, ben)
		}
	})
}

func TestComponentsAreDrawn(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.post(b.room.ID, v2(
			object{"type": 17, "accent_color": 1, "components": []object{
				display("# OFF-42\ntwo"),
				{"type": 14},
				{"type": 14, "divider": false},
				{"type": 9, "components": []object{display("LDAP")}, "accessory": button("Retry", "retry")},
			}},
			row(button("Go", "go"), object{"type": 2, "style": 5, "label": "Docs", "url": "https://x.example"}, merge(button("No", "no"), object{"disabled": true})),
			row(object{"type": 3, "custom_id": "s", "placeholder": "Who?", "options": []object{{"label": "**A**", "value": "a"}, {"label": "B", "value": "b"}}}),
			row(object{"type": 3, "custom_id": "s2", "options": []object{{"label": "**A**", "value": "a", "default": true}}}),
			row(object{"type": 5, "custom_id": "u", "default_values": []object{{"id": b.ben.ID, "type": "user"}}}),
		))
		want := strings.Join([]string{
			"| OFF-42", "| two", "| ---", "|", "| LDAP", "| [Retry]", "[Go] [Docs ↗] ([No])", "[Who? ▾]", "[**A** ▾]", "[@Ben Ray ▾]",
		}, "\n")
		if got := b.Sees(b.ann.ID); got != want {
			t.Errorf("Ann sees\n%s\nnot\n%s", got, want)
		}
	})
}
