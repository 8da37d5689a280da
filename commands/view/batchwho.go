package view

import (
	"fmt"
	"strconv"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// Who is on a list, what would be done to them, and who is not a part of it any
// more.

// How much of a list is named in a message.
const (
	namedPeople = 40
	namedMisses = 15
)

// many writes a number as people read it: 1,000.
func many(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// batchParts say who is on it, and what would be done.
func (v View) batchParts(l List) []bot.Part {
	var out []bot.Part
	if len(l.Tally) > 0 {
		list := bot.Checklist{Title: "What would be done"}
		for _, t := range l.Tally {
			row := bot.Row{Mark: bot.Open, Text: bot.T(fmt.Sprintf("%s: %s — %s", v.system(t.System), t.Words, store.Count(t.Steps, "time", "times")))}
			if t.Loses > 0 {
				row.Detail = bot.T(store.Count(t.Loses, "of them takes", "of them take") + " something that can't be given back")
			}
			list.Rows = append(list.Rows, row)
		}
		out = append(out, list)
	}
	var people []string
	for row := range l.Rows {
		if c, ok := l.Cases[row]; ok && c.Batch == l.ID && (c.State == store.CaseDraft || l.Settled()) && !dropped(c) {
			people = append(people, fmt.Sprintf("%s (%s)", v.Name(c.Person), c.ID))
		}
	}
	if n := len(people); n > 0 {
		more := ""
		if n > namedPeople {
			people, more = people[:namedPeople], fmt.Sprintf(" … and %s more.", many(n-namedPeople))
		}
		out = append(out, bot.Prose{Text: bot.Join(bot.B(store.Count(n, "case", "cases")), bot.T(": "+strings.Join(people, ", ")+more))})
	}
	return out
}

// dropped reports whether a case was given up before anything was taken.
func dropped(c store.Summary) bool {
	return c.State == store.CaseClosed && c.Outcome == store.Cancelled
}

// out is somebody who stood on a list and leaves with it no more.
type out struct {
	row  int
	text string
}

// keptOut names who is not a part of the list any more, why, and what can be done
// about each. Who asks for it reads what they were refused with; everybody else
// only what tells nothing about a case that they may not know of.
func (v View) keptOut(l List, reader store.PersonID) []bot.Part {
	if l.Dropped != nil {
		return nil
	}
	excepted := map[int]store.Exception{}
	for _, x := range l.Excepted {
		excepted[x.Row] = x
	}
	var list []out
	for row := range l.Rows {
		x, no := excepted[row]
		c, opened := l.Cases[row]
		switch {
		case no:
			text := v.exceptedFor(l, x)
			if reader == l.Owner {
				text = v.excepted(l, x)
			}
			list = append(list, out{row, text})
		case opened && c.Batch != l.ID:
			list = append(list, out{row, fmt.Sprintf("Taken out of the list. If they leave, it is with %s, which needs an approval of its own.", c.ID)})
		case opened && dropped(c):
			list = append(list, out{row, fmt.Sprintf("%s was given up, and nothing was taken from them. If they leave after all, somebody of HR opens a new case: /offboard start.", c.ID)})
		}
	}
	if len(list) == 0 {
		return nil
	}
	shown := bot.Checklist{Title: fmt.Sprintf("Not with this list: %s", store.Count(len(list), "person", "people"))}
	for _, o := range list[:min(len(list), namedMisses)] {
		shown.Rows = append(shown.Rows, bot.Row{Mark: bot.Info, Text: bot.T(v.Name(l.Rows[o.row].Person)), Detail: bot.T(bot.Clean(o.text, 400))})
	}
	if n := len(list) - namedMisses; n > 0 {
		shown.Rows = append(shown.Rows, bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("and %d more. /offboard batch %s shows them once these are settled", n, l.ID))})
	}
	return []bot.Part{shown}
}

// excepted says to who asks for the list why no case was opened for somebody, and
// what they can do. The refusal says it, but where a line of the list was wrong.
func (v View) excepted(l List, x store.Exception) string {
	text := sentence(v.Text(string(l.ID), x.Why))
	if x.Field != "" {
		text += " Then open a case of their own for them: /offboard start."
	}
	return text
}

// exceptedFor is excepted for everybody else. It is the same for who is protected
// and for who leaves in secret, and names no case: they may not know of it.
func (v View) exceptedFor(l List, x store.Exception) string {
	switch {
	case l.Rows[x.Row].Person == l.Owner:
		return "They asked for the list themselves, so a colleague in HR opens their case: /offboard start."
	case x.Field != "":
		return "No case was opened: their line of the list was not right. If they should leave, somebody of HR opens a case of their own: /offboard start."
	case x.Code == store.Already:
		return "No case was opened with this list: they are seen to apart from it. Ask whoever asked for it, if you expected them here."
	case x.Code == store.NotYours:
		return "No case was opened: whoever asked for the list may not start it for them. If they should leave, ask HR."
	}
	return "No case was opened. If they should leave, ask the security team; they can see why."
}
