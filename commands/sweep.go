package commands

import (
	"context"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// sweep looks at the accounts of all systems and says which belong to nobody who
// stays; and it takes what people say about one of them (known.go).
func (c *Commands) sweep(ctx context.Context, r *request) (bot.Reply, error) {
	what, rest, _ := strings.Cut(r.arg, " ")
	if r.Object != "" && r.Object != nothing {
		what, rest, _ = strings.Cut(r.Object, ":")
	}
	roles := claimed(r.actor)
	// Who may open a case gets as far as to look at one account: the report in
	// IT's channel has it for all who read there.
	starts := what == "look" && store.Permitted(store.VerbStart, roles)
	if !starts && !store.Permitted(store.VerbSweep, roles) {
		return said("Looking at all accounts is for IT, security and the auditors.")
	}
	switch what = strings.ToLower(what); what {
	case "":
		return c.sweepAll(r), nil
	case "look", "known", "link", "forget":
		return c.stray(ctx, r, what, strings.TrimSpace(rest))
	}
	return said("I don't know this. /offboard sweep looks at all accounts; then choose one of those that were found.")
}

// sweepAll looks at all accounts. The answer comes when that is over.
func (c *Commands) sweepAll(r *request) bot.Reply {
	return c.long(r, c.View.Looking, func(ctx context.Context, tell progress) (bot.Reply, error) {
		found, err := c.Sweep(ctx, tell)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.sweepOver(r, found)
	})
}

func (c *Commands) sweepOver(r *request, s actions.Swept) (bot.Reply, error) {
	c.mu.Lock()
	c.strays = s.Strays
	c.mu.Unlock()
	found, err := c.foundBy(r, s.Strays)
	if err != nil {
		return bot.Reply{}, err
	}
	total := 0
	for _, n := range s.Looked {
		total += n
	}
	m := c.View.Sweep(view.Sweep{
		Looked: total, Found: found, Known: s.Known, Unread: s.Unread, Unable: s.Unable, Acts: store.Permitted(store.VerbKnown, claimed(r.actor)),
	})
	return bot.Reply{Message: &m}, nil
}

// foundBy is what of a sweep somebody may know, and as what. Of a case that they
// may not see nothing shows.
func (c *Commands) foundBy(r *request, list []store.Stray) ([]view.Found, error) {
	rows := map[store.CaseID]store.Summary{}
	sees := map[store.CaseID]bool{}
	var out []view.Found
	for _, x := range list {
		if _, ok := rows[x.Case]; !ok && x.Case != "" {
			cs, err := c.Store.Case(x.Case)
			if err != nil {
				return nil, err
			}
			configured, err := c.People.Roles(r.actor, cs.Person)
			if err != nil {
				return nil, err
			}
			rows[x.Case], sees[x.Case] = cs.Summary(), cs.Visible(r.actor.Person, configured)
		}
		if k := x.Kind(rows[x.Case], sees[x.Case]); k != store.NoStray {
			out = append(out, view.Found{Stray: x, Kind: k, Ref: c.Store.SystemAccount(x.System, x.ID, x.Login).Ref()})
		}
	}
	return out, nil
}

// lastFound is what the last sweeps have found, that somebody may know of: of the
// one that was asked for last, and of the schedule's. What was said about an
// account since does not count.
func (c *Commands) lastFound(r *request) ([]view.Found, error) {
	report, err := c.Store.LastSweep()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	list := slices.Clone(c.strays)
	c.mu.Unlock()
	for _, x := range report.Strays {
		if !slices.ContainsFunc(list, func(y store.Stray) bool { return x.System == y.System && x.ID == y.ID }) {
			list = append(list, x)
		}
	}
	return c.foundBy(r, list)
}
