package store

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// An invented format 0: it had no indexes of cases, and a table that is gone.
var invented = upgrade{from: 0, run: func(t table) error {
	for _, name := range [][]byte{bucketOpen, bucketDue, bucketActive} {
		if _, err := t.tx.CreateBucket(name); err != nil {
			return err
		}
	}
	for n := uint64(1); n <= t.number(metaCases); n++ {
		c, err := t.fold(caseID(n))
		if err != nil {
			return err
		}
		if err := t.index(Summary{}, c.Summary()); err != nil {
			return err
		}
	}
	return t.tx.DeleteBucket([]byte("old"))
}}

func using(t *testing.T, all ...upgrade) {
	t.Helper()
	before := upgrades
	upgrades = all
	t.Cleanup(func() { upgrades = before })
}

// aged is a closed log of the invented format, and a checkpoint of it. The test
// opens it again.
func aged(t *testing.T) (o *office, opt Options, checkpoint string) {
	t.Helper()
	o = newOffice(t)
	o.asked()
	opt = o.opt
	checkpoint, err := o.Checkpoint()
	if err := errors.Join(err, o.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(opt.Path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("old"))
		for _, name := range [][]byte{bucketOpen, bucketDue, bucketActive} {
			err = errors.Join(err, tx.DeleteBucket(name))
		}
		return errors.Join(err, table{tx}.put(bucketMeta, metaVersion, be(0)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return o, opt, checkpoint
}

// leaves are all entries of a log, in their bytes.
func leaves(t *testing.T, db *bolt.DB) [][]byte {
	t.Helper()
	var out [][]byte
	if err := db.View(func(tx *bolt.Tx) error {
		table{tx}.scan(bucketEntries, nil, func(_, v []byte) bool {
			out = append(out, bytes.Clone(v))
			return true
		})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// untouched fails the test if opening a log has changed a byte of it.
func untouched(t *testing.T, opt Options, open func() error) {
	t.Helper()
	log, keys := read(t, opt.Path), read(t, opt.Keys)
	if err := open(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(read(t, opt.Path), log) || !bytes.Equal(read(t, opt.Keys), keys) {
		t.Error("a file was changed")
	}
}

// A log of an older format is brought to ours when it is opened to be written,
// once, with a copy beside it; what is evidence stays as it is, and whatever goes
// wrong, a kill too, leaves the file as it was.
func TestUpgrade(t *testing.T) {
	o, opt, checkpoint := aged(t)
	opt.Program = "v9"
	refused := func(opt Options, text string) func() error {
		return func() error {
			s, err := Open(opt)
			if err == nil || !strings.Contains(err.Error(), text) {
				return errors.Join(errors.New("it opens, or says something else"), err, s.Close())
			}
			return nil
		}
	}
	untouched(t, opt, refused(opt, "this log has format 0, and this program can't bring it to format 1"))

	using(t, invented)
	untouched(t, opt, refused(readOnly(opt), "start the server once"))
	for _, at := range []string{"copied", "upgraded"} {
		untouched(t, opt, func() error { return killChild(t, "upgrade "+at, opt) })
	}
	for text, bad := range map[string]func(table) error{
		"it would change what is evidence": func(t table) error {
			return errors.Join(invented.run(t), t.put(bucketEntries, be(1), []byte("{}")))
		},
		"the log is not whole": func(t table) error {
			return errors.Join(invented.run(t), t.put(bucketOpen, be(77), nil))
		},
		"from format 0 to 1: no": func(table) error { return errors.New("no") },
	} {
		using(t, upgrade{from: 0, run: bad})
		untouched(t, opt, refused(opt, text))
	}

	using(t, invented)
	s := reopen(t, opt)
	entries := leaves(t, s.db)
	events, err := s.Events(t.Context(), Installation)
	if err != nil {
		t.Fatal(err)
	}
	e := events[len(events)-1]
	if got, want := Words(e), "brought the log from format 0 to 1, by the program v9"; got != want || e.Seq != uint64(len(entries)) {
		t.Errorf("entry %d of %d: %s", e.Seq, len(entries), got)
	}
	if s.Upgraded == nil || s.Upgraded.From != 0 || s.Upgraded.To != Version {
		t.Fatalf("it says %+v", s.Upgraded)
	}
	if _, err := s.Extends(checkpoint); err != nil {
		t.Error(err)
	}
	if c, err := s.Case("OFF-1"); err != nil || c.State != CaseOpen {
		t.Errorf("%s, %v", c.State, err)
	}
	copied := s.Upgraded.Copy
	if err := errors.Join(s.Check(), s.Close()); err != nil {
		t.Fatal(err)
	}
	before := opt
	before.Path = copied
	untouched(t, before, refused(readOnly(before), "start the server once"))
	db, err := bolt.Open(copied, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := leaves(t, db); !slices.EqualFunc(got, entries[:len(entries)-1], bytes.Equal) {
		t.Error("the entries are not those of before")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	o.Store = reopen(t, opt)
	if o.Upgraded != nil || len(leaves(t, o.db)) != len(entries) {
		t.Errorf("it was brought up to date twice: %+v", o.Upgraded)
	}
}

func readOnly(opt Options) Options {
	opt.ReadOnly = true
	return opt
}

func upgradeLog(opt Options) error {
	upgrades = []upgrade{invented}
	s, err := Open(opt)
	if err != nil {
		return err
	}
	return s.Close()
}
