package metrics

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"offboard/store"
	"offboard/store/audit/places"
)

// Sources are what is asked when somebody scrapes. Each answers from memory, at
// once.
type Sources struct {
	Store    *store.Store
	Silent   func() map[string]time.Duration // system -> since when it has not answered; 0: it does
	Up       func() map[string]bool          // system -> it answered when it was last looked at
	Chats    func() map[string]error         // platform -> why it is not there
	Backlog  func() (waiting, failed int)    // cases whose messages are behind
	Places   func() []places.Status          // where checkpoints go
	Observes bool                            // nothing is changed anywhere
}

// gauges is how things stand now.
type gauges struct {
	m    *Meter
	from Sources
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("offboard_"+name, help, labels, nil)
}

var (
	casesOpen      = desc("cases_open", "Cases that are not closed, by what their plan is for and how far it is.", "plan", "state")
	approvalOldest = desc("approval_oldest_seconds", "How long the case that waits longest for its approval has waited; 0: none does.")
	emergency      = desc("emergency_unratified_oldest_seconds", "How long ago the oldest emergency began of which nobody has said that it was right; 0: there is none.")
	dueOldest      = desc("due_oldest_seconds", "How long ago a plan was to begin that is approved, not held, and has not begun; 0: there is none.")
	lockOutsLate   = desc("lock_outs_overdue", "Lock-outs whose time has come and that are not proven, by what they wait for: proof, or approval.", "waits_for")
	lockOutOldest  = desc("lock_out_overdue_oldest_seconds", "How late the latest of them is; 0: there is none.", "waits_for")
	tasksLate      = desc("tasks_overdue", "Manual tasks that nobody has confirmed in time, by the role that owns them.", "owner")
	stepsStuck     = desc("steps_stuck", "Steps that go on only when a person does something, by system.", "system")
	paused         = desc("paused", "1 while the bot is paused.")
	brakes         = desc("breaker_stops", "What the circuit breaker stops now: sources and people who opened too many cases.")
	waits          = desc("configuration_waits", "1 while a weaker configuration waits for a second person.")
	doubt          = desc("clock_in_doubt", "1 while the clock is in doubt: nothing is done that can't be given back.")
	observes       = desc("observing", "1 in mode observe: nothing is changed anywhere.")
	swept          = desc("sweep_timestamp_seconds", "When all accounts of all systems were last looked at by the schedule; 0: never.")
	behind         = desc("metrics_behind_entries", "Entries of the log that these numbers do not know yet.")
	entries        = desc("log_entries", "Entries in the log.")
	size           = desc("log_bytes", "Size of the database file.")
	free           = desc("log_free_bytes", "Of it, what the next commits use first.")
	writable       = desc("log_writable", "1 if the last write of the log was saved.")
	backupBehind   = desc("backup_behind_entries", "Entries that are in no backup that the running server has written.")
	circuit        = desc("circuit_open", "1 while a system does not answer and only one step at a time asks there.", "system")
	silent         = desc("system_silent_seconds", "For how long a system has not answered those steps.", "system")
	up             = desc("system_up", "1 if the system answered when it was last looked at, every 30 seconds.", "system")
	chatUp         = desc("chat_up", "1 if the chat platform, or the mail server, is there.", "platform")
	backlog        = desc("messages_behind_cases", "Cases with messages that are to be posted or edited, by whether that is under way or has failed and is tried again.", "state")
	delivered      = desc("checkpoint_delivered_timestamp_seconds", "When a place was last brought a checkpoint; 0: not since the bot began.", "place")
	undelivered    = desc("checkpoint_failing_seconds", "For how long a place could not be brought a checkpoint; 0: it could.", "place")
	unkept         = desc("checkpoint_behind_entries", "Entries that no checkpoint at the place covers, as far as this run of the bot knows.", "place")
)

// Describe lists them.
func (g gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		casesOpen, approvalOldest, emergency, dueOldest, lockOutsLate, lockOutOldest, tasksLate, stepsStuck, paused, brakes, waits, doubt, observes, swept, behind,
		entries, size, free, writable, backupBehind, circuit, silent, up, chatUp, backlog, delivered, undelivered, unkept,
	} {
		ch <- d
	}
}

// Collect tells them.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	set := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	stats := g.from.Store.Stats()
	set(entries, float64(stats.Entries))
	set(size, float64(stats.Bytes))
	set(free, float64(stats.FreeBytes))
	set(writable, truth(g.from.Store.Writable() == nil))
	set(backupBehind, float64(stats.Entries-min(stats.Entries, g.m.backup.Load())))
	set(observes, truth(g.from.Observes))
	for system, long := range g.from.Silent() {
		set(circuit, truth(long > 0), system)
		set(silent, long.Seconds(), system)
	}
	for system, is := range g.from.Up() {
		set(up, truth(is), system)
	}
	for platform, err := range g.from.Chats() {
		set(chatUp, truth(err == nil), platform)
	}
	waiting, failed := g.from.Backlog()
	set(backlog, float64(waiting), "waiting")
	set(backlog, float64(failed), "failed")
	g.places(set, stats.Entries)
	g.m.now(set, g.from.Store.Now(), stats.Entries)
}

type setter = func(d *prometheus.Desc, v float64, labels ...string)

func (g gauges) places(set setter, last uint64) {
	kinds := map[string]int{}
	for _, p := range g.from.Places() {
		kind, _, _ := strings.Cut(p.Place, " ") // what follows is an address of somebody
		if kinds[kind]++; kinds[kind] > 1 {
			kind += " " + strconv.Itoa(kinds[kind])
		}
		since := time.Duration(0)
		if p.Why != "" {
			since = time.Since(p.Since)
		}
		set(delivered, stamp(p.At), kind)
		set(undelivered, since.Seconds(), kind)
		set(unkept, float64(last-min(last, p.Entries)), kind)
	}
}

// now tells what follows from the log at a moment of its clock; nothing before
// all open cases were looked at.
func (m *Meter) now(set setter, now time.Time, last uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.loaded {
		return
	}
	set(behind, float64(last-min(last, m.place)))
	type bar struct {
		kind  string
		state store.PlanState
	}
	open, tasks, stuck := map[bar]int{}, map[store.Role]int{store.IT: 0, store.HR: 0, store.Security: 0}, map[string]int{}
	for s := range m.systems {
		stuck[s] = 0
	}
	asked, unratified, due, late, unapproved := oldest{}, oldest{}, oldest{}, oldest{}, oldest{}
	for _, c := range m.cases {
		open[bar{c.kind, c.state}]++
		asked.add(now, several{1, c.asked})
		unratified.add(now, several{1, c.unratified})
		due.add(now, several{1, c.due})
		late.add(now, c.lockOuts)
		unapproved.add(now, c.unapproved)
		for _, t := range c.tasks {
			if !t.due.After(now) {
				tasks[t.owner]++
			}
		}
		for s, n := range c.stuck {
			if !m.systems[s] {
				s = other
			}
			stuck[s] += n
		}
	}
	for b, n := range open {
		set(casesOpen, float64(n), b.kind, string(b.state))
	}
	set(approvalOldest, asked.age.Seconds())
	set(emergency, unratified.age.Seconds())
	set(dueOldest, due.age.Seconds())
	set(lockOutsLate, float64(late.n), "proof")
	set(lockOutsLate, float64(unapproved.n), "approval")
	set(lockOutOldest, late.age.Seconds(), "proof")
	set(lockOutOldest, unapproved.age.Seconds(), "approval")
	for owner, n := range tasks {
		set(tasksLate, float64(n), string(owner))
	}
	for s, n := range stuck {
		set(stepsStuck, float64(n), s)
	}
	stops := 0
	for _, b := range m.state.Brakes {
		if b.Stops() {
			stops++
		}
	}
	set(paused, truth(m.state.Paused))
	set(brakes, float64(stops))
	set(waits, truth(!m.state.Config.Wanted.IsZero()))
	set(doubt, truth(m.state.Doubt != nil))
	last0 := time.Time{}
	if m.state.Sweep != nil {
		last0 = m.state.Sweep.At
	}
	set(swept, stamp(last0))
}

// oldest is how many moments have passed, and how long ago the first of them was.
type oldest struct {
	n   int
	age time.Duration
}

func (o *oldest) add(now time.Time, s several) {
	if !s.at.IsZero() && !s.at.After(now) {
		o.n += s.n
		o.age = max(o.age, now.Sub(s.at))
	}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// stamp is a moment in seconds since 1970; 0 is never.
func stamp(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.UnixMilli()) / 1000
}
