package samples

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"offboard/bot"
)

// Hostile is text in which something may have a meaning to a vendor.
var Hostile = rapid.StringOfN(rapid.RuneFrom([]rune("ab <>&\"\\*_`~:@é😀\u2028נ.-#1|[")), 1, 400, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })

// UpTo is text of one line with at most n characters.
func UpTo(n int) *rapid.Generator[string] {
	return rapid.Map(Hostile, func(s string) string {
		if s = strings.TrimSpace(bot.Clean(s, n)); s == "" {
			return "x"
		}
		return s
	})
}

// Text has up to six spans, now and then long ones, and mentions somebody.
func Text(mentioned bot.User) *rapid.Generator[bot.Text] {
	return rapid.Custom(func(t *rapid.T) bot.Text {
		var out bot.Text
		for range rapid.IntRange(1, 6).Draw(t, "spans") {
			s := bot.Span{Plain: Hostile.Draw(t, "plain"), Bold: rapid.Bool().Draw(t, "bold")}
			switch rapid.IntRange(0, 9).Draw(t, "meaning") {
			case 0:
				s.Time = cutOff[0].Time
			case 1:
				s.URL = "https://example.com/" + strings.Repeat("x", rapid.SampledFrom([]int{1, 400, 600, 2900, 3100, 4000}).Draw(t, "url"))
			case 2:
				s.User = &mentioned
			case 3:
				s.Plain = strings.Repeat(s.Plain, 20)
			}
			out = append(out, s)
		}
		return out
	})
}

// Message passes Check and notifies somebody; busy is how much may stand in it.
func Message(busy int, notified bot.User) *rapid.Generator[bot.Message] {
	return rapid.Custom(func(t *rapid.T) bot.Message {
		m := bot.Message{Summary: UpTo(bot.MaxSummary).Draw(t, "summary"), Notify: []bot.User{notified}}
		anyText := Text(notified)
		pressed := 0
		for i := range rapid.IntRange(0, busy).Draw(t, "parts") {
			switch rapid.IntRange(0, 6).Draw(t, "part") {
			case 0:
				m.Parts = append(m.Parts, bot.Heading{Text: UpTo(bot.MaxHeading).Draw(t, "heading")})
			case 1:
				m.Parts = append(m.Parts, bot.Prose{Text: anyText.Draw(t, "prose")})
			case 2:
				m.Parts = append(m.Parts, bot.Fine{Text: anyText.Draw(t, "fine")})
			case 3:
				f := bot.Facts(slices.Repeat([]bot.Fact{{Label: strings.ReplaceAll(Hostile.Draw(t, "label"), "\n", " "), Value: anyText.Draw(t, "value")}}, rapid.IntRange(1, busy).Draw(t, "facts")))
				m.Parts = append(m.Parts, f)
			case 4:
				l := bot.Checklist{Title: UpTo(bot.MaxHeading).Draw(t, "title")}
				for range rapid.IntRange(1, 3).Draw(t, "sorts") {
					r := bot.Row{Mark: rapid.SampledFrom([]bot.Mark{bot.Open, bot.Running, bot.Proven, bot.Amber, bot.Failed, bot.Skipped, bot.Nothing, bot.Info}).Draw(t, "mark"), Text: anyText.Draw(t, "row")}
					if rapid.Bool().Draw(t, "detailed") {
						r.Detail = anyText.Draw(t, "detail")
					}
					l.Rows = append(l.Rows, slices.Repeat([]bot.Row{r}, rapid.IntRange(1, busy).Draw(t, "rows"))...)
				}
				m.Parts = append(m.Parts, l)
			case 5:
				var row bot.Buttons
				for range min(rapid.IntRange(1, 5).Draw(t, "buttons"), bot.MaxButtons-pressed) {
					pressed++
					b := bot.Button{Label: UpTo(bot.MaxLabel).Draw(t, "label"), Verb: "v", Object: fmt.Sprintf("OFF-42:1:%d:%s", pressed, strings.Repeat("x", 60)), Style: rapid.SampledFrom([]bot.Style{bot.Plain, bot.Primary, bot.Danger}).Draw(t, "style")}
					if rapid.Bool().Draw(t, "asks") {
						b.Confirm = &bot.Confirm{Title: UpTo(100).Draw(t, "q"), Text: UpTo(300).Draw(t, "text"), Yes: UpTo(30).Draw(t, "yes")}
					}
					row = append(row, b)
				}
				if len(row) > 0 {
					m.Parts = append(m.Parts, row)
				}
			case 6:
				o := bot.Menu{Label: UpTo(bot.MaxMenu).Draw(t, "menu"), Verb: "m", Object: fmt.Sprint(i), Field: "f:g"}
				for n := range rapid.IntRange(1, bot.MaxOptions).Draw(t, "options") {
					o.Options = append(o.Options, bot.Option{Value: fmt.Sprint(n), Label: UpTo(75).Draw(t, "option"), Hint: UpTo(75).Draw(t, "hint")})
				}
				m.Parts = append(m.Parts, o)
			}
		}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		return m
	})
}
