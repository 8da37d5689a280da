package slack

import (
	"encoding/json"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
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

// rendered is a message as blocks, and the text for whoever cannot see them.
// Whatever the message, Slack takes it: see surface and adapter.Largest. The key
// is in the block_id of the first block, where a message can be found by it again.
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

// render makes the largest rendering that fits.
func (s surface) render(m bot.Message) []api.Block {
	return adapter.Largest("Slack", s.rows, adapter.Contents(m), func(parts []bot.Part, f adapter.Fit) ([]api.Block, bool) {
		return s.try(m, parts, f)
	})
}

// try renders with these lengths, as loosely as the number of blocks allows.
func (s surface) try(m bot.Message, parts []bot.Part, f adapter.Fit) ([]api.Block, bool) {
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
