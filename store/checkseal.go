package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// quotedBytes is a key as a reader sees it: as it is, unless it is not plain.
func quotedBytes(b []byte) string {
	if q := fmt.Sprintf("%q", b); len(q) != len(b)+2 {
		return q
	}
	return string(b)
}

// slot proves that a subject has a key of its own in the key file.
func (c *checker) slot(subject string) {
	slot := c.t.slot(subject)
	if slot < 0 {
		c.found(BrokenKeys, "%s has no slot in the key file", subject)
		return
	}
	switch _, err := c.s.keys.raw(slot, subject); {
	case err == nil && c.t.proven(subject):
		c.found(BrokenKeys, "the key of %s was destroyed, and is there again: an old copy of the key file was put back. The server destroys it again when it starts", subject)
	case err != nil && !errors.Is(err, ErrErased):
		c.found(BrokenKeys, "%s", err)
	}
}

// keys looks at the slots as the log numbers them.
func (c *checker) keys() {
	used := c.t.number(metaSlots)
	seen := make([]byte, min(used, uint64(c.s.keys.slots))/8+1) // a bit each
	entries := c.t.tx.Bucket(bucketSubjects).Cursor()
	var top int64 = -1
	c.t.scan(bucketSlots, nil, func(k, _ []byte) bool {
		slot := c.t.slot(string(k))
		first, _ := entries.Seek(append(bytes.Clone(k), 0))
		known := string(k) == Installation || bytes.HasPrefix(first, append(bytes.Clone(k), 0))
		if !known || slot < 0 || uint64(slot) >= used || slot/8 >= int64(len(seen)) || seen[slot/8]>>(slot%8)&1 == 1 {
			c.found(BrokenKeys, "the slot %d of %q is not one that the log made", slot, k)
			return true
		}
		seen[slot/8] |= 1 << (slot % 8)
		top = max(top, slot)
		return true
	})
	c.slot(Installation)
	if used == 0 || uint64(top+1) != used {
		c.found(BrokenTable, "the index %q counts %d slots of the key file, and none is the last", bucketMeta, used)
	}
}

// seals opens every sealed text, and counts it as there.
func (c *checker) seals() {
	c.t.scan(bucketBlobs, nil, func(k, v []byte) bool {
		c.read()
		c.have(bucketBlobs, k, nil)
		subject, commit, ok := bytes.Cut(k, []byte{0})
		if !ok || len(commit) != 32 {
			return true // the tally says it
		}
		aead, err := c.s.cipher(c.t, string(subject))
		if err == nil {
			_, err = openBlob(aead, [32]byte(commit), v)
		}
		if err != nil && !errors.Is(err, ErrErased) { // what it says nobody can know any more
			c.found(BrokenSeal, "a sealed text of %s: %s", quotedBytes(subject), err)
		}
		return true
	})
}

// deliveries keeps the moments of the deliveries that are remembered, which are
// those of a week.
func (c *checker) deliveries() {
	c.once = map[string]bool{}
	c.t.scan(bucketOnce, nil, func(_, v []byte) bool {
		c.once[string(plain(v))] = true
		return true
	})
}

// loose looks at the tables that are not evidence, and for ones we don't know.
func (c *checker) loose() {
	c.t.scan(bucketOnce, nil, func(k, v []byte) bool {
		if c.once[string(plain(v))] || !sound(bucketOnce, k, v) {
			c.found(BrokenLoose, "the key of a delivery %q leads to no entry", k)
		}
		return true
	})
	c.t.scan(bucketPosts, nil, func(k, v []byte) bool {
		var p Post
		if err := json.Unmarshal(plain(v), &p); err != nil || !bytes.Equal(p.key(), k) || !sound(bucketPosts, k, v) {
			c.found(BrokenLoose, "the post %q does not stand in its place", k)
		}
		return true
	})
	err := c.t.tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
		if !slices.ContainsFunc(buckets, func(b []byte) bool { return bytes.Equal(b, name) }) {
			c.found(BrokenTable, "the table %q is not known", name)
		}
		return nil
	})
	if err != nil {
		c.found(BrokenFile, "list the tables: %s", err)
	}
}
