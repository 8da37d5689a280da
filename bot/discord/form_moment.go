package discord

import (
	"strings"
	"time"
)

// Days and times are typed in Discord, because its modals have no pickers. What
// people write in more than one order, such as 11/12/2026, is not among these.
var (
	dayForms = []string{
		time.DateOnly, "2006-1-2", "2006/1/2", "2006.1.2", "2.1.2006", "2. 1. 2006",
		"2 Jan 2006", "2 January 2006", "2. January 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006",
		"Mon 2 January 2006", "Mon 2 Jan 2006", "Monday 2 January 2006",
	}
	clockForms = []string{"15:04", "15.04", "15h04", "15h", "3:04pm", "3:04 pm", "3.04pm", "3pm", "3 pm"}
)

// day is a day as bot.Form has it, or what was typed if it is none.
func day(typed string) string { return moment(typed, dayForms, time.DateOnly) }

// clock is a time as bot.Form has it, or what was typed if it is none.
func clock(typed string) string {
	return moment(strings.NewReplacer("a.m.", "am", "p.m.", "pm").Replace(strings.ToLower(typed)), clockForms, "15:04")
}

func moment(typed string, forms []string, layout string) string {
	typed = strings.Join(strings.Fields(typed), " ")
	for _, form := range forms {
		if t, err := time.Parse(form, typed); err == nil {
			return t.Format(layout)
		}
	}
	return typed
}
