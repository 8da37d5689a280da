package view

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// group is the steps of one system, in the order of the survey.
type group struct {
	system string
	title  string
	steps  []store.Step
}

func (v View) groups(p store.Plan) []group {
	var out []group
	for _, s := range p.Steps {
		i := slices.IndexFunc(out, func(g group) bool { return g.system == s.System })
		if i < 0 {
			out = append(out, group{system: s.System, title: v.system(s.System)})
			i = len(out) - 1
		}
		out[i].steps = append(out[i].steps, s)
	}
	return out
}

// words say what a step does, and on which account.
func (v View) words(c store.Case, s store.Step) string {
	login := v.Text(string(c.ID), s.Login)
	if login == "" || s.Manual != nil {
		if held := v.Held(c, s); s.Manual != nil && len(held) > 0 {
			return s.Words + ": " + names(labels(s, held))
		}
		return s.Words
	}
	if s.Admin {
		login += ", administrator"
	}
	return fmt.Sprintf("%s (%s)", s.Words, login)
}

// labels are the names of a step's items.
func labels(s store.Step, held []store.Held) []string {
	var out []string
	for _, h := range held {
		if slices.ContainsFunc(s.Items, func(i store.Item) bool { return i.ID == h.ID }) {
			out = append(out, bot.Clean(h.Label, 120))
		}
	}
	return out
}

// few shortens a long list: "a, b, c and 12 more".
func few(list []string, n int) string {
	if len(list) <= n {
		return names(list)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}

// planned is a step before it is done: what it will do.
func (v View) planned(c store.Case, s store.Step) bot.Row {
	row := bot.Row{Mark: bot.Open, Text: bot.T(v.words(c, s))}
	var detail []string
	if s.Manual != nil {
		detail = append(detail, "a person does this: "+roleName(s.Manual.Owner))
	} else if list := labels(s, v.Held(c, s)); len(list) > 0 && !(len(list) == 1 && s.LockOut) {
		detail = append(detail, few(list, 6))
	}
	if len(s.Items) == 0 && s.Manual == nil {
		detail = append(detail, "nothing is held there now; it is checked again then")
	}
	if n := irreversible(s); n > 0 {
		detail = append(detail, count(n, "item can't be given back", "items can't be given back"))
	}
	if s.Loses != "" {
		detail = append(detail, "can't be given back: "+s.Loses)
	}
	row.Detail = bot.T(strings.Join(detail, " · "))
	return row
}

func irreversible(s store.Step) (n int) {
	for _, i := range s.Items {
		if i.Irreversible {
			n++
		}
	}
	return n
}

// live is a step while it is done and after.
func (v View) live(c store.Case, s store.Step) bot.Row {
	subject := string(c.ID)
	row := bot.Row{Mark: mark(s), Text: bot.T(v.words(c, s))}
	var d string
	switch s.State {
	case store.Waiting:
		d = v.waiting(c, s)
	case store.Running:
		d = "being done now"
	case store.FailedAgain:
		row.Detail = bot.Join(bot.T(why(s)+": "+bot.Clean(v.Text(subject, s.Message), 300)+". Tried "+count(s.Tries, "time", "times")+"; the next try is at "),
			Moment(s.Again, c.Zone()))
		return row
	case store.NeedsPerson:
		d = why(s) + ": " + bot.Clean(v.Text(subject, s.Message), 300) + ". IT must look at it, then press Retry."
	case store.Accepted:
		d = "the system took the order and shows no proof. IT must look, then confirm."
	case store.Proven:
		d = "proven by a read"
		if s.Tries > 1 {
			d += fmt.Sprintf(", at try %d", s.Tries)
		}
	case store.Nothing:
		d = "nothing was held there"
	case store.Confirmed:
		d = "confirmed by " + v.Name(s.By) + ": " + bot.Clean(v.Text(subject, s.Note), 300)
	case store.Skipped:
		d = "skipped by " + v.Name(s.By)
		if s.Seconder != "" {
			d += " and " + v.Name(s.Seconder)
		}
		d += ": " + bot.Clean(v.Text(subject, s.Note), 300)
	case store.Halted:
		d = "stopped before it was done"
	}
	if s.Left > 0 {
		d += ". " + count(s.Left, "new item that can't be given back was", "new items that can't be given back were") + " found and left: nobody has approved that"
	}
	row.Detail = bot.T(d)
	return row
}

func (v View) waiting(c store.Case, s store.Step) string {
	switch {
	case s.Manual != nil && s.Manual.Until != "":
		return fmt.Sprintf("until %s, then for %s to confirm: %s", Day(s.Manual.Until), roleName(s.Manual.Owner), bot.Clean(v.Text(string(c.ID), s.Manual.Detail), 200))
	case s.Manual != nil:
		d := "for " + roleName(s.Manual.Owner) + " to confirm"
		if p := c.Plan(0); s.Manual.Due > 0 && !p.Begun.IsZero() {
			d += " by " + Moment(p.Begun.Add(s.Manual.Due), c.Zone()).String()
		}
		return d
	case s.Unanswered():
		return "waits for who gets it"
	}
	return "not begun"
}

func why(s store.Step) string {
	switch s.Why {
	case store.Unproven:
		return "not proven"
	case store.Refuses:
		return "refused"
	case store.Works:
		return "the system is working on it"
	case store.Unreachable:
	}
	return "no answer"
}

func mark(s store.Step) bot.Mark {
	switch s.State {
	case store.Running:
		return bot.Running
	case store.FailedAgain:
		if s.Why == store.Works {
			return bot.Running
		}
		return bot.Failed
	case store.NeedsPerson:
		return bot.Failed
	case store.Accepted:
		return bot.Amber
	case store.Proven, store.Confirmed:
		return bot.Proven
	case store.Nothing:
		return bot.Nothing
	case store.Skipped, store.Halted:
		return bot.Skipped
	case store.Waiting:
	}
	return bot.Open
}

// roleName is how people call a role.
func roleName(r store.Role) string {
	switch r {
	case store.HR:
		return "HR"
	case store.IT:
		return "IT"
	case store.Security:
		return "security"
	case store.Auditor:
		return "an auditor"
	case store.Admin:
		return "an administrator"
	case store.Approver:
		return "the approver"
	}
	return string(r)
}
