package slack

import (
	"encoding/json"
	"fmt"
	"sort"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// surface is where blocks are shown, and how much of them fits.
type surface struct {
	blocks int // docs.slack.dev, blocks
	bytes  int // of the blocks as JSON
	rows   int // of one checklist: more is not read
}

var (
	// posted is a message. Slack refuses about 13,200 characters over all
	// blocks with msg_blocks_too_long; how it counts is not documented. This is
	// 12,000 with the key.
	posted = surface{blocks: 50, bytes: 11_800, rows: 40}
	// viewed is a modal or the Home tab. A modal may have to go out in an
	// acknowledgement, which Slack drops from 20,480 bytes on.
	viewed = surface{blocks: 100, bytes: 18_000, rows: 60}
)

// fit is how much room the texts of a message get: characters, but for rows.
type fit struct {
	rows    int // of a checklist
	facts   int // of a part
	detail  int // of a row
	text    int // of a paragraph, a fact, a row
	confirm int // of the question before a button acts
	option  int // of an option's label; its hint goes first
}

// fits are tried one after the other until the message fits: first fewer rows,
// then shorter details; the rest is for messages that this program does not
// write, so that even those are shown.
func (s surface) fits() []fit {
	f := fit{rows: s.rows, facts: s.rows, detail: 400, text: 3000, confirm: 300, option: bot.MaxOption}
	out := []fit{f}
	try := func(change func(*fit)) {
		change(&f)
		out = append(out, f)
	}
	for rows := s.rows - 1; rows >= 8; rows-- {
		try(func(f *fit) { f.rows = rows })
	}
	for _, detail := range []int{200, 100, 60} {
		try(func(f *fit) { f.detail = detail })
	}
	for rows := 7; rows >= 2; rows-- {
		try(func(f *fit) { f.rows = rows })
	}
	for _, text := range []int{1000, 500, 250, 120, 60} {
		try(func(f *fit) { f.text, f.facts = text, min(f.facts, text/10) })
	}
	try(func(f *fit) { f.rows, f.detail = 1, 0 })
	for _, n := range []int{60, 30, 10} {
		try(func(f *fit) { f.option, f.confirm = n, min(n*3, 100) })
	}
	return out
}

// rendered is a message as blocks, and the text for whoever cannot see them.
// Whatever the message, Slack takes it: see surface and fits. The key is in
// the block_id of the first block, where a message can be found by it again.
func rendered(m bot.Message, key string) (blocks []api.Block, text string) {
	blocks = posted.render(m)
	if key != "" {
		identify(blocks[0], blockKey(key))
	}
	return blocks, fallback(m)
}

func identify(b api.Block, id string) {
	switch b := b.(type) {
	case *api.HeaderBlock:
		b.BlockID = id
	case *api.RichTextBlock:
		b.BlockID = id
	case *api.ContextBlock:
		b.BlockID = id
	case *api.ActionBlock:
		b.BlockID = id
	}
}

// render makes the largest rendering that fits: each fit gives less room than
// the one before.
func (s surface) render(m bot.Message) (blocks []api.Block) {
	parts := contents(m)
	list := s.fits()
	n := sort.Search(len(list), func(i int) bool {
		b, ok := s.try(m, parts, list[i])
		if ok {
			blocks = b
		}
		return ok
	})
	if n < len(list) {
		return blocks
	}
	return s.cut(m, parts, list[len(list)-1])
}

// cut leaves out what comes last, and says so: texts first, buttons only where
// they alone are too many. No message of this program comes here.
func (s surface) cut(m bot.Message, parts []bot.Part, f fit) (blocks []api.Block) {
	for _, keep := range []func(bot.Part) bool{acts, func(bot.Part) bool { return false }} {
		low, high := 0, len(parts) // so many of the others stay
		for low <= high {
			n := (low + high) / 2
			if b, ok := s.try(m, without(parts, n, keep), f); ok {
				blocks, low = b, n+1
			} else {
				high = n - 1
			}
		}
		if blocks != nil {
			return blocks
		}
	}
	return blocks
}

// acts reports a part without which somebody could not act, or not know on
// what.
func acts(p bot.Part) bool {
	switch p.(type) {
	case bot.Buttons, bot.Menu, bot.Heading:
		return true
	}
	return false
}

// without leaves the first n parts and those to keep, and says how many are
// missing.
func without(parts []bot.Part, n int, keep func(bot.Part) bool) []bot.Part {
	var out []bot.Part
	left := 0
	for _, p := range parts {
		switch {
		case keep(p):
			out = append(out, p)
		case n > 0:
			n--
			out = append(out, p)
		default:
			left++
		}
	}
	if left == 0 {
		return out
	}
	said := bot.Prose{Text: bot.T(fmt.Sprintf("Slack has no room for all of this: %d parts are left out.", left))}
	return append([]bot.Part{said}, out...)
}

// try renders with these lengths, as loosely as the number of blocks allows.
func (s surface) try(m bot.Message, parts []bot.Part, f fit) ([]api.Block, bool) {
	for _, d := range []density{loose, tight, gathered} {
		blocks := assemble(pieces(m, parts, f), d)
		if len(blocks) > s.blocks {
			continue
		}
		b, err := json.Marshal(blocks)
		if err != nil {
			panic(err) // strings and numbers
		}
		return blocks, len(b) <= s.bytes
	}
	return nil, false
}
