package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest/slapd"
	"offboard/config"
	"offboard/store"
)

// settle writes the configuration anew.
func (k *killed) settle(old, text string) {
	k.Helper()
	path := filepath.Join(k.dir, "offboard.yaml")
	b, err := os.ReadFile(path)
	if err == nil && strings.Count(string(b), old) != 1 {
		err = errors.New(old + " is not there once")
	}
	if err = errors.Join(err, os.WriteFile(path, []byte(strings.Replace(string(b), old, text, 1)), 0o600)); err != nil {
		k.Fatal(err)
	}
	if k.cfg, err = config.Load(path); err != nil {
		k.Fatal(err)
	}
}

// strike kills the bot a few times: before anybody reaches it, and after.
func (k *killed) strike() {
	k.Helper()
	for _, after := range []time.Duration{-100 * time.Millisecond, 50 * time.Millisecond} {
		k.live(after + time.Duration(k.rng.Int64N(int64(50*time.Millisecond))))
		k.look()
	}
}

// joins is what somebody else does: a leaver is in a group again.
func joins(t *testing.T, s *slapd.Server, login, group string) {
	t.Helper()
	conn, err := s.Root()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	m := goldap.NewModifyRequest(dnGroup(group), nil)
	m.Add("member", []string{dnOf(login)})
	if err := conn.Modify(m); err != nil {
		t.Fatal(err)
	}
}

// What comes at a time comes while the process is dead, or is killed around it:
// the cut-off, access that came back, the end of the retention, a look at all
// accounts. Each is seen to once, late, in the right order, and nothing is taken that nobody approved.
func TestKillAroundWhatIsDue(t *testing.T) {
	k, server, before := wrongClocks(t, 3)
	k.settle("    type: ldap\n", "    type: ldap\n    actions: [lock, password, groups, owner, reports, delete]\n")
	k.settle("places:", "retention: 1d\nerase: 400d\nplaces:")
	const swept = 3 * time.Hour // only the last sleep passes it
	k.settle("sweep: off", "sweep: daily "+time.Now().Add(swept).In(k.cfg.Company.Zone.Location).Format("15:04"))
	back, kept, deleted := k.crowd.leavers[0], k.crowd.leavers[1], k.crowd.leavers[2]

	const asleep = 66 * time.Minute
	k.move(moved{Slept: -asleep}) // so that it is the directory's time afterwards
	k.at(time.Now().Add(-asleep).Truncate(time.Minute).Add(5 * time.Minute))
	w := k.awake()
	w.until("all are approved", k.approvedAll)
	w.end(os.Kill)
	k.look()
	if k.locked(server) != 0 {
		t.Error("somebody is locked out before the time")
	}
	k.move(moved{}) // the cut-off passes while it is dead
	k.strike()
	w = k.awake()
	w.until("all is done, and said to be late", func() bool {
		return k.crowd.over() && k.readers("minutes late: I was not running when it was due") == 4*len(k.crowd.leavers)
	})
	w.end(os.Kill)
	k.look()

	joins(t, server, back.login, back.groups[0])
	k.move(moved{Slept: 2 * time.Hour})
	k.strike()
	w = k.awake()
	w.until("it is asked about", func() bool { return k.asked(back, 2) })
	if !slices.Contains(dumpOf(t, server)[dnGroup(back.groups[0])]["member"], dnOf(back.login)) {
		t.Error("it was taken without asking")
	}
	w.end(os.Kill)
	back.later = further{
		deeds: []string{"approve2"}, ends: "closed done, 3 plans",
		entries: map[string]int{"returned": 1, "retake": 1, "approve2": 1, "begun2": 1, "finished2": 1, "destroy": 1},
	}
	k.strike()
	w = k.awake()
	w.until("it is taken again", func() bool {
		return !slices.Contains(dumpOf(t, server)[dnGroup(back.groups[0])]["member"], dnOf(back.login))
	})
	w.end(os.Kill)

	k.move(moved{Slept: 26 * time.Hour}) // the retention ends while it is dead, and all accounts were to be looked at
	k.strike()
	w = k.awake()
	w.until("all are asked about", func() bool { return k.asked(back, 3) && k.asked(kept, 2) && k.asked(deleted, 2) })
	w.until("all accounts were looked at", func() bool { // in this life, or before it was killed
		return k.swept() == 1 || strings.Contains(w.log.String(), "looked at all accounts")
	})
	if n := len(dumpOf(t, server)); n != len(before) {
		t.Errorf("%d entries are left of %d, and nobody has approved that", n, len(before))
	}
	w.end(os.Kill)
	kept.later = further{deeds: []string{"decline2"}, ends: "closed done, 2 plans", entries: map[string]int{"destroy": 1, "decline2": 1}}
	deleted.later = further{
		deeds: []string{"approve2"}, ends: "closed done, 2 plans", deleted: true,
		entries: map[string]int{"destroy": 1, "approve2": 1, "begun2": 1, "finished2": 1},
	}
	back.later.deeds = append(back.later.deeds, "approve3")
	back.later.entries["approve3"], back.later.entries["begun3"], back.later.entries["finished3"], back.later.deleted = 1, 1, 1, true
	w = k.awake()
	w.until("both are deleted", func() bool {
		now := dumpOf(t, server)
		return now[dnOf(back.login)] == nil && now[dnOf(deleted.login)] == nil && k.crowd.answered["decline2-"+kept.login]
	})
	w.end(os.Kill)
	k.calm()
	k.look()
	k.verify(server, before)
	k.inOrder()
	if n := k.swept(); n != 1 {
		t.Errorf("all accounts were looked at %d times, and once was due", n)
	}
	k.erased()
}

// erased lets the time pass after which the rule erases, with kills while it does:
// each is erased once, every message is changed, and nothing opens any more.
func (k *killed) erased() {
	k.Helper()
	k.move(moved{Slept: 420 * 24 * time.Hour})
	for range 3 {
		k.strike()
	}
	w := k.awake()
	w.until("the cards of all say that they were erased", func() bool {
		return !slices.ContainsFunc(k.crowd.leavers, func(l *departing) bool { return !k.reads("Erased after retention: " + l.caseID) })
	})
	w.end(os.Kill)
	k.strike()
	k.calm()
	k.look()
	s, err := k.open()
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Check(); err != nil {
		k.Error(err)
	}
	for _, l := range k.crowd.leavers {
		c, err := s.Case(store.CaseID(l.caseID))
		if err != nil {
			k.Fatal(err)
		}
		p, card, err := s.Person(c.Person)
		if err != nil || p.Erased == nil || p.Erased.Proven.IsZero() || card.Name != store.ErasedName {
			k.Errorf("%s: erased %+v, card %+v (%v)", c.ID, p.Erased, card, err)
		}
		if _, err := s.Reveal(string(c.ID), c.Plan(1).Step("corp/lock/1").Account); !errors.Is(err, store.ErrErased) {
			k.Errorf("%s: the account can be read: %v", c.ID, err)
		}
		events, err := s.Events(k.Context(), string(c.Person))
		if err != nil {
			k.Fatal(err)
		}
		n := 0
		for _, e := range events {
			switch e.Body.(type) {
			case store.Erased, store.KeysDestroyed:
				n++
			}
		}
		if n != 2 {
			k.Errorf("%s: %d entries about the erasure, want two", c.Person, n)
		}
	}
}

// swept counts how often all accounts were looked at, before the last start.
func (k *killed) swept() (n int) {
	for _, e := range k.entries {
		if bytes.Contains(e, []byte(`"kind":"swept"`)) {
			n++
		}
	}
	return n
}

// asked reports whether somebody can be seen to be asked about a plan.
func (k *killed) asked(l *departing, plan int) bool {
	return strings.HasPrefix(k.crowd.buttons["approve "+l.caseID], l.caseID+":"+string(rune('0'+plan))+":")
}

// inOrder checks that who was locked out was so before the password was replaced.
func (k *killed) inOrder() {
	k.Helper()
	s, err := k.open()
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, l := range k.crowd.leavers {
		c, err := s.Case(store.CaseID(l.caseID))
		if err != nil {
			k.Fatal(err)
		}
		p := c.Plan(1)
		lock, password := p.Step("corp/lock/1"), p.Step("corp/password/1")
		if lock.Ended.IsZero() || password.First.Before(lock.Ended) || p.Begun.Before(p.Due) {
			k.Errorf("%s: due %s, begun %s, locked %s, password %s", c.ID, p.Due, p.Begun, lock.Ended, password.First)
		}
	}
}
