package slacktest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"offboard/bot/slack/slacktest"
)

func blocks(t testing.TB, raw string) slacktest.Content {
	t.Helper()
	var c slacktest.Content
	if err := json.Unmarshal([]byte(raw), &c.Blocks); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDrawMrkdwn(t *testing.T) {
	b := newBench(t, slacktest.Config{Memory: true})
	for _, c := range []struct{ in, out string }{
		{"*bold* _it_ ~s~ `code` ```block```", "bold it s code block"}, // marks disappear
		{"**twice** _*both*_ (*in*) *a* *b*", "twice both (in) a b"},
		{"2*3*4 snake_case_name a~b", "2*3*4 snake_case_name a~b"}, // inside of words they do not
		{"a &amp; b &lt;c&gt; &amp;amp;", "a & b <c> &amp;"},       // one level is unescaped
		{"<@" + b.ann.ID + "> <@" + b.ann.ID + "|x>", "@Ann Lee @Ann Lee"},
		{"<@U999> <#C999>", "@unknown #unknown-channel"},
		{"<#" + b.room.ID + "> <!here> <!everyone|x>", "#it @here @everyone"},
		{"<https://example.com|click> <https://example.com>", "click https://example.com"},
		{"<!date^1796000000^{date_num} {time}|later>", "2026-11-30 1:53 AM"}, // in Oslo
		{"<!date^nonsense|later>", "later"},
		{"> quote\n&gt; as well", "quote\nas well"},
		{":smile: 12:30:45 :+1::skin-tone-2:", "☺ 12:30:45 ☺"},
		{"- no list\n1. no list\n# no heading\n[a](https://example.com)", "- no list\n1. no list\n# no heading\n[a](https://example.com)"},
	} {
		if got := b.Draw(b.ann.ID, slacktest.Content{Text: c.in}); got != c.out {
			t.Errorf("%q is drawn as %q, not %q", c.in, got, c.out)
		}
	}
}

func TestDrawBlocks(t *testing.T) {
	b := newBench(t, slacktest.Config{Memory: true})
	for _, c := range []struct{ in, out string }{
		{`[{"type":"header","text":{"type":"plain_text","text":"*Title*"}},{"type":"divider"}]`, "*Title*\n---"},
		{`[{"type":"section","fields":[{"type":"mrkdwn","text":"*a*"},{"type":"plain_text","text":"*b*"}],"accessory":{"type":"button","text":{"type":"plain_text","text":"Go"}}}]`, "a\n*b*\n[Go]"},
		{`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"*not* <bold> :x: "},{"type":"user","user_id":"` + b.ann.ID + `"},{"type":"link","url":"https://x.example","text":"here"},{"type":"date","timestamp":1796000000,"format":"{date_num}"}]},{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]}]}]}]`, "*not* <bold> :x: @Ann Leehere2026-11-30\n• one"},
		{`[{"type":"actions","elements":[{"type":"static_select","placeholder":{"type":"plain_text","text":"Heir"},"options":[]},{"type":"overflow","options":[]}]}]`, "[Heir] [...]"},
		{`[{"type":"plan","title":"Plan","tasks":[{"type":"task_card","task_id":"1","title":"Disable","status":"error","output":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"no answer"}]}]}}]}]`, "Plan\n(error) Disable\nno answer"},
		{`[{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"raw_text","text":"b"}]]}]`, "a | b"},
		{`[{"type":"markdown","text":"# Head\n- one\n[here](https://x.example) **bold**"}]`, "Head\n• one\nhere bold"},
		{`[{"type":"context","elements":[{"type":"plain_text","text":"by :me:","emoji":false},{"type":"plain_text","text":":me:"}]}]`, "by :me: ☺"},
	} {
		if got := b.Draw(b.ann.ID, blocks(t, c.in)); got != c.out {
			t.Errorf("%s is drawn as\n%s\nnot\n%s", c.in, got, c.out)
		}
	}
}

// FuzzDraw: no text breaks the drawing, and what is literal by construction
// stays as it is.
func FuzzDraw(f *testing.F) {
	for _, s := range []string{"*a*", "<@U1", "<!date^^|>", ">>>x", ":a:", "`", "~_*~_*", "\n&gt;", "é<é|é>"} {
		f.Add(s)
	}
	b := slacktest.New(f, slacktest.Config{Memory: true})
	f.Fuzz(func(t *testing.T, s string) {
		b.Draw("", slacktest.Content{Text: s})
		element := map[string]any{"type": "text", "text": s}
		line := map[string]any{"type": "rich_text_section", "elements": []any{element}}
		got := b.Draw("", slacktest.Content{Blocks: []map[string]any{{"type": "rich_text", "elements": []any{line}}}})
		if got != strings.TrimSuffix(s, "\n") {
			t.Errorf("%q is drawn as %q", s, got)
		}
	})
}
