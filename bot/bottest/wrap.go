package bottest

import (
	"strings"
	"unicode/utf8"
)

// wrap lays out text in lines of at most width characters, 0 meaning no limit.
// Lines after the first begin with hang.
func wrap(text string, width int, hang string) []string {
	var out []string
	for para := range strings.SplitSeq(text, "\n") {
		line, words := "", 0
		if len(out) > 0 {
			line = hang
		}
		for word := range strings.SplitSeq(para, " ") {
			for _, piece := range pieces(word, width-length(hang)) {
				if words > 0 && width > 0 && length(line)+1+length(piece) > width {
					out = append(out, strings.TrimRight(line, " "))
					line, words = hang, 0
				}
				if words > 0 {
					line += " "
				}
				line += piece
				words++
			}
		}
		out = append(out, strings.TrimRight(line, " "))
	}
	return out
}

// pieces breaks a word that no line can hold.
func pieces(word string, width int) []string {
	if width <= 0 || length(word) <= width {
		return []string{word}
	}
	r := []rune(word)
	return append([]string{string(r[:width])}, pieces(string(r[width:]), width)...)
}

// pad fills s with spaces up to width characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-length(s)))
}

func length(s string) int { return utf8.RuneCountInString(s) }

// cut shortens s to at most limit characters.
func cut(s string, limit int) string {
	if length(s) <= limit {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:limit-1]), " ") + "…"
}
