package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// upgrade brings the tables from a format to the next one. It makes again what
// follows from the entries, and never touches those: open refuses one that does.
type upgrade struct {
	from int
	run  func(t table) error
}

// upgrades are those from each released format to the next, in order.
var upgrades []upgrade

// Upgrade is what Open has done to a log of an older format.
type Upgrade struct {
	From, To int
	Copy     string // the file as it was before
}

// OlderError says that the log was written by an older program. It is opened to
// be written only: that brings it up to date.
type OlderError struct {
	Found int
	Copy  string // where the file is kept as it is before it is brought up to date
}

// Error says what to do.
func (e *OlderError) Error() string {
	if e.Copy == "" {
		return fmt.Sprintf("this log has format %d, and this program can't bring it to format %d, which it knows: use the program that wrote it; nothing was changed", e.Found, Version)
	}
	return fmt.Sprintf("this log has format %d and this program reads %d: start the server once (offboard serve), which brings it up to date and keeps the file as it is now as %s. Nothing was changed", e.Found, Version, e.Copy)
}

// way is how a log of a format gets to ours; an *OlderError if it does not.
func (s *Store) way(found int, last uint64) ([]upgrade, error) {
	var out []upgrade
	for at := found; at < Version; at++ {
		for _, u := range upgrades {
			if u.from == at {
				out = append(out, u)
			}
		}
	}
	if len(out) < Version-found {
		return nil, &OlderError{Found: found}
	}
	if copied := s.copyBefore(last); s.opt.ReadOnly {
		return nil, &OlderError{Found: found, Copy: copied}
	}
	return out, nil
}

// copyBefore has the number of the last entry in its name: another file of the
// same format, put back from a backup, does not take its place.
func (s *Store) copyBefore(last uint64) string {
	return fmt.Sprintf("%s.before-format-%d-at-%d", s.opt.Path, Version, last)
}

// format is the version of the log's format; 0 if it says none.
func format(t table) int { return int(t.number(metaVersion)) }

// keepCopy keeps the file as it is, beside itself. A kill leaves at the most a
// file that the next start sweeps away.
func (s *Store) keepCopy(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(s.opt.Path)+CopyMark+"*") // mode 0600
	if err != nil {
		return fmt.Errorf("keep a copy of the database before it is brought to another format: %w", remedy(err))
	}
	err = s.view(func(tx *bolt.Tx) error {
		_, err := tx.WriteTo(f)
		return err
	})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep a copy of the database before it is brought to another format: %w", errors.Join(remedy(err), os.Remove(f.Name())))
	}
	return syncDir(path)
}

// CopyMark is in the name of every copy beside the database that is not
// finished, or in use by somebody: whoever opens the database to write it, and
// is alone with it, may remove those.
const CopyMark = ".copy-"

// SweepCopies removes what a program that was killed has left beside a database.
func SweepCopies(database string) error {
	dir := filepath.Dir(database)
	left, err := os.ReadDir(dir)
	for _, f := range left {
		if strings.HasPrefix(f.Name(), filepath.Base(database)+CopyMark) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, f.Name())))
		}
	}
	return err
}

// bring runs the upgrades inside the transaction that opens the log.
func (s *Store) bring(t table, way []upgrade) error {
	before, err := proof(t)
	if err != nil {
		return err
	}
	for _, u := range way {
		if err := u.run(t); err != nil {
			return fmt.Errorf("from format %d to %d: %w", u.from, u.from+1, err)
		}
	}
	after, err := proof(t)
	if err == nil && after != before {
		err = errors.New("it would change what is evidence")
	}
	return err
}

// proof is a hash over the tables that no upgrade may touch.
func proof(t table) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	for _, name := range [][]byte{bucketEntries, bucketHashes, bucketBlobs, bucketSlots} {
		if t.tx.Bucket(name) == nil {
			return sum, fmt.Errorf("%q is missing: %w", name, ErrNoLog)
		}
		t.scan(name, nil, func(k, v []byte) bool {
			var sizes [16]byte
			binary.BigEndian.PutUint64(sizes[:8], uint64(len(k)))
			binary.BigEndian.PutUint64(sizes[8:], uint64(len(v)))
			for _, b := range [][]byte{name, sizes[:], k, v} {
				_, _ = h.Write(b) // never fails
			}
			return true
		})
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// attest writes down that the log was brought to our format, and lets that stand
// only if the whole log is consistent then.
func (s *Store) attest(t table, found int) error {
	r := s.time.read()
	b := &batch{t: t, last: s.last, clock: r, at: notBefore(s.lastAt, r.now), cases: map[CaseID]Case{}}
	done := s.one(b, &request{ctx: context.Background(), subject: Installation, actor: Bot("upgrade"), body: Upgraded{From: found, To: Version, Program: s.opt.Program}})
	if done.err != nil {
		return done.err
	}
	if err := t.put(bucketMeta, metaVersion, be(Version)); err != nil {
		return err
	}
	c := newChecker(s, func(int, int) {})
	if err := c.passes(t.tx); err != nil {
		return err
	}
	if err := notWhole(c.damages.all()); err != nil {
		return err
	}
	s.last, s.lastAt = b.last, b.at
	return s.fault("upgraded")
}

// notWhole is an error if something is wrong with what is evidence, or with what
// follows from it. What proves nothing keeps nobody from working on.
func notWhole(all []Damage) error {
	for _, d := range all {
		if d.Kind != BrokenLoose {
			return fmt.Errorf("the log is not whole, so it is left as it was (%w): offboard audit verify, by the program that wrote it, says all that is wrong", d)
		}
	}
	return nil
}
