//go:build unix

package store

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// verified is a log of about n entries, 60 to a case, as they come: a person, a
// case, notes of people.
func verified(b *testing.B, n int) *bench {
	b.Helper()
	o := newBench(b)
	const each = 60
	ids := o.drafts(max(1, n/each), nil)
	o.db.NoSync = true
	for i := range n - int(o.Last()) {
		if id := ids[i%len(ids)]; i%each < each {
			o.note(id)
		}
	}
	o.db.NoSync = false
	if err := o.db.Sync(); err != nil {
		b.Fatal(err)
	}
	return o
}

// live is the memory that Go objects take which are still in use, in MiB.
func live() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// processor is the time that this process has had of the processors: what a
// machine that is busy with something else can't falsify as much.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkVerify: the whole check, the most memory that it uses beside what it
// uses of a log a tenth as long, and how many entries a second. -benchtime
// 1000000x is a million entries. Wanted: the memory does not grow with the log.
func BenchmarkVerify(b *testing.B) {
	measure := func(n int) (most float64, took, cpu time.Duration) {
		o := verified(b, n)
		opt := o.opt
		if err := o.Close(); err != nil {
			b.Fatal(err)
		}
		opt.ReadOnly = true // as audit verify has it: nothing is cached
		s, err := Open(opt)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		before, tenths := live(), 0
		begun, used := time.Now(), processor(b)
		if found := s.Inspect(func(done, total int) {
			if now := 10 * done / total; now > tenths {
				tenths = now
				most = max(most, live()-before)
			}
		}); len(found) > 0 {
			b.Fatal(found)
		}
		return most, time.Since(begun), processor(b) - used
	}
	n := max(b.N, 3000)
	small, _, _ := measure(n / 10)
	large, took, cpu := measure(n)
	b.ReportMetric(float64(n)/took.Seconds(), "entries/s")
	b.ReportMetric(float64(n)/cpu.Seconds(), "entries/CPU-s")
	b.ReportMetric(small, "MiB-for-a-tenth")
	b.ReportMetric(large, "MiB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTree: the hashes of all entries and of the tree over them against
// SHA-256 over the same bytes. Wanted: at most 3.
func BenchmarkTree(b *testing.B) {
	o := verified(b, max(b.N, 3000))
	if err := o.db.View(func(tx *bolt.Tx) error {
		c := newChecker(o.Store, func(int, int) {})
		c.t = table{tx}
		var ours, theirs time.Duration
		for range 5 {
			ours += took(func() {
				c.leaves = c.tree()
				c.t.scan(bucketEntries, nil, func(k, v []byte) bool {
					if h, ok := c.leaf(c.count + 1); !ok || h != c.record(v) {
						b.Fatal("an entry is not what the tree has", k)
					}
					c.count++
					return true
				})
				c.count = 0
			})
			theirs += took(func() {
				h := sha256.New()
				c.t.scan(bucketEntries, nil, func(_, v []byte) bool {
					_, _ = h.Write(v)
					return true
				})
			})
		}
		b.ReportMetric(float64(ours)/float64(theirs), "x-SHA-256")
		b.ReportMetric(0, "ns/op")
		return nil
	}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkFold: every entry decoded and applied. Wanted: 100,000 a second.
func BenchmarkFold(b *testing.B) {
	o := verified(b, max(b.N, 3000))
	n := 0
	used := processor(b)
	took := took(func() {
		err := o.db.View(func(tx *bolt.Tx) error {
			t := table{tx}
			for i := range t.number(metaCases) {
				c, err := t.fold(caseID(i + 1))
				if err != nil || c.ID == "" {
					return fmt.Errorf("%s: %w", caseID(i+1), err)
				}
			}
			n = int(t.last())
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
	b.ReportMetric(float64(n)/took.Seconds(), "entries/s")
	b.ReportMetric(float64(n)/(processor(b)-used).Seconds(), "entries/CPU-s")
	b.ReportMetric(0, "ns/op")
}
