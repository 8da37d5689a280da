package view

import (
	"time"

	"offboard/bot"
)

// Unwitnessed is a place for checkpoints that lacks what has happened for long.
type Unwitnessed struct {
	Place   string    // as the configuration has it: "syslog", "mail auditor@example.com"
	Entries uint64    // of the log, which it knows of
	Since   time.Time // when the first thing happened that it does not know of
}

// PlaceDown tells who runs the bot that a place gets no checkpoints. It says the
// same as long as that lasts.
func PlaceDown(u Unwitnessed, zone *time.Location) bot.Message {
	text := "I can't bring checkpoints of the log to one of the places that the configuration names below checkpoints: " + u.Place + ". Nothing is lost, and I go on trying. " +
		"Until it works again, that place would not show it if what has happened since then was rewritten."
	return bot.Message{Summary: bot.Clean("Checkpoints don't get to "+u.Place, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: "A place gets no checkpoints"},
		bot.Prose{Text: bot.T(text)},
		bot.Facts{{Label: "It lacks what happened from", Value: Moment(u.Since, zone)}},
		bot.Fine{Text: bot.T("On the server, offboard check says why.")},
	}}
}

// PlaceUp is what is left of PlaceDown when the place has them.
func PlaceUp() bot.Message {
	const text = "The place that got no checkpoints has them again, and all that it lacked with them."
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}
