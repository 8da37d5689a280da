package watch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

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
