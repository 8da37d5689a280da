package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// Check reads the whole log and proves that it is consistent: every entry
// decodes and stands in its place, the tree's hashes are those of the entries,
// time never goes back but where an entry says that it was wrong, the rows and indexes are what the entries fold to,
// every key is there, and every sealed text opens to what was committed. It
// reports all that is wrong. What is not evidence is only looked at for sense.
func (s *Store) Check() error { return s.CheckWith(func(int, int) {}) }

// CheckWith is Check, and says from time to time how many of the entries and
// sealed texts it has read.
func (s *Store) CheckWith(progress func(done, total int)) error {
	return s.view(func(tx *bolt.Tx) error {
		c := &checker{
			progress: progress, total: int(table{tx}.last()) + tx.Bucket(bucketBlobs).Stats().KeyN,
			s: s, t: table{tx}, cases: map[CaseID]Case{}, persons: map[PersonID]Person{}, batches: map[BatchID]Batch{}, sealed: map[string]bool{},
			index: map[string]map[string]string{}, moments: map[string]bool{},
		}
		c.entries()
		c.rows()
		c.indexes()
		c.slots()
		c.blobs()
		c.loose()
		return errors.Join(c.problems...)
	})
}

type checker struct {
	s        *Store
	t        table
	cases    map[CaseID]Case
	persons  map[PersonID]Person
	batches  map[BatchID]Batch
	state    State
	sealed   map[string]bool              // blob keys that entries commit to
	index    map[string]map[string]string // bucket -> key -> value, as the entries say
	moments  map[string]bool              // time and subject of every entry
	problems []error

	progress    func(done, total int)
	done, total int
}

// read counts an entry or a sealed text.
func (c *checker) read() {
	if c.done++; c.done%1000 == 0 || c.done == c.total {
		c.progress(c.done, c.total)
	}
}

func (c *checker) wrong(format string, args ...any) {
	if len(c.problems) < 100 { // enough to see what is wrong
		c.problems = append(c.problems, fmt.Errorf(format, args...))
	}
}

func (c *checker) entries() {
	want, last := uint64(1), time.Time{}
	c.t.scan(bucketEntries, nil, func(k, entry []byte) bool {
		c.read()
		seq := binary.BigEndian.Uint64(k)
		if seq != want {
			c.wrong("entry %d is missing", want)
		}
		want = seq + 1
		e, err := decode(entry)
		if err != nil {
			c.wrong("entry %d: %w", seq, err)
			return true
		}
		if e.Seq != seq {
			c.wrong("entry %d says that it is entry %d", seq, e.Seq)
		}
		if _, right := e.Body.(Trusted); e.At.Before(last) && !right {
			c.wrong("entry %d is older than the one before it", seq)
		}
		last = e.At
		if stored, err := c.t.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(seq-1))}); err != nil {
			c.wrong("entry %d: %w", seq, err)
		} else if stored[0] != tlog.RecordHash(entry) {
			c.wrong("entry %d was changed after it was written", seq)
		}
		c.apply(e)
		return true
	})
	c.tree(want - 1)
}

// tree computes the root from the leaves and compares the inner hashes.
func (c *checker) tree(n uint64) {
	var level []tlog.Hash
	for i := range int64(n) {
		h, err := c.t.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return // said by entries
		}
		level = append(level, h[0])
	}
	for l := 1; len(level) > 1; l++ {
		var up []tlog.Hash
		for i := 0; i+1 < len(level); i += 2 {
			h := tlog.NodeHash(level[i], level[i+1])
			at := tlog.StoredHashIndex(l, int64(i/2))
			if stored, err := c.t.ReadHashes([]int64{at}); err != nil || stored[0] != h {
				c.wrong("the tree's hash %d (level %d) does not follow from the entries", at, l)
			}
			up = append(up, h)
		}
		level = up
	}
	extra := 0
	c.t.scan(bucketHashes, be(uint64(tlog.StoredHashCount(int64(n))))[:0], func(k, _ []byte) bool {
		if binary.BigEndian.Uint64(k) >= uint64(tlog.StoredHashCount(int64(n))) {
			extra++
		}
		return true
	})
	if extra > 0 {
		c.wrong("the tree has hashes of entries that are not there: the log was cut off")
	}
}

// apply folds an entry and notes the lines that it must have in the indexes.
func (c *checker) apply(e Event) {
	for _, p := range privates(reflect.ValueOf(e.Body), nil) {
		c.sealed[string(blobKey(e.Subject, p.commit))] = true
	}
	c.moments[string(be(uint64(e.At.UnixMicro())))+e.Subject] = true
	c.want(bucketSubjects, subjectKey(e.Subject, e.Seq), "")
	for _, l := range startLines(c.cases[CaseID(e.Subject)], e) {
		c.want(bucketStarts, l.key, string(l.value))
	}
	if d, ok := e.Body.(Drafted); ok && d.Batch != "" {
		c.want(bucketBatches, batchKey(d.Batch, d.Row), e.Subject)
	}
	if _, ok := number("OFF-", e.Subject); ok {
		old := c.cases[CaseID(e.Subject)]
		k := old.Apply(e)
		c.cases[k.ID] = k
		switch {
		case k.cut() && !old.cut():
			c.want(bucketGone, []byte(k.Person), string(k.ID))
		case !k.cut() && old.cut() && c.index[string(bucketGone)][string(k.Person)] == string(k.ID):
			c.stillGone(k)
		}
		return
	}
	if e.Subject == Installation {
		c.state = c.state.Apply(e)
		return
	}
	if isBatch(e.Subject) {
		b := c.batches[BatchID(e.Subject)].Apply(e)
		c.batches[b.ID] = b
		return
	}
	p := c.persons[PersonID(e.Subject)].Apply(e)
	c.persons[p.ID] = p
}

func (c *checker) rows() {
	want := map[string]any{}
	for id, k := range c.cases {
		want[string(id)] = k.Summary()
	}
	for id, p := range c.persons {
		want[string(id)] = p
	}
	for id, b := range c.batches {
		want[string(id)] = b
	}
	if c.state.Seq != 0 {
		want[Installation] = c.state
	}
	c.t.scan(bucketRows, nil, func(k, v []byte) bool {
		row, ok := want[string(k)]
		if b, err := json.Marshal(row); !ok || err != nil || !bytes.Equal(b, v) {
			c.wrong("the row of %s is not what its entries fold to", k)
		}
		delete(want, string(k))
		return true
	})
	for id := range want {
		c.wrong("the row of %s is missing", id)
	}
}
