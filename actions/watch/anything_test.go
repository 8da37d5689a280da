package watch_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
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

// judge is a world in which anything happens, and who looks at each call. It
// remembers by itself what was approved.
type judge struct {
	*world
	id      store.CaseID
	begin   store.Drafted
	guarded bool
	opened  int             // accounts, later
	wrong   time.Duration   // the wall clock
	pending map[string]bool // "scope login": who has agreed to what
	seen    map[store.Ref]store.StepState
	jumped  bool
	unkeep  func()

	mu     sync.Mutex
	done   map[string]int
	agreed map[string]bool // "plan system/action login"
	rushed bool
	hold   bool
	doubt  bool
	paused bool
	kill   string // boundary
	after  int    // so many of them
	dead   bool
	why    string
}

func newJudge(t *testing.T, kind int, done map[string]int) *judge {
	t.Helper()
	j := &judge{world: newWorld(t), done: done, guarded: kind&1 > 0, pending: map[string]bool{}, agreed: map[string]bool{}, seen: map[store.Ref]store.StepState{}}
	j.halt()
	j.opt.Policy = func(store.Card, store.Terms) store.Ruling {
		r := store.Ruling{Retention: 5 * time.Hour}
		if j.guarded {
			r.Also = []store.Role{store.IT}
		}
		return r
	}
	up := time.Now()
	j.opt.Clock = store.Clock{
		Wall: func() time.Time { j.mu.Lock(); defer j.mu.Unlock(); return time.Now().Add(j.wrong) },
		Up:   func() time.Duration { return time.Since(up) + time.Hour },
		Run:  "a run",
	}
	j.sys[0] = j.mem.System("dir", "Company directory", "lock", "password", "groups", "delete")
	fault := func(at string) error {
		if j.here(at) {
			return errors.New("killed")
		}
		return nil
	}
	j.fault.Store(&fault)
	call := func(at string) func(string) {
		return func(op string) {
			if at == "call" && !j.here("") {
				j.call(op)
			}
			if j.here(at) {
				runtime.Goexit() // a kill runs no more code
			}
		}
	}
	j.mem.OnCall, j.mem.OnDone = call("call"), call("done")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j.run()
	t.Cleanup(func() { j.unkeep() })
	j.begin = store.Drafted{Person: j.people["jane"], Systems: []string{"dir", "vpn"}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: j.people["marco"], Reason: store.Seal("r"),
	}}
	switch kind >> 1 {
	case 1:
		j.begin.Terms.CutOff = store.CutOff{Mode: store.At, At: time.Now().Add(2 * time.Hour).Truncate(time.Minute)}
	case 2:
		j.begin.Terms.CutOff.Mode = store.Press
	case 3:
		j.begin.Emergency = !j.guarded // only security may, else
	}
	return j
}

// run starts the program.
func (j *judge) run() {
	j.open()
	if j.unkeep = func() {}; j.jumped {
		j.keep()
	}
	j.start()
}

// keep has the store's time kept. That reads the log each second, so it is for a
// machine whose clock jumps.
func (j *judge) keep() {
	ctx, stop := context.WithCancel(context.Background())
	done, s := make(chan bool), j.Store
	go func() {
		defer close(done)
		s.KeepTime(ctx, func(*store.Doubt, error) {})
	}()
	j.unkeep = func() { stop(); <-done }
}

// here kills the program at the boundary that was chosen; from then on nothing
// reaches the log or a system.
func (j *judge) here(at string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dead || at == "" || at != j.kill {
		return j.dead
	}
	if j.after--; j.after > 0 {
		return false
	}
	j.dead, j.kill = true, ""
	j.done["killed"]++
	j.cancel()
	return true
}

func (j *judge) wrongly(format string, args ...any) {
	if j.why == "" {
		j.why = fmt.Sprintf(format, args...)
	}
}

// call looks at a call of a system before it begins.
func (j *judge) call(op string) {
	what, login, _ := strings.Cut(op, " ")
	if !strings.HasSuffix(what, ".Do") && !strings.HasSuffix(what, ".Undo") {
		return
	}
	system, verb, _ := strings.Cut(what, "/")
	action, way, _ := strings.Cut(verb, ".")
	c, err := j.Case(j.id)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.done[verb]++
	p := c.Plan(0)
	key := fmt.Sprintf("%d %s/%s %s", p.No, system, action, login)
	final := slices.Contains([]string{"password", "wipe", "delete"}, action)
	under := slices.ContainsFunc(p.Steps, func(s store.Step) bool {
		return s.System == system && s.Action == action && s.State == store.Running && s.Entry > 0
	})
	switch {
	case err != nil:
		j.wrongly("%s: %v", op, err)
	case !j.agreed[key] && (!j.rushed || p.No > 1 || action != "lock"):
		j.wrongly("%s is called, and nobody has approved %q of %v", op, key, j.agreed)
	case (way == "Undo") != (p.Kind == store.Restore):
		j.wrongly("%s is called in a %s", op, p.Kind)
	case final && (j.hold || j.doubt):
		j.wrongly("%s is called; hold %t, doubt %t", op, j.hold, j.doubt)
	case j.paused:
		j.wrongly("%s is called, and the bot is paused", op)
	case !under:
		j.wrongly("%s is called, and no attempt is in the log", op)
	}
}

// try appends as a person; a refusal is no fault.
func (j *judge) try(name string, subject string, b store.Body) (store.Case, bool) {
	c, err := j.Append(context.Background(), subject, store.Actor{Person: j.people[name], Via: "test", Claims: claims[name]}, b)
	return c, err == nil
}

// now is the case; the zero Case if there is none.
func (j *judge) now() store.Case {
	c, err := j.Case(j.id)
	if err != nil {
		return store.Case{}
	}
	return c
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

// facts are what is in force, as the log has it: who was told "no" by a program
// that was killed does not know.
func (j *judge) facts() {
	hold, err := j.UnderHold(j.people["jane"])
	state, err2 := j.State()
	if err := errors.Join(err, err2); err != nil {
		j.t.Fatal(err)
	}
	p := j.now().Plan(0)
	j.set(func() {
		j.hold, j.paused = hold, state.Paused
		if p.Stopped != nil {
			clear(j.agreed)
			j.rushed = false
		}
	})
}

func (j *judge) set(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f()
}

// jump sets the wall clock.
func (j *judge) jump(wrong time.Duration) {
	if wrong != 0 && !j.jumped {
		j.jumped = true
		j.keep()
	}
	j.set(func() { j.wrong, j.doubt = wrong, wrong != 0 })
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

// gave reports whether an approval is in the log although nobody was told.
func (j *judge) gave(plan int, name string) bool {
	p := j.now().Plan(plan)
	all := slices.Concat(p.Given, p.Approvals, p.Later)
	if p.Decision != nil {
		all = append(all, *p.Decision)
	}
	return slices.ContainsFunc(all, func(d store.Decision) bool { return d.By == j.people[name] })
}

// look is at the whole while nothing moves.
func (j *judge) look() {
	c := j.now()
	if c.ID == "" || j.dead {
		return
	}
	for _, p := range c.Plans {
		for _, s := range p.Steps {
			ref := store.Ref{Plan: p.No, Step: s.ID}
			was := j.seen[ref]
			if j.seen[ref] = s.State; was != s.State && s.State == store.Proven {
				j.green(c, p, s)
			}
		}
	}
	p := c.Plan(0)
	works := len(p.Unsurveyed()) > 0 || slices.ContainsFunc(p.Steps, func(s store.Step) bool { return c.Goes(s) || s.State == store.Running })
	switch {
	case c.State == store.CaseClosed, works, !c.NextDue().IsZero():
		return
	case len(c.Waits()) == 0:
		j.wrongly("%s is %s and waits for nobody", c.ID, p.State)
	}
	for _, w := range c.Waits() {
		if w.Person == "" && len(w.Roles) == 0 {
			j.wrongly("nobody can do %s", w.Verb)
		}
	}
}

// green looks at the system, when the log says that something is proven.
func (j *judge) green(c store.Case, p store.Plan, s store.Step) {
	var a actions.Account
	if err := j.RevealJSON(string(c.ID), s.Account, &a); err != nil || s.Tries == 0 {
		j.wrongly("%s is green: %d tries, %v", s.ID, s.Tries, err)
	}
	gone, back := j.mem.Deleted(s.System, a.Login), p.Kind == store.Restore
	ok := true
	switch s.Action {
	case "lock":
		ok = gone && !back || j.mem.Locked(s.System, a.Login) != back
	case "groups":
		ok = gone && !back || slices.Contains(j.mem.Members(s.System, "staff"), a.Login) == back
	case "delete":
		ok = gone
	}
	j.set(func() { j.done["green"]++ })
	if !ok {
		j.wrongly("%s of plan %d, a %s, is green, and it is not so:\n%s", s.ID, p.No, p.Kind, j.mem.Snapshot())
	}
}

// revive starts the program again, if it was killed.
func (j *judge) revive() {
	if !j.dead {
		return
	}
	j.halt()
	j.unkeep()
	if err := j.Close(); err != nil {
		j.t.Fatal(err)
	}
	j.dead = false
	j.run()
	if err := j.Check(); err != nil {
		j.wrongly("after a kill: %v", err)
	}
	j.facts()
	synctest.Wait()
	j.look()
}

// end lets everything work again and everybody do what they are asked for: then
// it comes to an end.
func (j *judge) end() {
	j.revive()
	j.set(func() { j.kill = "" })
	j.jump(0)
	for _, system := range []string{"dir", "vpn"} {
		j.mem.Fault(system, func(f *actionstest.Faults) { *f = actionstest.Faults{} })
	}
	if j.paused {
		j.move(move{What: pauses})
	}
	if j.hold {
		j.move(move{What: legalHold})
	}
	j.settles()
	if j.begin.Terms.CutOff.Mode == store.Now && j.why == "" {
		pass(6 * time.Hour) // the retention is over, and what came back is found
		j.settles()
	}
}

// settles has everybody do what they are asked for until it is over.
func (j *judge) settles() {
	for range 60 {
		if j.now().State == store.CaseClosed {
			return
		}
		j.goOn(0)
		pass(10 * time.Minute)
		j.look()
	}
	c := j.now()
	j.wrongly("it does not come to an end: %s, plan %d, a %s, is %s and waits for %+v", c.State, c.Plan(0).No, c.Plan(0).Kind, c.Plan(0).State, c.Waits())
}
