//go:build unix

package actions_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
	"offboard/config"
	"offboard/store"
)

// taken is how long a way of taking people out took, and how much of the
// processors it used.
type taken struct {
	wall        time.Duration
	ours, slapd time.Duration // CPU
}

// exodus is a company in a real slapd, of which some leave.
type exodus struct {
	slapd.Crowd
	server *slapd.Server
}

func newExodus(t testing.TB, leavers int) *exodus {
	t.Helper()
	c := slapd.Crowd{People: 5*leavers + 2, Leavers: leavers}
	return &exodus{c, slapd.Loaded(t, actionstest.Require(t, "slapd"), c.LDIF())}
}

// byBot takes them out as the bot does: the log, the executor and the connector
// as they are used, with the limit that a system has unless the configuration
// says otherwise. It begins when all cases are approved and their cut-off has
// come, and ends when a read has proven every step and the log has it all.
func (e *exodus) byBot(t testing.TB) taken {
	t.Helper()
	client := ldap.New(ldap.Config{
		URL: "ldaps://" + e.server.SecureAddr, CAFile: filepath.Join(e.server.Dir, "ca.pem"), BindDN: slapd.BotDN, BindPassword: config.NewSecret(slapd.BotPassword),
		Base: slapd.Suffix, PeopleBase: "ou=people," + slapd.Suffix, GroupsBase: "ou=groups," + slapd.Suffix, PolicyDN: slapd.PolicyDN,
	})
	sys := client.System("dir", "Company directory")
	sys.Actions = slices.DeleteFunc(sys.Actions, func(s actions.Spec) bool {
		return !slices.Contains([]string{"lock", "password", "groups", "reports"}, s.Name)
	})
	w := newWorld(t)
	w.systems(sys)
	meet := func(n int) store.PersonID {
		w.meet(actions.Person{ID: e.ID(n), Name: fmt.Sprint("Person ", n), Login: e.Login(n), Mail: e.Mail(n), Number: e.Number(n)})
		return w.people[e.Login(n)]
	}
	boss := meet(e.Boss())
	w.terms.Manager = boss
	w.start()
	var ids []store.CaseID
	for n := range e.Leavers {
		meet(n)
		ids = append(ids, w.draft(e.Login(n)))
	}
	for _, id := range ids {
		wait(t, w, func() bool { return w.get(id).Plan(0).State == store.Proposed })
	}
	w.stop()
	for _, id := range ids {
		scope := w.get(id).Plan(0).Scope
		w.do(id, "hanna", store.Submitted{Plan: 1, Scope: scope})
		w.do(id, e.Login(e.Boss()), store.Decided{Plan: 1, Scope: scope, Approve: true})
	}
	e.restart(t) // for a CPU time of its own
	before, begun := used(t), time.Now()
	w.start()
	for _, id := range ids {
		wait(t, w, func() bool { return w.get(id).State == store.CaseClosed })
	}
	out := taken{wall: time.Since(begun), ours: used(t) - before}
	w.stop()
	for _, id := range ids {
		if c := w.get(id); c.Outcome != store.Done || len(c.Plan(1).Steps) != 4 {
			t.Fatalf("%s ended as %s with %d steps", id, c.Outcome, len(c.Plan(1).Steps))
		}
	}
	e.gone(t)
	e.server.Stop()
	out.slapd = e.server.CPU()
	return out
}

// byHand takes them out with one LDIF file on one connection, which is the
// fastest that an administrator has.
func (e *exodus) byHand(t testing.TB) taken {
	t.Helper()
	var ldif bytes.Buffer
	for n := range e.Leavers {
		fmt.Fprintf(&ldif, "dn: %s\nchangetype: modify\nreplace: userPassword\nuserPassword: random-%d\n\n", e.DN(n), n)
		fmt.Fprintf(&ldif, "dn: %s\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n\n", e.DN(n))
		for _, g := range e.Groups(n) {
			fmt.Fprintf(&ldif, "dn: %s\nchangetype: modify\ndelete: member\nmember: %s\n\n", g, e.DN(n))
		}
		fmt.Fprintf(&ldif, "dn: %s\nchangetype: modify\ndelete: manager\nmanager: %s\n-\nadd: manager\nmanager: %s\n\n", e.DN(e.Report(n)), e.DN(n), e.DN(e.Boss()))
	}
	file := filepath.Join(t.TempDir(), "all.ldif")
	if err := os.WriteFile(file, ldif.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), actionstest.Require(t, "ldapmodify"), "-x", "-H", "ldaps://"+e.server.SecureAddr, "-D", slapd.BotDN, "-w", slapd.BotPassword, "-f", file)
	cmd.Env = append(os.Environ(), "LDAPTLS_CACERT="+filepath.Join(e.server.Dir, "ca.pem"))
	e.restart(t)
	begun := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ldapmodify: %v\n%s", err, out)
	}
	out := taken{wall: time.Since(begun), ours: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	e.gone(t)
	e.server.Stop()
	out.slapd = e.server.CPU()
	return out
}

func (e *exodus) restart(t testing.TB) {
	t.Helper()
	e.server.Stop()
	e.server.Start(t)
}

// gone looks from outside whether all of it has happened.
func (e *exodus) gone(t testing.TB) {
	t.Helper()
	conn, err := e.server.Root()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	count := func(filter string) int {
		res, err := conn.Search(goldap.NewSearchRequest(slapd.Suffix, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, filter, []string{"1.1"}, nil))
		if err != nil {
			t.Fatal(err)
		}
		return len(res.Entries)
	}
	if n := count("(pwdAccountLockedTime=000001010000Z)"); n != e.Leavers {
		t.Errorf("%d of %d are locked", n, e.Leavers)
	}
	if n := count("(userPassword=secret)"); n != e.People-e.Leavers {
		t.Errorf("%d have their old password", n)
	}
	for n := range e.Leavers {
		if left := count("(|(member=" + e.DN(n) + ")(manager=" + e.DN(n) + "))"); left != 0 {
			t.Fatalf("%d entries still name %s", left, e.DN(n))
		}
	}
}

// used is the CPU time of this process.
func used(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkExodus: many leavers, of each the lock, the password, ten groups and
// one direct report, with all that is read and written down, against ldapmodify
// making the same changes from one file on one connection. The two take turns.
// Wanted: at most 1.
func BenchmarkExodus(b *testing.B) {
	for _, leavers := range []int{100, 1000} {
		b.Run(fmt.Sprint(leavers), func(b *testing.B) {
			var bot, hand []taken
			var ratios []float64
			for range b.N {
				h := newExodus(b, leavers).byHand(b)
				o := newExodus(b, leavers).byBot(b)
				bot, hand = append(bot, o), append(hand, h)
				ratios = append(ratios, o.wall.Seconds()/h.wall.Seconds())
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x-ldapmodify")
			report := func(name string, of []taken, value func(taken) time.Duration) {
				var sum time.Duration
				for _, one := range of {
					sum += value(one)
				}
				b.ReportMetric(sum.Seconds()/float64(len(of)), name)
			}
			report("s-bot", bot, func(t taken) time.Duration { return t.wall })
			report("s-ldapmodify", hand, func(t taken) time.Duration { return t.wall })
			report("cpu-s-bot", bot, func(t taken) time.Duration { return t.ours })
			report("cpu-s-bot-slapd", bot, func(t taken) time.Duration { return t.slapd })
			report("cpu-s-ldapmodify-slapd", hand, func(t taken) time.Duration { return t.slapd })
		})
	}
}

// The benchmark's two ways end alike.
func TestExodus(t *testing.T) {
	newExodus(t, 5).byHand(t)
	newExodus(t, 5).byBot(t)
}
