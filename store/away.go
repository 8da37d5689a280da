package store

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"
)

// Who has left in a way that they are to come back from is in no list of open
// cases, and nothing brings them back by itself: their cases are found by kind.

// away reports whether the case is closed and its person has no access by it.
func (s Summary) away() bool { return s.State == CaseClosed && s.Begun }

func awayKey(s Summary) []byte {
	return append(append([]byte(s.Kind), 0), caseKey(s.ID)...)
}

// away brings the index of who is away in step with a row.
func (t table) away(old, row Summary) error {
	switch was, is := old.ID != "" && old.away(), row.away(); {
	case was && (!is || old.Kind != row.Kind):
		if err := t.del(bucketAway, awayKey(old)); err != nil || !is {
			return err
		}
		fallthrough
	case is && !was:
		return t.put(bucketAway, awayKey(row), nil)
	}
	return nil
}

// Away lists the closed cases of a kind by which somebody has no access now, the
// oldest first: not those of people who have been given it back, were hired
// again, or whose access another case has taken since.
func (s *Store) Away(kind string) ([]Summary, error) {
	var out []Summary
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		prefix := append([]byte(kind), 0)
		t.scan(bucketAway, prefix, func(k, _ []byte) bool {
			var row Summary
			_, err = t.row(string(caseID(binary.BigEndian.Uint64(k[len(prefix):]))), &row)
			if err == nil && string(t.get(bucketGone, []byte(row.Person))) == string(row.ID) {
				out = append(out, row)
			}
			return err == nil
		})
		return err
	})
	return out, err
}
