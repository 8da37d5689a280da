package store

import (
	"errors"
	"fmt"
	"hash/maphash"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

// Check reads the whole log and proves that it is consistent: every entry
// decodes and stands in its place, the tree's hashes are those of the entries,
// time never goes back but where an entry says that it was wrong, the rows and indexes are what the entries fold to,
// every key is there, and every sealed text opens to what was committed. It
// reports all that is wrong. What is not evidence is only looked at for sense.
func (s *Store) Check() error {
	var all []error
	for _, d := range s.Inspect(func(int, int) {}) {
		all = append(all, d)
	}
	return errors.Join(all...)
}

// Inspect is Check, names what is wrong for what it is, and says from time to
// time how much it has read. It keeps one case at a time and a few hundred KiB,
// however long the log is; a log that is not whole is read once more to name the lines that differ.
func (s *Store) Inspect(progress func(done, total int)) []Damage {
	c := newChecker(s, progress)
	if err := c.inspect(); err != nil {
		c.found(BrokenFile, "the file can't be read to its end: %s", err)
	}
	return c.damages.all()
}

func newChecker(s *Store, progress func(done, total int)) *checker {
	c := &checker{s: s, progress: progress}
	c.tally.hash.SetSeed(maphash.MakeSeed())
	return c
}

// inspect survives a file whose pages lead anywhere: bbolt trusts what it reads,
// and a fault while reading is one of the file.
func (c *checker) inspect() (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("its pages do not fit together (%v)", r)
		}
	}()
	return c.s.view(c.passes)
}

func (c *checker) passes(tx *bolt.Tx) error {
	c.t = table{tx}
	c.total = 2*int(c.t.last()) + tx.Bucket(bucketBlobs).Stats().KeyN
	c.deliveries()
	c.people()
	c.leaves = c.tree()
	c.entries()
	c.fold()
	c.seals()
	c.keys()
	c.expect()
	c.lines()
	if c.tally.differs() {
		c.name()
	}
	c.beyond()
	c.loose()
	return nil
}

// checker goes through a log in a few passes, each of which needs little of
// what the others have seen.
type checker struct {
	s       *Store
	t       table
	damages damages

	at        reader          // of the hashes
	leafBytes []byte          // for record
	leaves    uint64          // of the tree
	last      uint64          // entry
	count     uint64          // of entries
	shift     int64           // how far the entries stand from where the tree has them
	spoken    uint64          // the last entry that a row speaks of
	once      map[string]bool // time and subject of the deliveries of the last week

	cases, persons, batches uint64  // the largest numbers
	often                   *filter // persons that may have several cases
	turns                   map[PersonID][]turn
	newest                  map[PersonID]CaseID // changes of role of such persons

	tally tally

	progress    func(done, total int)
	done, total int
}

// read counts an entry or a sealed text.
func (c *checker) read() {
	if c.done++; c.tally.named == nil && (c.done%1000 == 0 || c.done == c.total) {
		c.progress(c.done, c.total)
	}
}

func (c *checker) found(kind DamageKind, format string, args ...any) {
	c.damages.add(Damage{Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// span is about a range of entries.
func (c *checker) span(kind DamageKind, from, to uint64) {
	c.damages.add(Damage{Kind: kind, From: from, To: to})
}
