package slack

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

// pieces are the parts in Slack's elements, in their order.
func pieces(m bot.Message, parts []bot.Part, f fit) []piece {
	var out []piece
	for _, p := range parts {
		w := writer{notify: m.Notify}
		switch p := p.(type) {
		case bot.Heading:
			out = append(out, piece{kind: titlePiece, heading: p.Text})
			continue
		case bot.Fine:
			if s := p.Text.String(); !means(p.Text) {
				out = append(out, piece{kind: smallPiece, small: shorten(s, f.text)})
				continue
			}
			w.text(p.Text, f.text)
		case bot.Prose:
			w.text(p.Text, f.text)
		case bot.Facts:
			w.facts(p, f)
		case bot.Checklist:
			w.checklist(p, f)
		case bot.Buttons:
			out = append(out, piece{kind: pressPiece, elements: buttons(p, f)})
			continue
		case bot.Menu:
			out = append(out, piece{kind: pressPiece, elements: menu(p, f)})
			continue
		}
		out = append(out, piece{kind: wordsPiece, text: w.out})
	}
	return out
}

// means reports a text with a mention, a link or a moment. Small print is
// plain_text, because Slack's only other one is mrkdwn, where "*x*" and
// ":smile:" cannot be escaped; so what has a meaning is not small.
func means(t bot.Text) bool {
	return slices.ContainsFunc(t, func(s bot.Span) bool { return s.User != nil || s.URL != "" || !s.Time.IsZero() })
}

// facts are a line each, the label in bold. Slack's two columns of fields are
// one column on a phone, and take only text that is not literal.
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

// checklist is a title and a line for each row. Where all rows have one mark,
// or some are folded away, the title says so; else each row does.
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
