package slack

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// client reads JSON as Slack's client shows it: what has a meaning has its
// effect and stands in ⟨⟩, all else is literal.
type client struct {
	testing.TB
	lines []string
}

var (
	emojiCode = regexp.MustCompile(`:[a-z0-9_+'-]+:`)
	marked    = regexp.MustCompile(`<[^<>]*>`)
	entity    = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// sees is everything that is shown of v, blocks or a view.
func sees(t testing.TB, v any) string {
	t.Helper()
	c := client{TB: t}
	c.show(generic(t, v))
	return strings.Join(c.lines, "\n")
}

func (c *client) show(v any) {
	switch v := v.(type) {
	case []any:
		for _, b := range v {
			c.block(b.(map[string]any))
		}
	case map[string]any:
		c.say("# ", v["title"])
		c.show(v["blocks"])
		c.button(v["submit"])
		c.button(v["close"])
	}
}

func (c *client) line(s string) { c.lines = append(c.lines, s) }

func (c *client) say(before string, v any) {
	if v != nil {
		c.line(before + c.text(v))
	}
}

func (c *client) button(v any) {
	if v != nil {
		c.line("[" + c.text(v) + "]")
	}
}

func (c *client) block(b map[string]any) {
	switch b["type"] {
	case "header":
		c.say("# ", b["text"])
	case "context":
		for _, e := range b["elements"].([]any) {
			c.say("", e)
		}
	case "rich_text":
		for _, section := range b["elements"].([]any) {
			c.line(c.rich(section.(map[string]any)))
		}
	case "actions":
		var row []string
		for _, e := range b["elements"].([]any) {
			row = append(row, c.element(e.(map[string]any)))
		}
		c.line(strings.Join(row, " "))
	case "input":
		mark := " *"
		if b["optional"] == true {
			mark = ""
		}
		c.line(c.text(b["label"]) + mark)
		c.line("  " + c.element(b["element"].(map[string]any)))
		c.say("  ", b["hint"])
	default:
		c.Errorf("no block %q is used", b["type"])
	}
}

func (c *client) element(e map[string]any) string {
	for _, key := range []string{"initial_value", "initial_date", "initial_time"} {
		if s, ok := e[key].(string); ok {
			return "[" + s + "]"
		}
	}
	if o, ok := e["initial_option"].(map[string]any); ok {
		return "[" + c.text(o["text"]) + " v]"
	}
	s := "[            ]"
	for _, key := range []string{"text", "placeholder"} {
		if e[key] != nil {
			s = "[" + c.text(e[key]) + "]"
		}
	}
	if e["type"] == "static_select" || e["type"] == "external_select" {
		s = s[:len(s)-1] + " v]"
	}
	if q, ok := e["confirm"].(map[string]any); ok {
		c.line("  asked: " + c.text(q["title"]) + " " + c.text(q["text"]) + " [" + c.text(q["confirm"]) + "] [" + c.text(q["deny"]) + "]")
	}
	return s
}

// text reads a text object. In plain_text only emoji codes have a meaning, and
// that can be turned off; mrkdwn has far more than can be escaped.
func (c *client) text(v any) string {
	o := v.(map[string]any)
	if o["type"] != "plain_text" {
		c.Errorf("text of type %q is not literal", o["type"])
	}
	s := o["text"].(string)
	if o["emoji"] != false {
		s = emojiCode.ReplaceAllString(s, "⟨emoji⟩")
	}
	return s
}

// rich reads a section of rich text: in its text elements nothing has a
// meaning, and emojis and links are elements of their own.
func (c *client) rich(section map[string]any) string {
	var out strings.Builder
	for _, v := range section["elements"].([]any) {
		e := v.(map[string]any)
		switch e["type"] {
		case "text":
			out.WriteString(e["text"].(string))
		case "user":
			out.WriteString("⟨@" + e["user_id"].(string) + "⟩")
		case "link":
			out.WriteString("⟨" + e["text"].(string) + "→" + e["url"].(string) + "⟩")
		case "date":
			at := time.Unix(int64(e["timestamp"].(float64)), 0).In(time.FixedZone("reader", 3600))
			s := strings.NewReplacer("{date_long_pretty}", at.Format("Monday, January 2, 2006"), "{time}", at.Format("3:04 PM")).Replace(e["format"].(string))
			out.WriteString("⟨" + s + "⟩")
		default:
			c.Errorf("no element %q is used", e["type"])
		}
	}
	return out.String()
}

// notification reads the top-level text.
func notification(text string) string {
	return entity.Replace(marked.ReplaceAllString(text, "⟨special⟩"))
}

// phone wraps text as a narrow screen does.
func phone(text string) string {
	const width = 44
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		var b strings.Builder
		n := 0
		for _, word := range strings.SplitAfter(line, " ") {
			if l := len([]rune(word)); n > 0 && n+l > width {
				b.WriteString("\n")
				n = 0
			}
			b.WriteString(word)
			n += len([]rune(word))
		}
		for l := range strings.SplitSeq(b.String(), "\n") {
			out = append(out, strings.TrimRight(l, " "))
		}
	}
	return strings.Join(out, "\n")
}
