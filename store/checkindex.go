package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"slices"
)

// tally compares what the tables must hold with what they hold without keeping
// either: a keyed hash of every line is added to the sum of its part where it is
// wanted, and taken off where it is there. Two sets that differ have the same
// sums with a chance of 1 in 2^64, and nobody knows the key beforehand.
type tally struct {
	hash  maphash.Hash
	sums  [4096]uint64
	named map[string]int // line -> how often it is wanted more than there; only while the parts that differ are read again
	parts map[uint64]bool
}

// mostParts is in how many parts of the tally lines are named.
const mostParts = 32

func (t *tally) add(sign int, bucket, key, value []byte) {
	t.hash.Reset()
	var sizes [8]byte
	binary.BigEndian.PutUint32(sizes[:4], uint32(len(bucket)))
	binary.BigEndian.PutUint32(sizes[4:], uint32(len(key)))
	_, _ = t.hash.Write(sizes[:]) // never fails
	_, _ = t.hash.Write(bucket)
	_, _ = t.hash.Write(key)
	_, _ = t.hash.Write(value)
	h := t.hash.Sum64()
	part := h % uint64(len(t.sums))
	if t.named == nil {
		t.sums[part] += uint64(sign) * h
		return
	}
	if t.parts[part] {
		line := string(bucket) + "\x00" + string(sizes[4:]) + string(key) + string(value)
		if t.named[line] += sign; t.named[line] == 0 {
			delete(t.named, line)
		}
	}
}

func (t *tally) differs() bool {
	return slices.ContainsFunc(t.sums[:], func(s uint64) bool { return s != 0 })
}

// want notes a line that a table must have, have one that it has.
func (c *checker) want(bucket, key, value []byte) { c.tally.add(+1, bucket, key, value) }
func (c *checker) have(bucket, key, value []byte) { c.tally.add(-1, bucket, key, value) }

// name reads all once more and keeps the lines of the parts that differ.
func (c *checker) name() {
	again := &checker{s: c.s, t: c.t, leaves: c.leaves, progress: c.progress}
	again.tally.hash.SetSeed(c.tally.hash.Seed())
	again.tally.named, again.tally.parts = map[string]int{}, map[uint64]bool{}
	for i, s := range c.tally.sums {
		if s != 0 && len(again.tally.parts) < mostParts {
			again.tally.parts[uint64(i)] = true
		}
	}
	again.people()
	again.entries()
	again.fold()
	again.seals()
	again.expect()
	again.lines()
	type line struct{ bucket, key string }
	missing, unexplained := map[line]bool{}, map[line]bool{}
	for l, n := range again.tally.named {
		bucket, rest, _ := bytes.Cut([]byte(l), []byte{0})
		size := binary.BigEndian.Uint32(rest)
		at := line{string(bucket), string(rest[4:][:size])}
		if n > 0 {
			missing[at] = true
		} else {
			unexplained[at] = true
		}
	}
	sorted := func(m map[line]bool) []line {
		var out []line
		for l := range m {
			out = append(out, l)
		}
		slices.SortFunc(out, func(a, b line) int { return cmp.Or(cmp.Compare(a.bucket, b.bucket), cmp.Compare(a.key, b.key)) })
		return out
	}
	for _, l := range sorted(unexplained) {
		if l.bucket == string(bucketBlobs) {
			c.found(BrokenSeal, "a sealed text of %s belongs to no entry", sealedFor(l.key))
			continue
		}
		c.found(BrokenTable, "the index %q has a line that no entry explains: %q", l.bucket, l.key)
	}
	for _, l := range sorted(missing) {
		switch {
		case unexplained[l]: // it has another value, which was said
		case l.bucket == string(bucketBlobs):
			c.found(BrokenSeal, "a sealed text of %s is missing", sealedFor(l.key))
		default:
			c.found(BrokenTable, "the index %q lacks the line %q", l.bucket, l.key)
		}
	}
}

// sealedFor is whose text a blob is.
func sealedFor(key string) string {
	subject, _, _ := bytes.Cut([]byte(key), []byte{0})
	return quotedBytes(subject)
}

// wantCase notes the lines that follow from how a case stands.
func (c *checker) wantCase(k Case) {
	n := binary.BigEndian.Uint64(caseKey(k.ID))
	often := c.often.has(k.Person)
	if k.State != CaseClosed {
		c.want(bucketOpen, be(n), nil)
		if !k.Moves() {
			c.want(bucketActive, []byte(k.Person), []byte(k.ID))
		}
	}
	row := k.Summary()
	switch {
	case row.inForce() && !often:
		c.want(bucketMoves, []byte(k.Person), []byte(k.ID))
	case row.inForce() && bytes.Compare(caseKey(k.ID), caseKey(c.newest[k.Person])) > 0:
		c.newest[k.Person] = k.ID
	}
	if k.cut() && !often {
		c.want(bucketGone, []byte(k.Person), []byte(k.ID))
	}
	if due := k.NextDue(); !due.IsZero() {
		c.want(bucketDue, timeKey(due, n), nil)
	}
	if since, ok := k.WatchedSince(); ok {
		c.want(bucketWatch, timeKey(since, n), be(uint64(k.Ruling.Retention)))
	}
	if row.away() {
		c.want(bucketAway, awayKey(row), nil)
	}
	if due, ok := k.DestroyDue(); ok {
		c.want(bucketDestroy, timeKey(due, n), nil)
	}
}

// wantPerson notes the lines that follow from what is known of a person.
func (c *checker) wantPerson(id string, p Person) {
	if p.concern() {
		c.want(bucketConcern, []byte(id), nil)
	}
	lookups := p.lookups()
	if p.Erased == nil {
		lookups = append(lookups, p.Lookup)
	} else {
		for _, subject := range p.Erased.Subjects {
			c.want(bucketErased, []byte(subject), be(p.Erased.Entry))
		}
	}
	slices.Sort(lookups)
	for _, l := range slices.Compact(lookups) {
		c.want(bucketLookup, []byte(l), []byte(id))
	}
}

// turn is a case that has taken somebody's access, or has given all of it back.
type turn struct {
	seq uint64
	id  CaseID
	cut bool
}

// expect notes the lines that follow from several cases of a person together,
// and from all subjects.
func (c *checker) expect() {
	for p, turns := range c.turns {
		slices.SortFunc(turns, func(a, b turn) int { return cmp.Compare(a.seq, b.seq) })
		if gone := lastGone(turns); gone != "" {
			c.want(bucketGone, []byte(p), []byte(gone))
		}
	}
	for p, id := range c.newest {
		c.want(bucketMoves, []byte(p), []byte(id))
	}
	c.want(bucketMeta, metaVersion, be(Version))
	c.want(bucketMeta, metaVerifier, []byte(c.s.sign.Verifier))
	for _, last := range []struct {
		name []byte
		n    uint64
	}{{metaCases, c.cases}, {metaPersons, c.persons}, {metaBatches, c.batches}} {
		if last.n > 0 {
			c.want(bucketMeta, last.name, be(last.n))
		}
	}
	c.want(bucketMeta, metaSlots, c.t.get(bucketMeta, metaSlots)) // see keys
}

// lastGone is table.stillGone for all turns of a person, oldest first.
func lastGone(turns []turn) (gone CaseID) {
	cut := map[CaseID]bool{}
	for _, x := range turns {
		cut[x.id] = x.cut
		switch {
		case x.cut:
			gone = x.id
		case gone == x.id:
			gone = ""
			for id, is := range cut {
				if is && bytes.Compare(caseKey(id), caseKey(gone)) > 0 {
					gone = id
				}
			}
		}
	}
	return gone
}

// lines are those that are there. The subjects and the sealed texts are read
// where they are needed.
func (c *checker) lines() {
	for _, bucket := range [][]byte{bucketStarts, bucketBatches, bucketOpen, bucketActive, bucketMoves, bucketGone, bucketConcern, bucketDue, bucketWatch, bucketDestroy, bucketAway, bucketErased, bucketLookup} {
		c.t.scan(bucket, nil, func(k, v []byte) bool {
			c.have(bucket, k, v)
			return true
		})
	}
	c.t.scan(bucketMeta, nil, func(k, v []byte) bool {
		if (bytes.HasPrefix(k, metaCursor) || bytes.Equal(k, metaSeen)) && sound(bucketMeta, k, v) || bytes.Equal(k, metaTrial) {
			return true // a loop's place, the clocks, a kill in the middle of TryWrite: no evidence
		}
		c.have(bucketMeta, k, v)
		return true
	})
}

// beyond says that the end was cut off where only what followed from it is left.
func (c *checker) beyond() {
	if end := max(c.last, c.leaves); c.spoken > end {
		c.damages.add(Damage{Kind: CutOffEnd, From: end + 1, To: c.spoken, Text: fmt.Sprintf("the log was cut off: rows speak of entries up to %d, and it ends with entry %d", c.spoken, end)})
	}
}
