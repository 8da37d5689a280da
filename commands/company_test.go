package commands_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/watch"
	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/commands"
	"offboard/commands/batch"
	"offboard/commands/keeper"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
	"offboard/store/audit/figures"
)

// company is a small company with the bot in it, in a synctest bubble: systems,
// directory and chat are in memory, the log is a real file.
type company struct {
	t      *testing.T
	dir    string
	stage  stage
	chat   *bottest.Chat // the stage, where it is in memory
	memory *actionstest.Memory
	mail   bot.Platform // nil: people without a chat account are not written to
	remind keeper.Reminders
	tasks  []actions.Task

	questions actions.Enquiry // to approvers; none unless a story says so
	roles     []people.Role
	retry     time.Duration // of what could not be posted; 0 is the usual

	approvals  bot.Place          // no id: there is no such channel; see "do approvals"
	names      []string           // of the systems; see "do systems"
	zones      map[string]string  // of places; see "do zones"
	moves      bool               // the policy says what people of a role have; see "do profiles"
	ruled      bool               // a rule book is in force; see "do policy"
	ruling     store.Ruling       // what the policy says of everybody beyond that; see "do policy"
	retention  time.Duration      // what is left in the directory is deleted so long after access ended; see "do retention"
	erase      time.Duration      // see "do erase"
	signers    []store.SigningKey // see "do signer"
	signerDown atomic.Bool
	announce   keeper.Announce
	noFeedback bool
	answers    keeper.Answers
	sweeps     watch.Timetable // when all accounts are looked at; see "do sweeps"
	watches    bool            // what was taken is looked at again; see "do watch"
	starts     int             // how many cases one person may open in an hour, if more than 5; see bounds

	store    *store.Store
	people   *people.People
	commands *commands.Commands
	stop     context.CancelFunc
	ended    chan error

	wrong  atomic.Int64 // by how much the wall clock is
	doubts bool         // the bot has a clock that nobody can set; see "do clock"

	mu       sync.Mutex
	diskFull bool
	marked   uint64 // last entry at "do mark"
	state    string // of the systems then
	raw      int    // counts what "do ask" and "do press" hand in
}

// begin is a Monday morning on which every story begins.
var begin = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

const secret = "a secret for tests only"

// newCompany opens the company in a bubble, before a chat in memory.
func newCompany(t *testing.T) *company {
	t.Helper()
	s := newChatStage()
	return newCompanyOn(t, s, func(c *company) { c.chat = s.Chat })
}

func newCompanyOn(t *testing.T, s stage, more func(c *company)) *company {
	t.Helper()
	time.Sleep(time.Until(begin))
	c := &company{t: t, dir: t.TempDir(), memory: actionstest.NewMemory(staff()), stage: s, names: []string{"directory", "vpn"}, remind: remind, tasks: tasks, roles: roles}
	c.memory.OnCall = pace
	c.memory.Own("directory", "design-system", "jane")
	c.memory.Own("directory", "rebranding", "jane")
	more(c)
	c.open()
	t.Cleanup(c.close)
	return c
}

// pace gives every call its own length, so that nothing happens at the same
// moment and a transcript is the same each time.
func pace(op string) {
	d := 0 * time.Millisecond
	for i, word := range []string{"directory/", "vpn/", "doors/", "devices/", "lock", "password", "groups", "owner", "wipe", "adm-"} {
		if strings.Contains(op, word) {
			d += []time.Duration{0, 37, 71, 97, 101, 211, 331, 443, 557, 13}[i] * time.Millisecond
		}
	}
	time.Sleep(d) // of the bubble: no time passes outside
}

// open starts the bot on what is there.
func (c *company) open() {
	known := map[string]actions.System{
		"directory": c.memory.System("directory", "Company directory"),
		"vpn":       c.memory.System("vpn", "VPN", "lock", "groups"),
		"devices":   c.memory.System("devices", "Devices", "wipe"), // proves nothing
	}
	known["assets"] = c.memory.System("assets", "Assets", "wipe", "groups")
	for i, a := range []actions.Spec{
		{Words: "Check in the equipment that was received", Needs: []string{"wipe"}}, {Words: "Take back the equipment"},
	} {
		of := &known["assets"].Actions[i]
		of.Words, of.Needs, of.Phase = a.Words, a.Needs, actions.PhaseAfter
	}
	if c.retention > 0 {
		known["directory"] = c.memory.System("directory", "Company directory", "lock", "password", "groups", "owner", "delete")
	}
	var systems []actions.System
	titles := map[string]string{actions.Tasks: "By hand"}
	for _, name := range c.names {
		systems = append(systems, known[name])
		titles[name] = known[name].Title
	}
	clock := store.Clock{Wall: func() time.Time { return time.Now().Add(time.Duration(c.wrong.Load())) }}
	if c.doubts {
		clock.Up, clock.Run = func() time.Duration { return time.Since(begin) }, "a run"
	}
	book := c.book(systems)
	c.openStore(clock)
	s := c.store
	var err error
	executor := actions.New(actions.Config{Store: s, Systems: systems, Tasks: c.tasks, Questions: c.questions, Left: book.Left, Attempts: 2, Log: zerolog.Nop()})
	if c.people, err = people.New(s, c.memory.Directory(), c.roles); err != nil {
		c.t.Fatal(err)
	}
	sweep := watch.Sweep{Systems: systems, Directory: c.memory.Directory(), Deny: func(name string) bool { return name == "scanner" }, Store: s, Call: executor.Ask}
	var k *keeper.Keeper
	loop := watch.New(watch.Config{
		Sweep: sweep, Sweeps: c.sweeps, Look: func(far watch.Looked) { k.Sweeping(far.Due, far.Title, far.Done, far.Total) },
		Store: s, Executor: executor, Systems: systems, Directory: c.memory.Directory(), Log: zerolog.Nop(),
		HR: func(ctx context.Context, leaver store.PersonID) ([]store.PersonID, error) {
			return c.people.Holders(ctx, leaver, store.HR)
		},
		Forget: c.people.Forget,
	})
	v := view.View{Book: c.people, Kinds: kinds, Systems: titles, Zone: time.UTC, Why: book.Why(), Roles: roleTitles(book)}
	rooms, ready := c.stage.connect()
	rooms[0].Approvals = c.approvals
	var platforms []string
	clocks, couriers := map[string]bot.Timekeeper{}, map[string]bot.Courier{}
	for _, r := range rooms {
		platforms = append(platforms, r.Platform.Name())
		if t, ok := r.Platform.(bot.Timekeeper); ok {
			clocks[r.Platform.Name()] = t
		}
		if t, ok := r.Platform.(bot.Courier); ok {
			couriers[r.Platform.Name()] = t
		}
	}
	readiness := actions.NewReadiness(executor, func(id store.CaseID) { k.Look(id) })
	k = keeper.New(keeper.Config{
		Store: s, People: c.people, View: v, Rooms: rooms, Mail: c.mail, Remind: c.remind, Retry: c.retry, Hands: 1, Log: zerolog.Nop(),
		Emergencies: keeper.Emergencies{Announce: []store.Role{store.HR, store.Security}}, Announce: c.announce, Answers: c.answers, Returns: []store.Role{store.Security}, NoFeedback: c.noFeedback,
		Reached: func(id store.CaseID) view.Reached { return view.Reached(readiness.Reached(id)) },
	})
	c.commands = commands.New(commands.Config{
		Store: s, People: c.people, View: v, Platforms: platforms, Systems: executor.Systems(), Company: "Lumen Works", Log: zerolog.Nop(),
		Emergency: commands.Emergency{Kind: "termination"},
		Left:      book.Left, Hour: book.Hour, Profiles: commands.Profiles{Of: book.Of, Loses: book.Loses},
		Times: commands.Times{Hours: [7]string{"12:00", "", "", "", "", "16:00", "12:00"}, Zones: c.zones}, Clocks: clocks, Ready: readiness,
		Sweep: sweep.Run, NoFeedback: c.noFeedback, Evidence: c.evidence, Figures: figures.Source{Store: s, Systems: titles}, Couriers: couriers,
	})
	ctx, stop := context.WithCancel(context.Background())
	c.stop, c.ended = stop, make(chan error, 1)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return executor.Run(ctx) })
	g.Go(func() error { return readiness.Run(ctx) })
	if c.watches || c.retention > 0 || c.erase > 0 || c.sweeps.On {
		g.Go(func() error { return loop.Run(ctx) })
	}
	g.Go(func() error { return k.Run(ctx) })
	g.Go(func() error {
		return batch.New(batch.Config{Store: s, People: c.people, Systems: executor.Systems(), Hands: 1, Log: zerolog.Nop()}).Run(ctx)
	})
	g.Go(func() error {
		s.KeepTime(ctx, func(_ *store.Doubt, err error) {
			if err != nil {
				c.t.Error(err)
			}
		})
		return nil
	})
	for _, r := range rooms {
		g.Go(func() error { return r.Platform.Run(ctx, c.commands.Handle) })
	}
	go func() { c.ended <- g.Wait() }()
	if err := ready(ctx); err != nil {
		c.t.Fatal(err)
	}
	synctest.Wait()
}

func (c *company) openStore(clock store.Clock) {
	s, err := store.Open(store.Options{
		Clock: clock,
		Path:  filepath.Join(c.dir, "log.db"), Keys: filepath.Join(c.dir, "log.keys"), Secret: secret, Limits: c.bounds, Fault: c.fault, Signers: c.signers,
		Policy: c.rules, Holds: func(card store.Card) []store.Role { return people.Given(c.roles, card) },
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.store = s
}

// bounds are the limits of the circuit breaker.
func (c *company) bounds() store.Limits {
	return store.Limits{Window: time.Hour, Requester: max(5, c.starts), Source: max(8, c.starts), Erase: c.erase}
}

// close stops the bot. What has happened must hold together.
func (c *company) close() {
	if c.stop == nil {
		return
	}
	c.stop()
	c.stop = nil
	err := <-c.ended
	if err := errors.Join(err, c.store.Check(), c.store.Close()); err != nil {
		c.t.Error(err)
	}
}

// fault stands at the boundaries of a commit. After one the writer takes a
// moment, so that a loop has shown a state before the next one follows.
func (c *company) fault(at string) error {
	c.mu.Lock()
	full := c.diskFull
	c.mu.Unlock()
	if at == "before" && full {
		return errors.New("no space left on device")
	}
	if at == "after" {
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// settle waits until nobody has anything to do but wait.
func (c *company) settle() {
	for range c.stage.rest() / time.Second {
		synctest.Wait()
		time.Sleep(time.Second)
	}
	synctest.Wait()
	c.stage.look()
}

// wait waits until somebody sees something, for hours if need be.
func (c *company) wait(_ context.Context, cond func() bool) error {
	for range 600 {
		synctest.Wait()
		if cond() {
			return nil
		}
		time.Sleep(10 * time.Second)
	}
	return errors.New("it did not come within 100 minutes")
}

// play plays a script and returns what people saw.
func (c *company) play(script string) string {
	c.t.Helper()
	steps, err := bottest.Script(script)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.perform(c.t.Context(), steps); err != nil {
		c.t.Fatalf("%v\n%s", err, told(c.stage.Transcript()))
	}
	if p := c.stage.Problems(); len(p) > 0 {
		c.t.Error(strings.Join(p, "\n"))
	}
	c.quiet()
	return mask(told(c.stage.Transcript()))
}

// quiet checks that nothing asks for a decision about a case that is closed.
func (c *company) quiet() {
	open, err := c.store.OpenCases()
	if err != nil {
		c.t.Error(err)
	}
	c.stage.posted(func(place string, b bot.Button) {
		id, _, _ := strings.Cut(b.Object, ":")
		closed := strings.HasPrefix(id, "OFF-") && !slices.ContainsFunc(open, func(s store.Summary) bool { return string(s.ID) == id })
		if closed && !slices.Contains([]store.Verb{store.VerbStatus, store.VerbUndo, store.VerbFeedback}, store.Verb(b.Verb)) {
			c.t.Errorf("%s is closed, and %s still reads [%s]", id, place, b.Label)
		}
	})
}

// perform does the steps, each when everybody has come to rest.
func (c *company) perform(ctx context.Context, steps []bottest.Step) error {
	options := bottest.PlayOptions{Wait: c.wait, Do: c.acts()}
	for _, s := range steps {
		if err := c.stage.PlayStep(ctx, s, options); err != nil {
			return err
		}
		if !slices.Contains([]bottest.Act{bottest.Expects, bottest.Narrates, bottest.Closes}, s.Act) {
			c.settle()
		}
	}
	return nil
}

// play is for tests that look at more than a transcript.
func play(t *testing.T, script string, look func(c *company)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		c.play(script)
		look(c)
	})
}
