package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/config"
	"offboard/store"
)

// TestDiskProgram is what TestKilledProgram is, on a disk of ours.
func TestDiskProgram(t *testing.T) {
	if os.Getenv(onDisk) == "" {
		t.Skip("it is what the tests of the disk run")
	}
	if err := handOver(); err != nil {
		t.Fatal(err)
	}
	TestKilledProgram(t)
}

// trouble is a time in which a disk fails.
type trouble struct {
	name    string
	fails   func(*config.Config) rule
	ready   string // what /readyz says
	answers string // what the answers say to whoever clicks, beside that nothing was saved
	still   bool   // nothing at all can be written
	idle    bool   // nobody writes there but for people
}

var diskTroubles = []trouble{
	{name: "the disk of the key file is full", fails: func(c *config.Config) rule { return full(c.Keys.File) }, ready: "write the key file: write KEYS: no space left on device", idle: true},
	{name: "the disk is full", fails: func(c *config.Config) rule { return full(c.Database) }, ready: "write DATABASE: no space left on device"},
	{name: "the disk is read-only", fails: func(c *config.Config) rule { return readOnly(filepath.Dir(c.Database)) }, ready: "write DATABASE: read-only file system", still: true},
	{name: "the disk does not say what is on it", fails: func(c *config.Config) rule { return unsure(c.Database) }, ready: "input/output error", answers: "Something went wrong here. Look with /offboard inbox"},
}

const (
	notSaved = "This could not be saved, and nothing was changed. Please try again in a minute"
	// vain is how many clicks are answered in vain before people wait, and
	// patient how long the bot is then left alone.
	vain    = 25
	patient = 2 * time.Second
	// wave is how many approvals come before the next trouble.
	wave = 8
	// retries is what the bot waits; see patient.
	retries = "retry: {first: 200ms, max: 1s}\n"
)

// The disks of a working server fail in the middle and work again, one after
// the other, and in the end nobody can tell.
func TestDiskTrouble(t *testing.T) {
	server := slapd.New(t, actionstest.Require(t, "slapd"))
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-kill-seed %d", seed)
	entries, all := killedCompany(40)
	if err := server.Reset(entries); err != nil {
		t.Fatal(err)
	}
	k := newKilled(t, server, seed, retries)
	survey(t, k.cfg, all)
	s := &suffering{killed: k, server: server, before: dumpOf(t, server), disk: newDisk(t)}
	k.crowd = newCrowd(k.rng, all)
	s.live()
	k.look()
	k.calm()
	k.look()
	k.verify(server, s.before)
}

// suffering is a bot on a disk that fails again and again.
type suffering struct {
	*killed
	server *slapd.Server
	before dump
	disk   *disk
	life   *life

	next    int  // trouble
	now     bool // it is there
	shown   bool // at /readyz
	idle    bool // people have nothing to do: the disk took all of it
	waiting bool // people do nothing
	rested  bool // they have done nothing for long enough
	from    int  // the first of the crowd's troubles in this one

	since   time.Time     // people do nothing
	refused int           // by the disk, until then
	waited  time.Duration // that they did nothing; on a loaded machine longer than patient
	tried   int           // calls that the disk refused meanwhile
}

// live runs the bot through all troubles and to the end.
func (s *suffering) live() {
	s.Helper()
	s.crowd.sit(nil)
	bot := botIn(s.T, s.dir, "TestDiskProgram")
	s.disk.below(bot)
	s.life = begin(s.T, bot)
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	hang, end := time.NewTimer(longestLife), time.NewTimer(longestLife)
	end.Stop()
	var rest <-chan time.Time
	running, over := false, 0
	for s.life.said != nil {
		if s.next > over {
			over = s.next
			hang.Reset(longestLife)
		}
		if s.now && !s.waiting && (s.idle || len(s.crowd.troubles)-s.from >= vain) {
			s.waiting, s.since, s.refused, rest = true, time.Now(), s.disk.count(), time.After(patient)
		}
		select {
		case said, ok := <-s.life.said:
			if !ok {
				s.life.said = nil
				continue
			}
			s.hear(s.life, said)
			running = running || said.Running
			s.over()
			s.move(running)
			if s.next == len(diskTroubles) && s.crowd.over() {
				end.Reset(quiet)
			}
		case <-look.C:
			goOn := s.looks()
			if s.over() || goOn {
				s.move(running)
			}
		case <-rest:
			s.rested, s.waited, s.tried = true, time.Since(s.since), s.disk.count()-s.refused
			s.over()
			s.move(running)
		case <-end.C:
			if err := s.life.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				s.Fatal(err)
			}
		case <-hang.C:
			_, text := s.get("/readyz")
			s.Fatalf("it does not get on: %v, trouble %d: %t, waiting %t\nwithout an answer: %v\n/readyz says so: %t\n%s\n%s", s.crowd, s.next, s.now, s.waiting, s.crowd.flying, s.shown, text, &s.life.log)
		}
	}
	if err := s.life.cmd.Wait(); err != nil || s.next < len(diskTroubles) {
		s.Errorf("it ended with %v, in trouble %d\n%s", err, s.next, &s.life.log)
	}
	s.private()
}

// move has people do what they can do now, and a trouble come when its time is.
func (s *suffering) move(running bool) {
	s.Helper()
	if !running || s.waiting {
		return
	}
	acts := s.crowd.act()
	for s.now && len(acts) == 0 && len(s.crowd.flying) == 0 && s.crowd.may < len(s.crowd.leavers) {
		s.crowd.may += wave // a full disk still takes what needs no new block
		acts = s.crowd.act()
	}
	s.idle = s.now && len(acts) == 0 && len(s.crowd.flying) == 0
	s.tell(s.life, acts)
	if s.now || s.next == len(diskTroubles) {
		return
	}
	deed, most := "approve-", wave*s.next // the executor has just begun with some
	if s.next == 0 {
		deed, most = "start-", wave // only new people and cases need keys
	}
	done := 0
	for id := range s.crowd.answered {
		if strings.HasPrefix(id, deed) {
			done++
		}
	}
	if done >= most {
		s.now, s.shown, s.from = true, false, len(s.crowd.troubles)
		s.disk.set(diskTroubles[s.next].fails(s.cfg))
		s.crowd.may += wave
	}
}

var httpAt = regexp.MustCompile(`"http":"([0-9.:]+)"`)

// get asks the bot's address for a monitor.
func (s *suffering) get(path string) (status int, text string) {
	s.Helper()
	at := httpAt.FindStringSubmatch(s.life.log.String())
	if at == nil {
		return 0, ""
	}
	res, err := http.Get("http://" + at[1] + path)
	if err != nil {
		return 0, "" // it is ending
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// looks is what a monitor does. It reports whether people go on: once the
// trouble is over and the bot has noticed, by itself.
func (s *suffering) looks() bool {
	s.Helper()
	status, text := s.get("/readyz")
	if s.now && status == http.StatusServiceUnavailable {
		says := strings.NewReplacer("DATABASE", s.cfg.Database, "KEYS", s.cfg.Keys.File).Replace(diskTroubles[s.next].ready)
		s.shown = s.shown || strings.Contains(text, "store: NOT READY: the log can't be written: ") && strings.Contains(text, says)
	}
	if s.now {
		if status, text := s.get("/healthz"); status != http.StatusOK {
			s.Errorf("healthz: %d, %s", status, text)
		}
	}
	if s.waiting && !s.now && status == http.StatusOK {
		s.waiting = false
		return true
	}
	return false
}

// over looks at a trouble that people have waited through, and ends it, once
// everybody has had an answer and a monitor has seen it. How soon that is, is
// the machine's. It reports whether it has ended one.
func (s *suffering) over() bool {
	s.Helper()
	if !s.rested || len(s.crowd.flying) > 0 || !s.shown {
		return false
	}
	is := diskTroubles[s.next]
	s.Logf("%s: %d answers in vain; the disk refused %d calls, %d of them in %s in which nobody did anything; %v",
		is.name, len(s.crowd.troubles)-s.from, s.disk.count(), s.tried, s.waited.Round(time.Millisecond), s.crowd)
	for _, text := range s.crowd.troubles[s.from:] {
		_, text, _ = strings.Cut(text, ": ")
		text = strings.TrimPrefix(text, "manager: ") // beside the field, where the manager could not be recorded
		if !strings.HasPrefix(text, notSaved) && (is.answers == "" || !strings.HasPrefix(text, is.answers)) && !tooBusy(text) {
			s.Errorf("%s: an answer is %q", is.name, text)
		}
	}
	// Each piece of work is tried again about once a second.
	if most := int(5 * time.Duration(len(s.crowd.leavers)) * 3 * s.waited / patient); s.tried > most {
		s.Errorf("%s: the disk was asked %d times, more than %d", is.name, s.tried, most)
	}
	if is.still {
		s.logged()
	}
	s.disk.set(nil)
	s.now, s.rested, s.idle, s.waiting = false, false, false, !is.idle
	if s.next++; s.next == len(diskTroubles) {
		s.crowd.may = len(s.crowd.leavers)
	}
	return true
}

// logged checks, while nothing can be written, that what has been done in the
// directory was in the log before.
func (s *suffering) logged() {
	s.Helper()
	opt := storeOptions(s.cfg)
	data, err := os.ReadFile(opt.Path)
	if err != nil {
		s.Fatal(err)
	}
	opt.Path, opt.ReadOnly = filepath.Join(s.TempDir(), "copy.db"), true
	if err := os.WriteFile(opt.Path, data, 0o600); err != nil {
		s.Fatal(err)
	}
	log, err := store.Open(opt)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = log.Close() }() // only read
	if err := log.Check(); err != nil {
		s.Error(err)
	}
	now, done, open := dumpOf(s.T, s.server), 0, 0
	for _, l := range s.crowd.leavers {
		if l.caseID == "" {
			continue
		}
		c, err := log.Case(store.CaseID(l.caseID))
		if err != nil {
			s.Fatal(err)
		}
		for action := range l.before {
			step := c.Plan(0).Step(store.StepID("corp/" + action + "/1"))
			changed := s.changed(l, action, now)
			if changed && step.Tries == 0 {
				s.Errorf("%s: %s was done, and the log does not say that it was tried", l.caseID, action)
			}
			if changed {
				done++
			}
			if !changed && c.Plan(0).State == store.Begun {
				open++
			}
		}
	}
	if done == 0 {
		s.Error("nothing was done yet")
	}
	s.Logf("%d things are done in the directory, and %d wait", done, open)
}

// changed reports whether an action has done something to a leaver.
func (s *suffering) changed(l *departing, action string, now dump) bool {
	dn, attr := dnOf(l.login), ""
	switch action {
	case "lock":
		attr = "pwdAccountLockedTime"
	case "password":
		attr = "userPassword"
	case "owner":
		dn, attr = dnGroup("own-"+l.login), "owner"
	case "reports":
		dn, attr = dnOf(l.report()), "manager"
	case "groups":
		return slices.ContainsFunc(l.groups, func(g string) bool { return !slices.Contains(now[dnGroup(g)]["member"], dn) })
	default:
		s.Fatalf("what does %s change?", action)
	}
	return !slices.Equal(s.before[dn][attr], now[dn][attr])
}

// personal is what only people should read: logins, names, addresses.
var personal = regexp.MustCompile(`\b(l\d\d\d|h\d|Person \w+|hanna|ivan|marco|elif|greta|fatima|nils)\b|example\.com`)

// private checks that the bot's own log says nothing about people.
func (s *suffering) private() {
	s.Helper()
	log := s.life.log.String()
	for _, l := range s.crowd.leavers {
		// As the reference of a click it is what the platform has called the click.
		log = strings.ReplaceAll(log, "-"+l.login+`"`, `"`)
	}
	if found := personal.FindString(log); found != "" {
		s.Errorf("the bot's log says %q", found)
	}
	lines := map[string]int{}
	for line := range strings.Lines(log) {
		var l struct{ Message string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			s.Errorf("the bot's log has a line that is none of its own: %s", line)
		}
		lines[l.Message]++
	}
	s.Log("its log: ", fmt.Sprint(lines))
}
