package view

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// Stopped says whose new cases the breaker refuses, or from where: "slack", or
// the name of a person.
func (v View) Stopped(b store.Brake) string {
	if b.Source == "" {
		return v.Name(b.Person)
	}
	if b.Hidden {
		return "confidential cases from " + b.Source
	}
	return b.Source
}

// Brake tells those who can end it that the breaker has stopped new cases.
// pending is what waits for a second person about it. The buttons are those that
// the reader can use; asks: they may ask for its end.
func (v View) Brake(b store.Brake, pending []store.Pending, reader store.PersonID, asks bool) bot.Message {
	of := "from " + b.Source
	switch {
	case b.Source == "":
		of = "of " + v.Name(b.Person)
	case b.Hidden:
		of = "from " + b.Source + " that are confidential"
	}
	text := fmt.Sprintf("The breaker has stopped new cases %s.", of)
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: bot.Clean("Stopped: new cases "+of, bot.MaxHeading)},
		bot.Prose{Text: bot.Join(bot.B(text), bot.T(fmt.Sprintf(" %s tried to open one more than may be within %s. Nothing else is stopped: all that runs goes on.", v.Name(b.By), length(b.Window))))},
		bot.Facts{
			{Label: "Stopped since", Value: Moment(b.At, v.Zone)},
			{Label: "Opened", Value: bot.T(fmt.Sprintf("%s within %s; %d is the limit", store.Count(b.Cases, "case", "cases"), length(b.Window), b.Limit))},
			{Label: "Refused", Value: bot.T(v.Name(b.By))},
		},
		bot.Prose{Text: bot.T("Ask in person or by telephone whether these cases are meant, not in the chat: an account may be somebody else's. If they are not, pause the bot: /offboard pause, and why.")},
	}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	for _, x := range pending {
		if x.Change.Of == b.Entry {
			add(v.liftAsked(b, x, reader)...)
			return m
		}
	}
	if !asks || reader == b.By {
		add(bot.Prose{Text: bot.T(fmt.Sprintf("Somebody of security or an administrator can ask to let it go on; a second person must agree. %s can be neither.", v.Name(b.By)))})
		return m
	}
	add(bot.Buttons{{Label: "Let it go on…", Verb: string(store.VerbBreaker), Object: fmt.Sprintf("resume:%d", b.Entry)}},
		bot.Fine{Text: bot.T(bot.Clean(fmt.Sprintf("Or type: /offboard breaker resume %s, and why. A second person must agree; %s can be neither.", v.Typed(b), v.Name(b.By)), 400))})
	return m
}

// Typed is how a brake is named in a command.
func (v View) Typed(b store.Brake) string {
	switch {
	case b.Source == "":
		return v.Name(b.Person)
	case b.Hidden:
		return b.Source + "-confidential"
	}
	return b.Source
}

// liftAsked is what a second person agrees to, or not.
func (v View) liftAsked(b store.Brake, x store.Pending, reader store.PersonID) []bot.Part {
	who := names(slices.Compact([]string{v.Name(x.By), v.Name(b.By)}))
	no := bot.Button{Label: "Don't", Verb: string(store.VerbBreaker), Object: fmt.Sprintf("no:%d", x.Entry)}
	if reader == x.By {
		no.Label = "Call it off"
	}
	parts := []bot.Part{
		bot.Prose{Text: bot.Join(bot.B(fmt.Sprintf("%s asks to let new cases be opened again.", v.Name(x.By))), bot.T(" Somebody else must agree: HR, IT, security or an administrator, but not "+strings.Replace(who, " and ", " or ", 1)+"."))},
		bot.Facts{{Label: "Reason", Value: bot.T(bot.Clean(v.Text(store.Installation, x.Change.Reason), 600))}},
	}
	if reader == x.By || reader == b.By {
		return append(parts, bot.Buttons{no})
	}
	return append(parts,
		bot.Buttons{{Label: "Agree", Verb: string(store.VerbBreaker), Object: fmt.Sprintf("agree:%d", x.Entry), Style: bot.Primary}, no},
		bot.Fine{Text: bot.T(fmt.Sprintf("Or type: /offboard breaker agree %d", x.Entry))})
}

// Unstopped is what is left of Brake when cases can be opened again.
func (v View) Unstopped(b store.Brake) bot.Message {
	text := fmt.Sprintf("New cases can be opened again: %s. %s asked for it, and %s agreed. What was refused meanwhile has to be started again; %s is told.", v.Stopped(b), v.Name(b.Asker), v.Name(b.Second), v.Name(b.By))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// GoOn tells whoever was refused that they can go on.
func (v View) GoOn() bot.Message {
	const text = "You can open new cases again. What I refused is not opened by itself: please start it again with /offboard start."
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// StoppedAgain is what is left of an older Brake.
func (v View) StoppedAgain() bot.Message {
	const text = "This was lifted, and new cases were stopped again since: see the newer message, or /offboard breaker."
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Brakes lists what the breaker stops, for somebody who may know of all of it.
func (v View) Brakes(list []store.Brake) bot.Message {
	text := "The breaker stops nothing: cases can be opened from everywhere."
	if len(list) == 0 {
		return *bot.Say(text).Message
	}
	text = fmt.Sprintf("The breaker has stopped new cases in %s.", store.Count(len(list), "place", "places"))
	m := bot.Message{Summary: text, Parts: []bot.Part{bot.Heading{Text: "Stopped: new cases"}, bot.Prose{Text: bot.T(text + " All that runs goes on.")}}}
	const most = 8
	for _, b := range list[:min(len(list), most)] {
		m.Parts = append(m.Parts,
			bot.Prose{Text: bot.Join(bot.B(v.Stopped(b)), bot.T(fmt.Sprintf(" — %d within %s. Since ", b.Cases, length(b.Window))), Moment(b.At, v.Zone))},
			bot.Buttons{{Label: bot.Clean("Look at "+v.Stopped(b), bot.MaxLabel), Verb: string(store.VerbBreaker), Object: fmt.Sprintf("show:%d", b.Entry)}})
	}
	if more := len(list) - most; more > 0 {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(fmt.Sprintf("… and %d more.", more))})
	}
	return m
}
