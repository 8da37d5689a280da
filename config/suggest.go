package config

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// longestWord is as much of a wrong word as an error repeats, and as much as
// is worth comparing with the right ones.
const longestWord = 60

// quote shows a word of the file, shortened, on one line.
func quote(word string) string {
	if utf8.RuneCountInString(word) > longestWord {
		word = string([]rune(word)[:longestWord]) + "…"
	}
	return strconv.Quote(word)
}

// hint ends the message about a wrong word: with the word that was probably
// meant, or with the words there are.
func hint(wrong string, known []string) string {
	if word, ok := nearest(wrong, known); ok {
		return "did you mean " + strconv.Quote(word) + "?"
	}
	if len(known) == 0 {
		return "none can stand here"
	}
	return "possible here: " + strings.Join(known, ", ")
}

// nearest finds the known word that a typo or another habit of writing (case,
// hyphens, half a word) makes of wrong.
func nearest(wrong string, known []string) (string, bool) {
	w := plain(wrong)
	if len(w) > longestWord {
		return "", false
	}
	best, word := 3, ""
	switch {
	case len(w) < 3:
		best = 1
	case len(w) < 5:
		best = 2
	}
	for _, k := range known {
		if d := distance(w, plain(k)); d < best {
			best, word = d, k
		}
	}
	if word != "" || len(w) < 3 {
		return word, word != ""
	}
	for _, k := range known {
		p := string(plain(k))
		if len(p) >= 3 && (strings.HasPrefix(string(w), p) || strings.HasPrefix(p, string(w))) {
			return k, true
		}
	}
	return "", false
}

// plain removes what people do not remember about a word.
func plain(s string) []rune {
	return []rune(strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s)))
}

// distance counts the edits between two words; two letters swapped are one
// edit (optimal string alignment), as that is the commonest typo.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
