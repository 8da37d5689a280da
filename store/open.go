package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Options say where the log is and what Append must know of the configuration.
type Options struct {
	Path   string // the bbolt file
	Keys   string // the key file; another file, best on another disk
	Secret string // wraps the keys; at least 16 characters

	// ReadOnly opens a log that is there only to look at it, a backup too:
	// nothing is written or made, Append fails, and others may do the same at
	// the same time.
	ReadOnly bool
	// Policy is what the configuration says about somebody who leaves on these
	// terms; nil says nothing about anybody. It does no I/O.
	Policy func(leaver Card, t Terms) Ruling
	// Holds are the roles that the configuration gives somebody with this card; nil
	// gives none to anybody. It does no I/O.
	Holds func(Card) []Role
	// Limits are those of the circuit breaker; nil is the usual ones.
	Limits func() Limits
	// Clock is the time; the zero Clock believes the machine's. The store stamps
	// with it, and the loops ask the store (Now), so that there is one time
	// everywhere.
	Clock Clock
	// Signers are keys that live elsewhere, for the signing of checkpoints; the
	// last one is wanted, the others are for what they still have to hand over.
	Signers []SigningKey
	// KeyNo is which of the installation's own keys is wanted without Signers;
	// 0 is the first.
	KeyNo int
	// Wrote is told how long each commit took, with its wait for the disk, and
	// whether it was saved; nil: nobody is. It is quick: the next one waits for it.
	Wrote func(took time.Duration, err error)
	// Program is the version of the program, for the entry of an upgrade.
	Program string
	// Fault is called at each boundary of a commit, "before" it and "after" it,
	// and of an upgrade and a compaction. An error stands for a crash there. For
	// tests.
	Fault func(at string) error
}

// Store is the log and what follows from it. Its methods may be called by
// many goroutines.
type Store struct {
	opt    Options
	db     *bolt.DB
	time   *timekeeper
	keys   *keyring
	sign   signer
	inst   []byte // the installation's own key
	queue  chan *request
	turn   chan struct{} // full while somebody writes; see append
	lastAt time.Time     // of the last commit; the writer's
	stop   sync.Once
	quit   chan struct{} // closed when nothing more may be queued
	closed chan struct{} // closed when nothing more will be written

	mu      sync.Mutex
	cache   map[CaseID]Case // folded cases that are open, and of shut; a case in it is never changed
	shut    []CaseID        // the closed cases of it, the oldest first; see remember
	unsaved error           // why the last write of the database failed; nil if it did not

	said    atomic.Bool // what Unsaid found at the start is in the log
	settled atomic.Bool // nothing was erased since DestroyKeys has looked

	signed map[string]string // the last checkpoint: what it states -> the note

	states  memo[State]
	batches memo[Batch]
	cards   cards

	// See disk.go.
	writing sync.Mutex // held by whoever writes the database
	unsure  bool       // the disk may not have the page that makes the last commit valid; under writing
	readers atomic.Pointer[sync.RWMutex]
	elders  *sync.RWMutex // readers from before a commit that is unsure; under writing
	changed chan struct{} // closed and replaced after every commit
	last    uint64        // changed by the writer only

	// Upgraded is what opening it has done to a log of an older format; nil if
	// it had ours.
	Upgraded *Upgrade
}

// Errors of Open. Each says what to do.
var (
	ErrLocked = errors.New("another Offboard has this database open: stop it first, or talk to it with the same command while it runs")
	ErrNoLog  = errors.New("there is no log in this file: check the path, or let offboard serve make a new one")
)

// Open opens the log, or makes a new one.
func Open(opt Options) (*Store, error) {
	if opt.Clock.Wall == nil {
		opt.Clock.Wall = time.Now
	}
	if opt.Limits == nil {
		opt.Limits = func() Limits { return Limits{} }
	}
	if opt.Holds == nil {
		opt.Holds = func(Card) []Role { return nil }
	}
	if opt.Policy == nil {
		opt.Policy = func(Card, Terms) Ruling { return Ruling{} }
	}
	info, err := os.Stat(opt.Path)
	fresh := errors.Is(err, os.ErrNotExist)
	if opt.ReadOnly && (fresh || err == nil && info.Size() == 0) {
		return nil, fmt.Errorf("%s: %w", opt.Path, ErrNoLog) // bbolt would begin to write a new one
	}
	if err == nil && info.Size() > 0 {
		if err := whole(opt.Path); err != nil {
			return nil, fmt.Errorf("%s: %w", opt.Path, err)
		}
	}
	db, err := openFile(opt.Path, opt.ReadOnly)
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, ErrLocked
	}
	if err != nil {
		if fresh && !opt.ReadOnly {
			// A full disk may leave less than bbolt's first pages, which would
			// be taken for a damaged log once there is space again.
			_ = os.Remove(opt.Path) // it may not even have been made
		}
		return nil, fmt.Errorf("open the database %s: %w", opt.Path, remedy(err))
	}
	if fresh {
		if err := syncDir(opt.Path); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	s := &Store{
		opt: opt, db: db, time: &timekeeper{clock: opt.Clock}, queue: make(chan *request, 256), turn: make(chan struct{}, 1), quit: make(chan struct{}), closed: make(chan struct{}),
		cache: map[CaseID]Case{}, changed: make(chan struct{}), elders: new(sync.RWMutex),
		unsure: true, // who wrote last may have ended with a disk that failed
	}
	s.readers.Store(new(sync.RWMutex))
	if err := s.prepare(fresh); err != nil {
		if s.keys != nil {
			err = errors.Join(err, s.keys.close())
		}
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// prepare makes the buckets, checks the format, and opens the keys. A log of an
// older format is brought to ours.
func (s *Store) prepare(fresh bool) error {
	var found int
	var way []upgrade
	var last uint64
	err := s.view(func(tx *bolt.Tx) error {
		if tx.Bucket(bucketMeta) == nil {
			fresh = true // made, but killed before the first commit
			return nil
		}
		var err error
		if found = format(table{tx}); found > Version {
			return &NewerError{Found: found}
		}
		if found < Version && tx.Bucket(bucketEntries) != nil {
			last = table{tx}.last()
			way, err = s.way(found, last)
		}
		return err
	})
	if err != nil {
		return err
	}
	if fresh && s.opt.ReadOnly {
		return fmt.Errorf("%s: %w", s.opt.Path, ErrNoLog)
	}
	if s.keys, err = openKeys(s.opt.Keys, s.opt.Secret, fresh, s.opt.ReadOnly); err != nil {
		return err
	}
	if way != nil {
		s.Upgraded = &Upgrade{From: found, To: Version, Copy: s.copyBefore(last)}
		if err := s.keepCopy(s.Upgraded.Copy); err != nil {
			return err
		}
		if err := s.fault("copied"); err != nil {
			return err
		}
	}
	do := s.update
	if s.opt.ReadOnly {
		do = s.view
	}
	err = do(func(tx *bolt.Tx) error {
		t := table{tx}
		if way != nil {
			if err := s.bring(t, way); err != nil {
				return err
			}
		}
		if err := s.buckets(tx); err != nil {
			return err
		}
		if s.last = t.last(); s.last > 0 {
			e, err := decode(t.get(bucketEntries, be(s.last)))
			if err != nil {
				return err
			}
			s.lastAt = e.At
		}
		if err := s.openSigner(t); err != nil {
			return err
		}
		if err := s.openClock(t); err != nil || s.opt.ReadOnly {
			return err
		}
		if r := s.time.read(); !r.doubt {
			if err := t.forgetOnce(r.now); err != nil {
				return err
			}
		}
		if way != nil {
			return s.attest(t, found)
		}
		return t.put(bucketMeta, metaVersion, be(Version))
	})
	if err != nil {
		return fmt.Errorf("prepare the database %s: %w", s.opt.Path, remedy(err))
	}
	return nil
}

// buckets makes the buckets, or looks that they are there.
func (s *Store) buckets(tx *bolt.Tx) error {
	for _, b := range buckets {
		if s.opt.ReadOnly {
			if tx.Bucket(b) == nil {
				return fmt.Errorf("%q is missing: %w", b, ErrNoLog)
			}
			continue
		}
		if _, err := tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return nil
}

// openSigner opens the installation's own key, or makes it. The log remembers
// its public half, so that the key file of another log is not taken for it:
// every key file begins with a slot of that name.
func (s *Store) openSigner(t table) error {
	slot := t.slot(Installation)
	fresh := slot < 0
	if fresh && s.opt.ReadOnly {
		return fmt.Errorf("%s: %w", s.opt.Path, ErrNoLog)
	}
	if fresh {
		var err error
		if slot, err = s.keys.reserve(Installation); err != nil {
			return err
		}
		if err := t.putSlot(Installation, slot); err != nil {
			return err
		}
		if err := s.keys.flush(); err != nil {
			return err
		}
	}
	key, err := s.keys.raw(slot, Installation)
	if err != nil {
		return err
	}
	s.inst = key
	if s.sign, err = newSigner(key); err != nil {
		return err
	}
	if fresh {
		return t.put(bucketMeta, metaVerifier, []byte(s.sign.Verifier))
	}
	if string(t.get(bucketMeta, metaVerifier)) != s.sign.Verifier {
		return ErrOtherKeys
	}
	if used := t.number(metaSlots); used > uint64(s.keys.slots) {
		return ErrOldKeys
	}
	return nil
}

func (t table) slot(subject string) int64 {
	b := t.get(bucketSlots, []byte(subject))
	if len(b) != 8 {
		return -1
	}
	return int64(binary.BigEndian.Uint64(b))
}

// putSlot remembers the slot of a subject, and how many slots the log needs.
func (t table) putSlot(subject string, slot int64) error {
	if err := t.put(bucketSlots, []byte(subject), be(uint64(slot))); err != nil {
		return err
	}
	return t.put(bucketMeta, metaSlots, be(uint64(slot)+1))
}

// Close writes what is queued, refuses what comes after, and closes the files.
// It may be called again.
func (s *Store) Close() (err error) {
	s.stop.Do(func() {
		close(s.quit)
		s.turn <- struct{}{} // and never given back
		for len(s.queue) > 0 {
			s.commit(s.waiting(<-s.queue))
		}
		close(s.closed)
		err = errors.Join(s.db.Close(), s.keys.close())
	})
	return err
}
