package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Post is where a message of a case stands, so that it can be kept true. It is
// not evidence. It is written before the message is posted (Ref empty: the
// intent) and again after it, so that a kill in between is seen: the message
// is then posted again with the same key.
type Post struct {
	Case     CaseID `json:"case"`
	Name     string `json:"name"`     // which message of the case: "card", "approve/P-3"
	Platform string `json:"platform"` // the place, as the platform names it
	Kind     string `json:"kind"`
	Place    string `json:"place"`
	Thread   string `json:"thread,omitempty"`
	Key      string `json:"key"`                // idempotency key of the post
	Ref      string `json:"ref,omitempty"`      // the platform's id of the message
	Hash     string `json:"hash"`               // of what was last shown there
	Replaces string `json:"replaces,omitempty"` // the Ref of the message that it goes on from, which was too old to be edited

	At time.Time `json:"at,omitzero"` // when it was posted, or last tried to be

	Erased bool `json:"erased,omitempty"` // its case was erased, and it says so or is gone, or
	Stuck  bool `json:"stuck,omitempty"`  // could not be changed
}

func (p Post) key() []byte {
	return []byte(string(p.Case) + "\x00" + p.Name + "\x00" + p.Platform + "\x00" + p.Place)
}

// SavePost records a post.
func (s *Store) SavePost(p Post) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := s.put(bucketPosts, p.key(), summed(bucketPosts, p.key(), b)); err != nil {
		return fmt.Errorf("record where a message is: %w", err)
	}
	return nil
}

// Posts lists the posts of a case.
func (s *Store) Posts(id CaseID) ([]Post, error) {
	var out []Post
	err := s.view(func(tx *bolt.Tx) error {
		var err error
		table{tx}.scan(bucketPosts, []byte(string(id)+"\x00"), func(_, v []byte) bool {
			var p Post
			if err = json.Unmarshal(plain(v), &p); err == nil {
				out = append(out, p)
			}
			return err == nil
		})
		return err
	})
	return out, err
}

func cursorKey(name string) []byte { return append(slices.Clone(metaCursor), name...) }

// Cursor is the place in the log that a loop has saved under a name; 0 at first.
func (s *Store) Cursor(name string) (uint64, error) {
	var at uint64
	err := s.view(func(tx *bolt.Tx) error {
		if v := plain(table{tx}.get(bucketMeta, cursorKey(name))); len(v) == 8 {
			at = binary.BigEndian.Uint64(v)
		}
		return nil
	})
	return at, err
}

// SaveCursor saves a loop's place in the log. It is not evidence.
func (s *Store) SaveCursor(name string, at uint64) error {
	if err := s.put(bucketMeta, cursorKey(name), summed(bucketMeta, cursorKey(name), be(at))); err != nil {
		return fmt.Errorf("save the place of the %s: %w", name, err)
	}
	return nil
}
