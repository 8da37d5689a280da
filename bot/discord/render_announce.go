package discord

import (
	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// following says below an announcement without anything to press that there will
// be more. It cannot be pressed: it is there for its row, which has the key.
var following = wire.Component{Type: wire.Button, CustomID: "?following", Label: "More follows", Style: wire.Secondary, Disabled: true}

// maxContent and maxContentRows are what a message without ComponentsV2 may have
// (resources/message, components/reference).
const (
	maxContent     = 2000
	maxContentRows = 5
)

// announced is a message that notifies somebody as it is posted: its summary as
// plain text, and its buttons. It is then edited to what rendered makes of it
// (converting).
//
// Notifications of messages made of components are empty (issue 7854 of
// discord-api-docs, open since 2025-09), and people decide by them whether to
// look. An edit notifies nobody. What a crash leaves between the two calls can be
// read and pressed.
func announced(m bot.Message, key string, channel bool) wire.MessageBody {
	people := mentioned(m.Notify)
	body := wire.MessageBody{Content: escape(m.Summary), AllowedMentions: wire.AllowedMentions{Users: people}}
	if channel && len(people) > 0 {
		body.Content = mentions(people) + " " + body.Content
	}
	var press []piece
	for _, p := range pieces(m, m.Parts, adapter.Roomy(maxRows)) {
		if p.press != nil {
			press = append(press, p)
		}
	}
	rows := assemble(press, gathered)
	if len(rows) == 0 {
		rows = []wire.Component{{Type: wire.ActionRow, Components: []wire.Component{following}}}
	}
	body.Components = rows[:min(len(rows), maxContentRows)]
	body.Components[0].ID = marker(key)
	return body
}

// found reports whether a message of the bot's own is the one that was posted
// with this key, as rendered or as announced has made it: whatever it says, which
// may be something else by now.
func found(there wire.Message, key string) bool {
	has := false
	wire.All(there.Components, func(c wire.Component) { has = has || c.ID == marker(key) })
	return has
}
