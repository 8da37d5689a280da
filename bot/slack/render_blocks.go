package slack

import (
	api "github.com/slack-go/slack"
)

// maxElements are the elements of one actions block (docs.slack.dev).
const maxElements = 25

// density is how parts become blocks.
type density int

const (
	loose    density = iota // a block for each part: Slack puts space between them
	tight                   // texts that follow each other are one block
	gathered                // one block of text below the heading, then everything to press
)

// pieceKind is what a piece is.
type pieceKind int

const (
	titlePiece pieceKind = iota
	wordsPiece
	smallPiece
	pressPiece // buttons, or a menu
)

// piece is a part in Slack's elements, before it is known which block it
// stands in.
type piece struct {
	kind     pieceKind
	heading  string
	text     []api.RichTextSectionElement
	small    string
	elements []api.BlockElement
}

func assemble(list []piece, d density) []api.Block {
	if d != loose {
		list = joined(list, d)
	}
	var out []api.Block
	var row *api.ActionBlock
	for _, p := range list {
		if p.kind != pressPiece {
			row = nil
		}
		switch p.kind {
		case titlePiece:
			out = append(out, api.NewHeaderBlock(plain(p.heading)))
		case wordsPiece:
			out = append(out, api.NewRichTextBlock("", api.NewRichTextSection(p.text...)))
		case smallPiece:
			out = append(out, api.NewContextBlock("", plain(p.small)))
		case pressPiece:
			// Loose, a row stays a row: its buttons are about one thing.
			if row == nil || d == loose || len(row.Elements.ElementSet)+len(p.elements) > maxElements {
				row = api.NewActionBlock("")
				out = append(out, row)
			}
			row.Elements.ElementSet = append(row.Elements.ElementSet, p.elements...)
		}
	}
	return out
}

// joined makes one piece of texts that follow each other. Gathered, only the
// first heading keeps a block of its own, and what can be pressed comes last.
func joined(list []piece, d density) []piece {
	var out, last []piece
	for i, p := range list {
		switch {
		case p.kind == smallPiece:
			p = piece{kind: wordsPiece, text: literal(p.small, false)}
		case p.kind == titlePiece && d == gathered && i > 0:
			p = piece{kind: wordsPiece, text: literal(p.heading, true)}
		case p.kind == pressPiece && d == gathered:
			last = append(last, p)
			continue
		}
		if n := len(out); n > 0 && p.kind == wordsPiece && out[n-1].kind == wordsPiece {
			w := writer{out: out[n-1].text}
			w.Say("\n\n", false)
			for _, e := range p.text {
				if t, ok := e.(*api.RichTextSectionTextElement); ok {
					w.Say(t.Text, t.Style != nil)
				} else {
					w.out = append(w.out, e)
				}
			}
			out[n-1].text = w.out
			continue
		}
		out = append(out, p)
	}
	return append(out, last...)
}

func literal(s string, bold bool) []api.RichTextSectionElement {
	var w writer
	w.Say(s, bold)
	return w.out
}
