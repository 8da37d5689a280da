package commands

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/bot"
	"offboard/store"
)

// caseField is the field of a menu that chooses a case.
const caseField = "case"

// item is an open case as one person sees it.
type item struct {
	cs    store.Case
	mine  bool         // they have asked for it
	waits []store.Wait // what waits for them
	calls bool         // they have asked for it, and its time has passed without an approval
	late  time.Time    // since when something in it is overdue; zero if nothing is
	due   time.Time    // when it goes on by itself; may be zero
}

// overview lists the open cases that a person may see: what is overdue first,
// then what is due first.
func (c *Commands) overview(r *request) ([]item, error) {
	rows, err := c.Store.OpenCases()
	if err != nil {
		return nil, err
	}
	now := c.Store.Now()
	var out []item
	err = c.visible(r, rows, func(row store.Summary, cs store.Case, configured []store.Role) {
		it := item{cs: cs, mine: cs.Requester == r.actor.Person || cs.Asker() == r.actor.Person, due: row.Due, waits: c.waits(cs, r.actor, cs.RolesOf(r.actor.Person, configured))}
		it.calls = cs.Asker() == r.actor.Person && cs.Late(now) && !cs.InBatch()
		for _, w := range cs.Waits() {
			if at := overdue(cs, w, now); !at.IsZero() && (it.late.IsZero() || at.Before(it.late)) {
				it.late = at
			}
		}
		out = append(out, it)
	})
	slices.SortStableFunc(out, func(a, b item) int {
		return cmp.Or(sooner(a.late, b.late), sooner(a.due, b.due))
	})
	return out, err
}

// visible calls each with those of the cases that a person may know of, and with
// the roles that the configuration gives this person there.
func (c *Commands) visible(r *request, rows []store.Summary, each func(row store.Summary, cs store.Case, configured []store.Role)) error {
	for _, row := range rows {
		configured, err := c.People.Roles(r.actor, row.Person)
		if err != nil {
			return err
		}
		if !row.Visible(r.actor.Person, configured) {
			continue
		}
		cs, err := c.Store.Case(row.ID)
		if err != nil {
			return err
		}
		each(row, cs, configured)
	}
	return nil
}

// sooner orders moments; none comes last.
func sooner(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// overdue is since when something should have been done; zero if it need not
// have been yet.
func overdue(cs store.Case, w store.Wait, now time.Time) time.Time {
	p := cs.Plan(0)
	var at time.Time
	switch {
	case w.Verb == store.VerbApprove && cs.Late(now):
		at = p.CutOff.At
	case w.Verb == store.VerbConfirm:
		at = p.TaskDue(p.Step(w.Step))
	}
	if now.Before(at) {
		return time.Time{}
	}
	return at
}

// row is a case in one line, and since when it is overdue.
func (c *Commands) row(it item) bot.Row {
	row := c.View.Row(it.cs)
	if !it.late.IsZero() {
		row.Detail = bot.Join(since(it.late, it.cs), bot.T(" "), row.Detail)
	}
	return row
}

func since(at time.Time, cs store.Case) bot.Text {
	return bot.B("Overdue since " + at.In(cs.Zone()).Format("Mon 2 January 2006, 15:04 MST") + ".")
}

// queue words what waits for a person. Of more than so many cases the rest is
// seen when these are done.
func (c *Commands) queue(r *request, items []item, cases int) (summary string, parts []bot.Part, err error) {
	const most = 5
	parts, n, err := c.ours(r, items)
	if err != nil {
		return "", nil, err
	}
	now := c.Store.Now()
	for _, it := range items {
		n += len(it.waits)
		if it.calls {
			n++
		}
		if len(it.waits) == 0 && !it.calls || cases == 0 {
			continue
		}
		cases--
		list := bot.Checklist{Rows: []bot.Row{c.View.Row(it.cs)}}
		for _, w := range it.waits[:min(len(it.waits), most)] {
			row := bot.Row{Mark: bot.Open, Text: bot.T(c.waitWords(it.cs, w))}
			if at := overdue(it.cs, w, now); !at.IsZero() {
				row.Detail = since(at, it.cs)
			}
			list.Rows = append(list.Rows, row)
		}
		if it.calls {
			list.Rows = append(list.Rows, bot.Row{Mark: bot.Open, Text: bot.T(c.View.Call(it.cs)), Detail: since(it.late, it.cs)})
		}
		if more := len(it.waits) - most; more > 0 {
			list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("and %d more", more))})
		}
		parts = append(parts, list, bot.Buttons{{Label: "Look at " + string(it.cs.ID), Verb: string(store.VerbStatus), Object: string(it.cs.ID)}})
	}
	switch n {
	case 0:
		return "Nothing waits for you.", nil, nil
	case 1:
		return "One thing waits for you.", parts, nil
	}
	return fmt.Sprintf("%d things wait for you.", n), parts, nil
}

// ours are the things of the installation that wait for this person: rules
// that became weaker, accounts to link, somebody who is to decide again, and a
// clock that is in doubt.
func (c *Commands) ours(r *request, items []item) (parts []bot.Part, n int, err error) {
	st, err := c.Store.State()
	if err != nil {
		return nil, 0, err
	}
	add := func(text, label string, v store.Verb, object string) {
		n++
		parts = append(parts, bot.Checklist{Rows: []bot.Row{{Mark: bot.Open, Text: bot.T(text)}}}, bot.Buttons{{Label: label, Verb: string(v), Object: object}})
	}
	roles := claimed(r.actor)
	may := func(r store.Role) bool { return slices.Contains(roles, r) }
	if !st.Config.Wanted.IsZero() && (may(store.HR) || may(store.Security)) && !may(store.IT) && !may(store.Admin) {
		add("A second person must agree to weaker rules in the configuration", "Look at the configuration", store.VerbConfig, nothing)
	}
	c.stops(r, st, add)
	if err := errors.Join(c.lists(r, add), c.returns(r, add)); err != nil {
		return nil, 0, err
	}
	told := slices.ContainsFunc(items, func(it item) bool { // by a step that waits for it
		return slices.ContainsFunc(it.waits, func(w store.Wait) bool { return w.Verb == store.VerbClock })
	})
	if st.Doubt != nil && store.Permitted(store.VerbClock, roles) && !told {
		add("Say whether my clock is right", "Look at the clock", store.VerbClock, nothing)
	}
	if !store.Permitted(store.VerbSecond, roles) && !store.Permitted(store.VerbErase, roles) {
		return parts, n, nil
	}
	persons, err := c.Store.Concerns()
	for _, p := range persons {
		for _, x := range p.Pending {
			verb := store.VerbSecond
			if x.Change.Verb == store.VerbErase {
				verb = store.VerbErase
			}
			if x.By == r.actor.Person || p.ID == r.actor.Person || !store.Permitted(verb, roles) || verb == store.VerbErase && c.mayErase(r, p.ID) != nil {
				continue
			}
			text := "A second person must agree that a chat account is linked to " + c.People.Name(p.ID)
			switch x.Change.Verb {
			case store.VerbUnfreeze:
				text = "A second person must agree that " + c.People.Name(p.ID) + " decides again"
			case store.VerbErase:
				text = "A second person must agree that " + c.People.Name(p.ID) + " is erased"
			default:
			}
			add(text, "Look at it", x.Change.Verb, fmt.Sprintf("%s:%d:%s", p.ID, x.Entry, look))
		}
	}
	return parts, n, err
}

// look, in the object of a button, shows what a second person would agree to.
const look = "look"
