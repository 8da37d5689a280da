package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// The benchmarks report ratios to a bare bbolt Update that writes the same
// number of bytes, measured in the same process on the same disk.

func benchStore(b *testing.B) (*Store, PersonID) {
	b.Helper()
	s, err := Open(testOptions(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	p, err := s.Meet(b.Context(), Bot("bench"), Card{ID: "jane", Name: "Jane"})
	if err == nil {
		_, err = s.Meet(b.Context(), Bot("bench"), Card{ID: "hanna", Name: "Hanna"})
	}
	if err != nil {
		b.Fatal(err)
	}
	return s, p
}

func (s *Store) mustDraft(b *testing.B, i int) CaseID {
	b.Helper()
	p, err := s.Meet(b.Context(), Bot("bench"), Card{ID: fmt.Sprint("leaver", i), Name: "Leaver"})
	if err != nil {
		b.Fatal(err)
	}
	c, err := s.Append(b.Context(), NewCase, Actor{Person: "P-2", Via: "bench", Claims: []Claim{{Role: HR}}}, Drafted{
		Person: p, Systems: []string{"dir"},
		Terms: Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: CutOff{Mode: Now}, Zone: "UTC", Manager: "P-1"},
	})
	if err != nil {
		b.Fatal(err)
	}
	return c.ID
}

func (s *Store) note(id CaseID) error {
	_, err := s.Append(context.Background(), string(id), Actor{Person: "P-2", Via: "bench", Claims: []Claim{{Role: HR}}}, Noted{Text: Seal("a note of some length, as people write them in the middle of a day")})
	return err
}

// bare is a bbolt file of its own for comparison.
func bare(b *testing.B) func(bytes int) error {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoFreelistSync: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	n := uint64(0)
	return func(bytes int) error {
		n++
		return db.Update(func(tx *bolt.Tx) error {
			bk, err := tx.CreateBucketIfNotExists([]byte("x"))
			if err != nil {
				return err
			}
			return bk.Put(be(n), make([]byte, bytes))
		})
	}
}

// entryBytes is what one note writes: entry, hashes, blob, row and keys.
const entryBytes = 1200

// BenchmarkAppend: one appender against one bare Update. Wanted: at most 1.5.
func BenchmarkAppend(b *testing.B) {
	s, _ := benchStore(b)
	id := s.mustDraft(b, 0)
	update := bare(b)
	var ours, theirs []time.Duration
	for range b.N {
		t0 := time.Now()
		if err := s.note(id); err != nil {
			b.Fatal(err)
		}
		t1 := time.Now()
		if err := update(entryBytes); err != nil {
			b.Fatal(err)
		}
		ours, theirs = append(ours, t1.Sub(t0)), append(theirs, time.Since(t1))
	}
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-bare-median")
	b.ReportMetric(float64(sum(ours))/float64(sum(theirs)), "x-bare-mean")
}

// BenchmarkShared: 64 appenders together against one alone. Wanted: at least 8.
func BenchmarkShared(b *testing.B) {
	s, _ := benchStore(b)
	var ids []CaseID
	for i := range 64 {
		ids = append(ids, s.mustDraft(b, i))
	}
	rate := func(workers, each int) float64 {
		start := time.Now()
		var wg sync.WaitGroup
		var failed atomic.Int32
		for w := range workers {
			wg.Go(func() {
				for range each {
					if s.note(ids[w]) != nil {
						failed.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if failed.Load() > 0 {
			b.Fatal("appends failed")
		}
		return float64(workers*each) / time.Since(start).Seconds()
	}
	var ratios []float64
	for range b.N {
		ratios = append(ratios, 1/(rate(1, 200)/rate(64, 100)))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-one-alone")
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

func sum(d []time.Duration) (out time.Duration) {
	for _, x := range d {
		out += x
	}
	return out
}
