package audit_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"offboard/store"
	"offboard/store/audit"
)

// a log with a checkpoint after each entry.
func grown(t *testing.T) (opt store.Options, checkpoints []string) {
	t.Helper()
	dir := t.TempDir()
	opt = store.Options{Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only"}
	s, err := store.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		if _, err := s.Meet(t.Context(), store.Bot("people"), store.Card{ID: fmt.Sprint("id-", i), Name: "Jane"}); err != nil {
			t.Fatal(err)
		}
		text, err := s.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		checkpoints = append(checkpoints, text)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return opt, checkpoints
}

func verify(t *testing.T, opt store.Options, checkpoints ...string) audit.Report {
	t.Helper()
	r, err := audit.VerifyFile(opt, checkpoints, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func kinds(r audit.Report) []string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, p.Kind)
		if p.Next == "" {
			out = append(out, "without what to do: "+p.Text)
		}
	}
	return out
}

// A log that was rewritten with its whole tree is consistent in itself. The
// checkpoints say that it is another one, and between which entries.
func TestHistoryRewritten(t *testing.T) {
	opt, given := grown(t)
	if r := verify(t, opt, given...); !r.OK || len(r.Given) != 9 {
		t.Fatalf("got %+v", r)
	}
	be := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	db, err := bolt.Open(opt.Path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		entries, hashes := tx.Bucket([]byte("entries")), tx.Bucket([]byte("hashes"))
		if err := entries.Put(be(5), []byte(strings.Replace(string(entries.Get(be(5))), `"via":"people"`, `"via":"nobody"`, 1))); err != nil {
			return err
		}
		var all []tlog.Hash
		for n := range int64(9) {
			more, err := tlog.StoredHashes(n, slices.Clone(entries.Get(be(uint64(n+1)))), tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
				var out []tlog.Hash
				for _, i := range at {
					out = append(out, all[i])
				}
				return out, nil
			}))
			if err != nil {
				return err
			}
			for _, h := range more {
				if err := hashes.Put(be(uint64(len(all))), slices.Clone(h[:])); err != nil {
					return err
				}
				all = append(all, h)
			}
		}
		return nil
	})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, opt); !r.OK {
		t.Errorf("the log is to be consistent in itself: %+v", r.Problems)
	}
	r := verify(t, opt, given[8], given[2], given[6], given[3])
	if r.OK || !slices.Equal(kinds(r), []string{audit.History}) || r.Problems[0].From != 5 || r.Problems[0].To != 7 {
		t.Errorf("got %+v", r.Problems)
	}
	// The new log's own checkpoint beside the old one: two histories.
	if r := verify(t, opt, given[8], r.Checkpoint); !slices.Contains(kinds(r), audit.Forked) {
		t.Errorf("got %+v", r.Problems)
	}
}

// An older file in the place of the log is good in itself.
func TestRolledBack(t *testing.T) {
	opt, given := grown(t)
	old, err := os.ReadFile(opt.Path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Meet(t.Context(), store.Bot("people"), store.Card{ID: "id-new", Name: "New"})
	later, err2 := s.Checkpoint()
	if err = errors.Join(err, err2, s.Close(), os.WriteFile(opt.Path, old, 0o600)); err != nil {
		t.Fatal(err)
	}
	r := verify(t, opt, given[3], later)
	if !slices.Equal(kinds(r), []string{audit.RolledBack}) || !strings.Contains(r.Problems[0].Text, "Entries 1 to 4 are as an earlier checkpoint states") {
		t.Errorf("got %+v", r.Problems)
	}
	_, foreign := grown(t)
	if r := verify(t, opt, foreign[0]); !slices.Equal(kinds(r), []string{audit.Foreign}) {
		t.Errorf("got %+v", r.Problems)
	}
	if err := os.Truncate(opt.Path, 3*4096); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, opt); !slices.Equal(kinds(r), []string{string(store.BrokenFile)}) || !strings.Contains(r.Problems[0].Text, "cut off") {
		t.Errorf("got %+v", r.Problems)
	}
}

// Checkpoints are found however they were kept and pasted.
func TestFind(t *testing.T) {
	_, given := grown(t)
	cp := given[8]
	for name, text := range map[string]string{
		"as it is":            cp,
		"in a message":        "Jane is out.\nCheckpoint of the audit log. Keep this message:\n" + cp + "\nThank you!",
		"windows":             strings.ReplaceAll(cp, "\n", "\r\n"),
		"quoted":              "> " + strings.ReplaceAll(cp, "\n", "\n> "),
		"code":                "```\n" + cp + "```",
		"one line":            audit.Line(cp),
		"rsyslog":             "<110>1 2026-11-30T10:00:00Z host offboard - checkpoint - " + strings.ReplaceAll(cp, "\n", "#012"),
		"JSON":                fmt.Sprintf("%q", cp),
		"another dash":        strings.ReplaceAll(cp, "—", "--"),
		"blank line got lost": strings.ReplaceAll(cp, "\n\n", "\n"),
		"twice":               cp + cp,
		"quoted twice":        ">> " + strings.ReplaceAll(cp, "\n", "\n>> "),
		"quoted again":        "> > " + strings.ReplaceAll(cp, "\n", "\n> > "),
		"wrapped":             strings.ReplaceAll(cp, "— offboard/log/v1 ", "— offboard/log/v1\n"),
		"wrapped and quoted":  "> " + strings.ReplaceAll(strings.ReplaceAll(cp, "— offboard/log/v1 ", "— offboard/log/v1\n"), "\n", "\n> "),
		"wrapped by force":    cp[:len(cp)-20] + "\n" + cp[len(cp)-20:],
		"saved mail":          printable(cp),
		"indented":            "    " + strings.ReplaceAll(cp, "\n", "\n    "),
	} {
		if got := audit.Find(text); !slices.Equal(got, []string{cp}) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := audit.Find(strings.Join(given, "\n")); !slices.Equal(got, given) {
		t.Errorf("of %d found %d", len(given), len(got))
	}
	cosigned := cp + "— witness.example.com/w1 AAAAAAAAAAAAAAAAAAAAAA==\n"
	if got := audit.Find("x " + cosigned); !slices.Equal(got, []string{cosigned}) {
		t.Errorf("got %q", got)
	}
}

// printable is a text as a program for mail saves it.
func printable(text string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // to memory
	_ = w.Close()
	return b.String()
}

func FuzzFind(f *testing.F) {
	f.Add(store.Origin + "\n12\n" + strings.Repeat("A", 43) + "=\n\n— a b\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range audit.Find(text) {
			if got := audit.Find(audit.Line(c)); !slices.Equal(got, []string{c}) {
				t.Errorf("%q in one line is %q", c, got)
			}
		}
	})
}
