package actions_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"offboard/actions"
	"offboard/store"
)

// moves makes the terms those of a change of role that loses this.
func (w *world) moves(list ...store.Loss) (systems []string) {
	w.terms.Kind, w.terms.Move = store.MoveKind, &store.RoleChange{From: "designer", To: "engineer", Loses: store.SealJSON(list)}
	for _, l := range list {
		systems = append(systems, l.System)
	}
	return systems
}

// moving is a change of role of Jane that has been surveyed.
func (w *world) moving(list ...store.Loss) store.CaseID {
	w.t.Helper()
	id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Systems: w.moves(list...), Terms: w.terms}).ID
	w.until("surveyed", func() bool { return w.get(id).Plan(0).State == store.Proposed })
	return id
}

// Only what the old role names is taken, proven, found again when it comes back,
// and given back by an undo; whoever changes roles is gone nowhere.
func TestMoveTakesOnlyWhatItNames(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		before := w.mem.Snapshot()
		id := w.moving(store.Loss{System: "dir", Named: []string{"design", "Staff", "figma"}}, store.Loss{System: "vpn", Named: []string{"staff"}, Keep: []string{"design"}})
		text := w.notes(id)
		for _, want := range []string{
			`Company directory: The old role names "figma", and Jane Doe does not have it.`,
			`Company directory: The old role names "Staff", and Jane Doe has "staff". That is not the same name`,
			"VPN: 1 other thing stays.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("nobody is told %q, but\n%s", want, text)
			}
		}
		w.approve(id)
		w.mem.Join("dir", "archive", "jane") // since the survey, and no part of the role
		c := w.closed(id)
		var steps []string
		for _, s := range c.Plan(1).Steps {
			steps = append(steps, fmt.Sprintf("%s %s %s", s.ID, s.State, s.Words))
		}
		if d := cmp.Diff([]string{
			"dir/groups/1 proven Take what only the old role gave", "vpn/groups/1 proven Take what only the old role gave",
		}, steps); d != "" {
			t.Errorf("the steps (-want +got):\n%s", d)
		}
		if got := w.mem.Members("dir", "design"); !slices.Equal(got, []string{"bo", "marco"}) {
			t.Errorf("design has %v", got)
		}
		after := w.mem.Snapshot()
		for _, line := range []string{"dir account jane locked=false", "vpn account jane locked=false", "dir group archive members=[jane]", "vpn group design members=[bo jane marco]"} {
			if !strings.Contains(after, line) {
				t.Errorf("%q is not there:\n%s", line, after)
			}
		}
		gone, err := w.Gone(w.people["jane"])
		leaves, err2 := w.Leaves(w.people["jane"])
		if _, due := c.DestroyDue(); gone || leaves || err != nil || err2 != nil || c.Watched() || due || c.Outcome != store.Done || !c.Watches(1, "dir/groups/1") {
			t.Errorf("gone %v, leaves %v (%v, %v), %s, destroyed %v", gone, leaves, err, err2, c.Outcome, due)
		}
		w.undo(id, 1)
		if c := w.giveBack(id); c.Outcome != store.Restored || c.Watches(1, "dir/groups/1") {
			t.Errorf("the undo ends as %s", c.Outcome)
		}
		if now := strings.Replace(w.mem.Snapshot(), "dir group archive members=[jane]", "dir group archive members=[]", 1); now != before {
			t.Errorf("it was\n%s\nand is\n%s", before, now)
		}
	})
}

// All of a system goes with its lock-out where the new role has nothing there, and
// all but what it names where it has something.
func TestMoveOfAllOfASystem(t *testing.T) {
	for name, c := range map[string]struct {
		loss store.Loss
		want []string
	}{
		"the new role has nothing there": {store.Loss{System: "vpn", All: true}, []string{"vpn/lock/1", "vpn/groups/1", "vpn/lock/2", "vpn/groups/2"}},
		"it has some of it":              {store.Loss{System: "vpn", All: true, Keep: []string{"staff"}}, []string{"vpn/groups/1"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.start()
				id := w.moving(c.loss)
				var got []string
				for _, s := range w.get(id).Plan(0).Steps {
					got = append(got, string(s.ID))
				}
				slices.Sort(got)
				slices.Sort(c.want)
				if d := cmp.Diff(c.want, got); d != "" {
					t.Errorf("the steps (-want +got):\n%s", d)
				}
				w.approve(id)
				w.closed(id)
				if w.mem.Locked("vpn", "jane") != c.loss.Whole() || len(w.mem.Members("vpn", "staff")) != map[bool]int{true: 3, false: 4}[c.loss.Whole()] || w.mem.Locked("dir", "jane") {
					t.Errorf("it left\n%s", w.mem.Snapshot())
				}
			})
		})
	}
}

// Of two things with one name none is taken, and a person sees to it; what can't be
// read is a task too, and no lock-out.
func TestMoveThatIsUnclear(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(actions.System{Name: "dir", Title: "Company directory", Actions: []actions.Spec{{
			Name: "groups", Words: "Leave all groups", Phase: actions.PhaseCutOff, Proof: actions.ProofRead, Action: twins{},
		}}}, actions.System{Name: "vpn", Title: "VPN", Actions: []actions.Spec{{
			Name: "groups", Words: "Leave all groups", Phase: actions.PhaseCutOff, Proof: actions.ProofRead, Action: twins{blind: true},
		}}})
		w.start()
		id := w.moving(store.Loss{System: "dir", Named: []string{"Admins", "cn=Sales,ou=a"}}, store.Loss{System: "vpn", Named: []string{"Admins"}})
		c := w.get(id)
		for step, what := range map[store.StepID]string{"dir/by-hand/1": `2 things that are called "Admins": cn=Admins,ou=a; cn=Admins,ou=b`, "vpn/by-hand/1": "Admins."} {
			s := c.Plan(0).Step(step)
			if s.Manual == nil || s.LockOut || !strings.Contains(w.text(id, s.Manual.Detail), what) {
				t.Errorf("%s is %+v", step, s.StepPlan)
			}
		}
		if s := c.Plan(0).Step("dir/groups/1"); len(s.Items) != 1 {
			t.Errorf("it takes %d things, not the one that is named to the end", len(s.Items))
		}
	})
}

// A change of role that is killed at any boundary, and its undo, end as ones that
// were not.
func TestKillAnywhereInAMove(t *testing.T) {
	t.Parallel()
	live := func(t *testing.T, k *killer) (end map[string]string, snapshot string) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			systems := w.moves(store.Loss{System: "dir", Named: []string{"design"}}, store.Loss{System: "vpn", All: true})
			w.drafts = systems
			w.systems(w.mem.System("dir", "Company directory", "groups"), w.mem.System("vpn", "VPN", "lock"))
			k.attach(w)
			w.start()
			for range 2000 {
				synctest.Wait()
				if k.dead.Load() {
					k.revive()
					continue
				}
				if closed, _ := w.drive(); closed {
					break
				}
				time.Sleep(time.Second)
			}
			end, snapshot = w.end(), w.mem.Snapshot()
			k.at = ""
		})
		return end, snapshot
	}
	want, systems := live(t, &killer{})
	if want["case"] != "closed done" || !strings.HasPrefix(want["dir/groups/1"], "proven") || !strings.Contains(systems, "dir account jane locked=false") || !strings.Contains(systems, "vpn account jane locked=true") {
		t.Fatalf("the undisturbed case ends as %q, and leaves\n%s", want, systems)
	}
	for at, step := range map[boundary]int64{beforeCommit: 1, afterCall: 3} { // the calls are of two kinds only
		for k := int64(1); ; k += step {
			kill := &killer{at: at, k: k}
			end, state := live(t, kill)
			if kill.fired.Load() == 0 {
				if t.Logf("%s: %d boundaries", at, k-1); k < 8 {
					t.Error("these are too few")
				}
				break
			}
			if d := cmp.Diff(want, end) + cmp.Diff(systems, state); d != "" {
				t.Errorf("killed at %s %d, it ends otherwise (-want +got):\n%s", at, k, d)
			}
		}
	}
}

// twins shows groups of one name, and one that it shows twice.
type twins struct{ blind bool }

func (g twins) Check(context.Context, actions.Target) (actions.Finding, error) {
	f := actions.Finding{Accounts: []actions.Account{{ID: "1", Login: "jane"}}}
	if g.blind {
		f.Unread = []string{"the groups of jane"}
		return f, nil
	}
	for id, names := range map[string][]string{
		"a": {"Admins", "cn=Admins,ou=a"}, "b": {"Admins", "cn=Admins,ou=b"}, "s": {"Sales", "cn=Sales,ou=a"}, "t": {"Sales", "cn=Sales,ou=b"},
	} {
		f.Items = append(f.Items, actions.Item{ID: id, Account: "1", Label: "group " + names[0], Names: names})
	}
	slices.SortFunc(f.Items, func(a, b actions.Item) int { return strings.Compare(a.ID, b.ID) })
	return f, nil
}

func (twins) Do(context.Context, actions.Target) (actions.Evidence, error) {
	return actions.Evidence{}, nil
}

// looked are the systems of what drive opens.
func (w *world) looked() []string {
	if w.drafts != nil {
		return w.drafts
	}
	return w.x.Systems()
}

// What the person is given between the approval and its time is no part of what was
// approved: on an account of which nothing was to be taken it waits for an approval
// of its own, on one that is in the plan it is taken if the old role names it.
func TestMoveAndWhatComesBetween(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Again = 30 * time.Minute
		w.start()
		w.terms.CutOff = store.CutOff{Mode: store.At, At: time.Now().Add(2 * time.Hour)}
		id := w.moving(store.Loss{System: "dir", Named: []string{"design", "figma"}})
		w.approve(id)
		pass(time.Minute)
		w.mem.Join("dir", "figma", "jane")
		w.mem.Join("dir", "design", "adm-jane")
		w.mem.Join("dir", "choir", "adm-jane")
		pass(3 * time.Hour)
		p := w.get(id).Plan(0)
		if s := p.Step("dir/groups/2"); len(p.Steps) != 2 || !s.Drift || len(s.Items) != 1 || p.Step("dir/groups/1").State != store.Proven {
			t.Fatalf("the steps are %+v", p.Steps)
		}
		if slices.Contains(w.mem.Members("dir", "figma"), "jane") || !slices.Contains(w.mem.Members("dir", "design"), "adm-jane") {
			t.Errorf("it left\n%s", w.mem.Snapshot())
		}
		w.do(id, "marco", store.Decided{Plan: 1, Scope: p.Scope, Approve: true})
		w.closed(id)
		if slices.Contains(w.mem.Members("dir", "design"), "adm-jane") || !slices.Contains(w.mem.Members("dir", "choir"), "adm-jane") {
			t.Errorf("it left\n%s", w.mem.Snapshot())
		}
	})
}

// What was approved is taken also if its name has changed, or means another thing
// too by now; that one stays.
func TestMoveTakesWhatWasApproved(t *testing.T) {
	for name, then := range map[string]map[string][]string{
		"renamed": {"a": {"Former admins", "cn=Former admins,ou=a"}},
		"a twin":  {"a": {"Admins", "cn=Admins,ou=a"}, "b": {"Admins", "cn=Admins,ou=b"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				g := &several{has: map[string]map[string][]string{"1": {"a": {"Admins", "cn=Admins,ou=a"}}}}
				w.systems(actions.System{Name: "dir", Title: "Company directory", Actions: []actions.Spec{{
					Name: "groups", Words: "Leave all groups", Phase: actions.PhaseCutOff, Proof: actions.ProofRead, Action: g,
				}}})
				w.start()
				id := w.moving(store.Loss{System: "dir", Named: []string{"Admins"}})
				g.change(func(has map[string]map[string][]string) { maps.Copy(has["1"], then) })
				w.approve(id)
				s := w.closed(id).Plan(0).Step("dir/groups/1")
				if _, still := g.has["1"]["a"]; s.State != store.Proven || s.Tries != 1 || still || len(g.has["1"]) != len(then)-1 {
					t.Errorf("it is %s after %d attempts, and left %v", s.State, s.Tries, g.has)
				}
			})
		})
	}
}

// What was found later has a place in the plan whatever tasks are there, also a task.
func TestMoveAndATaskThatWasThere(t *testing.T) {
	bubble(t, func(w *world) {
		g := &several{has: map[string]map[string][]string{"1": {"s": {"Sales", "cn=Sales"}}, "2": {"a": {"Admins", "cn=Admins,ou=a"}, "b": {"Admins", "cn=Admins,ou=b"}}}}
		w.systems(actions.System{Name: "dir", Title: "Company directory", Actions: []actions.Spec{{
			Name: "groups", Words: "Leave all groups", Phase: actions.PhaseCutOff, Proof: actions.ProofRead, Action: g,
		}}})
		w.cfg.Again = 30 * time.Minute
		w.start()
		w.terms.CutOff = store.CutOff{Mode: store.At, At: time.Now().Add(2 * time.Hour)}
		id := w.moving(store.Loss{System: "dir", Named: []string{"Admins", "Sales"}})
		w.approve(id)
		pass(time.Minute)
		g.change(func(has map[string]map[string][]string) {
			has["2"]["s"] = []string{"Sales", "cn=Sales"}
			has["1"]["a"], has["1"]["b"] = has["2"]["a"], has["2"]["b"]
		})
		pass(3 * time.Hour)
		p := w.get(id).Plan(0)
		var got []store.StepID
		for _, s := range p.Steps {
			got = append(got, s.ID)
		}
		slices.Sort(got)
		if d := cmp.Diff([]store.StepID{"dir/by-hand/1", "dir/by-hand/2", "dir/groups/1", "dir/groups/2"}, got); d != "" || len(p.Unread) > 0 || !p.Step("dir/by-hand/2").Drift || !p.Step("dir/groups/2").Drift {
			t.Errorf("the steps (-want +got):\n%s%+v", d, p.Unread)
		}
	})
}

// several is what accounts hold.
type several struct {
	mu  sync.Mutex
	has map[string]map[string][]string
}

func (g *several) change(f func(has map[string]map[string][]string)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f(g.has)
}

func (g *several) Check(_ context.Context, t actions.Target) (f actions.Finding, _ error) {
	g.change(func(has map[string]map[string][]string) {
		for _, account := range slices.Sorted(maps.Keys(has)) {
			if t.Account.ID != "" && t.Account.ID != account {
				continue
			}
			f.Accounts = append(f.Accounts, actions.Account{ID: account, Login: "jane" + account})
			for _, id := range slices.Sorted(maps.Keys(has[account])) {
				f.Items = append(f.Items, actions.Item{ID: id, Account: account, Label: "group " + id, Names: has[account][id]})
			}
		}
	})
	return f, nil
}

func (g *several) Do(_ context.Context, t actions.Target) (actions.Evidence, error) {
	g.change(func(has map[string]map[string][]string) {
		for _, i := range t.Items {
			delete(has[t.Account.ID], i.ID)
		}
	})
	return actions.Evidence{}, nil
}
