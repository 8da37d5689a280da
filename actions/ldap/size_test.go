package ldap_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
	"offboard/config"
)

// counter stands before a server and counts connections, and searches at the wire.
type counter struct {
	listener        net.Listener
	conns, searches atomic.Int64
	lose            atomic.Int64 // the request with this number is lost with its connection; 0 for none
}

func newCounter(t testing.TB, target string) *counter {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &counter{listener: l}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			c.conns.Add(1)
			out, err := new(net.Dialer).DialContext(context.Background(), "tcp", target)
			if err != nil {
				_ = in.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(in, out)
				_ = in.Close()
			}()
			go c.pass(out, in)
		}
	}()
	return c
}

func (c *counter) pass(to io.WriteCloser, from io.Reader) {
	defer func() { _ = to.Close() }()
	for {
		var request bytes.Buffer
		p, err := ber.ReadPacket(io.TeeReader(from, &request))
		if err != nil {
			return
		}
		if len(p.Children) > 1 && p.Children[1].Tag == goldap.ApplicationSearchRequest {
			c.searches.Add(1) // before it can be answered
		}
		if c.lose.Load() > 0 && c.lose.Add(-1) == 0 {
			return
		}
		if _, err := request.WriteTo(to); err != nil {
			return
		}
	}
}

// sized is a directory of many people, in which the first is surveyed.
type sized struct {
	slapd.Crowd
	server  *slapd.Server
	counter *counter
	dir     actions.Directory
	specs   []actions.Spec
}

func newSized(t testing.TB, people int) *sized {
	t.Helper()
	d := &sized{Crowd: slapd.Crowd{People: people, Leavers: 1}}
	d.server = slapd.Loaded(t, actionstest.Require(t, "slapd"), d.LDIF())
	d.counter = newCounter(t, d.server.Addr)
	client := ldap.New(ldap.Config{
		URL: "ldap://" + d.counter.listener.Addr().String(), BindDN: slapd.BotDN, BindPassword: config.NewSecret(slapd.BotPassword),
		Base: slapd.Suffix, LeaversBase: "ou=services," + slapd.Suffix, AdminGroups: []string{"g0-1"},
	})
	d.dir, d.specs = client.Directory(), client.System("dir", "Company directory").Actions
	d.specs = slices.DeleteFunc(d.specs, func(s actions.Spec) bool {
		return s.Name == "expire" || s.Name == "hide" // they need what only Active Directory has
	})
	return d
}

// survey reads who somebody is, and what every action finds.
func (d *sized) survey(t testing.TB) (items int) {
	t.Helper()
	person, err := d.dir.Lookup(t.Context(), d.ID(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.specs {
		f, err := s.Action.Check(t.Context(), actions.Target{Person: person})
		if err != nil || len(f.Accounts) != 1 {
			t.Fatalf("%s: %+v, %v", s.Name, f, err)
		}
		items += len(f.Items)
	}
	return items
}

// look counts the searches of a step's look at the account of somebody.
func (d *sized) look(t testing.TB, action string, person int) int64 {
	t.Helper()
	n := slices.IndexFunc(d.specs, func(s actions.Spec) bool { return s.Name == action })
	before := d.counter.searches.Load()
	if _, err := d.specs[n].Action.Check(t.Context(), actions.Target{Account: actions.Account{ID: d.ID(person)}}); err != nil {
		t.Fatal(err)
	}
	return d.counter.searches.Load() - before
}

// However many people a directory has, the survey of one issues the same
// searches, and the directory answers each of them from an index.
func TestSurveyAndSize(t *testing.T) {
	t.Parallel()
	var searches, items [2]int
	for n, people := range []int{100, 2000} {
		d := newSized(t, people)
		d.server.Stop()
		d.server.Debug = "filter"
		d.server.Start(t)
		items[n] = d.survey(t)
		searches[n] = int(d.counter.searches.Load())
		if got := d.look(t, "groups", 0); got != 2 {
			t.Errorf("a step looks at the groups of its account with %d searches", got)
		}
		if got := d.look(t, "reports", 2); got != 2 {
			t.Errorf("a step looks for reports, of which there are none, with %d searches", got)
		}
		d.server.Stop()
		if !strings.Contains(d.server.Log(), "mdb_filter_candidates") {
			t.Error("the server does not say how it looks for what is asked")
		}
		for line := range strings.Lines(d.server.Log()) {
			if strings.Contains(line, "not indexed") {
				t.Errorf("%d people: %s", people, strings.TrimSpace(line))
			}
		}
	}
	if searches[0] != searches[1] || items[0] != items[1] || searches[0] == 0 || items[0] < 10 {
		t.Errorf("among 100 people %d searches find %d things, among 2,000 people %d find %d", searches[0], items[0], searches[1], items[1])
	}
	t.Logf("%d searches find %d things", searches[0], items[0])
}

// BenchmarkSurvey: the survey of one person with all actions, in directories of
// three sizes. Wanted: the same number of searches.
func BenchmarkSurvey(b *testing.B) {
	for _, people := range []int{500, 5000, 50_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			d := newSized(b, people)
			d.survey(b) // the caches of the server are warm, as they are at work
			before, begun := d.counter.searches.Load(), time.Now()
			for range b.N {
				d.survey(b)
			}
			b.ReportMetric(float64(d.counter.searches.Load()-before)/float64(b.N), "searches")
			b.ReportMetric(time.Since(begun).Seconds()*1000/float64(b.N), "ms")
		})
	}
}
