package metrics_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"offboard/actions"
	"offboard/bot"
	"offboard/cmd/offboard/metrics"
	"offboard/store"
	"offboard/store/audit/places"
)

// A world is a log with a meter on it, and nobody else.
type world struct {
	*store.Store
	t      *testing.T
	m      *metrics.Meter
	people map[string]store.PersonID
	places []places.Status
	silent time.Duration
	scrape http.Handler
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, people: map[string]store.PersonID{}}
	w.m = metrics.New(metrics.Build{Version: "v1", Go: "go1"})
	w.m.Expect([]string{"dir"}, []string{"chat"})
	dir := t.TempDir()
	var err error
	w.Store, err = store.Open(store.Options{Path: filepath.Join(dir, "log"), Keys: filepath.Join(dir, "keys"), Secret: "sixteen characters", Wrote: w.m.Wrote})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	for _, login := range []string{"jane", "hanna", "marco", "ivan"} {
		if w.people[login], err = w.Meet(t.Context(), store.Bot("test"), store.Card{ID: login, Name: login, Login: login}); err != nil {
			t.Fatal(err)
		}
	}
	w.scrape = w.m.Handler(metrics.Sources{
		Store: w.Store, Silent: func() map[string]time.Duration { return map[string]time.Duration{"dir": w.silent} },
		Up:      func() map[string]bool { return map[string]bool{"dir": true} },
		Chats:   func() map[string]error { return map[string]error{"chat": nil, "mail": errors.New("down")} },
		Backlog: func() (int, int) { return 2, 1 }, Places: func() []places.Status { return w.places },
	})
	return w
}

func (w *world) do(id store.CaseID, who string, body store.Body) store.Case {
	w.t.Helper()
	actor := store.Bot("test")
	if who != "" {
		actor = store.Actor{Person: w.people[who], Via: "test", Claims: map[string][]store.Claim{"hanna": {{Role: store.HR}}, "ivan": {{Role: store.IT}}}[who]}
	}
	c, err := w.Append(w.t.Context(), string(id), actor, body)
	if err != nil {
		w.t.Fatalf("%T: %v", body, err)
	}
	return c
}

// asked is a case that waits for its approval.
func (w *world) asked() store.Case {
	w.t.Helper()
	c := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Systems: []string{"dir"}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["marco"],
	}})
	c = w.do(c.ID, "", store.Surveyed{Plan: 1, System: "dir", Steps: []store.StepPlan{
		{ID: "dir/lock/1", System: "dir", Action: "lock", Words: "Lock", LockOut: true, Items: []store.Item{{ID: "1"}}, Account: store.Seal("a"), Held: store.Seal("[]")},
		{ID: "old/groups/1", System: "old", Action: "groups", Words: "Groups", Items: []store.Item{{ID: "1"}}, Account: store.Seal("a"), Held: store.Seal("[]")},
		{ID: "tasks/laptop/1", System: "tasks", Words: "Laptop", Manual: &store.Manual{Owner: store.IT, Due: time.Hour}},
	}})
	return w.do(c.ID, "hanna", store.Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

// now is what a scrape says, one line for each number.
func (w *world) now() map[string]string {
	w.t.Helper()
	r := httptest.NewRecorder()
	w.scrape.ServeHTTP(r, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/metrics", nil))
	b, err := io.ReadAll(r.Body)
	if err != nil || r.Code != http.StatusOK {
		w.t.Fatalf("%d %v\n%s", r.Code, err, b)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if i := strings.LastIndexByte(line, ' '); i > 0 && line[0] != '#' {
			out[line[:i]] = strings.TrimSpace(line[i+1:])
		}
	}
	return out
}

func (w *world) want(what map[string]string) {
	w.t.Helper()
	synctest.Wait()
	got := w.now()
	for name, v := range what {
		if got[name] != v {
			w.t.Errorf("%s is %q, want %q", name, got[name], v)
		}
	}
}

// A case from the question to its end, as it is seen from outside.
func TestCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		if _, ok := w.now()["offboard_paused"]; ok {
			t.Error("something is said about cases before they were looked at")
		}
		c := w.asked()
		go func() { _ = w.m.Run(t.Context(), w.Store) }()
		time.Sleep(time.Hour)
		w.want(map[string]string{
			`offboard_cases_open{plan="leave",state="asked"}`: "1", "offboard_approval_oldest_seconds": "3600", "offboard_due_oldest_seconds": "0",
			`offboard_lock_outs_overdue{waits_for="proof"}`: "0", `offboard_tasks_overdue{owner="it"}`: "0", "offboard_metrics_behind_entries": "0",
		})
		w.do(c.ID, "marco", store.Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
		time.Sleep(time.Minute) // and the executor does nothing
		w.want(map[string]string{
			"offboard_approval_oldest_seconds": "0", "offboard_due_oldest_seconds": "60", `offboard_lock_outs_overdue{waits_for="proof"}`: "1",
			`offboard_lock_out_overdue_oldest_seconds{waits_for="proof"}`: "60",
		})
		w.do(c.ID, "", store.Started{Plan: 1})
		c = w.do(c.ID, "", store.Attempted{Plan: 1, Step: "dir/lock/1", Found: store.Seal("[]")})
		c = w.do(c.ID, "", store.Failed{Plan: 1, Step: "dir/lock/1", Entry: c.Plan(1).Step("dir/lock/1").Entry, Why: store.Unreachable, After: time.Second, Message: store.Seal("m")})
		time.Sleep(time.Minute)
		c = w.do(c.ID, "", store.Attempted{Plan: 1, Step: "dir/lock/1", Found: store.Seal("[]")})
		w.do(c.ID, "", store.Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Plan(1).Step("dir/lock/1").Entry, Evidence: store.Seal("e")})
		w.do(c.ID, "", store.Finished{Plan: 1, Step: "old/groups/1"})
		time.Sleep(time.Hour)
		w.want(map[string]string{
			"offboard_due_oldest_seconds": "0", `offboard_lock_outs_overdue{waits_for="proof"}`: "0", `offboard_lock_out_seconds_bucket{le="60"}`: "0",
			`offboard_lock_out_seconds_bucket{le="300"}`: "1", "offboard_lock_out_seconds_sum": "120", `offboard_steps_total{result="unreachable",system="dir"}`: "1",
			`offboard_steps_total{result="proven",system="dir"}`: "1", `offboard_steps_total{result="nothing held",system="other"}`: "1", `offboard_tasks_overdue{owner="it"}`: "1",
			`offboard_cases_closed_total{outcome="done"}`: "0",
		})
		w.do(c.ID, "ivan", store.ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: store.Seal("n")})
		w.want(map[string]string{
			`offboard_cases_closed_total{outcome="done"}`: "1", `offboard_cases_closed_total{outcome="access left"}`: "0",
			`offboard_cases_open{plan="leave",state="running"}`: "", `offboard_steps_total{result="confirmed",system="tasks"}`: "1",
		})
	})
}

// An emergency waits for somebody's word, and a late question is told apart
// from a late proof.
func TestWaitsForApproval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Systems: []string{"dir"}, Emergency: true, Terms: store.Terms{
			Kind: "termination", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["marco"], Reason: store.Seal("r"),
		}})
		later := w.Now().Add(time.Minute).Truncate(time.Minute)
		o := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["ivan"], Systems: []string{"dir"}, Terms: store.Terms{
			Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.At, At: later}, Zone: "UTC", Manager: w.people["marco"],
		}})
		o = w.do(o.ID, "", store.Surveyed{Plan: 1, System: "dir", Steps: []store.StepPlan{
			{ID: "dir/lock/1", System: "dir", Action: "lock", Words: "Lock", LockOut: true, Items: []store.Item{{ID: "1"}}, Account: store.Seal("a"), Held: store.Seal("[]")},
		}})
		w.do(o.ID, "hanna", store.Submitted{Plan: 1, Scope: o.Plan(1).Scope})
		go func() { _ = w.m.Run(t.Context(), w.Store) }()
		time.Sleep(later.Sub(w.Now()) + time.Hour)
		got := func() map[string]string { synctest.Wait(); return w.now() }()
		if got["offboard_emergency_unratified_oldest_seconds"] < "3600" || got[`offboard_cases_open{plan="emergency",state="running"}`] != "1" {
			t.Errorf("the emergency %s: %q", c.ID, got["offboard_emergency_unratified_oldest_seconds"])
		}
		if got[`offboard_lock_outs_overdue{waits_for="approval"}`] != "1" || got[`offboard_lock_out_overdue_oldest_seconds{waits_for="approval"}`] != "3600" {
			t.Errorf("nobody approved: %q", got[`offboard_lock_out_overdue_oldest_seconds{waits_for="approval"}`])
		}
		w.do(store.CaseID(store.Installation), "ivan", store.Paused{On: true})
		w.want(map[string]string{"offboard_paused": "1", "offboard_breaker_stops": "0", "offboard_clock_in_doubt": "0", "offboard_sweep_timestamp_seconds": "0"})
	})
}

// What is counted where it happens, and what is asked at a scrape; it keeps to
// the conventions of Prometheus, and names nobody.
func TestHooksAndSources(t *testing.T) {
	w := newWorld(t)
	w.m.Called("dir", time.Second, nil)
	w.m.Called("dir", time.Minute, &actions.Error{Class: actions.ClassAgain, After: 30 * time.Second, Err: errors.New("429")})
	w.m.Called("dir", time.Second, actions.Final(errors.New("no")))
	w.m.Posted("chat", time.Second, nil)
	w.m.Posted("chat", time.Second, bot.ErrEarly)
	w.m.Posted("chat", time.Second, errors.New("down"))
	w.m.Wrote(time.Second, errors.New("no space left on device"))
	w.m.BackedUp(time.Unix(1000, 0), 1)
	w.silent = time.Minute
	w.places = []places.Status{
		{Place: "mail aude@example.com", Entries: 2, At: time.Unix(2000, 0)},
		{Place: "mail second@example.com", Why: "refused", Since: time.Now().Add(-time.Hour)},
		{Place: "file"},
	}
	got := w.now()
	for name, want := range map[string]string{
		`offboard_connector_calls_total{outcome="ok",system="dir"}`: "1", `offboard_connector_calls_total{outcome="again",system="dir"}`: "1", `offboard_connector_calls_total{outcome="final",system="dir"}`: "1",
		`offboard_connector_wait_seconds_total{system="dir"}`: "30", `offboard_connector_call_seconds_sum{system="dir"}`: "62",
		`offboard_chat_calls_total{outcome="failed",platform="chat"}`: "1", `offboard_chat_calls_total{outcome="early",platform="chat"}`: "1", "offboard_log_commit_failures_total": "1",
		"offboard_backup_timestamp_seconds": "1000", `offboard_circuit_open{system="dir"}`: "1", `offboard_system_silent_seconds{system="dir"}`: "60",
		`offboard_chat_up{platform="chat"}`: "1", `offboard_chat_up{platform="mail"}`: "0", `offboard_messages_behind_cases{state="failed"}`: "1",
		`offboard_checkpoint_delivered_timestamp_seconds{place="mail"}`: "2000", `offboard_checkpoint_failing_seconds{place="mail"}`: "0", `offboard_checkpoint_behind_entries{place="file"}`: "4",
		"offboard_log_entries": "4", "offboard_backup_behind_entries": "3", "offboard_log_writable": "1", `offboard_build_info{goversion="go1",revision="",version="v1"}`: "1",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if since := got[`offboard_checkpoint_failing_seconds{place="mail 2"}`]; !strings.HasPrefix(since, "36") {
		t.Errorf("the second mail has failed for %q", since)
	}
	for line := range got {
		if strings.Contains(line, "example.com") || strings.Contains(line, "OFF-") || strings.Contains(line, "jane") {
			t.Errorf("%s names somebody", line)
		}
	}
	r := httptest.NewRecorder()
	w.scrape.ServeHTTP(r, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if problems, err := promlint.New(r.Body).Lint(); err != nil || len(problems) > 0 {
		t.Errorf("%+v, %v", problems, err)
	}
}
