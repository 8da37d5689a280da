package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Everything that touches bbolt stands in this file, and where a
// transaction is opened.
//
// The first two buckets are the evidence; all others can be made again from
// them, but for the blobs (sealed texts) and what is below them.
var (
	bucketEntries  = []byte("entries")  // seq -> entry
	bucketHashes   = []byte("hashes")   // index in tlog's order -> hash
	bucketBlobs    = []byte("blobs")    // subject 0 commitment -> sealed text
	bucketSlots    = []byte("slots")    // subject -> slot in the key file
	bucketSubjects = []byte("subjects") // subject 0 seq -> nothing
	bucketRows     = []byte("rows")     // subject -> Summary, Person or State
	bucketOpen     = []byte("open")     // number of a case that is not closed -> nothing
	bucketDue      = []byte("due")      // time, number of the case -> nothing
	bucketActive   = []byte("active")   // person -> their open departure
	bucketMoves    = []byte("moves")    // person -> their newest change of role that is open, or in force
	bucketGone     = []byte("gone")     // person -> the last of their cases that has taken access away and not given it back
	bucketConcern  = []byte("concern")  // person of whom something is kept in mind, see Concerns -> nothing
	bucketLookup   = []byte("lookup")   // keyed hash of a directory id or account -> person
	bucketWatch    = []byte("watch")    // since when a case is watched, its number -> its own retention
	bucketStarts   = []byte("starts")   // who opened a case, or where it came from, 0 time, seq -> nothing, or that it is confidential
	bucketBatches  = []byte("batches")  // batch 0 row of its list -> the case opened for it
	bucketDestroy  = []byte("destroy")  // when it may be proposed to delete what a case left, its number -> nothing
	bucketAway     = []byte("away")     // kind 0 number of a closed case whose person has no access -> nothing
	bucketErased   = []byte("erased")   // subject whose key is destroyed -> the entry that says so
	bucketMeta     = []byte("meta")     // below

	// Not evidence.
	bucketOnce  = []byte("once")  // key of a delivery -> time, seq
	bucketPosts = []byte("posts") // see posts.go

	buckets = [][]byte{
		bucketEntries, bucketHashes, bucketBlobs, bucketSlots, bucketSubjects, bucketRows, bucketOpen, bucketDue,
		bucketActive, bucketMoves, bucketGone, bucketConcern, bucketLookup, bucketWatch, bucketDestroy, bucketStarts, bucketBatches, bucketAway, bucketErased, bucketMeta, bucketOnce, bucketPosts,
	}
)

// What is in the bucket meta.
var (
	metaVersion  = []byte("version")  // of the format
	metaCases    = []byte("case")     // the last number given to a case
	metaPersons  = []byte("person")   // and to a person
	metaBatches  = []byte("batch")    // and to a batch
	metaSlots    = []byte("slots")    // how many slots of the key file the log needs
	metaVerifier = []byte("verifier") // public key of the checkpoints
	metaSeen     = []byte("seen")     // the clocks, when they were last looked at; not evidence
	metaCursor   = []byte("cursor/")  // and a name: a loop's place in the log; not evidence
	metaTrial    = []byte("trial")    // zeros, there only while TryWrite looks for space; not evidence
)

// table is a transaction with the few things we do in one.
type table struct{ tx *bolt.Tx }

func (t table) get(bucket, key []byte) []byte { return t.tx.Bucket(bucket).Get(key) }

func (t table) put(bucket, key, value []byte) error { return t.tx.Bucket(bucket).Put(key, value) }

func (t table) del(bucket, key []byte) error { return t.tx.Bucket(bucket).Delete(key) }

// number reads a number from the bucket meta; 0 if it is not there.
func (t table) number(name []byte) uint64 {
	v := t.get(bucketMeta, name)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// last is the number of the last entry; 0 for an empty log.
func (t table) last() uint64 {
	k, _ := t.tx.Bucket(bucketEntries).Cursor().Last()
	if k == nil {
		return 0
	}
	return binary.BigEndian.Uint64(k)
}

// scan calls f for the keys that begin with prefix, in order, until it
// returns false. The slices are valid inside the transaction only.
func (t table) scan(bucket, prefix []byte, f func(k, v []byte) bool) {
	c := t.tx.Bucket(bucket).Cursor()
	for k, v := c.Seek(prefix); k != nil && len(k) >= len(prefix) && string(k[:len(prefix)]) == string(prefix); k, v = c.Next() {
		if !f(k, v) {
			return
		}
	}
}

// row decodes the row of a subject into v; false if there is none.
func (t table) row(subject string, v any) (bool, error) {
	b := t.get(bucketRows, []byte(subject))
	if b == nil {
		return false, nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return false, fmt.Errorf("row of %s: %w", subject, err)
	}
	return true, nil
}

func (t table) putRow(subject string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("row of %s: %w", subject, err)
	}
	return t.put(bucketRows, []byte(subject), b)
}

// events calls f with the events of a subject in order.
func (t table) events(subject string, f func(Event) error) error {
	var err error
	t.scan(bucketSubjects, subjectKey(subject, 0)[:len(subject)+1], func(k, _ []byte) bool {
		var e Event
		if e, err = decode(t.get(bucketEntries, k[len(subject)+1:])); err == nil {
			err = f(e)
		}
		return err == nil
	})
	return err
}

// fold reads a case from its entries.
func (t table) fold(id CaseID) (Case, error) {
	var c Case
	err := t.events(string(id), func(e Event) error {
		c = c.Apply(e)
		return nil
	})
	if err != nil {
		return Case{}, fmt.Errorf("read %s: %w", id, err)
	}
	return c, nil
}

func be(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func subjectKey(subject string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(subject), 0), seq)
}

func blobKey(subject string, commit [32]byte) []byte {
	return append(append([]byte(subject), 0), commit[:]...)
}

// timeKey sorts by time, then by n. A time before 1970, such as the zero one,
// sorts first.
func timeKey(at time.Time, n uint64) []byte {
	return binary.BigEndian.AppendUint64(be(uint64(max(0, at.UnixMicro()))), n)
}

func startKey(name string, at time.Time, seq uint64) []byte {
	return append(append([]byte(name), 0), timeKey(at, seq)...)
}

func caseKey(id CaseID) []byte {
	n, _ := number("OFF-", string(id))
	return be(n)
}

// stillGone is about a case that has given back all that it took: what another
// case of the person has taken stays taken, so they are gone by that one. It reads
// the row of every case, which a whole undo or a rehire costs and nothing else.
func (t table) stillGone(given Summary) error {
	var last CaseID
	for n := t.number(metaCases); n > 0 && last == ""; n-- {
		var row Summary
		if _, err := t.row(string(caseID(n)), &row); err != nil {
			return err
		}
		if row.Person == given.Person && row.ID != given.ID && row.Begun {
			last = row.ID
		}
	}
	if last == "" {
		return t.del(bucketGone, []byte(given.Person))
	}
	return t.put(bucketGone, []byte(given.Person), []byte(last))
}

// index brings the indexes of a case in step with its row.
func (t table) index(old, row Summary) error {
	key := caseKey(row.ID)
	if !old.Due.Equal(row.Due) || old.ID == "" {
		if !old.Due.IsZero() {
			if err := t.del(bucketDue, timeKey(old.Due, binary.BigEndian.Uint64(key))); err != nil {
				return err
			}
		}
		if !row.Due.IsZero() {
			if err := t.put(bucketDue, timeKey(row.Due, binary.BigEndian.Uint64(key)), nil); err != nil {
				return err
			}
		}
	}
	if err := t.away(old, row); err != nil {
		return err
	}
	switch gone := []byte(row.Person); {
	case row.Begun && !old.Begun:
		if err := t.put(bucketGone, gone, []byte(row.ID)); err != nil {
			return err
		}
	case !row.Begun && old.Begun && string(t.get(bucketGone, gone)) == string(row.ID):
		if err := t.stillGone(row); err != nil {
			return err
		}
	}
	if err := t.moves(old, row); err != nil {
		return err
	}
	active := []byte(row.Person)
	switch {
	case (old.ID == "" || old.State == CaseClosed) && row.State != CaseClosed:
		if err := t.put(bucketOpen, key, nil); err != nil {
			return err
		}
		if row.Move {
			return nil // they are no leaver, and may become one meanwhile
		}
		return t.put(bucketActive, active, []byte(row.ID))
	case old.State != CaseClosed && row.State == CaseClosed:
		if err := t.del(bucketOpen, key); err != nil {
			return err
		}
		if row.Move {
			return nil
		}
		return t.del(bucketActive, active)
	}
	return nil
}
