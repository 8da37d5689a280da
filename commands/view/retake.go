package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// CameBack tells IT what was found again at one time, of which r is the first,
// and how that goes on.
func (v View) CameBack(c store.Case, r store.Return) bot.Message {
	text := fmt.Sprintf("%s has access again that was taken away.", v.Name(c.Person))
	list := bot.Checklist{}
	for _, x := range c.Returns {
		if x.Entry != r.Entry {
			continue
		}
		s := c.Plan(x.Plan).Step(x.Step)
		row := bot.Row{Mark: bot.Failed, Text: bot.T(v.system(s.System) + ": " + v.Words(c, s)), Detail: bot.T(v.came(c, x))}
		if !x.Open() {
			row.Mark = bot.Info
		}
		if s.State == store.Confirmed {
			row.Detail = bot.Join(row.Detail, bot.T(" · "+v.Name(s.By)+" has confirmed that it was taken"))
		}
		list.Rows = append(list.Rows, row)
	}
	return bot.Message{Summary: bot.Clean(string(c.ID)+": "+text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.B(text)}, list, bot.Prose{Text: bot.T(v.goesOn(c, r))},
	}}
}

// came names what is there again, as far as there is room.
func (v View) came(c store.Case, r store.Return) string {
	var labels []string
	for _, h := range v.Came(c, r) {
		labels = append(labels, bot.Clean(h.Label, 150))
	}
	if n := len(labels) - 5; n > 0 {
		labels = append(labels[:5], store.Count(n, "thing more", "things more"))
	}
	return "there again: " + names(labels)
}

// goesOn is what becomes of access that came back.
func (v View) goesOn(c store.Case, r store.Return) string {
	p := c.Plan(r.Retake)
	if r.Retake == 0 {
		p = store.Plan{}
	}
	name := v.Name(c.Person)
	switch {
	case c.Rehired != nil && r.Settled.Equal(c.Rehired.At):
		return fmt.Sprintf("%s has said that %s was hired again, so it stays, and I don't look at it any more.", v.Name(c.Rehired.By), name)
	case r.Kept && p.Declined != nil:
		return fmt.Sprintf("%s has decided that it stays. I don't propose it again.", v.Name(p.Declined.By))
	case r.Kept:
		return "It was not taken away again, as somebody has decided. I don't propose it again."
	case !r.Open() && c.Returned(r.Plan, r.Step):
		return fmt.Sprintf("What was taken from %s was given back since, so it stays.", name)
	case !r.Open():
		return "It was taken away again, or had gone by itself."
	case r.Here:
		return fmt.Sprintf("The directory says that %s is active again, so I don't propose to take it away. If %s has come back, HR types /offboard rehire, and I look no further. If not, HR or security opens a new case: /offboard start.", name, name)
	case p.State == store.Surveying, p.State == store.Asked:
		return fmt.Sprintf("Nothing is taken before somebody decides: %s is asked.", v.approvers(p))
	case p.State == store.Approved, p.State == store.Begun:
		return "It is being taken away again."
	}
	return fmt.Sprintf("%s has a plan that is not over yet. When it is, the approver is asked whether this is taken away again.", c.ID)
}

// again asks whether what came back is taken away again.
func (v View) again(c store.Case) (summary string, parts []bot.Part) {
	name := v.Name(c.Person)
	summary = fmt.Sprintf("%s: %s has access again. Is it taken away?", c.ID, name)
	text := fmt.Sprintf(" had left, and has access again that was taken away. Nothing is taken before you decide. If %s needs it, decline and say why: then it stays, and I don't ask again.", name)
	parts = append([]bot.Part{bot.Prose{Text: bot.Join(bot.B(name), bot.T(text))}}, v.found(c, false)...)
	parts = append(parts, v.handover(c)...)
	b := v.question(c)
	for i, label := range map[int]string{0: "Take it away", len(b) - 1: "It stays…"} {
		b[i].Label = label
	}
	return summary, append(parts, b, typed(store.VerbApprove, c))
}
