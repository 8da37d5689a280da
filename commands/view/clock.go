package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// delayed says how late a plan began, and why as far as that is known: "3 hours
// late: I was not running when it was due". Below a minute nothing is late.
func delayed(p store.Plan) string {
	late := p.Begun.Sub(p.Due)
	if p.Begun.IsZero() || p.Due.IsZero() || late < time.Minute {
		return ""
	}
	text := length(late) + " late"
	switch p.Delay {
	case store.ByOutage:
		text += ": I was not running when it was due"
	case store.ByPause:
		text += ": I was paused when it was due"
	case store.ByClock:
		text += ": the clock of my machine was in doubt when it was due"
	}
	return text
}

// Doubted tells those who can end it that the clock is in doubt. It says the
// same as long as the doubt lasts; the question itself, with what the clock says
// then, is what its button opens.
func Doubted(d store.Doubt, zone *time.Location) bot.Message {
	text := "I can't tell what time it is, so what can't be given back waits. Access still ends, by the time that I go by."
	return bot.Message{Summary: "My clock is in doubt: what can't be given back waits.", Parts: []bot.Part{
		bot.Heading{Text: "My clock is in doubt"},
		bot.Prose{Text: bot.T(text + " The clock of my machine was set, or I was off for a long time. If it is wrong, set it right: I notice that myself. If it is right, tell me so.")},
		bot.Facts{
			{Label: "I go on from", Value: Moment(d.Since, zone)},
			{Label: "The machine said", Value: Moment(d.Machine, zone)},
		},
		bot.Buttons{{Label: "Look at the clock", Verb: string(store.VerbClock), Object: "-", Style: bot.Primary}},
		bot.Fine{Text: bot.T("Or type: /offboard clock")},
	}}
}

// Undoubted is what is left of Doubted when the doubt has ended.
func Undoubted() bot.Message {
	const text = "My clock is not in doubt any more. What has waited for that goes on."
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Clock says how the clock stands and, while it is in doubt, asks whether the
// machine's is right. zone is the company's.
func Clock(t store.Time, d *store.Doubt, zone *time.Location) bot.Message {
	machine := Moment(t.Machine, zone)
	if d == nil {
		text := "My clock is not in doubt. It is " + machine.String() + "."
		return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
	}
	question := "Is it " + t.Machine.In(zone).Format("15:04 on 2 January 2006") + " now?"
	return bot.Message{
		Summary: "My clock is in doubt: what can't be given back waits.",
		Parts: []bot.Part{
			bot.Heading{Text: "My clock is in doubt"},
			bot.Prose{Text: bot.T("The clock of my machine was set, or I was off for a long time; I can't tell which. " +
				"Access still ends, by the time that I go by. What can't be given back waits until somebody says what time it is.")},
			bot.Facts{
				{Label: "The machine says", Value: machine},
				{Label: "I go by", Value: Moment(t.Now, zone)},
				{Label: "In doubt since", Value: Moment(d.Since, zone)},
			},
			bot.Prose{Text: bot.Join(bot.B(question), bot.T(" Look at another clock. If it is another time, set the machine's clock right: I notice it myself."))},
			bot.Buttons{{
				Label: "Yes, that is the time", Verb: string(store.VerbClock), Object: fmt.Sprintf("%d:%d", d.Entry, int64(t.Ahead().Seconds())), Style: bot.Danger,
				Confirm: &bot.Confirm{Title: "Go by this clock?", Text: question + " What is due by then begins, also what can't be given back.", Yes: "Yes"},
			}},
			bot.Fine{Text: bot.T("Or type: /offboard clock")},
		},
	}
}
