package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// want notes a line that an index must have.
func (c *checker) want(bucket, key []byte, value string) {
	if c.index[string(bucket)] == nil {
		c.index[string(bucket)] = map[string]string{}
	}
	c.index[string(bucket)][string(key)] = value
}

// stillGone is table.stillGone.
func (c *checker) stillGone(given Case) {
	var last Case
	for _, k := range c.cases {
		if k.Person == given.Person && k.ID != given.ID && k.cut() && bytes.Compare(caseKey(k.ID), caseKey(last.ID)) > 0 {
			last = k
		}
	}
	if last.ID == "" {
		delete(c.index[string(bucketGone)], string(given.Person))
		return
	}
	c.want(bucketGone, []byte(given.Person), string(last.ID))
}

// indexes compares each index with what the entries, cases and persons say.
func (c *checker) indexes() {
	var cases, persons uint64
	for id, k := range c.cases {
		n := binary.BigEndian.Uint64(caseKey(id))
		cases = max(cases, n)
		if k.State != CaseClosed {
			c.want(bucketOpen, be(n), "")
			if !k.Moves() {
				c.want(bucketActive, []byte(k.Person), string(id))
			}
		}
		if k.Summary().inForce() && bytes.Compare(caseKey(id), caseKey(CaseID(c.index[string(bucketMoves)][string(k.Person)]))) > 0 {
			c.want(bucketMoves, []byte(k.Person), string(id))
		}
		if due := k.NextDue(); !due.IsZero() {
			c.want(bucketDue, timeKey(due, n), "")
		}
		if since, ok := k.WatchedSince(); ok {
			c.want(bucketWatch, timeKey(since, n), string(be(uint64(k.Ruling.Retention))))
		}
		if row := k.Summary(); row.away() {
			c.want(bucketAway, awayKey(row), "")
		}
		if due, ok := k.DestroyDue(); ok {
			c.want(bucketDestroy, timeKey(due, n), "")
		}
	}
	for id, p := range c.persons {
		n, _ := number("P-", string(id))
		persons = max(persons, n)
		c.want(bucketLookup, []byte(p.Lookup), string(id))
		if p.concern() {
			c.want(bucketConcern, []byte(id), "")
		}
		for _, l := range p.lookups() {
			c.want(bucketLookup, []byte(l), string(id))
		}
	}
	c.want(bucketMeta, metaVersion, string(be(Version)))
	c.want(bucketMeta, metaVerifier, c.s.sign.Verifier)
	if cases > 0 {
		c.want(bucketMeta, metaCases, string(be(cases)))
	}
	if persons > 0 {
		c.want(bucketMeta, metaPersons, string(be(persons)))
	}
	if n := len(c.batches); n > 0 {
		c.want(bucketMeta, metaBatches, string(be(uint64(n))))
	}
	c.want(bucketMeta, metaSlots, string(c.t.get(bucketMeta, metaSlots))) // see slots
	for _, bucket := range [][]byte{bucketSubjects, bucketStarts, bucketBatches, bucketOpen, bucketActive, bucketMoves, bucketGone, bucketConcern, bucketDue, bucketWatch, bucketDestroy, bucketAway, bucketLookup, bucketMeta} {
		lines := c.index[string(bucket)]
		c.t.scan(bucket, nil, func(k, v []byte) bool {
			if bytes.Equal(bucket, bucketMeta) && (bytes.HasPrefix(k, metaCursor) && len(v) == 8 || bytes.Equal(k, metaSeen) && json.Valid(v)) {
				return true // a loop's place, not evidence
			}
			if bytes.Equal(bucket, bucketMeta) && bytes.Equal(k, metaTrial) {
				return true // a kill in the middle of TryWrite
			}
			if w, ok := lines[string(k)]; !ok || w != string(v) {
				c.wrong("the index %q has a line that no entry explains: %q", bucket, k)
			}
			delete(lines, string(k))
			return true
		})
		for k := range lines {
			c.wrong("the index %q lacks the line %q", bucket, k)
		}
	}
}

// slots proves that every subject has a key of its own in the key file.
func (c *checker) slots() {
	subjects := map[string]bool{Installation: true}
	for id := range c.cases {
		subjects[string(id)] = true
	}
	for id := range c.persons {
		subjects[string(id)] = true
	}
	for id := range c.batches {
		subjects[string(id)] = true
	}
	seen := map[int64]bool{}
	c.t.scan(bucketSlots, nil, func(k, _ []byte) bool {
		slot := c.t.slot(string(k))
		if !subjects[string(k)] || seen[slot] || slot < 0 || uint64(slot) >= c.t.number(metaSlots) {
			c.wrong("the slot %d of %q is not one that the log made", slot, k)
		} else if _, err := c.s.keys.raw(slot, string(k)); err != nil {
			c.wrong("%w", err)
		}
		seen[slot] = true
		delete(subjects, string(k))
		return true
	})
	for id := range subjects {
		c.wrong("%s has no slot in the key file", id)
	}
	if n := c.t.number(metaSlots); n == 0 || !seen[int64(n-1)] {
		c.wrong("the index %q counts %d slots of the key file, and none is the last", bucketMeta, n)
	}
}

// blobs opens every sealed text.
func (c *checker) blobs() {
	c.t.scan(bucketBlobs, nil, func(k, v []byte) bool {
		c.read()
		subject, commit, ok := bytes.Cut(k, []byte{0})
		if !ok || len(commit) != 32 || !c.sealed[string(k)] {
			c.wrong("a sealed text of %s belongs to no entry", subject)
			return true
		}
		delete(c.sealed, string(k))
		aead, err := c.s.keys.cipher(c.t.slot(string(subject)), string(subject))
		if err == nil {
			_, err = openBlob(aead, [32]byte(commit), v)
		}
		if err != nil {
			c.wrong("a sealed text of %s: %w", subject, err)
		}
		return true
	})
	for k := range c.sealed {
		subject, _, _ := strings.Cut(k, "\x00")
		c.wrong("a sealed text of %s is missing", subject)
	}
}

// loose looks at the tables that are not evidence, and for ones we don't know.
func (c *checker) loose() {
	c.t.scan(bucketOnce, nil, func(k, v []byte) bool {
		if !c.moments[string(v)] {
			c.wrong("the key of a delivery %q leads to no entry", k)
		}
		return true
	})
	c.t.scan(bucketPosts, nil, func(k, v []byte) bool {
		var p Post
		if err := json.Unmarshal(v, &p); err != nil || !bytes.Equal(p.key(), k) {
			c.wrong("the post %q does not stand in its place", k)
		}
		return true
	})
	err := c.t.tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
		if !slices.ContainsFunc(buckets, func(b []byte) bool { return bytes.Equal(b, name) }) {
			c.wrong("the table %q is not known", name)
		}
		return nil
	})
	if err != nil {
		c.wrong("list the tables: %w", err)
	}
}
