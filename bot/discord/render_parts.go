package discord

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
)

// signs are the marks of rows. None is told apart by its colour, and what has
// happened to a step is also said in a word; see row.
var signs = map[bot.Mark]string{
	bot.Proven: "✔", bot.Amber: "◐", bot.Failed: "✖", bot.Open: "○",
	bot.Running: "…", bot.Skipped: "–", bot.Nothing: "·", bot.Info: "ℹ",
}

// facts are a line each, the label in bold.
func (w *writer) facts(list bot.Facts, f fit) {
	shown := list[:min(len(list), f.facts)]
	for i, fact := range shown {
		if i > 0 {
			w.say("\n", false)
		}
		w.say(shorten(lineBreaks.Replace(fact.Label), f.text), true)
		w.say(": ", false)
		w.text(oneLine(fact.Value), f.text)
	}
	w.more(len(list) - len(shown))
}

// checklist has the title, the counts where rows are hidden, and a line for each
// row that is shown. Where all rows have the same mark, it stands above them.
func (w *writer) checklist(l bot.Checklist, f fit) {
	rows, hidden := l.Fold(f.rows)
	alike := !slices.ContainsFunc(l.Rows, func(r bot.Row) bool { return r.Mark != l.Rows[0].Mark })
	var counts string
	switch {
	case hidden > 0:
		counts = l.Counts()
	case alike && l.Title != "" && l.Rows[0].Mark != bot.Info:
		counts = fmt.Sprintf("%d %s", len(l.Rows), l.Rows[0].Mark.Word())
	}
	w.say(lineBreaks.Replace(l.Title), true)
	if l.Title != "" && counts != "" {
		w.say(" — ", false)
	}
	w.say(counts, false)
	for i, r := range rows {
		if i > 0 || l.Title != "" || counts != "" {
			w.say("\n", false)
		}
		w.row(r, f, alike && counts != "")
	}
	w.more(hidden)
}

// row is the sign, the text, and after a dash the state in words. Open and Info
// have no word: nothing has happened yet, and what is waited for stands in the
// row. What failed is in bold, because somebody has to do something.
func (w *writer) row(r bot.Row, f fit, worded bool) {
	bad := r.Mark == bot.Failed
	w.say(signs[r.Mark]+" ", bad)
	text := oneLine(r.Text)
	for i := range text {
		text[i].Bold = text[i].Bold || bad
	}
	w.text(text, f.text)
	detail := oneLine(r.Detail)
	said := strings.TrimSpace(detail.String())
	if f.detail == 0 {
		said = ""
	}
	word := r.Mark.Word()
	if worded || r.Mark == bot.Open || r.Mark == bot.Info || strings.HasPrefix(strings.ToLower(said), word) {
		word = ""
	}
	if word != "" || said != "" {
		w.say(" — ", false)
	}
	w.say(word, bad)
	if word != "" && said != "" {
		w.say(" · ", false)
	}
	if said != "" {
		w.text(detail, f.detail)
	}
}

func (w *writer) more(n int) {
	if n > 0 {
		w.say(fmt.Sprintf("\nand %d more", n), false)
	}
}
