package commands

import (
	"context"
	"slices"
	"strings"
	"time"

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

// A sweep takes as long as the systems take. Meanwhile it is said how far it is:
// few times, since Slack takes five answers to one command.
var tells = []time.Duration{5 * time.Second, 25 * time.Second, 90 * time.Second}

// swept is the end of a sweep, or how far it is.
type swept struct {
	found actions.Swept
	err   error
	title string
	done  int
	total int
	over  bool
}

// sweepAll looks at all accounts. The answer comes when that is over.
func (c *Commands) sweepAll(r *request) bot.Reply {
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		news := make(chan swept, 1) // what was told last
		tell := func(s swept) {
			select {
			case <-news:
			default:
			}
			news <- s
		}
		go func() {
			defer func() {
				if p := recover(); p != nil {
					c.Log.Error().Str("verb", string(store.VerbSweep)).Type("panic", p).Msg("sweep")
					tell(swept{err: errBroken, over: true})
				}
			}()
			found, err := c.Sweep(ctx, func(title string, done, total int) { tell(swept{title: title, done: done, total: total}) })
			tell(swept{found: found, err: err, over: true})
		}()
		return c.waitSwept(ctx, r, news, tells)
	}}
}

// waitSwept waits for the end, and answers between if that takes long.
func (c *Commands) waitSwept(ctx context.Context, r *request, news chan swept, waits []time.Duration) bot.Reply {
	var soon <-chan time.Time
	if len(waits) > 0 {
		t := time.NewTimer(waits[0])
		defer t.Stop()
		soon = t.C
	}
	last := swept{}
	for {
		select {
		case last = <-news:
			if last.over {
				return c.sweepOver(r, last)
			}
		case <-soon:
			if last.title == "" {
				soon = nil // nothing was read: the answer says why
				continue
			}
			m := c.View.Looking(last.title, last.done, last.total)
			return bot.Reply{Message: &m, Then: func(ctx context.Context) bot.Reply { return c.waitSwept(ctx, r, news, waits[1:]) }}
		case <-ctx.Done():
			return c.failed(r.Interaction, ctx.Err())
		}
	}
}

func (c *Commands) sweepOver(r *request, s swept) bot.Reply {
	if s.err != nil {
		return c.failed(r.Interaction, s.err)
	}
	c.mu.Lock()
	c.strays = s.found.Strays
	c.mu.Unlock()
	found, err := c.foundBy(r, s.found.Strays)
	if err != nil {
		return c.failed(r.Interaction, err)
	}
	total := 0
	for _, n := range s.found.Looked {
		total += n
	}
	m := c.View.Sweep(view.Sweep{
		Looked: total, Found: found, Known: s.found.Known, Unread: s.found.Unread, Unable: s.found.Unable, Acts: store.Permitted(store.VerbKnown, claimed(r.actor)),
	})
	return bot.Reply{Message: &m}
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
