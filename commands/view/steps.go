package view

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// group is the steps of one system, in the order of the configuration.
type group struct {
	system string
	title  string
	steps  []store.Step
}

func (v View) groups(p store.Plan) []group {
	var out []group
	for _, name := range p.Systems {
		out = append(out, group{system: name, title: v.system(name)})
	}
	for _, s := range p.Steps {
		i := slices.IndexFunc(out, func(g group) bool { return g.system == s.System })
		if i < 0 {
			out = append(out, group{system: s.System, title: v.system(s.System)})
			i = len(out) - 1
		}
		out[i].steps = append(out[i].steps, s)
	}
	return slices.DeleteFunc(out, func(g group) bool { return len(g.steps) == 0 })
}

// Words say what a step does, and on which account.
func (v View) Words(c store.Case, s store.Step) string {
	if s.Manual == nil {
		return s.Words + v.on(c, []store.Step{s})
	}
	if list := labels(s, v.Held(c, s)); len(list) > 0 {
		return s.Words + ": " + few(list, 12)
	}
	if m := s.Manual; m.Until == "" && !m.Detail.IsZero() {
		return s.Words + ": " + bot.Clean(v.Text(string(c.ID), m.Detail), 300)
	}
	return s.Words
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

// planned words the steps of one system before they are done: a row for each
// action, with the accounts it is about.
func (v View) planned(c store.Case, g group) []bot.Row {
	var rows []bot.Row
	for _, same := range alike(g.steps) {
		s := same[0]
		row := bot.Row{Mark: bot.Open, Text: bot.T(s.Words + v.on(c, same))}
		detail := []string{v.held(c, same)}
		switch {
		case s.Manual != nil:
			row.Text = bot.T(v.Words(c, s))
			detail = []string{s.Manual.Owner.Words() + " does this"}
			if s.Asks() {
				detail[0] = s.Manual.Owner.Words() + " is asked; nothing waits for it"
			}
		case s.Loses != "":
			detail = append(detail, "can't be given back: "+s.Loses)
		default:
			if n := lostItems(same); n > 0 {
				detail = append(detail, store.Count(n, "item can't be given back", "items can't be given back"))
			}
		}
		row.Detail = small(append(detail, once(c.Plan(0), s))...)
		rows = append(rows, row)
	}
	return rows
}

// alike puts the steps of one action on several accounts together.
func alike(steps []store.Step) [][]store.Step {
	var out [][]store.Step
	for _, s := range steps {
		i := slices.IndexFunc(out, func(x []store.Step) bool { return s.Action != "" && x[0].Action == s.Action })
		if i < 0 {
			out = append(out, []store.Step{s})
		} else {
			out[i] = append(out[i], s)
		}
	}
	return out
}

// on names the accounts of steps: ": jane and adm-jane (administrator)".
func (v View) on(c store.Case, steps []store.Step) string {
	var logins []string
	for _, s := range steps {
		if login := v.login(c, s); login != "" {
			logins = append(logins, login)
		}
	}
	if len(logins) == 0 {
		return ""
	}
	return ": " + names(logins)
}

func (v View) login(c store.Case, s store.Step) string {
	login := bot.Clean(v.Text(string(c.ID), s.Login), 80)
	if login != "" && s.Admin {
		login += " (administrator)"
	}
	return login
}

// held lists what the steps are about, account by account where there are
// several. A lock-out says it all in its words.
func (v View) held(c store.Case, steps []store.Step) string {
	var out []string
	for _, s := range steps {
		list := labels(s, v.Held(c, s))
		if s.LockOut || s.Loses != "" || len(list) == 0 {
			continue
		}
		text := few(list, 20)
		if len(steps) > 1 {
			text = v.Text(string(c.ID), s.Login) + ": " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, " · ")
}

func lostItems(steps []store.Step) (n int) {
	for _, s := range steps {
		n += irreversible(s)
	}
	return n
}

func irreversible(s store.Step) (n int) {
	for _, i := range s.Items {
		if i.Irreversible {
			n++
		}
	}
	return n
}

// small is a line of small print; none if there is nothing to say.
func small(parts ...string) bot.Text {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return nil
	}
	return bot.T(strings.Join(parts, " · "))
}

// live is a step while it is done and after.
func (v View) live(c store.Case, s store.Step) bot.Row {
	subject := string(c.ID)
	row := bot.Row{Mark: mark(s), Text: bot.T(v.Words(c, s))}
	if s.Withheld && s.Legal {
		row.Detail = v.legallyHeld(c)
		return row
	}
	if s.Withheld {
		row.Detail = bot.T("waits, because the clock of my machine is in doubt and this can't be given back. Somebody of IT, security or the administrators types /offboard clock, or sets the machine's clock right.")
		return row
	}
	var d string
	switch s.State {
	case store.Waiting:
		d = v.waiting(c, s)
	case store.Running:
		d = "being done now"
	case store.FailedAgain:
		row.Detail = bot.Join(bot.T(why(s)+": "+bot.Clean(v.Text(subject, s.Message), 300)+". Tried "+store.Count(s.Attempts, "time", "times")+"; the next try is at "+s.Again.In(c.Zone()).Format("15:04:05")+"."), v.has(s))
		return row
	case store.NeedsPerson:
		d = why(s) + ": " + bot.Clean(v.Text(subject, s.Message), 300) + ". IT must look at it, then press Retry."
	case store.Accepted:
		d = "the system shows no proof of this. IT must look, then confirm." + follows(c.Plan(0), s, " ")
	case store.Proven:
		d = "proven by a read"
		if s.Tries > 1 {
			d += fmt.Sprintf(", at try %d", s.Tries)
		}
	case store.Nothing:
		d = v.wording(c).nothing
		if len(s.Answers) > 0 {
			d = "nothing was taken: it is kept or archived"
		}
	case store.Confirmed:
		if s.Asks() {
			d = "said by " + v.Name(s.By)
			break
		}
		d = "confirmed by " + v.Name(s.By) + ": " + bot.Clean(v.Text(subject, s.Note), 300)
	case store.Skipped:
		if s.Asks() && s.Lapsed {
			d = "not all was answered in time"
			break
		}
		if text := notDecided(c.Plan(0), s); text != "" {
			d = text
			break
		}
		d = "skipped by " + v.Name(s.By)
		if s.Seconder != "" {
			d += " and " + v.Name(s.Seconder)
		}
		d += ": " + bot.Clean(v.Text(subject, s.Note), 300)
	case store.Halted:
		d = "stopped before it was done"
	}
	if s.Left > 0 {
		d = strings.TrimSuffix(d, ".") + ". " + store.Count(s.Left, "new item that can't be given back was", "new items that can't be given back were") + " found and left: nobody has approved that"
	}
	row.Detail = bot.Join(bot.T(d), v.has(s))
	return row
}

func (v View) waiting(c store.Case, s store.Step) string {
	switch {
	case s.Drift && c.Plan(0).Emergency:
		return "waits for approval"
	case s.Drift:
		return "found since it was approved; " + v.Asking(c)
	case s.Manual != nil && s.Manual.Until != "":
		return fmt.Sprintf("until %s, then for %s to confirm: %s", Day(s.Manual.Until), s.Manual.Owner.Words(), bot.Clean(v.Text(string(c.ID), s.Manual.Detail), 200))
	case s.Asks():
		return "for " + v.approvers(c.Plan(0)) + " to answer; nothing else waits for it"
	case s.Manual != nil:
		d := "for " + s.Manual.Owner.Words() + " to confirm"
		if due := c.Plan(0).TaskDue(s); !due.IsZero() {
			d += " by " + Moment(due, c.Zone()).String()
		}
		if text := v.Text(string(c.ID), s.Manual.Detail); text != "" && len(s.Items) > 0 { // else it stands in its words
			d += ": " + bot.Clean(text, 300)
		}
		if id := c.Plan(0).NewOwner(s); id != "" {
			d += "; new owner: " + v.Name(id)
		}
		return d + follows(c.Plan(0), s, "; ")
	case c.Plan(0).Lacks(s) != "":
		return lacks(c.Plan(0), s)
	case s.Unanswered():
		if p := c.Plan(0); p.HeirsOpen() {
			return "waits for " + v.approvers(p) + " to say who gets it"
		}
		return "waits for who gets it"
	case s.Tries > 0:
		return "is tried again"
	}
	return "not begun"
}

func why(s store.Step) string {
	if s.Spreads {
		return "done, and not everywhere yet"
	}
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
	if s.Withheld {
		return bot.Open
	}
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
	case store.Proven:
		return bot.Proven
	case store.Confirmed:
		return bot.Amber // somebody's word, and no read
	case store.Nothing:
		return bot.Nothing
	case store.Skipped, store.Halted:
		return bot.Skipped
	case store.Waiting:
	}
	return bot.Open
}
