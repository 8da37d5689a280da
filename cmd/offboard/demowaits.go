package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/actions/demo"
	"offboard/bot/web"
	"offboard/store"
)

// open are the cases that are not closed, oldest first.
func (d *demoBot) open() []store.Case {
	rows, err := d.app.store.OpenCases()
	if err != nil {
		return nil
	}
	var out []store.Case
	for _, row := range rows {
		if c, err := d.app.store.Case(row.ID); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// plans is what the panel has to know.
func (d *demoBot) plans() plans {
	var out plans
	for _, c := range d.open() {
		if _, card, err := d.app.store.Person(c.Person); err == nil && card.Login != "" {
			out.Leavers = append(out.Leavers, append([]string{card.Login}, card.Accounts...)...)
		}
		p := c.Plan(0)
		ahead := p.CutOff.Mode == store.At && (p.State == store.Asked || p.State == store.Approved) && p.CutOff.At.After(d.app.store.Now())
		if ahead && (out.CutOff.IsZero() || p.CutOff.At.Before(out.CutOff)) {
			out.CutOff, out.Case = p.CutOff.At, string(c.ID)
		}
	}
	return out
}

// urgency is the order in which things that wait are shown.
var urgency = []store.Verb{store.VerbSubmit, store.VerbApprove, store.VerbPress, store.VerbSecond, store.VerbTake, store.VerbRetry, store.VerbConfirm}

// rank is the place of a wait among those of its case: what follows from others comes
// last.
func rank(p store.Plan, w store.Wait) int {
	if s := p.Step(w.Step); s.Manual != nil && s.Manual.Of != "" {
		return len(urgency)
	}
	return slices.Index(urgency, w.Verb)
}

// waits is what waits for whom, in all open cases, the next thing first.
func (d *demoBot) waits() []web.Wait {
	if d.fresh() {
		return []web.Wait{{Person: "hanna", Text: "Jane Doe has resigned. Tell the bot: /offboard start jane"}}
	}
	var out []web.Wait
	for _, c := range d.open() {
		p := c.Plan(0)
		list := c.Waits()
		if asks := func(w store.Wait) bool { return p.Step(w.Step).Asks() }; p.State == store.Approved || slices.ContainsFunc(list, func(w store.Wait) bool { return !asks(w) }) {
			list = slices.DeleteFunc(list, asks) // nothing hangs on it
		}
		slices.SortStableFunc(list, func(a, b store.Wait) int { return rank(p, a) - rank(p, b) })
		for _, w := range list {
			text, channel := d.sentence(c, w), ""
			if !slices.Contains([]store.Verb{store.VerbSubmit, store.VerbApprove, store.VerbPress}, w.Verb) {
				channel, _ = room()
			}
			for _, login := range d.asked(c, w) {
				out = append(out, web.Wait{Person: login, Text: text, Channel: channel})
			}
		}
	}
	return out
}

// sentence says to a newcomer what waits.
func (d *demoBot) sentence(c store.Case, w store.Wait) string {
	leaver, s := d.app.people.Name(c.Person), c.Plan(0).Step(w.Step)
	switch w.Verb {
	case store.VerbSubmit:
		if c.Plan(0).State == store.Declined {
			return "It was declined. Read why, press Change, and submit it again."
		}
		return "Read what " + leaver + " has and what will happen, then press Submit."
	case store.VerbApprove:
		return "Read what happens to " + leaver + "'s access, choose who gets what, then approve or decline."
	case store.VerbAnswer:
		if s.Asks() {
			return "No system shows all that " + leaver + " leaves behind. Press \"Answer the questions…\"; \"none\" is an answer too."
		}
		return "It was approved in your place. Choose who gets what " + leaver + " has."
	case store.VerbPress:
		return "All is ready. Talk to " + leaver + ", then press \"" + d.app.commands.View.Press(c) + "\"."
	case store.VerbSecond:
		return "Somebody wants to do what one person may not do alone. Agree, or leave it."
	case store.VerbTake:
		return titles(d.app.systems)[s.System] + " does not answer, so " + leaver + " may still have access. Press \"I have it\", and bring it up again under Company."
	case store.VerbRetry:
		system := titles(d.app.systems)[s.System]
		if s.Why == store.Unproven {
			return system + " said \"done\", and a look shows that it is not. Repair it under Company, then press Retry."
		}
		return system + " refuses. Repair it under Company, then press Retry."
	default:
		text := d.app.commands.View.Words(c, s) + ". Then press Confirm"
		if s.Manual != nil && s.Manual.Proof != "" {
			text += " and write down " + s.Manual.Proof
		}
		return text + "."
	}
}

// asked are the logins of those who can end a wait.
func (d *demoBot) asked(c store.Case, w store.Wait) []string {
	login := func(id store.PersonID) string {
		if id == "" {
			return ""
		}
		_, card, err := d.app.store.Person(id)
		if err != nil {
			return ""
		}
		return card.Login
	}
	if w.Person != "" {
		return []string{login(w.Person)}
	}
	leaver, not, requester := login(c.Person), login(w.Not), login(c.Requester)
	var out []string
	for _, p := range cast() {
		switch {
		case p.ID == leaver, p.ID == not:
		case c.Terms.Confidential && slices.Contains(w.Roles, store.HR) && departments[p.ID] == "HR" && p.ID != requester:
		case slices.ContainsFunc(w.Roles, func(r store.Role) bool { return holds(p.ID, r) }):
			out = append(out, p.ID)
		}
	}
	if slices.Contains(w.Roles, store.Approver) {
		for _, a := range c.Plan(0).Approvers {
			if id := login(a); id != not && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// departments says where everybody works.
var departments = func() map[string]string {
	out := map[string]string{}
	for _, p := range demo.People() {
		out[p.Login] = p.Department
	}
	return out
}()

// holds reports whether company.yaml gives somebody a role. The groups of the
// directory are not asked: it may be down, and the page must not wait for it.
func holds(login string, r store.Role) bool {
	department := map[store.Role]string{store.HR: "HR", store.IT: "IT", store.Security: "Security"}[r]
	return department != "" && departments[login] == department || r == store.Admin && login == "ivan"
}

// next is what happens while nothing waits for anybody.
func (d *demoBot) next() web.Wait {
	cases := d.open()
	if len(cases) == 0 {
		return web.Wait{Person: "aude", Text: "No case is open any more. Read as the auditor who did what, and when: /offboard audit OFF-1"}
	}
	c := cases[0]
	p, leaver := c.Plan(0), d.app.people.Name(c.Person)
	if p.State == store.Surveying || p.State == "" {
		return web.Wait{Text: "The bot reads what " + leaver + " has in every system. A system that is down holds this up: repair it under Company."}
	}
	if p.State == store.Approved {
		return web.Wait{Text: "It is approved, and the bot does the rest by itself at the cut-off. Under Company, press \"To the cut-off\"."}
	}
	ended := 0
	var silent []string
	for _, s := range p.Steps {
		if s.State.Ended() {
			ended++
		}
		if name := titles(d.app.systems)[s.System]; s.State == store.FailedAgain && !slices.Contains(silent, name) {
			silent = append(silent, name)
		}
	}
	text := fmt.Sprintf("The bot takes %s out by itself: %d of %d steps are done, and proven.", leaver, ended, len(p.Steps))
	if len(silent) > 0 {
		text += " It goes on trying where it does not get through: " + strings.Join(silent, ", ") + ". Under Company you can repair that."
	}
	return web.Wait{Text: text}
}

// fresh reports whether there was no case yet.
func (d *demoBot) fresh() bool {
	_, err := d.app.store.Case("OFF-1")
	_, none := errors.AsType[*store.Refused](err)
	return none
}
