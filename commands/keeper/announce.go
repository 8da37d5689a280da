package keeper

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"offboard/commands/view"
	"offboard/store"
)

// Announce says who is told of a leave before access ends, so that they can
// prepare, and when.
type Announce struct {
	Roles  []store.Role
	Before time.Duration // the cut-off
	Hours  Hours         // on the clock of who is told; zero is always
}

// coming tells of an approved leave those who prepare for it, never of a
// confidential one, nor the one who leaves; and once more, by a message of its
// own, whoever was told what is not true any more: another time was set, or it was
// given up.
func (b *board) coming(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	var out []wanted
	_, held := c.Held()
	told := b.announced()
	is := view.AnnouncedOf(c)
	if p.Kind == store.Leave && p.State == store.Approved && is.At.After(b.now) && !c.Terms.Confidential && !held {
		for _, id := range b.prepare(ctx, is.At) {
			if _, known := told[id]; !known && b.working(id, is.At.Add(-b.k.cfg.Announce.Before), is.At) {
				out = append(out, wanted{name: "coming/" + announcement(id, is, 0), at: b.direct(id), once: true, make: still(v.Coming(c))})
			}
		}
	}
	for id, old := range told {
		stale := old.what != is && p.Kind == store.Leave && !held
		end := is.At
		if is.How == "now" {
			end = b.now
		}
		if stale && !c.Terms.Confidential && is.Told() && b.working(id, b.now, end) {
			out = append(out, wanted{name: "coming/" + announcement(id, is, old.n+1), at: b.direct(id), once: true, make: still(v.Changed(c, old.what))})
		}
		for _, post := range b.posts {
			if n, ok := announcementOf(post.Name, id); ok && (n < old.n || stale) {
				out = append(out, wanted{name: post.Name, only: true, make: still(v.NotComing(c))})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y wanted) int { return strings.Compare(x.name, y.name) })
	return out
}

// prepare are those who are told, by role; nobody while it is too early for all.
func (b *board) prepare(ctx context.Context, moment time.Time) []store.PersonID {
	if soonest := moment.Add(-b.k.cfg.Announce.Before - week); soonest.After(b.now) {
		b.k.wake(b.c.ID, soonest)
		return nil
	}
	var out []store.PersonID
	for _, role := range b.k.cfg.Announce.Roles {
		ids, err := b.k.cfg.People.Holders(ctx, b.c.Person, role)
		if err != nil {
			b.errs = append(b.errs, fmt.Errorf("read who is %s: %w", role, err))
		}
		for _, id := range ids {
			if id != b.c.Person && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// week is after how long there are working hours again, whatever the days.
const week = 7 * 24 * time.Hour

// working reports whether somebody is told now what they should know from a time
// on: in their working hours; in the last ones before the end, where there is one
// and the next ones come after it; and at once where none are left before it, since
// later it would be of no use. Else the case is looked at again.
func (b *board) working(id store.PersonID, from, end time.Time) bool {
	h, zone := b.k.cfg.Announce.Hours, b.zone(id)
	at := h.Next(latest(from, b.now), zone)
	for t := from; !end.IsZero() && !at.Before(end) && t.After(from.Add(-week)); t = t.Add(-time.Hour) {
		at = h.Next(t, zone)
	}
	if !at.After(b.now) || !end.IsZero() && !h.Next(b.now, zone).Before(end) {
		return true
	}
	b.k.wake(b.c.ID, at)
	// A case that is over is found again after a restart only if it counts as
	// not shown yet.
	b.early = b.early || b.c.State == store.CaseClosed
	return false
}

// An announced is what somebody was last told, by which of their messages.
type announced struct {
	what view.Announcement
	n    int
}

// announced are those who were told, and what.
func (b *board) announced() map[store.PersonID]announced {
	out := map[store.PersonID]announced{}
	for _, p := range b.posts {
		if !strings.HasPrefix(p.Name, "coming/") || p.Ref == "" || p.Ref == refused {
			continue
		}
		id := whom(p.Name)
		n, ok := announcementOf(p.Name, id)
		if old, told := out[id]; ok && (!told || n > old.n) {
			out[id] = announced{view.ParseAnnouncement(strings.Split(p.Name, "/")[2]), n}
		}
	}
	return out
}

// announcement names a message to somebody: what it says, and that it is their
// n-th about the case.
func announcement(id store.PersonID, is view.Announcement, n int) string {
	return fmt.Sprintf("%s/%s/%d", id, is, n)
}

// announcementOf is the number of a message to somebody.
func announcementOf(name string, id store.PersonID) (n int, ok bool) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 || parts[0] != "coming" || parts[1] != string(id) {
		return 0, false
	}
	n, err := strconv.Atoi(parts[3])
	return n, err == nil
}
