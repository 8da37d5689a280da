package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// urgent are the rows that need somebody or tell of trouble, with their
// buttons, and how many other steps are still to come. Steps that wait for the
// same silent system are one row.
func (v View) urgent(c store.Case) (rows []bot.Row, buttons []bot.Buttons, waiting int) {
	silent := map[string]int{}
	for _, s := range pressing(c.Plan(0).Steps) {
		row := v.live(c, s)
		row.Text = bot.T(v.system(s.System) + ": " + row.Text.String())
		switch {
		case s.State.Ended(), s.Drift && c.Plan(0).Emergency:
		case s.Withheld, s.Drift:
			rows = append(rows, row)
		case quiet(s):
			if silent[s.System]++; silent[s.System] == 1 {
				rows = append(rows, v.silent(c, s))
			}
		case s.Stuck() || s.Calls || s.State == store.FailedAgain || s.Manual != nil:
			rows = append(rows, row)
			if b := v.stepButtons(c, s); len(b) > 0 {
				buttons = append(buttons, b)
			}
		default:
			waiting++
		}
	}
	return rows, buttons, waiting
}

// silent is the row of a system that does not answer.
func (v View) silent(c store.Case, s store.Step) bot.Row {
	n := 0
	for _, x := range c.Plan(0).Steps {
		if x.System == s.System && quiet(x) {
			n++
		}
	}
	return bot.Row{
		Mark: bot.Failed, Text: bot.T(fmt.Sprintf("%s does not answer: %s for it", v.system(s.System), store.Count(n, "step waits", "steps wait"))),
		Detail: bot.T("I go on trying by myself. The last answer: " + bot.Clean(v.Text(string(c.ID), s.Message), 300)),
	}
}

// pressing puts first what nobody can leave for later, so that its buttons have
// room.
func pressing(steps []store.Step) []store.Step {
	rank := func(s store.Step) int {
		switch {
		case s.Calls:
			return 0
		case s.Stuck():
			return 1
		case s.Manual == nil:
			return 2
		}
		return 3
	}
	steps = slices.Clone(steps)
	slices.SortStableFunc(steps, func(a, b store.Step) int { return rank(a) - rank(b) })
	return steps
}

// quiet reports whether a step waits for a system that does not answer, and
// nobody is called for it.
func quiet(s store.Step) bool {
	return s.State == store.FailedAgain && s.Why == store.Unreachable && !s.Calls
}
