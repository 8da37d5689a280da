package keeper

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// question is something that waits for people.
type question struct {
	name  string // of its reminders
	since time.Time
	role  store.Role // whose it is
	ask   bot.Message
	// above tells the role above that it waits, and what they can do.
	above func(ctx context.Context, above store.Role) bot.Message
}

// above is the role that is told if another one does not answer: one that may
// know of the case and can do something. It decides nothing that it could not
// decide before.
var above = map[store.Role]store.Role{
	store.Approver: store.HR,       // names another approver
	store.HR:       store.Security, // leaves it out, or stops it
	store.IT:       store.Security,
	store.Security: store.HR,
}

// reminders ask again what has waited too long: each time a message of its own,
// because an edit notifies nobody. Some kinds of departure have none.
func (b *board) reminders(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	if !v.Kind(c.Terms.Kind).Reminders {
		return nil
	}
	out := b.silentRoles(ctx)
	if asked := view.Since(p); p.State == store.Asked {
		for _, a := range p.Approvers {
			if !slices.Contains(c.Outstanding(), store.Approver) {
				break
			}
			q := question{
				name: fmt.Sprint(asked.Unix()), since: asked, role: store.Approver, ask: v.Remind(c),
				above: func(ctx context.Context, _ store.Role) bot.Message { return v.Silent(c, a, asked, b.manager(ctx, a)) },
			}
			out = append(append(out, b.person(q, a)...), b.escalate(ctx, q)...)
		}
	}
	// One message for all that a role has to do: many tasks are due at once.
	waits := map[store.Role][]view.Waiting{}
	for _, s := range p.Steps {
		if w, ok := b.waiting(s); ok {
			waits[owner(s)] = append(waits[owner(s)], w)
		}
	}
	for _, role := range slices.Sorted(maps.Keys(waits)) {
		list := waits[role]
		first := slices.MinFunc(list, func(x, y view.Waiting) int { return x.Since.Compare(y.Since) })
		list = slices.DeleteFunc(list, func(w view.Waiting) bool { return w.Since.After(b.now) }) // not due yet
		q := question{
			name: string(role), since: first.Since, role: role, ask: v.Waits(c, role, list),
			above: func(_ context.Context, above store.Role) bot.Message { return v.Undone(c, role, list, above) },
		}
		out = append(append(out, b.role(ctx, q)...), b.escalate(ctx, q)...)
	}
	return out
}

// waiting is what a step asks of people: a task since it was due, all else since
// somebody was called.
func (b *board) waiting(s store.Step) (view.Waiting, bool) {
	p := b.c.Plan(0)
	if due := p.TaskDue(s); !due.IsZero() && !s.State.Ended() && b.open() {
		return view.Waiting{Step: s, Since: due, Due: true}, true
	}
	name, ok := b.need(s)
	i := slices.IndexFunc(b.posts, func(p store.Post) bool { return p.Name == name && p.Ref != "" })
	if !ok || i < 0 {
		return view.Waiting{}, false
	}
	return view.Waiting{Step: s, Since: b.posts[i].At}, true
}

// person reminds one person, on their own clock.
func (b *board) person(q question, id store.PersonID) []wanted {
	name, ok := b.again(fmt.Sprintf("remind/%s/%s", id, q.name), q.since, b.zone(id))
	if !ok {
		return nil
	}
	return []wanted{{name: name, at: b.direct(id), once: true, make: still(q.ask)}}
}

// role reminds those who hold a role: in the channel of IT if some of them read
// there, on the company's clock, which notifies who is at work then; else each
// directly.
func (b *board) role(ctx context.Context, q question) []wanted {
	if first := q.since.Add(b.k.cfg.Remind.Every); first.After(b.now) {
		b.k.wake(b.c.ID, first)
		return nil // nobody has to be looked up yet
	}
	var at []bot.Place
	var notify []bot.User
	for _, r := range b.channels(ctx) {
		for _, u := range r.readers {
			if !r.open || !u.holds([]store.Role{q.role}) {
				continue
			}
			if !slices.Contains(at, r.at) {
				at = append(at, r.at)
			}
			if b.k.cfg.Remind.Hours.Next(b.now, b.zone(u.person)).Equal(b.now) {
				notify = append(notify, u.User)
			}
		}
	}
	if len(at) == 0 && !b.blind {
		ids := b.holding(ctx, q.role)
		if slices.Contains(ids, b.c.Asker()) { // who knows the case best
			ids = []store.PersonID{b.c.Asker()}
		}
		var out []wanted
		for _, id := range ids {
			out = append(out, b.person(q, id)...)
		}
		return out
	}
	name, ok := b.again("remind/"+q.name, q.since, b.k.cfg.View.Zone)
	if !ok || len(at) == 0 {
		return nil
	}
	return []wanted{{name: name, at: at, notify: notify, once: true, make: still(q.ask)}}
}

// escalate tells the role above, each on their own clock, once.
func (b *board) escalate(ctx context.Context, q question) []wanted {
	role, ok := above[q.role]
	late := q.since.Add(b.k.cfg.Remind.Escalate)
	switch {
	case !ok:
		return nil
	case late.After(b.now):
		b.k.wake(b.c.ID, late)
		return nil
	}
	ids := b.holding(ctx, role)
	if role == store.HR && !slices.Contains(ids, b.c.Asker()) { // a confidential case is theirs alone
		ids = append(ids, b.c.Asker())
	}
	var out []wanted
	for _, id := range ids {
		name := fmt.Sprintf("escalate/%s/%s/%d", id, q.name, q.since.Unix())
		told := slices.ContainsFunc(b.posts, func(p store.Post) bool { return p.Name == name && p.Ref != "" && p.Ref != refused })
		asked := q.role == store.Approver && slices.Contains(b.c.Plan(0).Approvers, id)
		if told || asked || !b.due(late, b.zone(id)) {
			continue
		}
		out = append(out, wanted{name: name, at: b.direct(id), once: true, make: still(q.above(ctx, role))})
	}
	return out
}

// manager is what the directory calls an approver's manager; empty where there
// is none, or none who could be asked.
func (b *board) manager(ctx context.Context, approver store.PersonID) string {
	_, leaver, err := b.k.cfg.Store.Person(b.c.Person)
	if err != nil {
		return ""
	}
	_, card, err := b.k.cfg.Store.Person(approver)
	if err != nil || card.Manager == "" || card.Manager == leaver.ID {
		return ""
	}
	above, err := b.k.cfg.People.Card(ctx, card.Manager)
	if err != nil || above.Disabled {
		return ""
	}
	return above.Name
}

// series is what was sent of a message that is repeated.
type series struct {
	n       int       // of the last one; 0 is none
	tried   time.Time // when one was last sent, or tried to be
	sent    time.Time // when the last one was, if it stands somewhere
	pending bool      // the last one does not stand everywhere
}

// series reads what was sent, and not what should have been: after a time when
// the bot was down or its configuration was another one, nobody gets more.
func (b *board) series(name string) series {
	var s series
	for _, p := range b.posts {
		of, n := numbered(p.Name)
		if of != name || n == 0 {
			continue
		}
		if n > s.n {
			s.n, s.sent, s.pending = n, time.Time{}, false
		}
		s.tried = latest(s.tried, p.At)
		switch {
		case n < s.n:
		case p.Ref == "", p.Ref == refused: // it is tried another way
			s.pending = s.pending || s.sent.IsZero()
		default:
			s.sent, s.pending = latest(s.sent, p.At), false
		}
	}
	return s
}

// numbered takes a name of a message that is repeated apart: "a/b-3" is the
// third of "a/b". The number is 0 for a name that has none.
func numbered(name string) (of string, n int) {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return name, 0
	}
	n, err := strconv.Atoi(name[i+1:])
	if err != nil || n < 1 {
		return name, 0
	}
	return name[:i], n
}

// again names the reminder that is to be sent now, if one is. A kill between
// the record of the intent and that of the post leaves it pending, and it is
// sent again under the same name and key.
func (b *board) again(name string, since time.Time, zone *time.Location) (string, bool) {
	s := b.series(name)
	next := fmt.Sprintf("%s-%d", name, s.n+1)
	switch {
	case b.due(latest(since, s.tried).Add(b.k.cfg.Remind.Every), zone):
		b.k.wake(b.c.ID, b.now.Add(b.k.cfg.Remind.Every))
		return next, true
	case s.pending && b.due(b.now, zone):
		return fmt.Sprintf("%s-%d", name, s.n), true
	}
	return "", false
}

// due reports whether a time has come and it is working time in a zone; else it
// has the case looked at again.
func (b *board) due(t time.Time, zone *time.Location) bool {
	at := b.k.cfg.Remind.Hours.Next(latest(t, b.now), zone)
	if at.After(b.now) {
		b.k.wake(b.c.ID, at)
		return false
	}
	return true
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// zone is where a person is; the company's zone where that is not known.
func (b *board) zone(id store.PersonID) *time.Location {
	return zoneOf(b.k.cfg.Store, id, b.k.cfg.View.Zone)
}

func zoneOf(s *store.Store, id store.PersonID, other *time.Location) *time.Location {
	_, card, err := s.Person(id)
	if err != nil || card.Zone == "" {
		return other
	}
	if zone, err := time.LoadLocation(card.Zone); err == nil {
		return zone
	}
	return other
}

// wake has a case looked at again at a time. It is in memory only: after a
// start every open case is looked at anyway.
func (k *Keeper) wake(id store.CaseID, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, ok := k.wakes[id]; !ok || at.Before(old) {
		k.wakes[id] = at
	}
}
