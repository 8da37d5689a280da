package discord

import (
	"fmt"
	"hash/fnv"
	"sort"
	"unicode/utf8"

	"offboard/bot"
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
	parts := contents(m)
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

// contents are the parts of a message; one without any says its summary.
func contents(m bot.Message) []bot.Part {
	if len(m.Parts) == 0 {
		return []bot.Part{bot.Prose{Text: bot.T(m.Summary)}}
	}
	return m.Parts
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

// fit is how much room the texts of a message get: characters, but for rows.
type fit struct {
	rows   int // of a checklist
	facts  int // of a part
	detail int // of a row
	text   int // of a paragraph, a fact, a row
	option int // of an option's label; its hint goes first
}

// fits are tried one after the other until the message fits: first fewer rows,
// then shorter details; the rest is for messages that this program does not
// write, so that even those are shown.
func fits() []fit {
	f := fit{rows: maxRows, facts: maxRows, detail: 400, text: 3000, option: bot.MaxOption}
	out := []fit{f}
	try := func(change func(*fit)) {
		change(&f)
		out = append(out, f)
	}
	for rows := maxRows - 1; rows >= 8; rows-- {
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
		try(func(f *fit) { f.option = n })
	}
	return out
}

// render makes the largest rendering that fits: each fit gives less room than
// the one before.
func (s surface) render(m bot.Message, parts []bot.Part) (out []wire.Component) {
	list := fits()
	n := sort.Search(len(list), func(i int) bool {
		c, ok := s.try(m, parts, list[i])
		if ok {
			out = c
		}
		return ok
	})
	if n < len(list) {
		return out
	}
	return s.cut(m, parts, list[len(list)-1])
}

// cut leaves out what comes last, and says so: texts first, buttons only where
// they alone are too many. No message of this program comes here.
func (s surface) cut(m bot.Message, parts []bot.Part, f fit) (out []wire.Component) {
	for _, keep := range []func(bot.Part) bool{acts, func(bot.Part) bool { return false }} {
		low, high := 0, len(parts) // so many of the others stay
		for low <= high {
			n := (low + high) / 2
			if c, ok := s.try(m, without(parts, n, keep), f); ok {
				out, low = c, n+1
			} else {
				high = n - 1
			}
		}
		if out != nil {
			return out
		}
	}
	return out
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
	said := bot.Prose{Text: bot.T(fmt.Sprintf("Discord has no room for all of this: %d parts are left out.", left))}
	return append([]bot.Part{said}, out...)
}

// try renders with these lengths, as loosely as the number of components allows.
func (s surface) try(m bot.Message, parts []bot.Part, f fit) ([]wire.Component, bool) {
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
