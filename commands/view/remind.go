package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Remind asks an approver again.
func (v View) Remind(c store.Case) bot.Message {
	text := fmt.Sprintf("%s still waits for your decision: %s asked you about %s.", c.ID, v.Name(c.Asker()), v.Name(c.Person))
	rest := " " + v.wording(c).untouched + " you decide."
	switch p := c.Plan(0); {
	case p.Unratified():
		rest = " Nothing more is taken away before you decide."
	case p.State != store.Asked:
		rest = " It is about what was found since it was approved."
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Prose{Text: bot.T(text + rest)},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
}

// Late says that the cut-off has passed and nobody has approved: nothing was
// taken away. It tells whoever reads it what they can do.
func (v View) Late(c store.Case, reader store.PersonID) bot.Message {
	p := c.Plan(0)
	todo := " Please decide now: once it is approved, it begins at once. Or decline it"
	if slices.Contains(p.Approvers, reader) {
		todo += ", or have somebody else asked"
	}
	todo += "."
	if reader == c.Asker() {
		todo = " Please call them; or change the case so that somebody else is asked, or another time is set."
		if !p.Kind.Opens() {
			todo = " Please call them; or " + v.otherApprover(c) + ", or set another time: /offboard reschedule " + string(c.ID) + "."
		}
	}
	text := fmt.Sprintf("%s: %s %s. %s, because %s not approved; the question is from %s.", c.ID, v.named(v.wording(c).was, c), v.cutOff(c), strings.TrimSuffix(v.wording(c).none, "."), v.lacks(c), Moment(Since(p), v.Zone))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: v.wording(c).passed},
		bot.Prose{Text: bot.T(text + todo)},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
}

// Since is when those who are asked now were asked.
func Since(p store.Plan) time.Time {
	if n := len(p.Delegated); n > 0 {
		return p.Delegated[n-1].At
	}
	return p.Asked
}

// Unreached tells who asked for the approval that the approver cannot be told:
// they have no chat account, or take no messages from the bot.
func (v View) Unreached(c store.Case, approver store.PersonID, account bool) bot.Message {
	name := v.Name(approver)
	text := fmt.Sprintf("%s waits for %s, but I can't write to them: ", c.ID, name)
	if account {
		text += fmt.Sprintf("they take no messages from me in the chat. Please tell them to type /offboard approve %s; they can allow messages in the settings of the chat.", c.ID)
	} else {
		text += "I know no chat account of theirs. An administrator can link one (/offboard link)."
	}
	text += fmt.Sprintf(" Or %s. Nothing happens before that.", v.otherApprover(c))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: bot.Clean("I can't write to "+name, bot.MaxHeading)},
		bot.Prose{Text: bot.T(text)},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
}

// otherApprover says how somebody else is asked.
func (v View) otherApprover(c store.Case) string {
	if c.Plan(0).Kind.Opens() {
		return fmt.Sprintf("have somebody else asked: /offboard amend %s", c.ID)
	}
	return fmt.Sprintf("have them pass it on (\"Not me, ask…\"); or give it up and ask anew: /offboard cancel %s", c.ID)
}

// Waiting is a step that waits for people.
type Waiting struct {
	Step  store.Step
	Since time.Time
	Due   bool // Since is when it was due
}

// Waits asks those whose it is again for what waits for them. It is true for as
// long as it stands: what they can do is on the card.
func (v View) Waits(c store.Case, role store.Role, list []Waiting) bot.Message {
	return v.nudge(c, string(c.ID)+" still waits", fmt.Sprintf("%s, about %s, still waits for %s.", c.ID, v.Name(c.Person), role.Words()), v.listed(c, list)...)
}

// Silent tells HR that an approver does not answer. Their manager may be empty.
func (v View) Silent(c store.Case, approver store.PersonID, since time.Time, manager string) bot.Message {
	text := fmt.Sprintf("%s was asked to approve %s, about %s, on %s, and has not decided. %s somebody does. Please talk to them, or %s.",
		v.Name(approver), c.ID, v.Name(c.Person), Moment(since, v.Zone), v.wording(c).untouched, strings.Replace(v.otherApprover(c), "have somebody else asked", "name another approver", 1))
	if manager != "" {
		text += " Their manager is " + manager + "."
	}
	return v.nudge(c, string(c.ID)+" waits for an approval", text)
}

// Undone tells the role above that something waits for those whose it is.
func (v View) Undone(c store.Case, role store.Role, list []Waiting, above store.Role) bot.Message {
	this, it := "this is", "it"
	if len(list) > 1 {
		this, it = "these are", "one"
	}
	other := fmt.Sprintf("leave %s out: /offboard skip %s %s", it, c.ID, list[0].Step.ID)
	switch {
	case c.Plan(0).Begun.IsZero():
		other = fmt.Sprintf("give the case up: /offboard cancel %s", c.ID)
	case !store.Permitted(store.VerbSkip, []store.Role{above}):
		other = fmt.Sprintf("stop all that is not done yet: /offboard stop %s", c.ID)
	}
	text := fmt.Sprintf("%s, about %s, waits for %s. Please see to it that %s done, or %s.", c.ID, v.Name(c.Person), role.Words(), this, other)
	return v.nudge(c, fmt.Sprintf("%s waits for %s", c.ID, role.Words()), text, v.listed(c, list)...)
}

func (v View) listed(c store.Case, list []Waiting) []bot.Part {
	var rows []bot.Row
	for _, w := range list {
		row := bot.Row{Mark: mark(w.Step), Text: bot.T(v.system(w.Step.System) + ": " + v.Words(c, w.Step)), Detail: bot.Join(bot.T("since "), Moment(w.Since, v.Zone))}
		if w.Due {
			row.Detail = bot.Join(bot.T("was due "), Moment(w.Since, v.Zone))
			if at := c.Plan(0).Lapses(w.Step); !at.IsZero() {
				row.Detail = bot.Join(row.Detail, bot.T("; if nobody confirms it by "), Moment(at, v.Zone), bot.T(", the case goes on without it"))
			}
		}
		rows = append(rows, row)
	}
	return []bot.Part{bot.Checklist{Rows: rows}}
}

// nudge is a message that says that something waits.
func (v View) nudge(c store.Case, title, text string, more ...bot.Part) bot.Message {
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: title}, bot.Prose{Text: bot.T(text)}}}
	m.Parts = append(m.Parts, more...)
	m.Parts = append(m.Parts, bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}})
	return m
}
