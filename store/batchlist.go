package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	bolt "go.etcd.io/bbolt"
)

// How a list is recorded, and how it and its cases are found again.

// fits refuses a list in which somebody stands twice, or whose managers leave
// with it: they could not get what is handed over.
func fits(rows []Row) *Refused {
	if len(rows) == 0 || len(rows) > MaxRows {
		return refuse(Malformed, "A list has 1 to %d people; this one has %d. Nothing was changed.", MaxRows, len(rows))
	}
	leaves := map[PersonID]bool{}
	for _, r := range rows {
		if leaves[r.Person] {
			return refuse(WhoIsIt, "%s is on the list twice. Nothing was changed.", r.Person)
		}
		leaves[r.Person] = true
	}
	for _, r := range rows {
		if leaves[r.Manager] {
			return refuse(WhoIsIt, "%s is to get what %s leaves behind, and is on the list too. Please name somebody else as the manager. Nothing was changed.", r.Manager, r.Person)
		}
	}
	return nil
}

// List records a list of people in one commit: all of it, or nothing.
func (s *Store) List(ctx context.Context, actor Actor, cut CutOff, rows []Row) (BatchID, error) {
	if r := fits(rows); r != nil {
		return "", r
	}
	var first, last *request
	for part := range slices.Chunk(rows, MaxListed) {
		part = slices.Clone(part)
		for i := range part {
			part[i].Sealed = Seal(part[i].Reason)
		}
		r := &request{subject: NewBatch, actor: actor, body: Listed{CutOff: cut, Rows: part}}
		r.actor.Once = ""
		if last == nil {
			first, r.actor.Once = r, actor.Once
		} else {
			last.then, last.body = r, Listed{CutOff: cut, Rows: last.body.(Listed).Rows, More: true}
		}
		last = r
	}
	out := s.send(ctx, first)
	return BatchID(out.subject), out.err
}

// Batch returns a batch as its entries fold to now. It does not look at who asks.
func (s *Store) Batch(id BatchID) (Batch, error) {
	var b Batch
	err := s.view(func(tx *bolt.Tx) (err error) {
		b, _, err = s.batches.row(table{tx}, string(id))
		return err
	})
	if err == nil && b.ID == "" {
		err = NoSuchBatch(id)
	}
	return b, err
}

// Batches lists all batches, oldest first.
func (s *Store) Batches() ([]Batch, error) {
	var out []Batch
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		for n := range t.number(metaBatches) {
			b, _, err := s.batches.row(t, string(batchID(n+1)))
			if err != nil {
				return err
			}
			out = append(out, b)
		}
		return nil
	})
	return out, err
}

// BatchCases lists the rows of a batch's cases by the row of the list that they
// were opened for, also of those that were taken out.
func (s *Store) BatchCases(id BatchID) (map[int]Summary, error) {
	out := map[int]Summary{}
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		return (&batch{t: t}).casesOf(id, func(row int, c Summary) { out[row] = c })
	})
	return out, err
}

func (b *batch) casesOf(id BatchID, f func(row int, c Summary)) error {
	var err error
	b.t.scan(bucketBatches, batchKey(id, 0)[:len(id)+1], func(k, v []byte) bool {
		var row Summary
		if c, ok := b.cases[CaseID(v)]; ok {
			row = c.Summary()
		} else if _, err = b.t.row(string(v), &row); err != nil {
			return false
		}
		n, _ := strconv.ParseUint(string(k[len(id)+1:]), 16, 64)
		f(int(n), row)
		return true
	})
	return err
}

// batchKey is where a case of a batch stands in its index, in the order of the
// list.
func batchKey(id BatchID, row int) []byte {
	return fmt.Appendf(append([]byte(id), 0), "%08x", row)
}

func batchID(n uint64) BatchID { return BatchID("BATCH-" + strconv.FormatUint(n, 10)) }

// ParseBatch reads "BATCH-3", and "3" or "batch-3" as people type it.
func ParseBatch(s string) (BatchID, bool) {
	n, ok := number("BATCH-", s)
	if !ok {
		n, ok = number("", s)
	}
	return batchID(n), ok
}

// NoSuchBatch is the answer for a batch that is not there and for one that is
// not for the person who asks.
func NoSuchBatch(id BatchID) *Refused {
	return refuse(NotYours, "There is no list %s that you can see. /offboard batch shows those you can.", id)
}

// isBatch reports whether a subject is a batch.
func isBatch(subject string) bool {
	_, ok := number("BATCH-", subject)
	return ok
}
