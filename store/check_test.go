package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// evidence is a closed log with something in every table.
func evidence(t *testing.T) Options {
	t.Helper()
	opt := testOptions(t.TempDir())
	s := reopen(t, opt)
	o := &office{Store: s, t: t, opt: opt, leaver: "jane", people: map[string]PersonID{}, claims: map[string][]Claim{
		"hanna": {{Role: HR}}, "ivan": {{Role: IT}}, "sasha": {{Role: Security}},
	}}
	if err := o.story(); err != nil {
		t.Fatal(err)
	}
	erased, _ := o.left()
	o.another()
	o.claims["helge"], o.claims["aude"] = []Claim{{Role: HR}}, []Claim{{Role: Auditor}}
	o.people["helge"], o.people["aude"] = o.meet("helge"), o.meet("aude")
	o.erase(erased.Person)
	o.meet("tom")
	o.fading()
	o.left()
	o.another()
	c := o.approvedLater() // open, active and due
	if err := o.disown(c.Seq); err != nil {
		t.Fatal(err)
	}
	list := o.list("hanna", o.rows(1)) // the last hash of the tree is no entry's
	if _, err := o.open(list, 0, "hanna"); err != nil {
		t.Fatal(err)
	}
	o.another()
	o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: o.moves(), Systems: []string{"dir"}})
	o.do(Installation, "ivan", Paused{On: true, Reason: Seal("r")})
	o.bot(string(o.people["bo"]), Linked{Account: o.Account("slack", "U1"), How: ByAttribute})
	if err := errors.Join(o.SavePost(Post{Case: c.ID, Name: "card"}), o.SaveCursor("keeper", 3), o.Check(), o.Close()); err != nil {
		t.Fatal(err)
	}
	return opt
}

// Whoever changes, takes out or puts in a record with another program is
// found by Check, in every table that is evidence or follows from it.
func TestCheckFindsTampering(t *testing.T) {
	opt := evidence(t)
	log, keys := read(t, opt.Path), read(t, opt.Keys)
	// What Check says names the table's content like this.
	says := map[string]string{
		"entries": "entry ", "hashes": "tree", "blobs": "sealed text", "slots": "slot", "rows": "the row of",
		"once": "the key of a delivery", "posts": "the post",
	}
	for _, bucket := range buckets {
		want := says[string(bucket)]
		if want == "" {
			want = fmt.Sprintf("the index %q", bucket)
		}
		loose := slices.Contains([]string{"once", "posts"}, string(bucket))
		for name, damage := range map[string]func(b *bolt.Bucket, k, v []byte) error{
			"flip": func(b *bolt.Bucket, k, v []byte) error {
				if len(v) == 0 {
					return errSkip // a set: only the key says something
				}
				v[len(v)/2] ^= 1
				return b.Put(k, v)
			},
			"shorten": func(b *bolt.Bucket, k, v []byte) error {
				if len(v) == 0 {
					return errSkip
				}
				return b.Put(k, v[:len(v)/2])
			},
			"delete": func(b *bolt.Bucket, k, _ []byte) error {
				if loose {
					return errSkip // nothing says that it was there
				}
				return b.Delete(k)
			},
			"insert": func(b *bolt.Bucket, k, v []byte) error {
				k[len(k)-1] ^= 0x55
				if b.Get(k) != nil {
					return errSkip
				}
				return b.Put(k, v)
			},
		} {
			for _, at := range []string{"first", "last"} {
				t.Run(fmt.Sprint(string(bucket), "/", name, "/", at), func(t *testing.T) {
					opt := testOptions(t.TempDir())
					write(t, opt.Path, log)
					write(t, opt.Keys, keys)
					s := reopen(t, opt)
					err := s.db.Update(func(tx *bolt.Tx) error {
						c := tx.Bucket(bucket).Cursor()
						k, v := c.First()
						if at == "last" {
							k, v = c.Last()
						}
						if strings.HasPrefix(string(k), string(metaCursor)) {
							return errSkip // not evidence
						}
						if k == nil {
							t.Fatal("the table is empty")
						}
						return damage(tx.Bucket(bucket), slices.Clone(k), slices.Clone(v))
					})
					if errors.Is(err, errSkip) {
						_ = s.Close()
						t.Skip("nothing of the kind in this table")
					}
					if err != nil {
						t.Fatal(err)
					}
					if loose && name == "insert" && string(bucket) == "once" {
						_ = s.Close()
						t.Skip("another delivery is a delivery")
					}
					want := want
					if string(bucket) == "hashes" && name == "insert" && at == "first" {
						want = "the log was cut off" // it is the next leaf, of an entry that is not there
					}
					if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("Check says %v; it should name %s", err, want)
					}
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

var errSkip = errors.New("skip")

// An end that was cut off, an entry that was written anew with its own hash,
// and a table that nobody knows are found too.
func TestCheckFindsCarefulTampering(t *testing.T) {
	opt := evidence(t)
	log, keys := read(t, opt.Path), read(t, opt.Keys)
	for _, tt := range []struct {
		name   string
		damage func(tx *bolt.Tx) error
		want   string
	}{
		{"the last entry cut off", func(tx *bolt.Tx) error {
			return tx.Bucket(bucketEntries).Delete(be(table{tx}.last()))
		}, "the log was cut off"},
		{"the tree cut off", func(tx *bolt.Tx) error {
			k, _ := tx.Bucket(bucketHashes).Cursor().Last()
			return tx.Bucket(bucketHashes).Delete(k)
		}, "the tree's hash"},
		{"an entry in the middle missing", func(tx *bolt.Tx) error { return tx.Bucket(bucketEntries).Delete(be(5)) }, "entry 5 was taken out of the log"},
		{"an entry written anew, with its leaf", func(tx *bolt.Tx) error {
			t := table{tx}
			entry := []byte(strings.Replace(string(t.get(bucketEntries, be(7))), `"resignation"`, `"dismissal"`, 1))
			h := tlog.RecordHash(entry)
			return errors.Join(t.put(bucketEntries, be(7), entry), t.put(bucketHashes, be(uint64(tlog.StoredHashIndex(0, 6))), h[:]))
		}, "the tree's hash"},
		{"two entries swapped", func(tx *bolt.Tx) error {
			t := table{tx}
			a, b := slices.Clone(t.get(bucketEntries, be(2))), slices.Clone(t.get(bucketEntries, be(3)))
			return errors.Join(t.put(bucketEntries, be(2), b), t.put(bucketEntries, be(3), a))
		}, "entries 2 and 3 have changed places"},
		{"a row with nothing in it", func(tx *bolt.Tx) error { return table{tx}.put(bucketRows, []byte("OFF-77"), []byte("null")) }, "the row of OFF-77"},
		{"an unknown table", func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("mine")); return err }, `the table "mine"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := testOptions(t.TempDir())
			write(t, opt.Path, log)
			write(t, opt.Keys, keys)
			s := reopen(t, opt)
			if err := s.db.Update(tt.damage); err != nil {
				t.Fatal(err)
			}
			if err := s.Check(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Check says %v; it should say %s", err, tt.want)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A key that was changed on the disk is found, for the person it belongs to.
func TestCheckFindsDamagedKeys(t *testing.T) {
	opt := evidence(t)
	keys := read(t, opt.Keys)
	keys[3*slotSize+50] ^= 1
	write(t, opt.Keys, keys)
	s := reopen(t, opt)
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), "the key of P-3 ") {
		t.Errorf("Check says %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
