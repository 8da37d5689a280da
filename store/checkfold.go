package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"reflect"
)

// folded is one subject while its entries are folded.
type folded struct {
	subject string
	c       Case
	person  Person
	list    Batch
	state   State
	commits map[[32]byte]bool // what its entries commit to
}

// fold reads the entries of one subject after the other, and forgets each
// before the next. It goes by the index, which entries compares with the log.
func (c *checker) fold() {
	var f folded
	c.t.scan(bucketSubjects, nil, func(k, v []byte) bool {
		c.read()
		c.have(bucketSubjects, k, v)
		cut := len(k) - 9
		if cut < 1 || k[cut] != 0 {
			return true
		}
		if string(k[:cut]) != f.subject {
			c.folded(f)
			f = folded{subject: string(k[:cut]), commits: map[[32]byte]bool{}}
		}
		seq := binary.BigEndian.Uint64(k[cut+1:])
		entry := c.t.get(bucketEntries, k[cut+1:])
		if entry == nil {
			return true
		}
		e, err := decode(entry)
		switch {
		case err != nil:
			if c.origin(seq, entry) == seq { // else it is named already
				c.damages.add(Damage{Kind: Unreadable, From: seq, To: seq, Text: fmt.Sprintf("entry %d: %s", seq, err)})
			}
		case e.Subject == f.subject:
			c.apply(&f, e)
		}
		return true
	})
	c.folded(f)
}

// apply folds an entry and notes the lines that it must have in the indexes.
func (c *checker) apply(f *folded, e Event) {
	for _, p := range privates(reflect.ValueOf(e.Body), nil) {
		if !f.commits[p.commit] {
			f.commits[p.commit] = true
			c.want(bucketBlobs, blobKey(e.Subject, p.commit), nil)
		}
	}
	for _, l := range startLines(f.c, e) {
		c.want(bucketStarts, l.key, l.value)
	}
	if d, ok := e.Body.(Drafted); ok && d.Batch != "" {
		c.want(bucketBatches, batchKey(d.Batch, d.Row), []byte(e.Subject))
	}
	switch _, isCase := number("OFF-", e.Subject); {
	case isCase:
		old := f.c
		f.c = old.Apply(e)
		if f.c.cut() != old.cut() && c.often.has(f.c.Person) {
			c.turns[f.c.Person] = append(c.turns[f.c.Person], turn{e.Seq, f.c.ID, f.c.cut()})
		}
	case e.Subject == Installation:
		if b, ok := e.Body.(Rekeyed); ok {
			if err := b.Agreed(c.s.sign.Verifier, f.state.key(c.s.sign.Verifier)); err != nil {
				c.damages.add(Damage{Kind: PutIn, From: e.Seq, To: e.Seq, Text: fmt.Sprintf("entry %d hands the signing of checkpoints to another key, and was put in: %s", e.Seq, err)})
			}
		}
		f.state = f.state.Apply(e)
	case isBatch(e.Subject):
		f.list = f.list.Apply(e)
	default:
		f.person = f.person.Apply(e)
	}
}

// folded compares what a subject's entries have come to with its row, and notes
// the lines that follow from it.
func (c *checker) folded(f folded) {
	if f.subject == "" {
		return
	}
	if f.c.Erased != nil || f.person.Erased != nil { // its texts were taken out
		for commit := range f.commits {
			c.have(bucketBlobs, blobKey(f.subject, commit), nil)
		}
	}
	var row any
	switch n, isCase := number("OFF-", f.subject); {
	case isCase:
		c.cases = max(c.cases, n)
		c.wantCase(f.c)
		row = f.c.Summary()
	case f.subject == Installation:
		row = f.state
	case isBatch(f.subject):
		c.batches++
		row = f.list
	default:
		n, _ := number("P-", f.subject)
		c.persons = max(c.persons, n)
		c.wantPerson(f.subject, f.person)
		row = f.person
	}
	c.row(f.subject, row)
	if f.subject != Installation {
		c.slot(f.subject) // of the installation it has one from the beginning
	}
}

// row compares a row. One that speaks of an entry behind the end shows that the
// end was cut off.
func (c *checker) row(subject string, want any) {
	got := c.t.get(bucketRows, []byte(subject))
	b, err := json.Marshal(want)
	switch {
	case got == nil:
		c.found(BrokenTable, "the row of %s is missing", subject)
	case err != nil || !bytes.Equal(b, got):
		var at struct {
			Seq uint64 `json:"seq"`
		}
		if json.Unmarshal(got, &at) == nil {
			c.spoken = max(c.spoken, at.Seq)
		}
		c.found(BrokenTable, "the row of %s is not what its entries fold to", subject)
	}
}

// people looks who has several cases, and for rows of subjects that have no
// entry. The rows themselves are compared later.
func (c *checker) people() {
	c.often = &filter{seed: maphash.MakeSeed()}
	c.turns, c.newest = map[PersonID][]turn{}, map[PersonID]CaseID{}
	entries := c.t.tx.Bucket(bucketSubjects).Cursor()
	c.t.scan(bucketRows, nil, func(k, v []byte) bool {
		first, _ := entries.Seek(append(bytes.Clone(k), 0))
		if !bytes.HasPrefix(first, append(bytes.Clone(k), 0)) {
			c.found(BrokenTable, "the row of %s belongs to no entry", quotedBytes(k))
		}
		var row struct {
			ID     CaseID   `json:"id"`
			Person PersonID `json:"person"`
		}
		if _, isCase := number("OFF-", string(k)); isCase && json.Unmarshal(v, &row) == nil {
			c.often.add(row.Person)
		}
		return true
	})
}

// filter tells who may have several cases, in little memory: somebody who
// shares a place with another counts as one who has, which costs some room.
type filter struct {
	seed  maphash.Seed
	times [1 << 18]byte
}

func (f *filter) at(p PersonID) *byte {
	return &f.times[maphash.String(f.seed, string(p))%uint64(len(f.times))]
}

func (f *filter) add(p PersonID) {
	if n := f.at(p); *n < 2 {
		*n++
	}
}

func (f *filter) has(p PersonID) bool { return *f.at(p) > 1 }
