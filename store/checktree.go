package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/bits"
	"sort"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// node is a complete subtree that has no sibling yet.
type node struct {
	first, leaves uint64
	hash          tlog.Hash
	sound         bool // all that is below it follows from the leaves
}

// tree reads all hashes in the order in which they were written, each after
// those it follows from, and compares every inner one. It keeps one node a
// level, and returns how many leaves there are.
func (c *checker) tree() uint64 {
	var open []node
	var next, leaves uint64
	level := 0 // of the hash that comes next
	c.t.scan(bucketHashes, nil, func(k, v []byte) bool {
		if len(k) != 8 || len(v) != tlog.HashSize || binary.BigEndian.Uint64(k) != next {
			c.found(BrokenTree, "the tree of hashes has a record that is none, or lacks its hash %d: what follows can't be compared", next)
			leaves = 0
			return false
		}
		next++
		if level == 0 {
			leaves++
			open = append(open, node{leaves, 1, tlog.Hash(v), true})
		} else {
			left, right := open[len(open)-2], open[len(open)-1]
			up := node{left.first, left.leaves * 2, tlog.NodeHash(left.hash, right.hash), left.sound && right.sound}
			if up.sound && up.hash != tlog.Hash(v) {
				up.sound = false // said once, at the lowest level that shows it
				c.found(BrokenTree, "the tree's hash over entries %d to %d does not follow from theirs: one of them was rewritten together with its own hash, or the tree was changed", up.first, up.first+up.leaves-1)
			}
			open = append(open[:len(open)-2], up)
		}
		if level++; level > bits.TrailingZeros64(leaves) {
			level = 0
		}
		return true
	})
	switch {
	case leaves == 0:
		return c.lastLeaf()
	case level != 0:
		c.found(BrokenTree, "the tree's hash %d is missing at its end: it was cut off", next)
	}
	return leaves
}

// lastLeaf is how many leaves there are if all hashes before the last are there.
func (c *checker) lastLeaf() uint64 {
	k, _ := c.t.tx.Bucket(bucketHashes).Cursor().Last()
	if len(k) != 8 {
		return 0
	}
	at := binary.BigEndian.Uint64(k)
	return uint64(sort.Search(int(c.t.last())+1, func(n int) bool { return uint64(tlog.StoredHashIndex(0, int64(n))) > at }))
}

// leaf is the hash that the tree has of an entry.
func (c *checker) leaf(seq uint64) (h tlog.Hash, ok bool) {
	if seq == 0 || seq > c.leaves {
		return h, false
	}
	return c.at.hash(c.t, uint64(tlog.StoredHashIndex(0, int64(seq-1))))
}

// reader reads hashes that are mostly asked for one after the other, which is
// several times faster than to search for each.
type reader struct {
	cur   *bolt.Cursor
	k, v  []byte
	index uint64 // of k
}

func (r *reader) hash(t table, index uint64) (h tlog.Hash, ok bool) {
	const near = 64 // an entry completes at most so many subtrees
	if r.k == nil || index < r.index || index-r.index > near {
		r.cur = t.tx.Bucket(bucketHashes).Cursor()
		r.k, r.v = r.cur.Seek(be(index))
		r.place()
	}
	for r.k != nil && r.index < index {
		r.k, r.v = r.cur.Next()
		r.place()
	}
	return h, r.k != nil && r.index == index && copy(h[:], r.v) == tlog.HashSize
}

func (r *reader) place() {
	if len(r.k) != 8 {
		r.k = nil
		return
	}
	r.index = binary.BigEndian.Uint64(r.k)
}

// record is tlog.RecordHash without what that allocates for each.
func (c *checker) record(entry []byte) tlog.Hash {
	c.leafBytes = append(append(c.leafBytes[:0], 0), entry...) // RFC 6962, 2.1
	return sha256.Sum256(c.leafBytes)
}

// head is what the order of the entries is checked by.
type head struct {
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
	Subject string    `json:"subject"`
	Kind    string    `json:"kind"`
}

// entries compares each entry with its leaf and, where one differs, finds out
// what happened: it looks for the number under which the tree has what stands
// there, and at what comes next.
func (c *checker) entries() {
	cur := c.t.tx.Bucket(bucketEntries).Cursor()
	want, last := uint64(1), time.Time{}
	for k, entry := cur.First(); k != nil; k, entry = cur.Next() {
		c.read()
		if len(k) != 8 {
			c.found(PutIn, "a record that is no entry stands among the entries: %q", k)
			continue
		}
		seq := binary.BigEndian.Uint64(k)
		if seq > want {
			c.span(TakenOut, uint64(int64(want)+c.shift), uint64(int64(seq)-1+c.shift))
		}
		want = seq + 1
		o := c.origin(seq, entry)
		if should := uint64(int64(seq) + c.shift); o != should {
			if _, known := c.leaf(should); known || should > c.leaves { // else the tree is what is damaged
				c.displaced(seq, o)
			}
		}
		var h head
		if err := json.Unmarshal(entry, &h); err != nil {
			continue // the fold says it
		}
		if o == seq && h.Seq != seq {
			c.found(Reordered, "entry %d says that it is entry %d: it was put in another place together with its hash", seq, h.Seq)
		}
		if o == uint64(int64(seq)+c.shift) { // else what is wrong with it is said
			if h.At.Before(last) && h.Kind != (Trusted{}).kind() {
				c.found(Reordered, "entry %d is older than the one before it", seq)
			}
			last = h.At
		}
		c.count++
		c.want(bucketSubjects, subjectKey(h.Subject, seq), nil)
		delete(c.once, string(be(uint64(h.At.UnixMicro())))+h.Subject)
	}
	c.last = want - 1
	if end := uint64(int64(c.last) + c.shift); end < c.leaves {
		c.span(CutOffEnd, end+1, c.leaves)
	}
	c.damages.moved()
}

// displaced says what happened where the entry at seq is not the one that the
// tree has there. The tree has it as entry o; 0: it has it nowhere.
func (c *checker) displaced(seq, o uint64) {
	should := uint64(int64(seq) + c.shift)
	next := uint64(0) // what the tree has the next one as
	cur := c.t.tx.Bucket(bucketEntries).Cursor()
	cur.Seek(be(seq))
	k, entry := cur.Next()
	if len(k) == 8 {
		next = c.origin(binary.BigEndian.Uint64(k), entry)
	}
	swapped := false
	if other := uint64(int64(o) - c.shift); o > 0 {
		partner := c.t.get(bucketEntries, be(other))
		swapped = partner != nil && c.origin(other, partner) == should
	}
	switch {
	case swapped && o < should: // said at the other one
	case swapped:
		c.found(Reordered, "entries %d and %d have changed places", should, o)
	case o > should && (k == nil || next == o+1):
		c.span(TakenOut, should, o-1)
		c.shift = int64(o) - int64(seq)
	case o == 0 && should > c.leaves:
		c.span(PutIn, seq, seq)
	case next != 0 && next == should:
		if c.shift--; o == 0 {
			c.span(PutIn, seq, seq)
			return
		}
		c.damages.add(Damage{Kind: PutIn, From: o, To: o, Text: fmt.Sprintf("a copy of entry %d was put into the log as entry %d", o, seq)})
	case o == 0:
		c.span(Rewritten, seq, seq)
	default:
		c.found(Reordered, "entry %d stands in the place of entry %d", o, should)
	}
}

// origin is the number under which the tree has the entry that stands at seq;
// 0 if it has it nowhere near. Whoever takes out an entry may have given those
// after it new numbers, so it is also tried with others.
func (c *checker) origin(seq uint64, entry []byte) uint64 {
	if h, ok := c.leaf(seq); ok && h == c.record(entry) {
		return seq
	}
	before, rest, ok := bytes.Cut(entry, []byte(`"seq":`))
	digits := bytes.IndexByte(rest, ',')
	if !ok || digits < 0 {
		return 0
	}
	says, err := strconv.ParseUint(string(rest[:digits]), 10, 64)
	if err != nil {
		return 0
	}
	if h, ok := c.leaf(says); ok && h == c.record(entry) {
		return says
	}
	const near = 3
	for d := c.shift - near; d <= c.shift+near; d++ {
		o := uint64(int64(seq) + d)
		again := fmt.Appendf(bytes.Clone(before), `"seq":%d%s`, o, rest[digits:])
		if h, ok := c.leaf(o); ok && h == c.record(again) {
			return o
		}
	}
	return 0
}
