// Package metrics says how a running bot is, in the words of Prometheus.
//
// The nouns are Meter (what was counted since the bot began) and Sources (what
// is asked when somebody scrapes). The Meter reads the log as every loop does,
// with a place in it, and keeps of each open case the few moments that count; so
// a scrape reads memory only, and costs no commit a wait.
//
// No label names a person or a case: they are systems, platforms and places as
// configured, and enumerations.
package metrics

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// Build is which program this is.
type Build struct{ Version, Revision, Go string }

// Meter counts. Its hooks are called by the parts of the bot, in any order and
// by many goroutines, and return at once.
type Meter struct {
	registry *prometheus.Registry

	calls    *prometheus.HistogramVec // system
	outcomes *prometheus.CounterVec   // system, outcome
	asked    *prometheus.CounterVec   // system: seconds that a system has asked to wait
	chat     *prometheus.HistogramVec // platform
	posts    *prometheus.CounterVec   // platform, outcome
	commits  prometheus.Histogram
	unsaved  prometheus.Counter
	steps    *prometheus.CounterVec // system, result
	ended    *prometheus.CounterVec // outcome
	lockOut  prometheus.Histogram
	backedUp prometheus.Gauge
	backup   atomic.Uint64 // entries that the last backup has

	mu      sync.Mutex
	cases   map[store.CaseID]moments // open ones
	state   store.State
	place   uint64 // of the log, how far it was read
	loaded  bool   // all open cases were
	systems map[string]bool
}

// The buckets, in seconds: from a local call to one that a vendor keeps waiting,
// and from a lock-out in the moment to one that took days.
var (
	callBuckets    = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120}
	commitBuckets  = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}
	lockOutBuckets = []float64{1, 2, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600}
)

// New makes a meter.
func New(build Build) *Meter {
	m := &Meter{registry: prometheus.NewRegistry(), cases: map[store.CaseID]moments{}, systems: map[string]bool{}}
	histogram := func(name, help string, buckets []float64) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}
	}
	m.calls = prometheus.NewHistogramVec(histogram("offboard_connector_call_seconds", "How long calls of connectors took.", callBuckets), []string{"system"})
	m.outcomes = counters("offboard_connector_calls_total", "Calls of connectors by how they ended: ok, again (may succeed later), later (the system works on it), final (a person is needed).", "system", "outcome")
	m.asked = counters("offboard_connector_wait_seconds_total", "How long systems have asked the bot to wait before it comes again: rate limits, and work that takes its time.", "system")
	m.chat = prometheus.NewHistogramVec(histogram("offboard_chat_call_seconds", "How long posts and edits took, with the waits for the limits of the platform.", callBuckets), []string{"platform"})
	m.posts = counters("offboard_chat_calls_total", "Posts and edits by how they ended: ok, early (the platform has it wait), gone (nobody to write to), failed.", "platform", "outcome")
	m.commits = prometheus.NewHistogram(histogram("offboard_log_commit_seconds", "How long commits of the log took, with the wait for the disk.", commitBuckets))
	m.unsaved = prometheus.NewCounter(prometheus.CounterOpts{Name: "offboard_log_commit_failures_total", Help: "Commits of the log that failed: nothing was saved, and nothing was done that has to be logged first."})
	m.steps = counters("offboard_steps_total", "Attempts and reads of steps by their result.", "system", "result")
	m.ended = counters("offboard_cases_closed_total", "Cases by how they ended.", "outcome")
	m.lockOut = prometheus.NewHistogram(histogram("offboard_lock_out_seconds", "How long after the cut-off, or the press, lock-outs were proven by a read.", lockOutBuckets))
	m.backedUp = prometheus.NewGauge(prometheus.GaugeOpts{Name: "offboard_backup_timestamp_seconds", Help: "When the running server last wrote a whole backup; 0: not since it began."})
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "offboard_build_info", Help: "Which program this is; always 1.",
		ConstLabels: prometheus.Labels{"version": build.Version, "revision": build.Revision, "goversion": build.Go},
	})
	info.Set(1)
	m.registry.MustRegister(
		m.calls, m.outcomes, m.asked, m.chat, m.posts, m.commits, m.unsaved, m.steps, m.ended, m.lockOut, m.backedUp, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Expect says which systems and chat platforms are configured, before anything
// about them is counted.
func (m *Meter) Expect(systems, platforms []string) {
	// A counter that begins with its first event has grown by nothing.
	for _, s := range append([]string{actions.Tasks, other}, systems...) {
		m.systems[s] = true
		for _, r := range results {
			m.steps.WithLabelValues(s, r)
		}
	}
	for _, s := range systems {
		m.calls.WithLabelValues(s)
		m.asked.WithLabelValues(s)
		for _, o := range []string{"ok", string(actions.ClassAgain), string(actions.ClassLater), string(actions.ClassFinal)} {
			m.outcomes.WithLabelValues(s, o)
		}
	}
	for _, p := range platforms {
		m.chat.WithLabelValues(p)
		for _, o := range []string{"ok", "early", "gone", "failed"} {
			m.posts.WithLabelValues(p, o)
		}
	}
	for _, o := range outcomes {
		m.ended.WithLabelValues(string(o))
	}
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Called counts a call of a connector; see actions.Config.
func (m *Meter) Called(system string, took time.Duration, err error) {
	outcome := "ok"
	if err != nil {
		class, after := actions.ClassOf(err)
		outcome = string(class)
		m.asked.WithLabelValues(system).Add(after.Seconds())
	}
	m.calls.WithLabelValues(system).Observe(took.Seconds())
	m.outcomes.WithLabelValues(system, outcome).Inc()
}

// Posted counts a post or an edit; see keeper.Config.
func (m *Meter) Posted(platform string, took time.Duration, err error) {
	outcome := "failed"
	switch {
	case err == nil:
		outcome = "ok"
	case errors.Is(err, bot.ErrEarly):
		outcome = "early"
	case errors.Is(err, bot.ErrGone), errors.Is(err, bot.ErrOld):
		outcome = "gone"
	}
	m.chat.WithLabelValues(platform).Observe(took.Seconds())
	m.posts.WithLabelValues(platform, outcome).Inc()
}

// Wrote counts a commit; see store.Options.
func (m *Meter) Wrote(took time.Duration, err error) {
	m.commits.Observe(took.Seconds())
	if err != nil {
		m.unsaved.Inc()
	}
}

// BackedUp notes that a whole backup was written, and has at least so many entries.
func (m *Meter) BackedUp(at time.Time, entries uint64) {
	m.backedUp.Set(float64(at.Unix()))
	m.backup.Store(entries)
}

// Handler answers scrapes, in the text format or OpenMetrics, whichever is asked
// for. Each of its registrations is of one bot, so it is called once.
func (m *Meter) Handler(from Sources) http.Handler {
	m.registry.MustRegister(gauges{m, from})
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}
