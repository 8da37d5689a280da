package watch_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// Each play takes about as long as ten other tests of the watch.
var plays = flag.Int("plays", 12, "how often TestAnything plays; -rapid.checks, too, bounds it")

// move is something that happens to the whole: to the people, the machine, or the
// systems. N says which of several.
type move struct{ What, N int }

// The moves, the likely ones several times.
const (
	passes = iota
	passesToo
	goesOn
	goesOnToo
	goesOnAgain
	declines
	legalHold
	clockJumps
	comesBack
	stops
	undoes
	dies
	diesToo
	breaks
	opensAccount
	pauses
	moveKinds
)

// Whatever people, machines and systems do, with kills at any boundary and clocks
// that jump: no system is touched without an approval, nothing that can't be given
// back is taken under a legal hold or while the clock is wrong, what is green is
// so, and all ends, or waits for somebody.
func TestAnything(t *testing.T) {
	done := map[string]int{}
	left := *plays
	moves := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) move {
		return move{rapid.IntRange(0, moveKinds-1).Draw(rt, "what"), rapid.IntRange(0, 63).Draw(rt, "which")}
	}), 10, 40)
	rapid.Check(t, func(rt *rapid.T) {
		kind, list := rapid.IntRange(0, 7).Draw(rt, "kind of case"), moves.Draw(rt, "moves")
		var why string
		if left--; left < 0 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			j := newJudge(t, kind, done)
			for _, m := range list {
				j.move(m)
			}
			j.end()
			why = j.why
		})
		if why != "" {
			left = math.MaxInt // rapid makes it smaller
			rt.Fatal(why)
		}
	})
	t.Log(done)
	for _, what := range []string{"lock.Do", "password.Do", "killed", "green"} {
		if done[what] == 0 {
			t.Errorf("it never came to %s, so nothing was tried of it", what)
		}
	}
}

func (j *judge) move(m move) {
	j.revive()
	c := j.now()
	p := c.Plan(0)
	switch m.What {
	case passes, passesToo:
		pass([]time.Duration{time.Second, time.Minute, 20 * time.Minute, 2 * time.Hour}[m.N%4])
	case goesOn, goesOnToo, goesOnAgain:
		j.goOn(m.N)
	case declines:
		j.try("marco", string(c.ID), store.Decided{Plan: p.No, Scope: p.Scope, Reason: store.Seal("r")})
	case legalHold:
		on := !j.hold
		j.set(func() { j.hold = false })
		j.try("hanna", string(j.people["jane"]), store.LegallyHeld{On: on, Reason: store.Seal("r")})
	case clockJumps:
		j.jump([]time.Duration{0, 0, 3 * time.Hour, -day, 10 * 365 * day}[m.N%5])
	case comesBack:
		j.mem.Join("dir", "design", "jane")
		j.mem.Unlock("vpn", "adm-jane")
	case stops:
		j.try("ivan", string(c.ID), store.Stopped{Plan: p.No, Reason: store.Seal("r")})
	case undoes:
		j.try("helge", string(c.ID), store.Planned{Kind: store.Restore, Of: 1, Systems: []string{"dir", "vpn"}, CutOff: store.CutOff{Mode: store.Now}, Approver: j.people["marco"], Reason: store.Seal("r")})
	case dies, diesToo:
		j.set(func() { j.kill, j.after = []string{"before", "after", "call", "done"}[m.N%4], 1+m.N/4 })
	case breaks:
		j.mem.Fault([]string{"dir", "vpn"}[m.N%2], func(f *actionstest.Faults) {
			*f = []actionstest.Faults{{}, {Lie: 2}, {DownCalls: 5}, {Later: 2, LaterFor: time.Minute}}[m.N/2%4]
		})
	case opensAccount:
		j.opened++
		j.mem.OpenAccount("vpn", fmt.Sprint("jane", j.opened), "id-jane")
	case pauses:
		on := !j.paused
		j.set(func() { j.paused = false })
		j.try("ivan", store.Installation, store.Paused{On: on, Reason: store.Seal("r")})
	}
	j.facts()
	synctest.Wait()
	j.look()
}

// goOn does what the case waits for somebody to do.
func (j *judge) goOn(n int) {
	c := j.now()
	p := c.Plan(0)
	id := string(c.ID)
	if c.ID == "" {
		if t := &j.begin.Terms; t.CutOff.Mode == store.At && !t.CutOff.At.After(j.Now()) {
			t.CutOff = store.CutOff{Mode: store.Now}
		}
		j.set(func() { j.id, j.rushed = "OFF-1", j.begin.Emergency })
		j.try("hanna", store.NewCase, j.begin)
		return
	}
	if c.State == store.CaseClosed {
		if n%2 > 0 {
			j.move(move{What: undoes})
		}
		return
	}
	if open := c.Outstanding(); len(open) > 0 {
		j.decide(c, p, map[bool]string{true: "marco", false: "ivan"}[open[0] == store.Approver])
		return
	}
	switch p.State {
	case store.Proposed, store.Declined:
		name := "hanna"
		if c.Asker() == j.people["helge"] {
			name = "helge"
		}
		if _, ok := j.try(name, id, store.Submitted{Plan: p.No, Scope: p.Scope}); !ok && len(p.Steps) == 0 {
			j.try(name, id, store.Requested{Change: store.Change{Verb: store.VerbCancel, Plan: p.No, Reason: store.Seal("nothing can be given back")}})
		}
	case store.Approved:
		j.try("ivan", id, store.Pressed{Plan: p.No})
	case store.Begun:
		for _, s := range p.Steps {
			switch {
			case s.State == store.Accepted, s.Manual != nil && !s.State.Ended():
				j.try("ivan", id, store.ConfirmedBy{Plan: p.No, Step: s.ID, Note: store.Seal("seen")})
			case s.State == store.NeedsPerson && n%2 == 0:
				j.try("ivan", id, store.Retried{Plan: p.No, Step: s.ID})
			}
		}
	case "", store.Surveying, store.Asked, store.Over:
	}
}

// decide approves what is there now. It counts when all who are needed have.
func (j *judge) decide(c store.Case, p store.Plan, name string) {
	j.pending[p.Scope+name] = true
	var fresh []string
	if !j.guarded || p.Kind == store.Restore || j.pending[p.Scope+"marco"] && j.pending[p.Scope+"ivan"] {
		for _, s := range p.Steps {
			var a actions.Account
			if err := j.RevealJSON(string(c.ID), s.Account, &a); err == nil && a.Login != "" {
				fresh = append(fresh, fmt.Sprintf("%d %s/%s %s", p.No, s.System, s.Action, a.Login))
			}
		}
	}
	fresh = slices.DeleteFunc(fresh, func(key string) bool { return j.agreed[key] })
	j.set(func() { // before: it may begin before the answer is here
		for _, key := range fresh {
			j.agreed[key] = true
		}
	})
	if _, ok := j.try(name, string(c.ID), store.Decided{Plan: p.No, Scope: p.Scope, Approve: true}); ok || j.gave(p.No, name) {
		return
	}
	delete(j.pending, p.Scope+name)
	j.set(func() {
		for _, key := range fresh {
			delete(j.agreed, key)
		}
	})
}
