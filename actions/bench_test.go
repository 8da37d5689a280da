package actions_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// BenchmarkPlan: a plan over 8 systems, in which each call takes 200 ms,
// against its critical path. Wanted: at most 1.1.
//
// The path: lock, then password, each Check, Do, Check.
func BenchmarkPlan(b *testing.B) {
	const latency = 200 * time.Millisecond
	var took time.Duration
	for range b.N {
		w := newWorld(b)
		var systems []actions.System
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			systems = append(systems, w.mem.System(name, name, "lock", "password", "groups", "owner"))
			w.mem.Own(name, "design", "jane")
		}
		w.systems(systems...)
		w.start()
		id := w.draft("jane")
		wait(b, w, func() bool { return w.get(id).Plan(0).State == store.Proposed })
		for _, s := range systems {
			w.mem.Fault(s.Name, func(f *actionstest.Faults) { f.Latency = latency })
		}
		begun := time.Now()
		w.approve(id)
		wait(b, w, func() bool { return w.get(id).State == store.CaseClosed })
		took += time.Since(begun)
		w.stop()
	}
	b.ReportMetric(float64(took)/float64(b.N)/float64(6*latency), "x-critical-path")
}

// BenchmarkClickWhileWorking: the 99th percentile of what a click waits for
// while the executor works through 200 cases, against that of a bare bbolt
// Update between the clicks. Wanted: at most 5.
func BenchmarkClickWhileWorking(b *testing.B) {
	for range b.N {
		w := newWorld(b)
		logins := crowd(b, w, 200)
		w.systems(w.mem.System("dir", "Company directory"), w.mem.System("vpn", "VPN", "lock", "groups"))
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		var ids []store.CaseID
		for _, l := range logins {
			ids = append(ids, w.draft(l))
		}
		other := w.draft("priya")
		for _, id := range ids {
			wait(b, w, func() bool { return w.get(id).Plan(0).State == store.Proposed })
			w.approve(id)
		}
		update := bare(b)
		for _, s := range []string{"dir", "vpn"} {
			w.mem.Fault(s, func(f *actionstest.Faults) { f.Latency = 5 * time.Millisecond })
		}
		for _, id := range ids {
			w.do(id, "hanna", store.Pressed{Plan: 1})
		}
		note := func() error {
			_, err := w.try(other, "hanna", store.Noted{Text: store.Seal("a note of some length, as people write them")})
			return err
		}
		var ours, theirs []time.Duration
		for w.get(ids[len(ids)-1]).State != store.CaseClosed {
			ours = append(ours, clicks(b, 10, note)...)
			theirs = append(theirs, clicks(b, 10, update)...)
		}
		w.stop()
		b.ReportMetric(float64(p99(ours))/float64(p99(theirs)), "x-bare-p99")
		b.ReportMetric(float64(p99(ours))/1e6, "ms-p99")
		b.ReportMetric(float64(len(ours)), "clicks")
	}
}

// wait waits until cond holds, woken by the log.
func wait(b testing.TB, w *world, cond func() bool) {
	b.Helper()
	for {
		changed := w.Changed()
		if cond() {
			return
		}
		<-changed
	}
}

// clicks measures how long each of n calls of f takes.
func clicks(b *testing.B, n int, f func() error) []time.Duration {
	b.Helper()
	var out []time.Duration
	for range n {
		begun := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		out = append(out, time.Since(begun))
	}
	return out
}

func p99(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)*99/100]
}

// bare is one Update of a bbolt file of its own.
func bare(b *testing.B) func() error {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	n := byte(0)
	return func() error {
		n++
		return db.Update(func(tx *bolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("x"))
			if err != nil {
				return err
			}
			return bucket.Put([]byte{n}, make([]byte, 1200))
		})
	}
}
