package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"offboard/store"
)

// closed fills the log with closed cases, each of a person of their own. Many
// are appended at a time, so that they share commits.
func (o *office) closed(cases int) {
	o.t.Helper()
	cfg := o.config()
	cfg.Limits.PerSource, cfg.Limits.Percent = cases+1, 0
	s, err := store.Open(storeOptions(cfg))
	if err != nil {
		o.t.Fatal(err)
	}
	meet := func(n int64) (store.PersonID, error) {
		return s.Meet(o.t.Context(), store.Bot("bench"), store.Card{ID: fmt.Sprint("id-", n), Name: "Jane Doe", Login: fmt.Sprint("jane", n), Title: "Senior Designer", Department: "Design"})
	}
	manager, err := meet(0)
	if err != nil {
		o.t.Fatal(err)
	}
	terms := store.Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: manager}
	one := func(n int64) error {
		leaver, err := meet(n)
		if err != nil {
			return err
		}
		hr := store.Actor{Person: "P-hr" + leaver, Via: fmt.Sprint("bench", n%1000), Claims: []store.Claim{{Role: store.HR}}}
		c, err := s.Append(o.t.Context(), store.NewCase, hr, store.Drafted{Person: leaver, Systems: []string{"corp"}, Terms: terms})
		if err == nil {
			_, err = s.Append(o.t.Context(), string(c.ID), hr, store.Requested{Change: store.Change{Verb: store.VerbCancel, Plan: 1}})
		}
		return err
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range 256 {
		all.Go(func() {
			for n := next.Add(1); n <= int64(cases); n = next.Add(1) {
				if err := one(n); err != nil {
					o.t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if rows, err := s.OpenCases(); err != nil || len(rows) > 0 {
		o.t.Fatalf("%d cases are open, %v", len(rows), err)
	}
	// A server that saw them close has shown them.
	if err := s.SaveCursor("keeper", s.Last()); err != nil {
		o.t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		o.t.Fatal(err)
	}
}

// status reads a size in KiB that the kernel has of a process, as MiB.
func (s *served) status(t testing.TB, name string) float64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return float64(n) / 1024
		}
	}
	t.Fatalf("the kernel does not say %s", name)
	return 0
}

// end has a server end as an operator does.
func (s *served) end(t testing.TB) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until("")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, &s.all)
	}
}

// measured is one life of a server.
type measured struct {
	start            time.Duration // of the process, until it serves
	ready            time.Duration // until it has looked at every system
	rss, anon, peaks float64       // MiB
}

// measure starts a server and looks at it when it has been idle for a while.
func (o *office) measure(idle time.Duration) measured {
	o.t.Helper()
	begun := time.Now()
	s := o.begin()
	if !s.until("started") {
		o.t.Fatalf("it did not start:\n%s", s.all.String())
	}
	m := measured{start: time.Since(begun)}
	if !s.until("looked at all systems") {
		o.t.Fatalf("it is not ready:\n%s", s.all.String())
	}
	m.ready = time.Since(begun)
	time.Sleep(idle)
	m.rss, m.anon, m.peaks = s.status(o.t, "VmRSS"), s.status(o.t, "RssAnon"), s.status(o.t, "VmHWM")
	s.end(o.t)
	return m
}

// A server over a log of closed cases holds none of them.
func TestIdleMemory(t *testing.T) {
	o := newOffice(t)
	o.closed(500)
	if m := o.measure(0); m.anon > mostMemory {
		t.Errorf("it holds %.1f MiB, more than %d", m.anon, mostMemory)
	} else {
		t.Logf("it holds %.1f MiB", m.anon)
	}
}

// BenchmarkServe: a server over 100,000 closed cases, and over 10 for
// comparison. Wanted: it serves after at most 200 ms, and idle it holds at most
// 40 MiB (VmRSS, which has the pages of the program and of the database in it
// that it has touched and the kernel may take back at any time; what only the
// server can give back is RssAnon).
func BenchmarkServe(b *testing.B) {
	few, many := newOffice(b), newOffice(b)
	few.closed(10)
	built := time.Now()
	many.closed(100000)
	b.Logf("the log of 100,000 cases was built in %s", time.Since(built).Round(time.Millisecond))
	var of [2][]measured
	for range max(b.N, 5) {
		for i, o := range []*office{few, many} {
			of[i] = append(of[i], o.measure(3*time.Second))
		}
	}
	// report gives the median over many cases, and its ratio to that over few.
	report := func(name, unit string, value func(measured) float64) {
		median := func(ms []measured) float64 {
			var all []float64
			for _, m := range ms {
				all = append(all, value(m))
			}
			slices.Sort(all)
			return all[len(all)/2]
		}
		b.ReportMetric(median(of[1]), name+"-"+unit)
		b.ReportMetric(median(of[1])/median(of[0]), name+"-x-ten-cases")
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	report("start", "ms", func(m measured) float64 { return ms(m.start) })
	report("ready", "ms", func(m measured) float64 { return ms(m.ready) })
	report("rss", "MiB", func(m measured) float64 { return m.rss })
	report("anon", "MiB", func(m measured) float64 { return m.anon })
	report("peak", "MiB", func(m measured) float64 { return m.peaks })
}
