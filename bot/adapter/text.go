package adapter

import (
	"slices"
	"strings"
	"unicode/utf8"

	"offboard/bot"
)

// Shorten cuts s to limit characters, the last of them "…".
func Shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:max(limit, 1)-1]) + "…"
}

var lineBreaks = strings.NewReplacer("\n", " ", "\u2028", " ", "\u2029", " ")

// Line is s with spaces for line breaks. Rows and facts are one line each:
// another one would look like another row.
func Line(s string) string { return lineBreaks.Replace(s) }

// oneLine is a text without line breaks.
func oneLine(t bot.Text) bot.Text {
	out := slices.Clone(t)
	for i := range out {
		out[i].Plain = Line(out[i].Plain)
	}
	return out
}

// Contents are the parts of a message; one without any says its summary.
func Contents(m bot.Message) []bot.Part {
	if len(m.Parts) == 0 {
		return []bot.Part{bot.Prose{Text: bot.T(m.Summary)}}
	}
	return m.Parts
}
