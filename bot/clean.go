package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes s fit for one line of a message: control and bidi characters go,
// runs of white space become one space, and what is longer than limit
// characters is cut and ends in "…". Names and reasons written by people pass
// through here before they are put into a Message.
func Clean(s string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "") {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case misleading(r):
		default:
			b.WriteRune(r)
		}
	}
	out := strings.Join(strings.Fields(b.String()), " ")
	if utf8.RuneCountInString(out) <= limit {
		return out
	}
	if limit < 1 {
		return ""
	}
	cut := string([]rune(out)[:limit-1])
	return strings.TrimRight(cut, " ") + "…"
}

// misleading reports a character that can make a text look like another one:
// controls, and the bidi embeddings, overrides and isolates.
func misleading(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
