package discord

import (
	"hash/fnv"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// What fits into one message.
const (
	maxComponents = 40 // with nested ones (components/reference)
	// maxText is over all texts of a message, escapes and all. It is not in the
	// documentation; Discord says so when it refuses one.
	maxText = 4000
	// maxSize: from 10,170 bytes on Discord answers 500 (issue 8554 of
	// discord-api-docs, 2026-08). As reported a text costs its bytes in UTF-8 and
	// 12; that the rest costs the same is a guess.
	maxSize = 9_500
	maxRows = 40 // of one checklist: more is not read
)

// opts is how a message is shown.
type opts struct {
	as       sending
	channel  bool   // in a channel: whom it notifies is mentioned above it
	replaced string // link to the message that this one goes on from
}

// sending is what a body is for.
type sending int

const (
	posting    sending = iota // a message of its own
	editing                   // in place of what a message says
	converting                // in place of an announcement: an edit that takes its plain text away
	answering                 // to an interaction, seen by who did it alone
)

// rendered is a message as Discord takes it, whatever is in it. The key is in
// the id of a component, where the message can be found by it again; see found.
// Nonces are left to who posts.
func rendered(m bot.Message, key string, o opts) wire.MessageBody {
	people := mentioned(m.Notify)
	body := wire.MessageBody{Flags: wire.ComponentsV2, AllowedMentions: wire.AllowedMentions{Users: people}}
	switch o.as {
	case posting:
		if len(people) == 0 {
			body.Flags |= wire.Silent
		}
	case answering:
		body.Flags |= wire.Ephemeral
	case converting:
		body.NoContent = true
	case editing:
	}
	parts := adapter.Contents(m)
	if o.replaced != "" {
		parts = append(parts[:len(parts):len(parts)], bot.Fine{Text: bot.Join(bot.T("This goes on from "), bot.Text{{Plain: "an earlier message", URL: o.replaced}})})
	}
	card := wire.Component{Type: wire.Container, ID: marker(key), AccentColor: accent(m.Parts)}
	s := surface{components: maxComponents - 1, text: maxText, size: maxSize - cost([]wire.Component{card})}
	if o.channel && len(people) > 0 {
		line := wire.Component{Type: wire.TextDisplay, Content: mentions(people)}
		body.Components = append(body.Components, line)
		s.components--
		s.text -= len(line.Content)
		s.size -= cost(body.Components)
	}
	card.Components = s.render(m, parts)
	body.Components = append(body.Components, card)
	return body
}

// marker is a key as the id of a component: 31 bits, and 0 is none.
func marker(key string) int {
	if key == "" {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // never fails
	return int(h.Sum32()>>1) | 1<<16
}

// surface is how much of a message is free.
type surface struct{ components, text, size int }

// render makes the largest rendering that fits.
func (s surface) render(m bot.Message, parts []bot.Part) []wire.Component {
	return adapter.Largest("Discord", maxRows, parts, func(parts []bot.Part, f adapter.Fit) ([]wire.Component, bool) {
		return s.try(m, parts, f)
	})
}

// try renders with these lengths, as loosely as the number of components allows.
func (s surface) try(m bot.Message, parts []bot.Part, f adapter.Fit) ([]wire.Component, bool) {
	for _, d := range []density{loose, tight, gathered} {
		out := assemble(pieces(m, parts, f), d)
		components, text := 0, 0
		wire.All(out, func(c wire.Component) {
			components++
			text += utf8.RuneCountInString(c.Content)
		})
		if components <= s.components {
			return out, text <= s.text && cost(out) <= s.size
		}
	}
	return nil, false
}

// cost is what components are assumed to cost of maxSize.
func cost(list []wire.Component) int {
	n := 0
	wire.All(list, func(c wire.Component) {
		n += 12 + len(c.Content) + len(c.CustomID) + len(c.Label) + len(c.Placeholder)
		for _, o := range c.Options {
			n += 12 + len(o.Label) + len(o.Value) + len(o.Description)
		}
	})
	return n
}
