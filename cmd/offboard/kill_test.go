package main

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/bot"
	"offboard/config"
)

var (
	kills    = flag.Int("kills", 20, "how often TestKill kills the bot")
	killSeed = flag.Uint64("kill-seed", 0, "seed of the moments at which TestKill kills; 0 means another each time")
)

// killed is a bot that is killed again and again, and what was seen of it.
type killed struct {
	*testing.T
	dir     string
	cfg     *config.Config
	rng     *rand.Rand
	crowd   *crowd
	entries [][]byte // of the log, as they were read after the last kill
	points  []string // checkpoints, one after each kill
	heard   map[string]bool
	early   int // kills before people reached the bot
	moved   moved
}

// The bot is killed at random moments while two hundred people leave, often with
// a wall clock that was set meanwhile, and in the end nobody can tell. For some
// of them all is undone in the end. More kills: go test ./cmd/offboard -run Kill -kills 500.
func TestKill(t *testing.T) {
	server := slapd.New(t, actionstest.Require(t, "slapd"))
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-kill-seed %d", seed)
	entries, all := killedCompany(leavers)
	if err := server.Reset(entries); err != nil {
		t.Fatal(err)
	}
	k := newKilled(t, server, seed, "")
	survey(t, k.cfg, all)
	for _, l := range all {
		if !signsIn(t, server, l.login) {
			t.Fatalf("%s can't sign in at first", l.login)
		}
	}
	before := dumpOf(t, server)
	for n := 0; n < len(all); n += 10 {
		all[n].undone = true
	}
	k.crowd = newCrowd(k.rng, all)
	begun, working := time.Now(), 0
	for n := range *kills {
		k.crowd.may = leavers * (n + 1) / *kills
		if !k.crowd.over() {
			working++
		}
		k.jump()
		k.live(k.moment())
		k.look()
	}
	t.Logf("%d kills in %s, %d of them while cases were open, %d at a start: %v", *kills, time.Since(begun).Round(time.Millisecond), working, k.early, k.crowd)
	if working < *kills-1 {
		t.Errorf("only %d of %d kills hit a bot that had work", working, *kills)
	}
	k.crowd.may = leavers
	k.move(moved{})
	k.calm()
	t.Logf("all is done after %s: %v", time.Since(begun).Round(time.Millisecond), k.crowd)
	for _, text := range k.crowd.troubles {
		if !tooBusy(text) {
			t.Errorf("an answer that nobody has earned: %s", text)
		}
	}
	k.look()
	k.verify(server, before)
}

// tooBusy reports whether an answer is that of a bot that had too little time,
// as on a loaded machine: the directory or the log took longer than people wait.
// It says that nothing was changed, so the same is done again.
func tooBusy(answer string) bool {
	return strings.Contains(strings.ToLower(answer), "nothing was changed. please try again")
}

func newKilled(t *testing.T, server *slapd.Server, seed uint64, settings string) *killed {
	t.Helper()
	dir, err := os.MkdirTemp("", "ob") // a socket needs a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	text := strings.NewReplacer("DIR", dir, "ADDR", server.Addr).Replace(officeConfig + "limits: {per_requester: 100000, per_source: 100000, percent: 0}\n" + settings)
	for name, text := range map[string]string{"secret": "a secret for tests only", "password": passOf("offboard"), "offboard.yaml": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, sub := range []string{"data", "keys"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(dir, "offboard.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return &killed{T: t, dir: dir, cfg: cfg, rng: rand.New(rand.NewPCG(seed, 0)), heard: map[string]bool{}}
}

// moment is how long the bot lives after people reach it, or, if it is
// negative, after it was started.
func (k *killed) moment() time.Duration {
	if k.rng.IntN(5) == 0 {
		return -time.Duration(1 + k.rng.Int64N(int64(100*time.Millisecond)))
	}
	mean := max(lifetime/4, min(lifetime, 20*lifetime/time.Duration(*kills)))
	return time.Duration(1 + k.rng.Int64N(int64(2*mean)))
}

// longestLife is how long a bot that nobody disturbs may take, and one that does
// not get to the point where people reach it: only one that hangs takes that
// long, also on a machine with other work.
const longestLife = 4 * time.Minute

// quiet is how long nothing happens before the bot is told to end. If that
// was too early, as on a machine with other work, it is started again.
const quiet = time.Second

// live starts the bot and kills it at a moment; at 0 it is told to end when
// all is done and nothing has happened for a while.
func (k *killed) live(moment time.Duration) {
	k.Helper()
	k.crowd.sit(k.paper())
	l := begin(k.T, botIn(k.T, k.dir, "TestKilledProgram"))
	end := time.NewTimer(longestLife)
	defer end.Stop()
	if moment < 0 {
		end.Reset(-moment)
	}
	running, gone := false, false
	for l.said != nil {
		select {
		case s, ok := <-l.said:
			if !ok {
				l.said = nil
				continue
			}
			k.hear(l, s)
			if s.Running {
				running = true
				k.tell(l, k.crowd.repeat(3))
				if moment > 0 {
					end.Reset(moment)
				}
			}
			if running && !gone {
				k.tell(l, k.crowd.act())
			}
			if moment == 0 && k.crowd.over() && !gone {
				end.Reset(quiet)
			}
		case <-end.C:
			gone = true
			signal := os.Kill
			if moment == 0 && k.crowd.over() {
				signal = syscall.SIGTERM
			}
			if err := l.cmd.Process.Signal(signal); err != nil {
				k.Fatalf("the bot ended by itself: %v\n%s", err, &l.log)
			}
		}
	}
	err := l.cmd.Wait()
	if !gone || moment == 0 && err != nil {
		k.Fatalf("the bot ended, or did not get to the end: %v; %v\n%s", err, k.crowd, &l.log)
	}
	if !running {
		k.early++
	}
}

func (k *killed) hear(l *life, s said) {
	k.Helper()
	if s.Line != nil {
		k.crowd.read(*s.Line)
	}
	if s.Answer != nil {
		k.crowd.hear(*s.Answer)
	}
	if len(k.crowd.troubles) > 500 {
		k.Fatalf("people do not get on: %q\n%s", k.crowd.troubles[490:], &l.log)
	}
}

func (k *killed) tell(l *life, deeds []bot.Interaction) {
	for _, i := range deeds {
		_ = l.people.Encode(i) // it may be dead; then it is delivered again
	}
}

func (k *killed) paper() []sheet {
	k.Helper()
	lines, _, err := readPaper(filepath.Join(k.dir, "paper"))
	if err != nil {
		k.Fatal(err)
	}
	return lines
}

// calm lets the bot work to the end. It is at the end when the keeper has
// seen the last entry; else it is started once more.
func (k *killed) calm() {
	k.Helper()
	for range 10 {
		k.live(0)
		s, err := k.open()
		if err != nil {
			k.Fatal(err)
		}
		at, err := s.Cursor("keeper")
		last := s.Last()
		if err := errors.Join(err, s.Close()); err != nil {
			k.Fatal(err)
		}
		if at == last {
			return
		}
	}
	k.Fatal("the messages do not come to rest")
}
