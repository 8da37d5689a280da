package ldap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
)

// replicated is slapd, and a second one that follows it over a line that the test
// can cut. What the bot asks the second passes another.
type replicated struct {
	*fixture

	second *slapd.Server
	line   *gate // from the second to the first
	way    *gate // from the bot to the second
}

func newReplicated(t testing.TB) *replicated {
	t.Helper()
	fx := slapdFixture(t)
	line := newGate(t, fx.slapd.Addr)
	second := slapd.Replica(t, actionstest.Require(t, "slapd"), line.addr())
	r := &replicated{fixture: fx, second: second, line: line, way: newGate(t, second.Addr)}
	fx.cfg.Replicas = []string{"ldap://" + r.way.addr()}
	r.caughtUp(t)
	return r
}

// caughtUp waits until the second server shows the newest that the first has.
func (r *replicated) caughtUp(t testing.TB) {
	t.Helper()
	at := &fixture{admin: r.second.Root}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		mine, err := r.snapshot("entryCSN")
		if err != nil {
			t.Fatal(err)
		}
		if theirs, err := at.snapshot("entryCSN"); err == nil && theirs == mine {
			return
		}
	}
	t.Fatal("the second server never catches up")
}

// begun is the target of a step that has begun so long ago.
func begun(t actions.Target, ago time.Duration) actions.Target {
	t.First = time.Now().Add(-ago)
	return t
}

// mustCheck is a Check by a fresh client, as after a kill.
func (r *replicated) mustCheck(t testing.TB, action string, target actions.Target) actions.Finding {
	t.Helper()
	f, err := r.action(action).Check(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What is locked on one server and open on another is not over.
func TestReplicas(t *testing.T) {
	t.Parallel()
	r := newReplicated(t)
	for _, tt := range []struct {
		name string
		test func(t *testing.T, r *replicated)
	}{
		{"one that lags is waited for, and then a person is asked", testLag},
		{"one that is away is waited for, and then said", testSilent},
		{"one of another directory proves nothing", testForeign},
		{"what check says", testInspectReplicas},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r.line.Down(false)
			r.way.Down(false)
			if err := r.reload(); err != nil {
				t.Fatal(err)
			}
			r.caughtUp(t)
			tt.test(t, r)
		})
	}
}

func testLag(t *testing.T, r *replicated) {
	jane := r.person(t, "jane")
	targets := map[string]actions.Target{}
	for _, action := range []string{"lock", "password", "groups", "stamp"} {
		targets[action], _ = r.survey(t, action, jane, "jane")
	}
	r.line.Down(true)
	for action, target := range targets {
		target = begun(target, 0)
		targets[action] = target
		mustDo(t, r.action(action), target)
		f := r.mustCheck(t, action, target)
		if len(f.Items) > 0 || len(f.Unread) > 0 {
			t.Errorf("%s: the server that was written to shows %v, %q", action, f.Items, f.Unread)
		}
		wantClass(t, f.Behind, actions.ClassLater, r.way.addr()+" still shows "+target.Items[0].Label[:5], "follows by itself", "After 4 hours a person is asked")
	}
	// Somebody else locked it, and the step has not begun: that is not over either.
	fresh := targets["lock"]
	fresh.First, fresh.Items = time.Time{}, nil
	wantClass(t, r.mustCheck(t, "lock", fresh).Behind, actions.ClassLater, "still shows sign in as jane")

	// The time runs from the change, which came after an outage here.
	wantClass(t, r.mustCheck(t, "lock", begun(targets["lock"], 5*time.Hour)).Behind, actions.ClassLater)
	r.cfg.ReplicasWithin = time.Nanosecond
	wantFinal(t, r.mustCheck(t, "lock", targets["lock"]).Behind, "still shows sign in as jane", "has not taken the change for", "force the replication")
	r.cfg.ReplicasWithin = 0

	r.line.Down(false)
	r.caughtUp(t)
	for action, target := range targets {
		if f := r.mustCheck(t, action, target); f.Behind != nil || len(f.Unasked) > 0 || len(f.Items) > 0 {
			t.Errorf("%s: caught up, and %v, %q", action, f.Behind, f.Unasked)
		}
	}
}

func testSilent(t *testing.T, r *replicated) {
	target, _ := r.survey(t, "lock", r.person(t, "jane"), "jane")
	mustDo(t, r.action("lock"), target)
	r.way.Down(true)
	f := r.mustCheck(t, "lock", begun(target, time.Minute))
	wantClass(t, f.Behind, actions.ClassLater, "whether all other servers show it is not known: "+r.way.addr(), "After 15 minutes")
	if len(f.Items) > 0 || len(f.Unasked) != 1 {
		t.Errorf("found %v, not asked %q", f.Items, f.Unasked)
	}
	survey, err := r.action("lock").Check(t.Context(), actions.Target{Person: target.Person})
	if err != nil || survey.Behind != nil || len(survey.Unasked) > 0 {
		t.Errorf("the survey asks more than the server that is written to: %v, %q, %v", survey.Behind, survey.Unasked, err)
	}
}

func testForeign(t *testing.T, r *replicated) {
	target, _ := r.survey(t, "lock", r.person(t, "jane"), "jane")
	mustDo(t, r.action("lock"), target)
	other := slapdFixture(t)
	entries := slapdEntries() // the same names, and other entries
	for n := range entries {
		entries[n].Attrs = slices.DeleteFunc(entries[n].Attrs, func(a slapd.Attribute) bool { return a.Name == "entryUUID" })
	}
	if err := other.slapd.Reset(entries); err != nil {
		t.Fatal(err)
	}
	r.cfg.Replicas = []string{other.cfg.URL}
	defer func() { r.cfg.Replicas = []string{"ldap://" + r.way.addr()} }()
	f := r.mustCheck(t, "lock", begun(target, 0))
	wantClass(t, f.Behind, actions.ClassLater, "server of another directory")
	if said := r.look(t); len(said) != 1 || !strings.Contains(said[0], "is a server of another directory") {
		t.Errorf("check says %q", said)
	}
}

func testInspectReplicas(t *testing.T, r *replicated) {
	if said := r.look(t); len(said) > 0 {
		t.Errorf("all is well, and check says %q", said)
	}
	r.way.Down(true)
	if said := r.look(t); len(said) != 1 || !strings.Contains(said[0], r.way.addr()) {
		t.Errorf("one is away, and check says %q", said)
	}
}

// look is what check says of replicas that does not work.
func (r *replicated) look(t testing.TB) (said []string) {
	t.Helper()
	found, err := ldap.New(r.cfg).System("directory", "Company directory").Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.Broken {
			said = append(said, f.Text)
		}
	}
	return said
}
