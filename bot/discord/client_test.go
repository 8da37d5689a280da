package discord

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/discord/wire"
)

// client reads components as Discord's client shows them: what has a meaning has
// its effect and stands in ⟨⟩, all else is literal. Markdown that this program
// does not write is an error, so what is drawn is what was meant.
type client struct {
	testing.TB
	lines []string
}

// sees is everything that is shown of components.
func sees(t testing.TB, list []wire.Component) string {
	t.Helper()
	c := client{TB: t}
	c.show(list)
	return strings.Join(c.lines, "\n")
}

func (c *client) line(s string) { c.lines = append(c.lines, s) }

func (c *client) show(list []wire.Component) {
	c.Helper()
	for _, e := range list {
		switch e.Type {
		case wire.Container:
			c.show(e.Components)
		case wire.TextDisplay:
			c.line(draws(c, e.Content))
		case wire.Separator:
			c.line("---")
		case wire.ActionRow:
			var row []string
			for _, b := range e.Components {
				row = append(row, c.element(b))
			}
			c.line(strings.Join(row, " "))
		case wire.Label:
			mark := " *"
			if e.Component.Required != nil && !*e.Component.Required {
				mark = ""
			}
			c.line(e.Label + mark)
			if e.Description != "" {
				c.line("  " + e.Description)
			}
			c.line("  " + c.element(*e.Component))
		default:
			c.Errorf("no component %d is used", e.Type)
		}
	}
}

func (c *client) element(e wire.Component) string {
	c.Helper()
	switch e.Type {
	case wire.Button:
		return "[" + e.Label + "]"
	case wire.StringSelect:
		shown := cmp.Or(e.Placeholder, "Make a selection")
		for _, o := range e.Options {
			if o.Default {
				shown = o.Label
			}
		}
		return "[" + shown + " v]"
	case wire.TextInput:
		if e.Value != "" {
			return "[" + e.Value + "]"
		}
		return "[" + e.Placeholder + "            ]"
	default:
		c.Errorf("no element %d is used", e.Type)
		return ""
	}
}

var (
	ours = regexp.MustCompile(`^(?:<t:(-?\d+):f>|<@(\d+)>|\[([^\[\]]+)\]\((https?://[^\s()]+)\)|<(https?://[^ <>]+)>)`)
	// live is what has a meaning to Discord in a text where everything escaped,
	// and everything of ours, is a NUL, and a border of bold a 1. The markdown is that of its desktop client
	// as far as it is known: github.com/LyricLy/parse-discord.
	live = regexp.MustCompile("[*_~`|<\\[\\\\]|(?i:@everyone|@here)|:[\\pL\\pN_+-]+:|[a-zA-Z]:/|(?i:discord(?:app)?\\.)|(?m:^[\\pZ\\s\x01\u2028\u2029]*(?:[#>+-]|[0-9]+\\.))")
	mine = regexp.MustCompile(`^(?:### |## |-# )`)
)

// draws reads markdown.
func draws(t testing.TB, s string) string {
	t.Helper()
	var out, masked strings.Builder
	bold := false
	rest := s
	for rest != "" {
		if at := len(s) - len(rest); at == 0 || s[at-1] == '\n' {
			if bold {
				t.Errorf("bold goes on over the end of a line: %q", s)
			}
			if sign := mine.FindString(rest); sign != "" {
				rest = rest[len(sign):]
				if sign != "-# " {
					out.WriteString("# ")
					if line, _, _ := strings.Cut(rest, "\n"); strings.HasSuffix(line, "#") {
						t.Errorf("the last sign of a heading is not shown: %q", s)
					}
				}
				continue
			}
		}
		if m := escaped.FindString(rest[:min(len(rest), 5)]); m != "" && rest[0] == '\\' {
			out.WriteString(m[1:])
			masked.WriteByte(0)
			rest = rest[len(m):]
			continue
		}
		if strings.HasPrefix(rest, "**") {
			bold = !bold
			masked.WriteByte(1)
			rest = rest[2:]
			if bold && strings.HasPrefix(rest, "**") {
				t.Errorf("nothing is in bold: %q", s)
			}
			if !bold && strings.HasPrefix(rest, "*") {
				t.Errorf("bold ends in three stars: %q", s)
			}
			continue
		}
		if m := ours.FindStringSubmatch(rest); m != nil {
			switch {
			case m[1] != "":
				out.WriteString("⟨moment " + m[1] + "⟩")
			case m[2] != "":
				out.WriteString("⟨@" + m[2] + "⟩")
			case m[3] != "":
				out.WriteString("⟨" + m[3] + "→" + m[4] + "⟩")
			default:
				out.WriteString("⟨" + m[5] + "⟩")
			}
			masked.WriteByte(0)
			rest = rest[len(m[0]):]
			continue
		}
		r := []rune(rest[:min(len(rest), 4)])[0]
		out.WriteRune(r)
		masked.WriteRune(r)
		rest = rest[len(string(r)):]
	}
	if bold {
		t.Errorf("bold has no end: %q", s)
	}
	if m := live.FindString(masked.String()); m != "" {
		t.Errorf("%q has a meaning in %q", m, s)
	}
	return out.String()
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

// The reader of these tests does see what is not literal.
func TestDraws(t *testing.T) {
	for _, s := range []string{
		"*x*", "__x__", "a_b", "~~x~~", "`x`", "||x||", "<@&1>", "<#1>", "</x:1>", "<a:b:1>", "[a](b)", "@everyone", "a @HERE", ":smile:", "12:100:0", "https://example.com",
		"- a", "a\n- b", "  1. a", "> a", "# a", "#### a", "-# - a", "## - a", "**- a**", "## C#", "**a", "**a\nb**", "****", "**a***", `a\`, `\a`, "discord.gg/x", "-# a\n# b",
	} {
		r := &bottest.Recorder{TB: t}
		draws(r, s)
		if r.Errors() == 0 {
			t.Errorf("%q passes for literal", s)
		}
	}
	for s, want := range map[string]string{
		`\*x\* 17:00, a - b #1 1.5 (x) > y`: "*x* 17:00, a - b #1 1.5 (x) > y",
		"## a\n-# b **c** d":                "# a\nb c d",
		"<t:1:f> <@12> [a b](https://x.example/?y=%28) <https://x.example>": "⟨moment 1⟩ ⟨@12⟩ ⟨a b→https://x.example/?y=%28⟩ ⟨https://x.example⟩",
	} {
		if got := draws(t, s); got != want {
			t.Errorf("%q is drawn %q, want %q", s, got, want)
		}
	}
}

// ids are what can be pressed or chosen from, by the kind.
func ids(list []wire.Component) (out []string) {
	wire.All(list, func(c wire.Component) {
		if c.CustomID != "" {
			out = append(out, c.CustomID)
		}
	})
	return out
}

func snowflake(n int) string { return fmt.Sprint(900_000_000_000_000_000 + n) }

var ann = bot.User{Platform: name, ID: snowflake(1), Name: "Ann"}
