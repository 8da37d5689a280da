package figures

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"offboard/store"
)

var update = flag.Bool("update", false, "write the golden files")

// company is a log of two quarters with some sixty departures. Salts, keys and
// times are the same each time, so its figures are the same to the byte.
type company struct {
	*store.Store
	t      testing.TB
	quick  bool // the time is the machine's, and nobody waits
	people map[string]store.PersonID
	rand   *rand.Rand
	todo   []deed
}

// deed is something that happens at a time.
type deed struct {
	at time.Time
	do func()
}

func day(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return t
}

// inCompany runs a test in a company of 2026, in October.
func inCompany(t *testing.T, f func(t *testing.T, o *company)) {
	t.Helper()
	dir := t.TempDir()
	cryptotest.SetGlobalRandom(t, 42)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day("2026-04-01 08:00")))
		o := &company{t: t, people: map[string]store.PersonID{}, rand: rand.New(rand.NewPCG(4, 2))}
		var err error
		if o.Store, err = store.Open(store.Options{Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only"}); err != nil {
			t.Fatal(err)
		}
		o.staff()
		o.plan()
		o.live()
		time.Sleep(time.Until(day("2026-10-05 09:00")))
		f(t, o)
		if err := o.Check(); err != nil {
			t.Error(err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
}

var claims = map[string][]store.Claim{
	"hanna": {{Role: store.HR}}, "ivan": {{Role: store.IT}}, "sasha": {{Role: store.Security}},
}

func (o *company) staff() {
	logins := []string{"hanna", "ivan", "sasha", "marco"}
	for i := range 64 {
		logins = append(logins, fmt.Sprintf("leaver%d", i))
	}
	for _, login := range logins {
		id, err := o.Meet(o.t.Context(), store.Bot("people"), store.Card{ID: "id-" + login, Name: "Name of " + login, Login: login})
		if err != nil {
			o.t.Fatal(err)
		}
		o.people[login] = id
	}
}

// do appends one entry; by nobody it is the bot's.
func (o *company) do(subject, name string, b store.Body) store.Case {
	o.t.Helper()
	if !o.quick {
		time.Sleep(time.Second)
	}
	actor := store.Bot("executor")
	if name != "" {
		actor = store.Actor{Person: o.people[name], Via: "web", Claims: claims[name]}
	}
	c, err := o.Append(o.t.Context(), subject, actor, b)
	if err != nil {
		o.t.Fatalf("%s, %s, %s %T: %v", time.Now(), subject, name, b, err)
	}
	return c
}

func (o *company) at(at time.Time, do func()) { o.todo = append(o.todo, deed{at, do}) }

// live does what was planned, and what follows from that, in the order of time.
func (o *company) live() {
	for len(o.todo) > 0 {
		slices.SortStableFunc(o.todo, func(a, b deed) int { return a.at.Compare(b.at) })
		next := o.todo[0]
		o.todo = o.todo[1:]
		if !o.quick {
			time.Sleep(time.Until(next.at))
		}
		next.do()
	}
}

// one is a departure of the company.
type one struct {
	who, kind string
	secret    bool
	asked     time.Time
	approves  time.Duration // after it was asked
	lead      int           // days before the last day
	systems   []string
	trouble   string        // the system that fails
	lasts     time.Duration // of the trouble
	skip      bool          // the trouble is skipped, so access stays
	sentBack  bool
	emergency bool
	tasks     time.Duration // until people have done them
	returns   bool          // access comes back
	silent    bool          // nobody ever decides
	rating    store.Rating
}

// plan makes up departures of two quarters. The second is better.
func (o *company) plan() {
	kinds := []string{"resignation", "resignation", "resignation", "end-of-contract", "resignation", "resignation", "end-of-contract"}
	n := 0
	for _, quarter := range []struct {
		from  time.Time
		cases int
		slow  time.Duration
		fails int // one of so many
	}{{day("2026-04-02 09:00"), 27, 30 * time.Hour, 3}, {day("2026-07-01 09:00"), 33, 9 * time.Hour, 7}} {
		for i := range quarter.cases {
			x := one{
				who: fmt.Sprintf("leaver%d", n), kind: kinds[n%len(kinds)], asked: quarter.from.Add(time.Duration(i) * 61 * time.Hour).Add(time.Duration(o.rand.IntN(180)) * time.Minute),
				approves: time.Duration(o.rand.Int64N(int64(quarter.slow))) + 11*time.Minute, lead: 3 + o.rand.IntN(9), systems: []string{"directory", "mail"}, tasks: time.Duration(20+o.rand.IntN(90)) * time.Hour, rating: store.Good,
			}
			if o.rand.IntN(2) == 0 {
				x.systems = append(x.systems, "vpn")
			}
			if o.rand.IntN(3) == 0 {
				x.systems = append(x.systems, "wiki")
			}
			if i%9 == 4 {
				x.systems = append(x.systems, "erp")
			}
			if o.rand.IntN(quarter.fails) == 0 {
				x.trouble, x.lasts = x.systems[o.rand.IntN(len(x.systems))], time.Duration(o.rand.IntN(50))*time.Minute
			}
			switch i {
			case 3, 14:
				x.kind = "garden-leave"
			case 6:
				x.trouble, x.lasts = "directory", 5*time.Hour
			case 9:
				x.kind, x.emergency = "termination", true
			case 11:
				x.lead, x.approves, x.sentBack = 0, 26*time.Hour, true
			case 16:
				x.trouble, x.skip, x.lasts = "mail", true, time.Hour
			case 18, 21:
				x.secret, x.kind = true, "termination"
			case 20:
				x.returns = true
			case 30:
				x.silent = true
			}
			if n%5 == 0 {
				x.rating = store.Fair
			}
			o.at(x.asked.Add(-2*time.Hour), func() { o.begin(x) })
			n++
		}
	}
	for at := day("2026-04-05 03:00"); at.Before(day("2026-10-01 00:00")); at = at.AddDate(0, 0, 7) {
		o.at(at, func() {
			b := store.Swept{Due: at, Systems: []store.SweptSystem{{System: "directory", Looked: 900}, {System: "vpn", Looked: 300, Unread: at.Month() == time.May && at.Day() < 8}}}
			if at.Day() > 20 {
				b.New, b.Found = 1, store.SealJSON(store.SweepReport{})
			}
			o.do(store.Installation, "", b)
		})
	}
}

func steps(systems []string) map[string][]store.StepPlan {
	out := map[string][]store.StepPlan{}
	for _, s := range systems {
		account := store.SealJSON(map[string]string{"ID": "6f1c"})
		lock := store.StepPlan{ID: store.StepID(s + "/lock/1"), System: s, Action: "lock", Words: "Lock the account", Phase: "cut-off", LockOut: s != "wiki", Account: account, Items: []store.Item{{ID: "1"}}, Held: store.Seal("[]")}
		groups := store.StepPlan{ID: store.StepID(s + "/groups/1"), System: s, Action: "groups", Words: "Leave all groups", Phase: "after", Account: account, After: []store.StepID{lock.ID}, Items: []store.Item{{ID: "1"}}, Held: store.Seal("[]")}
		out[s] = []store.StepPlan{lock, groups}
	}
	out["tasks"] = []store.StepPlan{
		{ID: "tasks/laptop/1", System: "tasks", Words: "Take back the laptop", Manual: &store.Manual{Owner: store.IT, Due: 72 * time.Hour}},
		{ID: "tasks/papers/1", System: "tasks", Words: "Send the papers", Manual: &store.Manual{Owner: store.HR, Due: 96 * time.Hour}},
	}
	return out
}

func (o *company) begin(x one) {
	last := x.asked.AddDate(0, 0, x.lead)
	cut := store.CutOff{Mode: store.At, At: time.Date(last.Year(), last.Month(), last.Day(), 18, 0, 0, 0, time.UTC)}
	if x.emergency || o.quick {
		cut = store.CutOff{Mode: store.Now}
	}
	systems := append(slices.Clone(x.systems), "tasks")
	by := "hanna"
	if x.emergency {
		by = "sasha"
	}
	c := o.do(store.NewCase, by, store.Drafted{
		Person: o.people[x.who], Systems: systems, Emergency: x.emergency,
		Terms: store.Terms{Kind: x.kind, LastDay: store.Date(last.Format(time.DateOnly)), CutOff: cut, Zone: "Europe/Lisbon", Manager: o.people["marco"], Confidential: x.secret, Reason: store.Seal("a reason of " + x.who)},
	})
	id := string(c.ID)
	for _, s := range systems {
		c = o.do(id, "", store.Surveyed{Plan: 1, System: s, Steps: steps(x.systems)[s]})
	}
	decide := func(approve bool) {
		c, err := o.Case(c.ID)
		if err != nil {
			o.t.Fatal(err)
		}
		o.do(id, "marco", store.Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: approve, Reason: store.Seal("said so")})
	}
	if x.emergency {
		o.run(id, x)
		o.at(time.Now().Add(x.approves), func() { decide(true); o.run(id, x) })
		return
	}
	submit := func() {
		c, err := o.Case(c.ID)
		if err != nil {
			o.t.Fatal(err)
		}
		o.do(id, by, store.Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	}
	approved := func() {
		decide(true)
		at := cut.At
		if at.Before(time.Now()) {
			at = time.Now()
		}
		o.at(at.Add(2*time.Second), func() {
			o.do(id, "", store.Started{Plan: 1})
			o.run(id, x)
		})
	}
	o.at(x.asked, submit)
	if x.sentBack {
		o.at(x.asked.Add(x.approves/2), func() { decide(false) })
		o.at(x.asked.Add(x.approves/2+time.Hour), submit)
	}
	if !x.silent {
		o.at(x.asked.Add(x.approves), approved)
	}
}

// run does what may be done now, and plans the rest.
func (o *company) run(id string, x one) {
	c, err := o.Case(store.CaseID(id))
	if err != nil {
		o.t.Fatal(err)
	}
	p := c.Plan(0)
	for _, s := range p.Steps {
		switch {
		case !c.Plan(0).Ready(s):
		case s.System == x.trouble && x.lasts > 0:
			left := x.lasts
			c = o.do(id, "", store.Attempted{Plan: p.No, Step: s.ID, Found: store.Seal("[]")})
			o.do(id, "", store.Failed{Plan: p.No, Step: s.ID, Entry: c.Seq, Why: store.Unreachable, After: left, Message: store.Seal("it does not answer")})
			y := x
			y.lasts = 0
			if x.skip {
				y.trouble = ""
				o.at(time.Now().Add(time.Minute), func() { o.skip(id, p.No, s.ID) })
			}
			o.at(time.Now().Add(left+2*time.Minute), func() { o.run(id, y) })
			return
		default:
			c = o.do(id, "", store.Attempted{Plan: p.No, Step: s.ID, Found: store.Seal("[]")})
			c = o.do(id, "", store.Finished{Plan: p.No, Step: s.ID, Entry: c.Seq, Evidence: store.Seal("a read shows it")})
		}
	}
	if c, err = o.Case(store.CaseID(id)); err != nil {
		o.t.Fatal(err)
	}
	for _, s := range c.Plan(0).Steps { // those that came after others
		if c.Plan(0).Ready(s) {
			o.run(id, x)
			return
		}
	}
	if p.No != 1 || p.Unratified() {
		return
	}
	for i, s := range []store.StepID{"tasks/laptop/1", "tasks/papers/1"} {
		o.at(time.Now().Add(x.tasks).Add(time.Duration(i)*7*time.Hour), func() {
			c := o.do(id, []string{"ivan", "hanna"}[i], store.ConfirmedBy{Plan: 1, Step: s, Note: store.Seal("done")})
			if c.State == store.CaseClosed {
				o.over(c, x)
			}
		})
	}
}

// skip takes two persons for a lock-out.
func (o *company) skip(id string, plan int, step store.StepID) {
	c := o.do(id, "ivan", store.Requested{Change: store.Change{Verb: store.VerbSkip, Plan: plan, Step: step, Reason: store.Seal("the system is gone")}})
	if len(c.Pending) > 0 {
		o.do(id, "hanna", store.Seconded{Entry: c.Pending[0].Entry, Agree: true, Reason: store.Seal("yes")})
	}
}

// over is what happens after a case was closed.
func (o *company) over(c store.Case, x one) {
	id := string(c.ID)
	if c.AsksFeedback() {
		o.do(id, "hanna", store.Rated{Rating: x.rating})
		o.do(id, "marco", store.Rated{Rating: store.Good})
	}
	if !x.returns {
		return
	}
	o.at(time.Now().Add(30*time.Hour), func() {
		o.do(id, "", store.Returned{Plan: 1, Steps: []store.CameAgain{{Step: "mail/groups/1", Items: []store.Item{{ID: "2"}}, Held: store.Seal("[]")}}})
		o.do(id, "", store.Planned{Kind: store.Retake, Of: 1, Only: []store.StepID{"mail/groups/1"}, Systems: []string{"mail"}, CutOff: store.CutOff{Mode: store.Now}, Approver: o.people["marco"]})
		c := o.do(id, "", store.Surveyed{Plan: 2, System: "mail", Steps: steps([]string{"mail"})["mail"][1:]})
		o.at(time.Now().Add(4*time.Hour), func() {
			o.do(id, "marco", store.Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
			o.do(id, "", store.Started{Plan: 2})
			o.run(id, one{})
		})
	})
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test ./store/audit/figures -update writes it", path)
	}
}
