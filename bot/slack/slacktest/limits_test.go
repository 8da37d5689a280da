package slacktest_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

func many(n int, one string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]"
}

func long(n int) string { return strings.Repeat("é", n) }

// numbered has n options with values of their own.
func numbered(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(`{"text":{"type":"plain_text","text":"o"},"value":"%d"}`, i))
	}
	return "[" + strings.Join(out, ",") + "]"
}

func actions(element string) string { return `[{"type":"actions","elements":[` + element + `]}]` }

func button(more string) string {
	return actions(`{"type":"button","text":{"type":"plain_text","text":"b"},"action_id":"a"` + more + `}`)
}

func text(kind, s string) string { return fmt.Sprintf(`{"type":%q,"text":%q}`, kind, s) }

// TestBlockLimits posts blocks as they are, so that no library is in between.
func TestBlockLimits(t *testing.T) {
	divider := `{"type":"divider"}`
	for _, c := range []struct {
		name, blocks, code, problem string // no code: it is fine
	}{
		{"50 blocks", many(50, divider), "", ""},
		{"51 blocks", many(51, divider), "invalid_blocks", "no more than 50 items"},
		{"3000 characters of a section", `[{"type":"section","text":` + text("mrkdwn", long(3000)) + `}]`, "", ""},
		{"3001 characters of a section", `[{"type":"section","text":` + text("mrkdwn", long(3001)) + `}]`, "invalid_blocks", "at most 3000 characters, is 3001"},
		{"an empty section", `[{"type":"section"}]`, "invalid_blocks", "`text` or `fields`"},
		{"an empty text", `[{"type":"section","text":` + text("mrkdwn", "") + `}]`, "invalid_blocks", "at least 1 character"},
		{"11 fields", `[{"type":"section","fields":` + many(11, text("mrkdwn", "f")) + `}]`, "invalid_blocks", "1 to 10 items"},
		{"a field of 2001", `[{"type":"section","fields":[` + text("mrkdwn", long(2001)) + `]}]`, "invalid_blocks", "at most 2000"},
		{"a header of 151", `[{"type":"header","text":` + text("plain_text", long(151)) + `}]`, "invalid_blocks", "at most 150"},
		{"11 in a context", `[{"type":"context","elements":` + many(11, text("mrkdwn", "c")) + `}]`, "invalid_blocks", "1 to 10 items"},
		{"a button", button(`,"value":"` + long(2000) + `"`), "", ""},
		{"a value of 2001", button(`,"value":"` + long(2001) + `"`), "invalid_blocks", "at most 2000"},
		{"a style", button(`,"style":"green"`), "invalid_blocks", "primary"},
		{"a label of 76", actions(`{"type":"button","text":` + text("plain_text", long(76)) + `}`), "invalid_blocks", "at most 75"},
		{"an action_id of 256", actions(`{"type":"button","text":` + text("plain_text", "b") + `,"action_id":"` + long(256) + `"}`), "invalid_blocks", "at most 255"},
		{"26 actions", `[{"type":"actions","elements":` + many(26, `{"type":"button","text":`+text("plain_text", "b")+`}`) + `}]`, "invalid_blocks", "1 to 25 items"},
		{"an action_id twice", `[{"type":"actions","elements":` + many(2, `{"type":"button","action_id":"a","text":`+text("plain_text", "b")+`}`) + `}]`, "invalid_blocks", "twice"},
		{"a block_id twice", many(2, `{"type":"divider","block_id":"d"}`), "invalid_blocks", "twice"},
		{"a confirm title of 101", button(`,"confirm":{"title":` + text("plain_text", long(101)) + `,"text":` + text("plain_text", "t") + `,"confirm":` + text("plain_text", "y") + `,"deny":` + text("plain_text", "n") + `}`), "invalid_blocks", "at most 100"},
		{"100 options", actions(`{"type":"static_select","options":` + numbered(100) + `}`), "", ""},
		{"101 options", actions(`{"type":"static_select","options":` + numbered(101) + `}`), "invalid_blocks", "more than 100 options"},
		{"an option twice", actions(`{"type":"static_select","options":` + many(2, `{"text":`+text("plain_text", "o")+`,"value":"v"}`) + `}`), "invalid_blocks", "is there twice"},
		{"an option of 76", actions(`{"type":"static_select","options":[{"text":` + text("plain_text", long(76)) + `,"value":"v"}]}`), "invalid_blocks", "at most 75"},
		{"an initial option that is none", actions(`{"type":"static_select","options":` + numbered(2) + `,"initial_option":{"text":` + text("plain_text", "o") + `,"value":"9"}}`), "invalid_blocks", "none of the options"},
		{"a placeholder of 151", actions(`{"type":"static_select","placeholder":` + text("plain_text", long(151)) + `,"options":` + numbered(1) + `}`), "invalid_blocks", "at most 150"},
		{"6 in an overflow", actions(`{"type":"overflow","options":` + numbered(6) + `}`), "invalid_blocks", "1 to 5 items"},
		{"11 radio buttons", actions(`{"type":"radio_buttons","options":` + numbered(11) + `}`), "invalid_blocks", "1 to 10 items"},
		{"51 tasks", `[{"type":"plan","title":"p","tasks":` + many(51, `{"type":"task_card","task_id":"t","title":"t","status":"pending"}`) + `}]`, "invalid_blocks", "0 to 50 items"},
		{"101 rows", `[{"type":"table","rows":` + many(101, `[{"type":"raw_text","text":"c"}]`) + `}]`, "invalid_blocks", "1 to 100 items"},
		{"21 columns", `[{"type":"table","rows":[` + many(21, `{"type":"raw_text","text":"c"}`) + `]}]`, "invalid_blocks", "at most 20 items"},
		{"an alert outside of a modal", `[{"type":"alert","text":` + text("mrkdwn", "a") + `}]`, "invalid_blocks", "cannot stand in a message"},
		{"13,200 in all", many(5, `{"type":"section","text":`+text("mrkdwn", long(2700))+`}`), "msg_blocks_too_long", "at most 13200"},
		{"not an array", `{"type":"divider"}`, "invalid_blocks_format", "not an array"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
				answer := b.form("chat.postMessage", b.BotToken, url.Values{"channel": {b.room.ID}, "text": {"t"}, "blocks": {c.blocks}})
				p := strings.Join(b.Problems(), "\n")
				if got, _ := answer["error"].(string); got != c.code || !strings.Contains(p, c.problem) || (p == "") != (c.code == "") {
					t.Errorf("got %v, problem %s", answer, p)
				}
			})
		})
	}
}

func TestSchema(t *testing.T) {
	if bottest.Specs("slack") == "" {
		t.Skip("there is no shared/specs/slack above this folder")
	}
	for name, blocks := range map[string]string{
		"a made-up block":            `[{"type":"banner"}]`,
		"a header of mrkdwn":         `[{"type":"header","text":` + text("mrkdwn", "h") + `}]`,
		"a text without a type":      `[{"type":"section","text":{"text":"t"}}]`,
		"a status that is not one":   `[{"type":"plan","title":"p","tasks":[{"type":"task_card","task_id":"t","title":"t","status":"completed"}]}]`,
		"a task without an id":       `[{"type":"task_card","title":"t","status":"pending"}]`,
		"a picker that is a section": `[{"type":"actions","elements":[{"type":"section"}]}]`,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
				answer := b.form("chat.postMessage", b.BotToken, url.Values{"channel": {b.room.ID}, "text": {"t"}, "blocks": {blocks}})
				if answer["error"] != "invalid_blocks" || len(b.Problems()) == 0 {
					t.Errorf("got %v", answer)
				}
			})
		})
	}
}

func TestViewLimits(t *testing.T) {
	section := `{"type":"section","text":` + text("mrkdwn", "s") + `}`
	input := `{"type":"input","label":` + text("plain_text", "l") + `,"element":{"type":"plain_text_input"}}`
	modal := func(title, more, blocks string) string {
		return `{"type":"modal","title":` + text("plain_text", title) + more + `,"blocks":` + blocks + `}`
	}
	for _, c := range []struct{ name, view, problem string }{
		{"100 blocks", modal(long(24), "", many(100, section)), ""},
		{"101 blocks", modal("t", "", many(101, section)), "no more than 100 items"},
		{"a title of 25", modal(long(25), "", many(1, section)), "at most 24"},
		{"a submit of 25", modal("t", `,"submit":`+text("plain_text", long(25)), many(1, section)), "at most 24"},
		{"metadata of 3001", modal("t", `,"private_metadata":"`+long(3001)+`"`, many(1, section)), "at most 3000"},
		{"a callback_id of 256", modal("t", `,"callback_id":"`+long(256)+`"`, many(1, section)), "at most 255"},
		{"an input without submit", modal("t", "", many(1, input)), "missing required field: submit"},
		{"no title", `{"type":"modal","blocks":[]}`, "missing required field: title"},
		{"a Home tab", `{"type":"home","blocks":[]}`, "must be \"modal\""},
		{"a plan", modal("t", "", `[{"type":"plan","title":"p"}]`), "cannot stand in a modal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
				b.socket(acks(nil))
				d := b.did(b.Slash(b.ann.ID, "", "/offboard"))
				answer := b.form("views.open", b.BotToken, url.Values{"trigger_id": {d.Payload["trigger_id"].(string)}, "view": {c.view}})
				p := strings.Join(b.Problems(), "\n")
				if ok := answer["ok"] == true; ok != (c.problem == "") || !ok && answer["error"] != "invalid_arguments" || !strings.Contains(p, c.problem) {
					t.Errorf("got %+v, problem %s", answer, p)
				}
			})
		})
	}
}
