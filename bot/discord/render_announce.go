package discord

import (
	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

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
	body.Components = rows[:min(len(rows), maxContentRows)]
	if len(body.Components) > 0 {
		body.Components[0].ID = marker(key)
	}
	return body
}

// found reports whether a message of the bot's own is the one that was posted
// with this key: as rendered or as announced has made it.
func found(there wire.Message, m bot.Message, key string, channel bool) bool {
	has := false
	wire.All(there.Components, func(c wire.Component) { has = has || c.ID == marker(key) })
	return has || len(there.Components) == 0 && there.Content != "" && there.Content == announced(m, key, channel).Content
}
