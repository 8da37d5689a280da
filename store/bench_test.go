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

// The benchmarks report ratios, measured in one process on one disk, the two
// sides in turns: other programs on the machine then disturb both alike.

type bench struct {
	*Store
	b       *testing.B
	leavers atomic.Int64
}

func newBench(b *testing.B) *bench {
	b.Helper()
	s, err := Open(testOptions(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	o := &bench{Store: s, b: b}
	o.meet() // P-1 approves
	return o
}

var hr = []Claim{{Role: HR}}

func (o *bench) meet() PersonID {
	p, err := o.Meet(background, Bot("bench"), Card{ID: fmt.Sprint(o.leavers.Add(1)), Name: "Jane Doe"})
	if err != nil {
		o.b.Error(err)
	}
	return p
}

// draft opens a case by an HR person of its own.
func (o *bench) draft(leaver PersonID) CaseID {
	c, err := o.Append(background, NewCase, Actor{Person: "hr/" + leaver, Via: "bench", Claims: hr}, Drafted{
		Person: leaver, Systems: []string{"dir"},
		Terms: Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: CutOff{Mode: Now}, Zone: "UTC", Manager: "P-1"},
	})
	if err != nil {
		o.b.Error(err)
	}
	return c.ID
}

// drafts opens many cases quickly: without waiting for the disk.
func (o *bench) drafts(n int, each func(CaseID, PersonID)) []CaseID {
	o.b.Helper()
	o.db.NoSync = true
	out := make([]CaseID, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				leaver := o.meet()
				if out[i] = o.draft(leaver); each != nil {
					each(out[i], leaver)
				}
			}
		})
	}
	wg.Wait()
	o.db.NoSync = false
	if err := o.db.Sync(); err != nil {
		o.b.Fatal(err)
	}
	return out
}

func (o *bench) note(id CaseID) {
	_, err := o.Append(background, string(id), Actor{Person: "hr", Via: "bench", Claims: hr}, Noted{Text: Seal("a note of some length, as people write them in the middle of a day")})
	if err != nil {
		o.b.Error(err)
	}
}

// noteBytes is what one note writes, key and value: entry, hashes, blob, index,
// and the row that is written anew.
func (o *bench) noteBytes(id CaseID) int {
	size := func() (n, row int) {
		_ = o.db.View(func(tx *bolt.Tx) error {
			for _, b := range buckets {
				table{tx}.scan(b, nil, func(k, v []byte) bool { n += len(k) + len(v); return true })
			}
			row = len(table{tx}.get(bucketRows, []byte(id)))
			return nil
		})
		return n, row
	}
	before, row := size()
	for range 64 {
		o.note(id)
	}
	after, _ := size()
	return (after-before)/64 + row
}

// bare is a bbolt file of its own for comparison.
func bare(b *testing.B) func(bytes int) {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	n := uint64(0)
	return func(bytes int) {
		n++
		if err := db.Update(func(tx *bolt.Tx) error {
			bk, err := tx.CreateBucketIfNotExists([]byte("x"))
			if err != nil {
				return err
			}
			return bk.Put(be(n), make([]byte, bytes-8))
		}); err != nil {
			b.Error(err)
		}
	}
}

func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// BenchmarkAppend: one appender against one bare Update that writes as many
// bytes. Wanted: at most 1.5.
func BenchmarkAppend(b *testing.B) {
	o := newBench(b)
	ids := o.drafts(100, nil)
	size := o.noteBytes(ids[0])
	update := bare(b)
	var ours, theirs []time.Duration
	for i := range max(b.N, 300) {
		ours = append(ours, took(func() { o.note(ids[i%len(ids)]) }))
		theirs = append(theirs, took(func() { update(size) }))
	}
	b.ReportMetric(ratio(ours, theirs, 0.5), "x-bare-median")
	b.ReportMetric(float64(sum(ours))/float64(sum(theirs)), "x-bare-mean")
	b.ReportMetric(float64(size), "bytes")
}

// BenchmarkShared: 64 appenders together against one alone. Wanted: at least 8.
func BenchmarkShared(b *testing.B) {
	o := newBench(b)
	ids := o.drafts(4096, nil) // many, so that no case grows long
	var next atomic.Int64
	rate := func(workers, each int) float64 {
		d := took(func() {
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range each {
						o.note(ids[int(next.Add(1))%len(ids)])
					}
				})
			}
			wg.Wait()
		})
		return float64(workers*each) / d.Seconds()
	}
	var ratios []float64
	for range max(b.N, 5) {
		ratios = append(ratios, rate(64, 60)/rate(1, 200))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-one-alone")
}

// BenchmarkBusy: the slowest hundredth of appends while 200 cases are worked
// through beside them, against that of a bare Update. Wanted: at most 5.
func BenchmarkBusy(b *testing.B) {
	o := newBench(b)
	ids := o.drafts(1, nil)
	size := o.noteBytes(ids[0])
	update := bare(b)
	var ours, theirs []time.Duration
	for range max(b.N, 2) {
		ctx, cancel := context.WithCancel(background)
		var wg sync.WaitGroup
		work := make(chan int)
		for range 8 { // as many as an executor has workers
			wg.Go(func() {
				for range work {
					o.work(o.draft(o.meet()))
				}
			})
		}
		wg.Go(func() {
			defer cancel()
			defer close(work)
			for i := range 200 {
				work <- i
			}
		})
		for ctx.Err() == nil {
			ours = append(ours, took(func() { o.note(ids[0]) }))
			theirs = append(theirs, took(func() { update(size) }))
		}
		wg.Wait()
	}
	b.ReportMetric(ratio(ours, theirs, 0.99), "x-bare-p99")
}

// work takes a case from its draft to its end.
func (o *bench) work(id CaseID) {
	do := func(person PersonID, claims []Claim, body Body) Case {
		c, err := o.Append(background, string(id), Actor{Person: person, Via: "bench", Claims: claims}, body)
		if err != nil {
			o.b.Error(err)
		}
		return c
	}
	c := do("", nil, Surveyed{Plan: 1, System: "dir", Steps: steps()})
	c = do("hr", hr, Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	do("P-1", nil, Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	do("", nil, Started{Plan: 1})
	for _, step := range []StepID{"dir/lock/1", "dir/owner/1"} {
		c = do("", nil, Attempted{Plan: 1, Step: step, Found: Seal("[]")})
		do("", nil, Finished{Plan: 1, Step: step, Entry: c.Plan(1).Step(step).Entry, Evidence: Seal("a read shows it")})
	}
	do("it", []Claim{{Role: IT}}, ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
}

// BenchmarkWaking: what a loop reads for one new entry, with 5,000 open cases
// against 10. Wanted: the same.
func BenchmarkWaking(b *testing.B) {
	few, many := newBench(b), newBench(b)
	fewIDs, manyIDs := few.drafts(10, nil), many.drafts(5000, nil)
	wake := func(o *bench, ids []CaseID, i int) time.Duration {
		id := ids[i%len(ids)]
		at, looked := o.Last(), time.Now()
		o.note(id)
		return took(func() {
			touched, err := o.Since(at, 1000)
			if err != nil || len(touched) != 1 {
				b.Fatal(touched, err)
			}
			if _, _, err := o.Due(looked, time.Now()); err != nil {
				b.Fatal(err)
			}
			if _, err := o.Case(CaseID(touched[0].Subject)); err != nil {
				b.Fatal(err)
			}
		})
	}
	var a, z []time.Duration
	for i := range max(b.N, 500) {
		a, z = append(a, wake(few, fewIDs, i%200)), append(z, wake(many, manyIDs, i))
	}
	b.ReportMetric(ratio(z, a, 0.5), "x-ten-cases")
}

// BenchmarkOldLog: opening the log and listing what is open, with 100,000
// closed cases against 1,000. Wanted: the same.
func BenchmarkOldLog(b *testing.B) {
	build := func(n int) Options {
		o := newBench(b)
		o.drafts(n, func(id CaseID, leaver PersonID) {
			_, err := o.Append(background, string(id), Actor{Person: "hr/" + leaver, Via: "bench", Claims: hr}, Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
			if err != nil {
				b.Error(err)
			}
		})
		o.drafts(10, nil)
		if err := o.Close(); err != nil {
			b.Fatal(err)
		}
		return o.opt
	}
	young, old := build(1000), build(100000)
	var opening, listing [2][]time.Duration
	for range max(b.N, 20) {
		for i, opt := range []Options{young, old} {
			var s *Store
			opening[i] = append(opening[i], took(func() {
				var err error
				if s, err = Open(opt); err != nil {
					b.Fatal(err)
				}
			}))
			listing[i] = append(listing[i], took(func() {
				if rows, err := s.OpenCases(); err != nil || len(rows) != 10 {
					b.Fatal(len(rows), err)
				}
			}))
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(ratio(opening[1], opening[0], 0.5), "x-open")
	b.ReportMetric(ratio(listing[1], listing[0], 0.5), "x-list")
	b.ReportMetric(float64(quantile(opening[1], 0.5).Microseconds()), "open-µs")
}

func quantile(d []time.Duration, q float64) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[int(q*float64(len(d)-1))]
}

func ratio(a, b []time.Duration, q float64) float64 {
	return float64(quantile(a, q)) / float64(quantile(b, q))
}

func sum(d []time.Duration) (out time.Duration) {
	for _, x := range d {
		out += x
	}
	return out
}

// What it costs to find out that nothing is due, with ten thousand closed cases
// that are watched and with ten.
func BenchmarkRechecks(b *testing.B) {
	sch := Schedule{First: time.Hour, Second: 24 * time.Hour, Every: 7 * 24 * time.Hour, For: 90 * 24 * time.Hour}
	watched := func(n int) (*bench, time.Time) {
		o := newBench(b)
		now := o.Now()
		if err := o.db.Update(func(tx *bolt.Tx) error {
			for i := range n { // evenly over the 90 days
				if err := (table{tx}).put(bucketWatch, timeKey(now.Add(-time.Duration(i)*sch.For/time.Duration(n)), uint64(i+1)), be(0)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		return o, now
	}
	few, now := watched(10)
	many, _ := watched(10_000)
	look := func(o *bench) time.Duration {
		return took(func() {
			if due, _, err := o.Rechecks(sch, now, now.Add(time.Millisecond)); err != nil || len(due) > 1 {
				b.Fatalf("%d are due, %v", len(due), err)
			}
		})
	}
	var a, z []time.Duration
	for b.Loop() {
		a, z = append(a, look(few)), append(z, look(many))
	}
	b.ReportMetric(ratio(z, a, 0.5), "x-ten-cases")
}
