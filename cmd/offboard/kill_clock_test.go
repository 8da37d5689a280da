package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/bot"
)

// The bot as a process, on a machine whose clocks go wrong, against a real
// slapd, whose clock is right. These are a few cases; the rules are tried at
// random in package store.

// watched is one life of the bot, driven by a test.
type watched struct {
	*killed
	*life
	running bool
}

// wrongClocks is a company of whom some leave, and their bot before its start.
func wrongClocks(t *testing.T, n int) (*killed, *slapd.Server, dump) {
	t.Helper()
	server := slapd.New(t, actionstest.Require(t, "slapd"))
	entries, all := killedCompany(n)
	if err := server.Reset(entries); err != nil {
		t.Fatal(err)
	}
	k := newKilled(t, server, 1, "")
	survey(t, k.cfg, all)
	k.crowd = newCrowd(k.rng, all)
	k.crowd.may = n
	return k, server, dumpOf(t, server)
}

// awake starts the bot.
func (k *killed) awake() *watched {
	k.Helper()
	k.crowd.sit(k.paper())
	return &watched{killed: k, life: begin(k.T, botIn(k.T, k.dir, "TestKilledProgram"))}
}

// until has people use the bot until something holds.
func (w *watched) until(what string, holds func() bool) {
	w.Helper()
	end := time.NewTimer(longestLife)
	defer end.Stop()
	look := time.NewTicker(50 * time.Millisecond) // not everything that holds is told
	defer look.Stop()
	for !holds() {
		select {
		case s, ok := <-w.said:
			if !ok {
				w.Fatalf("the bot ended before %s:\n%s", what, &w.log)
			}
			w.hear(w.life, s)
			w.running = w.running || s.Running
			if w.running {
				w.tell(w.life, w.crowd.act())
			}
		case <-look.C:
		case <-end.C:
			w.Fatalf("never %s: %v\n%s", what, w.crowd, &w.log)
		}
	}
}

// end ends the life by a signal.
func (w *watched) end(signal os.Signal) {
	w.Helper()
	if err := w.cmd.Process.Signal(signal); err != nil {
		w.Fatal(err)
	}
	for range w.said { // until it has ended
	}
	if err := w.cmd.Wait(); err != nil && signal != os.Kill {
		w.Fatalf("it ended with %v\n%s", err, &w.log)
	}
}

// reads reports whether some message says this now.
func (k *killed) reads(text string) bool { return k.readers(text) > 0 }

// readers counts the messages that say this now.
func (k *killed) readers(text string) (n int) {
	for _, s := range k.crowd.sheets {
		if strings.Contains(s.Summary+strings.Join(s.Parts, "\n"), text) {
			n++
		}
	}
	return n
}

// doubts reports whether the bot has written that its clock is in doubt.
func (w *watched) doubts() bool { return strings.Contains(w.log.String(), "the clock is in doubt:") }

// at has access end at a time.
func (k *killed) at(cut time.Time) {
	zone, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		k.Fatal(err)
	}
	k.crowd.cut = cut.In(zone)
}

// passwords counts the leavers whose password was replaced: what can't be given
// back.
func (k *killed) passwords(server *slapd.Server, before dump) (n int) {
	k.Helper()
	now := dumpOf(k.T, server)
	for _, l := range k.crowd.leavers {
		if !slices.Equal(before[dnOf(l.login)]["userPassword"], now[dnOf(l.login)]["userPassword"]) {
			n++
		}
	}
	return n
}

// locked counts the leavers who can't sign in.
func (k *killed) locked(server *slapd.Server) (n int) {
	k.Helper()
	for _, l := range k.crowd.leavers {
		if !signsIn(k.T, server, l.login) {
			n++
		}
	}
	return n
}

// approvedAll reports whether everybody has been approved.
func (k *killed) approvedAll() bool {
	return !slices.ContainsFunc(k.crowd.leavers, func(l *departing) bool { return !k.crowd.answered["approve-"+l.login] })
}

// The process stands still for an hour: what was due meanwhile begins, says
// that it is an hour late and why, and nothing is lost.
func TestStandstill(t *testing.T) {
	k, server, before := wrongClocks(t, 3)
	const asleep = 66 * time.Minute
	k.move(moved{Slept: -asleep})                                             // so that it is the directory's time afterwards
	due := time.Now().Add(-asleep).Truncate(time.Minute).Add(5 * time.Minute) // people need less
	k.at(due)
	w := k.awake()
	w.until("all are approved", k.approvedAll)
	if err := w.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	k.move(moved{})
	if k.locked(server) != 0 {
		t.Error("somebody is locked out before the time")
	}
	if err := w.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	w.until("all is done", k.crowd.over)
	for _, where := range []string{"It began ", ", "} { // on the card and in its thread; in the closing messages
		n := 0
		for late := 61; late < 70; late++ { // and as long as people and the machine took
			n += k.readers(fmt.Sprintf("%s%d minutes late: I was not running when it was due", where, late))
		}
		if n != 2*len(k.crowd.leavers) {
			t.Errorf("%d messages say %q", n, where)
		}
	}
	if w.doubts() {
		t.Errorf("its clock is in doubt, and was right:\n%s", &w.log)
	}
	w.end(syscall.SIGTERM)
	k.look()
	k.verify(server, before)
}

// The wall clock jumps ten years ahead and back, while cases are in flight and
// while the process is down: nobody's password is replaced meanwhile, those who
// leave now are locked out, those who leave later are not, and in the end all
// is as though nothing had happened.
func TestWallClockJumpsAhead(t *testing.T) {
	k, server, before := wrongClocks(t, 3)
	last := k.crowd.leavers[2]
	k.at(time.Now().Add(5 * 365 * 24 * time.Hour))
	k.crowd.later = last.login
	w := k.awake()
	w.until("one has asked", func() bool { return len(k.crowd.answered) > 2 })
	k.move(moved{Wrong: 10 * 365 * 24 * time.Hour})
	w.until("all are approved and withheld", func() bool { return k.approvedAll() && k.readers("the clock of my machine is in doubt") >= 4 })
	w.until("two are locked out", func() bool { return k.locked(server) == 2 })
	for range 2 { // and the clock stays wrong while the process is down
		w.end(os.Kill)
		k.look()
		w = k.awake()
		w.until("it says so again", w.doubts)
	}
	if n := k.passwords(server, before); n != 0 || k.locked(server) != 2 {
		t.Errorf("%d passwords were replaced, %d are locked out", n, k.locked(server))
	}
	k.move(moved{})
	w.until("the two are done", func() bool { return len(k.crowd.checkpoints()) == 4 })
	if n := k.passwords(server, before); n != 2 {
		t.Errorf("%d passwords were replaced", n)
	}
	w.end(os.Kill)
	k.move(moved{Wrong: -10 * 365 * 24 * time.Hour})
	w = k.awake()
	w.until("it is in doubt", w.doubts)
	w.end(os.Kill)
	k.move(moved{})
	w = k.awake()
	w.until("people reach it", func() bool { return w.running })
	if !signsIn(t, server, last.login) {
		t.Error("who leaves in five years is locked out")
	}
	w.tell(w.life, []bot.Interaction{{ID: "reschedule-" + last.login, Verb: "reschedule", Text: last.caseID + " now", User: bot.User{Platform: "web", ID: "hanna"}, Place: bot.Place{Platform: "web", Kind: bot.Direct, ID: "hanna"}}})
	w.until("all is done", k.crowd.over)
	w.end(syscall.SIGTERM)
	k.look()
	k.verify(server, before)
}

// The wall clock jumps back a day: a lock-out is still on time.
func TestWallClockJumpsBack(t *testing.T) {
	k, server, before := wrongClocks(t, 1)
	k.move(moved{Slept: -20 * time.Minute}) // so that it is the directory's time afterwards
	k.at(time.Now().Truncate(time.Minute).Add(-2 * time.Minute))
	w := k.awake()
	w.until("it is approved", k.approvedAll)
	k.move(moved{Slept: -20 * time.Minute, Wrong: -24 * time.Hour})
	w.until("it is in doubt", w.doubts)
	if k.locked(server) != 0 {
		t.Error("it was locked out before its time")
	}
	k.move(moved{Wrong: -24 * time.Hour}) // the time comes
	w.until("it is locked out", func() bool { return k.locked(server) == 1 })
	w.until("it says what waits", func() bool { return k.reads("the clock of my machine is in doubt") })
	if k.passwords(server, before) != 0 {
		t.Error("the password was replaced")
	}
	k.move(moved{})
	w.until("all is done", k.crowd.over)
	w.end(syscall.SIGTERM)
	k.look()
	k.verify(server, before)
}
