package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// lacks names who has not approved, with "has" or "have".
func (v View) lacks(c store.Case) string {
	open, are := v.seats(c)
	if are == "are" {
		return names(open) + " have"
	}
	return names(open) + " has"
}

// Call is what whoever asked for it does about a case that nobody has approved in
// time.
func (v View) Call(c store.Case) string {
	open, _ := v.seats(c)
	return fmt.Sprintf("Its time has passed without an approval: call %s, or %s", names(open), v.otherApprover(c))
}

// FellBack tells the approver and the requester that others are asked in place
// of the approver, and what happens next.
func (v View) FellBack(c store.Case, reader store.PersonID) bot.Message {
	p := c.Plan(0)
	var to []string
	for _, id := range p.Fallback.To {
		to = append(to, v.Name(id))
	}
	who, todo := v.approvers(p)+" has", v.approvers(p)+" can still decide"
	if reader != c.Asker() {
		who, todo = "You have", "You can still decide"
	}
	theirs := "theirs"
	if len(to) > 1 {
		theirs = "that of one of them"
	}
	text := fmt.Sprintf("%s not decided about %s yet, so %s may decide now too: the word of %s and %s are enough. %s; whoever is first settles it.", who, c.ID, names(to), v.Name(c.Asker()), theirs, todo)
	if p.CutOff.Mode == store.At {
		text += fmt.Sprintf(" Access of %s is to end %s. If an approval is missing then, nothing is taken away, and HR is called.", v.Name(c.Person), v.cutOff(c))
	}
	return v.nudge(c, string(c.ID)+" is asked of others too", text)
}

// Page calls whoever leads HR: approvals are missing, and what can be done. decides
// is whether the reader is one of those who can give one.
func (v View) Page(c store.Case, decides bool) bot.Message {
	p := c.Plan(0)
	text := string(c.ID) + ": "
	if p.CutOff.Mode == store.At {
		text += fmt.Sprintf("access of %s was to end %s. ", v.Name(c.Person), v.cutOff(c))
	}
	text += fmt.Sprintf("Nothing was taken from %s, because %s not approved; the question is from %s. ", v.Name(c.Person), v.lacks(c), Moment(Since(p), v.Zone))
	if p.CutOff.Mode == store.At {
		text += "Once it is approved, access ends at once. "
	}
	todo := "call them"
	if decides {
		todo = fmt.Sprintf("approve or decline it (/offboard approve %s), or call them", c.ID)
	}
	text += fmt.Sprintf("Please %s, or have somebody else asked: /offboard amend %s. Another time: /offboard reschedule %s. If it is not wanted any more: /offboard cancel %s.", todo, c.ID, c.ID, c.ID)
	return v.nudge(c, string(c.ID)+": approvals are missing", text)
}
