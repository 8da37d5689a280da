package slack

import (
	"slices"

	"offboard/bot"
	"offboard/bot/adapter"
)

// pieces are the parts in Slack's elements, in their order.
func pieces(m bot.Message, parts []bot.Part, f adapter.Fit) []piece {
	var out []piece
	for _, p := range parts {
		w := writer{notify: m.Notify}
		switch p := p.(type) {
		case bot.Heading:
			out = append(out, piece{kind: titlePiece, heading: p.Text})
			continue
		case bot.Fine:
			if s := p.Text.String(); !means(p.Text) {
				out = append(out, piece{kind: smallPiece, small: adapter.Shorten(s, f.Text)})
				continue
			}
			adapter.Text(&w, p.Text, f.Text)
		case bot.Prose:
			adapter.Text(&w, p.Text, f.Text)
		case bot.Facts:
			adapter.Facts(&w, p, f)
		case bot.Checklist:
			adapter.Checklist(&w, p, f)
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
