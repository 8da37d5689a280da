package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Options say where the log is and what Append must know of the configuration.
type Options struct {
	Path   string // the bbolt file
	Keys   string // the key file; another file, best on another disk
	Secret string // wraps the keys; at least 16 characters

	// Denied reports whether a person must never be offboarded by this
	// program: break-glass accounts, the bot's own. It does no I/O.
	Denied func(Card) bool
	// StartsPerHour is how many cases one person may open in an hour; 0 is 10.
	StartsPerHour int
	// Fault is called at each boundary of a commit: "before" it and "after"
	// it. An error stands for a crash there. For tests.
	Fault func(at string) error
}

// Store is the log and what follows from it. Its methods may be called by
// many goroutines.
type Store struct {
	opt    Options
	db     *bolt.DB
	keys   *keyring
	sign   signer
	queue  chan *request
	lastAt time.Time // of the last commit; the writer's
	quit   chan struct{}
	done   chan struct{}

	mu      sync.Mutex
	cache   map[CaseID]Case // folded cases; a case in it is never changed
	changed chan struct{}   // closed and replaced after every commit
	last    uint64
}

// Errors of Open. Each says what to do.
var ErrLocked = errors.New("another Offboard has this database open: stop it first, or talk to it with the same command while it runs")

// Open opens the log, or makes a new one.
func Open(opt Options) (*Store, error) {
	if opt.StartsPerHour == 0 {
		opt.StartsPerHour = 10
	}
	if opt.Denied == nil {
		opt.Denied = func(Card) bool { return false }
	}
	_, err := os.Stat(opt.Path)
	fresh := errors.Is(err, os.ErrNotExist)
	db, err := bolt.Open(opt.Path, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoFreelistSync: true})
	if errors.Is(err, bolt.ErrTimeout) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", opt.Path, err)
	}
	s := &Store{
		opt: opt, db: db, queue: make(chan *request, 256), quit: make(chan struct{}), done: make(chan struct{}),
		cache: map[CaseID]Case{}, changed: make(chan struct{}),
	}
	if err := s.prepare(fresh); err != nil {
		if s.keys != nil {
			err = errors.Join(err, s.keys.close())
		}
		return nil, errors.Join(err, db.Close())
	}
	go s.write()
	return s, nil
}

// prepare makes the buckets, checks the format, and opens the keys.
func (s *Store) prepare(fresh bool) error {
	err := s.db.View(func(tx *bolt.Tx) error {
		if tx.Bucket(bucketMeta) == nil {
			fresh = true // made, but killed before the first commit
			return nil
		}
		if v := tx.Bucket(bucketMeta).Get([]byte("version")); len(v) == 8 && binary.BigEndian.Uint64(v) > Version {
			return &NewerError{Found: int(binary.BigEndian.Uint64(v))}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.keys, err = openKeys(s.opt.Keys, s.opt.Secret, fresh); err != nil {
		return err
	}
	err = s.db.Update(func(tx *bolt.Tx) error {
		for _, b := range buckets {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		t := table{tx}
		if t.get(bucketSlots, []byte(Installation)) == nil {
			slots, err := s.keys.make([]string{Installation})
			if err != nil {
				return err
			}
			if err := t.put(bucketSlots, []byte(Installation), be(uint64(slots[0]))); err != nil {
				return err
			}
		}
		if s.last = t.last(); s.last > 0 {
			e, err := decode(t.get(bucketEntries, be(s.last)))
			if err != nil {
				return err
			}
			s.lastAt = e.At
		}
		if err := t.forgetOnce(time.Now()); err != nil {
			return err
		}
		return t.put(bucketMeta, []byte("version"), be(Version))
	})
	if err != nil {
		return fmt.Errorf("prepare the database: %w", err)
	}
	return s.db.View(func(tx *bolt.Tx) error {
		key, err := s.keys.raw(table{tx}.slot(Installation), Installation)
		if err != nil {
			return err
		}
		s.sign, err = newSigner(key)
		return err
	})
}

func (t table) slot(subject string) int64 {
	b := t.get(bucketSlots, []byte(subject))
	if len(b) != 8 {
		return -1
	}
	return int64(binary.BigEndian.Uint64(b))
}

// Close ends the writer after what is queued, and closes the files.
func (s *Store) Close() error {
	close(s.quit)
	<-s.done
	return errors.Join(s.db.Close(), s.keys.close())
}

// Case returns a case as its entries fold to now. It does not look at who
// asks: see Case.Visible.
func (s *Store) Case(id CaseID) (Case, error) {
	s.mu.Lock()
	c, ok := s.cache[id]
	s.mu.Unlock()
	if ok {
		return c, nil
	}
	err := s.db.View(func(tx *bolt.Tx) (err error) {
		c, err = table{tx}.fold(id)
		return err
	})
	if err != nil {
		return Case{}, err
	}
	if c.ID == "" {
		return Case{}, NoSuchCase(id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if newer, ok := s.cache[id]; ok { // a commit was faster
		return newer, nil
	}
	s.remember(c)
	return c, nil
}

// remember keeps a folded case; the lock is held.
func (s *Store) remember(c Case) {
	if len(s.cache) > 8192 { // a few hundred MB at the worst; what is dropped is folded again
		for id := range s.cache {
			delete(s.cache, id)
			if len(s.cache) < 4096 {
				break
			}
		}
	}
	s.cache[c.ID] = c
}

// Reveal opens private texts of a subject.
func (s *Store) Reveal(subject string, p Private) (string, error) {
	if p.IsZero() || p.open {
		return p.text, nil
	}
	var out Private
	err := s.db.View(func(tx *bolt.Tx) (err error) {
		out, err = s.reveal(table{tx}, subject, p)
		return err
	})
	return out.text, err
}

func (s *Store) reveal(t table, subject string, p Private) (Private, error) {
	c, err := s.keys.cipher(t.slot(subject), subject)
	if err != nil {
		return Private{}, err
	}
	out, err := openBlob(c, p.commit, t.get(bucketBlobs, blobKey(subject, p.commit)))
	if err != nil {
		return Private{}, fmt.Errorf("%s: %w", subject, err)
	}
	return out, nil
}

// RevealJSON opens a private text that SealJSON made.
func (s *Store) RevealJSON(subject string, p Private, v any) error {
	text, err := s.Reveal(subject, p)
	if err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), v)
}

// State is what concerns the whole installation.
func (s *Store) State() (State, error) {
	var st State
	err := s.db.View(func(tx *bolt.Tx) error {
		_, err := table{tx}.row(Installation, &st)
		return err
	})
	return st, err
}

// Person returns somebody the installation knows and their card.
func (s *Store) Person(id PersonID) (Person, Card, error) {
	var p Person
	var card Card
	err := s.db.View(func(tx *bolt.Tx) error {
		ok, err := table{tx}.row(string(id), &p)
		if err != nil || !ok {
			return err
		}
		card, err = s.card(table{tx}, p)
		return err
	})
	return p, card, err
}

func (s *Store) card(t table, p Person) (Card, error) {
	var card Card
	sealed, err := s.reveal(t, string(p.ID), p.Card)
	if err == nil {
		err = json.Unmarshal([]byte(sealed.text), &card)
	}
	return card, err
}

// Changed is closed at the next commit. Take it before reading Since.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Touched is an entry as a loop sees it: where it is and whom it is about.
type Touched struct {
	Seq     uint64
	Subject string
}

// Since lists the entries after a position, oldest first, at most limit. A
// loop that keeps the position visits only what has changed.
func (s *Store) Since(seq uint64, limit int) ([]Touched, error) {
	s.mu.Lock()
	none := s.last == seq
	s.mu.Unlock()
	if none {
		return nil, nil
	}
	var out []Touched
	err := s.db.View(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketEntries).Cursor()
		for k, v := c.Seek(be(seq + 1)); k != nil && len(out) < limit; k, v = c.Next() {
			var w struct {
				Subject string `json:"subject"`
			}
			if err := json.Unmarshal(v, &w); err != nil {
				return fmt.Errorf("entry %d: %w", binary.BigEndian.Uint64(k), err)
			}
			out = append(out, Touched{binary.BigEndian.Uint64(k), w.Subject})
		}
		return nil
	})
	return out, err
}

// Last is the number of the last entry.
func (s *Store) Last() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Due lists the cases whose time came after one moment and not after another,
// and when the next one's comes.
func (s *Store) Due(after, now time.Time) (due []CaseID, next time.Time, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketDue).Cursor()
		for k, _ := c.Seek(timeKey(after, 0)); k != nil; k, _ = c.Next() {
			at := time.UnixMicro(int64(binary.BigEndian.Uint64(k)))
			if at.After(now) {
				next = at
				return nil
			}
			due = append(due, caseID(binary.BigEndian.Uint64(k[8:])))
		}
		return nil
	})
	return due, next, err
}

// OpenCases lists the rows of all cases that are not closed, oldest first.
func (s *Store) OpenCases() ([]Summary, error) {
	var out []Summary
	err := s.db.View(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketOpen, nil, func(k, _ []byte) bool {
			var row Summary
			if _, err = t.row(string(caseID(binary.BigEndian.Uint64(k))), &row); err == nil {
				out = append(out, row)
			}
			return err == nil
		})
		return err
	})
	return out, err
}

// Events lists the events of a subject, oldest first.
func (s *Store) Events(ctx context.Context, subject string) ([]Event, error) {
	var out []Event
	err := s.db.View(func(tx *bolt.Tx) error {
		return table{tx}.events(subject, func(e Event) error {
			out = append(out, e)
			return ctx.Err()
		})
	})
	return out, err
}
