package bottest

import (
	"fmt"
	"strings"
)

// fold marks a run of lines that stayed as they were.
const fold = "⋮"

// changes shows what an edit changed: the new lines under the title they
// belong to, the old ones that nothing replaces behind "gone:", and the rest
// folded away. It is empty when both look the same.
func changes(before, after []line) []string {
	var out []string
	shown := -1 // the last line of after that is in out
	for _, h := range hunks(before, after) {
		if t := titleOf(after, h.to); t >= 0 && t > shown {
			if t > shown+1 {
				out = append(out, fold)
			}
			out = append(out, after[t].text)
			shown = t
		}
		if h.to > shown+1 {
			out = append(out, fold)
		}
		fresh := after[h.to:h.toEnd]
		for _, l := range fresh {
			out = append(out, l.text)
		}
		out = append(out, gone(before[h.from:h.fromEnd], fresh)...)
		shown = h.toEnd - 1
	}
	if len(out) > 0 && shown < len(after)-1 {
		out = append(out, fold)
	}
	return out
}

// gone names what went without something in its place. A block that goes as a
// whole is counted: that it went is the news, not what it said.
func gone(old, fresh []line) []string {
	const most = 3
	var out []string
	for _, l := range old {
		if l.text != "" && !replaced(l.text, fresh) {
			out = append(out, "gone: "+strings.TrimSpace(l.text))
		}
	}
	if len(out) > most {
		return []string{fmt.Sprintf("(%d lines gone)", len(out))}
	}
	return out
}

// titleOf finds the title above line n, or -1. A blank line ends what a title
// is about.
func titleOf(lines []line, n int) int {
	for i := n - 1; i >= 0 && lines[i].text != ""; i-- {
		if lines[i].title {
			return i
		}
	}
	return -1
}

// replaced reports whether one of the lines says what old said, only newer: it
// has at least half of its words.
func replaced(old string, lines []line) bool {
	words := strings.Fields(old)
	for _, l := range lines {
		have := map[string]bool{}
		for word := range strings.FieldsSeq(l.text) {
			have[word] = true
		}
		n := 0
		for _, w := range words {
			if have[w] {
				n++
			}
		}
		if 2*n >= len(words) {
			return true
		}
	}
	return false
}

// hunk says that lines [from, fromEnd) became [to, toEnd).
type hunk struct{ from, fromEnd, to, toEnd int }

// hunks compares two drawings by their longest common subsequence.
func hunks(before, after []line) []hunk {
	n, m := len(before), len(after)
	same := make([][]int, n+1) // length of the subsequence of the rests
	for i := range same {
		same[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if before[i].text == after[j].text {
				same[i][j] = same[i+1][j+1] + 1
			} else {
				same[i][j] = max(same[i+1][j], same[i][j+1])
			}
		}
	}
	var out []hunk
	for i, j := 0, 0; i < n || j < m; {
		if i < n && j < m && before[i].text == after[j].text {
			i, j = i+1, j+1
			continue
		}
		h := hunk{from: i, to: j}
		for i < n || j < m {
			if i < n && j < m && before[i].text == after[j].text {
				break
			}
			if j == m || i < n && same[i+1][j] >= same[i][j+1] {
				i++
			} else {
				j++
			}
		}
		h.fromEnd, h.toEnd = i, j
		out = append(out, h)
	}
	return out
}
