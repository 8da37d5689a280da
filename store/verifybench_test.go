package store

import (
	"crypto/sha256"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
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

// resident is the memory of this process without the file that is mapped, and the
// most it ever was with it, in MiB (proc_pid_status(5)).
func resident(b *testing.B) (anon, peak float64) {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc here")
	}
	read := func(name string) float64 {
		_, rest, _ := strings.Cut(string(text), name+":")
		kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		return kib / 1024
	}
	return read("RssAnon"), read("VmHWM")
}

// BenchmarkVerify: the whole check, its memory beside that of a log a tenth as
// long, and how many entries a second. -benchtime 1000000x is a million entries.
// Wanted: the memory does not grow with the log.
func BenchmarkVerify(b *testing.B) {
	measure := func(n int) (mib float64, took time.Duration) {
		o := verified(b, n)
		opt := o.Store.opt
		if err := o.Close(); err != nil {
			b.Fatal(err)
		}
		opt.ReadOnly = true // as audit verify has it: nothing is cached
		s, err := Open(opt)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		o.Store = s
		debug.FreeOSMemory()
		before, _ := resident(b)
		most := before
		begun := time.Now()
		if found := o.Inspect(func(int, int) {
			now, _ := resident(b)
			most = max(most, now)
		}); len(found) > 0 {
			b.Fatal(found)
		}
		return most - before, time.Since(begun)
	}
	n := max(b.N, 3000)
	small, _ := measure(n / 10)
	large, took := measure(n)
	_, peak := resident(b)
	b.ReportMetric(float64(n)/took.Seconds(), "entries/s")
	b.ReportMetric(small, "MiB-for-a-tenth")
	b.ReportMetric(large, "MiB")
	b.ReportMetric(peak, "MiB-peak-with-file")
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
	b.ReportMetric(0, "ns/op")
}
