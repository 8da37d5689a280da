package adapter

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"offboard/bot"
)

// A Writer writes what a vendor shows.
type Writer interface {
	// Say adds literal text: nothing in it has a meaning.
	Say(s string, bold bool)
	// Span adds a span. A link whose address is longer than limit is only its text.
	Span(s bot.Span, limit int)
}

// signs are the marks of rows. None is told apart by its colour, and what has
// happened to a step is also said in a word; see row.
var signs = map[bot.Mark]string{
	bot.Proven: "✔", bot.Amber: "◐", bot.Failed: "✖", bot.Open: "○",
	bot.Running: "…", bot.Skipped: "–", bot.Nothing: "·", bot.Info: "ℹ",
}

// Text writes spans, cut to so many characters. What is cut ends in "…".
func Text(w Writer, t bot.Text, limit int) {
	left := limit
	cut := utf8.RuneCountInString(t.String()) > limit
	if cut {
		left = max(limit-1, 0)
	}
	for _, s := range t {
		n := utf8.RuneCountInString(s.Plain)
		if n > left {
			if s.User == nil && s.Time.IsZero() { // half of a mention or of a moment is none
				s.Plain = string([]rune(s.Plain)[:left])
				w.Span(s, limit)
			}
			break
		}
		left -= n
		w.Span(s, limit)
	}
	if cut {
		w.Say("…", false)
	}
}

// Facts writes a line each, the label in bold.
func Facts(w Writer, list bot.Facts, f Fit) {
	shown := list[:min(len(list), f.Facts)]
	for i, fact := range shown {
		if i > 0 {
			w.Say("\n", false)
		}
		w.Say(Shorten(Line(fact.Label), f.Text), true)
		w.Say(": ", false)
		Text(w, oneLine(fact.Value), f.Text)
	}
	more(w, len(list)-len(shown))
}

// Checklist writes the title and a line for each row. Where all rows have one
// mark, or some are folded away, the title says so; else each row does.
func Checklist(w Writer, l bot.Checklist, f Fit) {
	rows, hidden := l.Fold(f.Rows)
	alike := !slices.ContainsFunc(l.Rows, func(r bot.Row) bool { return r.Mark != l.Rows[0].Mark })
	var counts string
	switch {
	case hidden > 0:
		counts = l.Counts()
	case alike && l.Title != "" && l.Rows[0].Mark != bot.Info:
		counts = fmt.Sprintf("%d %s", len(l.Rows), l.Rows[0].Mark.Word())
	}
	w.Say(Line(l.Title), true)
	if l.Title != "" && counts != "" {
		w.Say(" — ", false)
	}
	w.Say(counts, false)
	for i, r := range rows {
		if i > 0 || l.Title != "" || counts != "" {
			w.Say("\n", false)
		}
		row(w, r, f, alike && counts != "")
	}
	more(w, hidden)
}

// row is the sign, the text, and after a dash the state in words. Open and Info
// have no word: nothing has happened yet, and what is waited for stands in the
// row. What failed is in bold, because somebody has to do something.
func row(w Writer, r bot.Row, f Fit, worded bool) {
	bad := r.Mark == bot.Failed
	w.Say(signs[r.Mark]+" ", bad)
	text := oneLine(r.Text)
	for i := range text {
		text[i].Bold = text[i].Bold || bad
	}
	Text(w, text, f.Text)
	detail := oneLine(r.Detail)
	said := strings.TrimSpace(detail.String())
	if f.Detail == 0 {
		said = ""
	}
	word := r.Mark.Word()
	if worded || r.Mark == bot.Open || r.Mark == bot.Info || strings.HasPrefix(strings.ToLower(said), word) {
		word = ""
	}
	if word != "" || said != "" {
		w.Say(" — ", false)
	}
	w.Say(word, bad)
	if word != "" && said != "" {
		w.Say(" · ", false)
	}
	if said != "" {
		Text(w, detail, f.Detail)
	}
}

func more(w Writer, n int) {
	if n > 0 {
		w.Say(fmt.Sprintf("\nand %d more", n), false)
	}
}
