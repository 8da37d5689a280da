package store

import (
	"cmp"
	"fmt"
	"slices"
)

// A plan needs its approver and one person for each role that the policy names
// (Ruling.Also, where a role that needs two persons stands twice). All are
// different persons and each decides once. The last approval makes the plan
// approved, any refusal declines it, and a change of what is decided about makes
// void what was given before.

// Seat is the approval that a decision was: Approver, or the role in which its
// person gave it.
func (d Decision) Seat() Role { return cmp.Or(d.Role, Approver) }

// Seats are approvals that persons of one role give, each one of them.
type Seats struct {
	Role  Role
	Count int
}

// Words is who gives them: "security", "2 people of security".
func (s Seats) Words() string {
	if s.Count == 1 {
		return s.Role.Words()
	}
	return fmt.Sprintf("%d people of %s", s.Count, s.Role.Words())
}

// Tally counts the approvals of each role, in the order in which they stand.
func Tally(roles []Role) []Seats {
	var out []Seats
	for _, r := range roles {
		i := slices.IndexFunc(out, func(s Seats) bool { return s.Role == r })
		if i < 0 {
			i = len(out)
			out = append(out, Seats{Role: r})
		}
		out[i].Count++
	}
	return out
}

// ApprovedBy is who gave the approver's own approval of the plan, also of an
// emergency afterwards; empty if nobody has. Those who approve by a role are
// asked by that role again.
func (p Plan) ApprovedBy() PersonID {
	all := slices.Clone(p.Approvals)
	if p.Decision != nil {
		all = append(all, *p.Decision)
	}
	for _, d := range append(all, p.Later...) {
		if d.By != "" && d.Seat() == Approver {
			return d.By
		}
	}
	return ""
}

// Needed are the approvals that the current plan needs, its approver's first; a
// role of which several persons are needed stands there as often. A restore needs
// the approver's only: it is the way out of a mistake, and takes nothing from
// anybody.
func (c Case) Needed() []Role {
	out := []Role{Approver}
	if c.Plan(0).Kind == Restore {
		return out
	}
	return append(out, c.Ruling.Also...)
}

// Outstanding are the approvals that are asked for now and not given yet: of
// the plan, or of what was found in it later. A role stands there once for each
// person of it whose approval is missing.
func (c Case) Outstanding() []Role {
	p := c.Plan(0)
	if p.State != Asked && !p.drifted() {
		return nil
	}
	out := c.Needed()
	for _, d := range p.Given {
		if i := slices.Index(out, d.Seat()); i >= 0 {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out
}

// Eligible reports whether somebody may give an approval by a role of theirs,
// as far as the case is concerned: it is not about them, not at their wish,
// and they have given none.
func (c Case) Eligible(p PersonID) bool {
	return p != "" && p != c.Person && !c.askedFor(p) && !c.Plan(0).gave(p)
}

// gave reports whether somebody has approved in this round.
func (p Plan) gave(id PersonID) bool {
	return slices.ContainsFunc(p.Given, func(d Decision) bool { return d.By == id })
}

// Seat is the outstanding approval that somebody with these configured roles
// would give; empty if none is theirs. The approver's own comes first, and in
// place of the approver only decides who has no other to give.
func (c Case) Seat(id PersonID, configured []Role) Role {
	p, open := c.Plan(0), c.Outstanding()
	approver := slices.Contains(open, Approver)
	if approver && slices.Contains(p.Approvers, id) {
		return Approver
	}
	for _, r := range open {
		if r != Approver && slices.Contains(configured, r) {
			return r
		}
	}
	if approver && p.Fallback.has(id) {
		return Approver
	}
	return ""
}

// further reports whether somebody decides in the case by a role of theirs, or
// in place of the approver, or has decided. It does not end with their decision,
// so that a second click gets the right answer.
func (c Case) further(id PersonID, configured []Role) bool {
	return c.Plan(0).Fallback.has(id) || slices.Contains(c.Decided, id) || slices.ContainsFunc(c.Needed(), func(r Role) bool { return r != Approver && slices.Contains(configured, r) })
}

// maySit refuses whoever has no approval to give, with what has happened to it.
func (c Case) maySit(e Event) *Refused {
	p := c.Plan(0)
	switch {
	case p.gave(e.Actor.Person):
		return refuse(Already, "You have approved %s already. %s", c.ID, c.stillAsked())
	case c.Seat(e.Actor.Person, e.Facts.Roles) != "":
		return nil
	}
	for _, d := range p.Given {
		if d.Seat() == Approver && !slices.Contains(p.Approvers, e.Actor.Person) && !p.Fallback.has(e.Actor.Person) || d.Seat() != Approver && !slices.Contains(e.Facts.Roles, d.Role) {
			continue
		}
		return refuse(Already, "%s was approved already by %s, so nothing more is needed from you. %s", c.ID, d.By, c.stillAsked())
	}
	return c.notYours(VerbApprove)
}

// stillAsked says whose approval is missing.
func (c Case) stillAsked() string {
	var list []string
	open := c.Outstanding()
	for _, s := range Tally(open) {
		if s.Role == Approver {
			list = append(list, c.approver())
		} else {
			list = append(list, s.Words())
		}
	}
	switch len(open) {
	case 0:
		return ""
	case 1:
		return list[0] + " is still asked."
	}
	return joined(list) + " are still asked."
}

func joined(list []string) string {
	out := list[0]
	for i, s := range list[1:] {
		if i == len(list)-2 {
			out += " and " + s
		} else {
			out += ", " + s
		}
	}
	return out
}

// Deciders names who may do a verb of the approver's, for a refusal.
func (c Case) Deciders(v Verb) string {
	list := []string{c.approver()}
	if v != VerbApprove && v != VerbDecline {
		return list[0]
	}
	for _, s := range Tally(c.Needed()[1:]) {
		if s.Count == 1 {
			list = append(list, "somebody of "+s.Role.Words())
		} else {
			list = append(list, s.Words())
		}
	}
	return joined(list)
}

// settles reports whether an approval would settle who gets what: not where
// somebody approves in place of the approver, who was not shown it.
func (c Case) settles(p Plan, e Event) bool {
	d := Decision{By: e.Actor.Person}
	if seat := c.Seat(d.By, e.Facts.Roles); seat != Approver {
		d.Role = seat
	}
	return p.seen(d)
}

// decide records a decision in the seat of its person.
func (c *Case) decide(b Decided, e Event) {
	p := c.Plan(b.Plan)
	d := Decision{By: e.Actor.Person, At: e.At, Reason: b.Reason}
	if seat := c.Seat(d.By, e.Facts.Roles); seat != Approver {
		d.Role = seat
	}
	heir := c.Heir()
	if !b.Approve {
		c.remember(p)
		c.remember(Plan{Given: []Decision{d}})
	}
	if b.Approve && len(c.Outstanding()) > 1 {
		c.edit(b.Plan, func(x *Plan) { x.Given = append(slices.Clone(p.Given), d) })
		return
	}
	c.edit(b.Plan, func(x *Plan) { x.decided(b, e, d, heir) })
}

// void takes back the approvals that were given to something that has changed
// since.
func (p *Plan) void() {
	if len(p.Given) > 0 {
		p.Void, p.Given = append(slices.Clone(p.Void), p.Given...), nil
	}
}

// knowing names those who have decided in the plan, or may decide in place of its
// approver: they know of the case.
func (p Plan) knowing() []PersonID {
	var out []PersonID
	add := func(id PersonID) {
		if !slices.Contains(p.Approvers, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, list := range [][]Decision{p.Given, p.Approvals, p.Later, p.Void} {
		for _, d := range list {
			add(d.By)
		}
	}
	if p.Decision != nil {
		add(p.Decision.By)
	}
	if p.Fallback != nil {
		for _, id := range p.Fallback.To {
			add(id)
		}
	}
	return out
}

// remember keeps who has decided about a plan that gives way to another one, or is
// changed: of a confidential case too they may still see what they decided.
func (c *Case) remember(p Plan) {
	p.Fallback, p.Approvers = nil, nil // who was only asked has decided nothing
	for _, id := range p.knowing() {
		if id != "" && !slices.Contains(c.Decided, id) {
			c.Decided = append(slices.Clone(c.Decided), id)
		}
	}
}

// knowing names who may know of the case because of what they decide, have decided
// or ask for, without its requester and approvers.
func (c Case) knowing() []PersonID {
	p := c.Plan(0)
	out := p.knowing()
	for _, id := range append(slices.Clone(c.Decided), p.Asking, c.Plan(1).Asking) {
		if id != "" && !slices.Contains(p.Approvers, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// approvalWaits are the decisions that the case waits for.
func (c Case) approvalWaits() []Wait {
	p := c.Plan(0)
	var out []Wait
	for _, s := range Tally(c.Outstanding()) {
		r := s.Role
		if r != Approver {
			not := slices.Clone(c.Changers)
			for _, d := range p.Given {
				not = append(not, d.By)
			}
			out = append(out, Wait{Verb: VerbApprove, Roles: []Role{r}, Not: c.Asker(), Nor: append(not, p.Approvers...)})
			continue
		}
		for _, a := range p.Approvers {
			out = append(out, Wait{Verb: VerbApprove, Person: a})
		}
		if p.Fallback != nil {
			for _, a := range p.Fallback.To {
				out = append(out, Wait{Verb: VerbApprove, Person: a})
			}
		}
	}
	return out
}
