package view

import (
	"slices"

	"offboard/bot"
	"offboard/store"
)

// Role is a role that somebody can have, as the access profiles of the
// configuration say it.
type Role struct{ ID, Title string }

// Role is the title of the role with this id; an unknown one is titled by its id.
func (v View) Role(id string) string {
	if i := slices.IndexFunc(v.Roles, func(r Role) bool { return r.ID == id }); i >= 0 {
		return v.Roles[i].Title
	}
	return id
}

// roles are the facts of a change of role.
func (v View) roles(c store.Case) bot.Facts {
	m := c.Terms.Move
	if m == nil { // the rules allow no such plan
		return nil
	}
	return bot.Facts{
		{Label: "Old role", Value: bot.T(v.Role(m.From))},
		{Label: "New role", Value: bot.T(v.Role(m.To))},
		{Label: "First day in it", Value: bot.T(Day(c.Terms.LastDay))},
	}
}

// Day is what the day of the terms is.
func (v View) Day(c store.Case) string {
	if c.Moves() {
		return "The first day in the new role"
	}
	return "The last day of work"
}

// loses says what a press takes.
func (v View) loses(c store.Case) string {
	if c.Plan(0).Kind == store.Move {
		return v.Begins(c) + " within seconds."
	}
	return v.Name(c.Person) + " loses access within seconds."
}

// shares reports whether something of a plan goes to somebody else, so that it is
// asked who gets what. By a leave that is so also where nothing was found yet.
func shares(p store.Plan) bool {
	return p.Kind == store.Leave || p.Kind == store.Move && slices.ContainsFunc(p.Steps, func(s store.Step) bool { return s.StepPlan.Answers })
}
