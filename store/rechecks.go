package store

import (
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// When what was taken is read again: an index of since when each case is
// watched, and the times of a schedule counted from there.

// watch brings the index of what is watched in step with a case.
func (t table) watch(old, c Case) error {
	was, watched := old.WatchedSince()
	since, watches := c.WatchedSince()
	if watched == watches && was.Equal(since) && old.Ruling.Retention == c.Ruling.Retention {
		return nil
	}
	n := binary.BigEndian.Uint64(caseKey(c.ID))
	if watched {
		if err := t.del(bucketWatch, timeKey(was, n)); err != nil {
			return err
		}
	}
	if !watches {
		return nil
	}
	return t.put(bucketWatch, timeKey(since, n), be(uint64(c.Ruling.Retention)))
}

// Schedule is when what was taken is read again, counted from when the last of
// it was taken: after First, after Second, and then Every, for so long as For
// says or the case's own retention.
type Schedule struct{ First, Second, Every, For time.Duration }

// at is the nth of these times, counted from 0.
func (s Schedule) at(n int) time.Duration {
	switch n {
	case 0:
		return s.First
	case 1:
		return s.Second
	}
	return s.Second + time.Duration(n-1)*s.Every
}

// Recheck is a case that fell due.
type Recheck struct {
	Case CaseID
	At   time.Time
}

// Rechecks lists which cases fell due after one moment and until another, in
// order and each once, at the earliest time; and when the next one may. It reads
// one range of an index for each time of the schedule, so what is not due costs
// nothing.
//
// A moment after now is one at which the clock was wrong.
func (s *Store) Rechecks(sch Schedule, after, now time.Time) (due []Recheck, next time.Time, err error) {
	if after.After(now) {
		after = now
	}
	seen := map[CaseID]int{}
	err = s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketWatch).Cursor()
		oldest, _ := c.First()
		if oldest == nil {
			return nil
		}
		begin := keyTime(oldest)
		for n := 0; !begin.Add(sch.at(n)).After(now.Add(sch.Every)) || n < 2; n++ {
			d := sch.at(n)
			from := begin
			if !after.IsZero() {
				from = after.Add(time.Microsecond - d)
			}
			for k, v := c.Seek(timeKey(from, 0)); k != nil; k, v = c.Next() {
				lasts := max(time.Duration(binary.BigEndian.Uint64(v)), 0)
				if lasts == 0 {
					lasts = sch.For
				}
				at := keyTime(k).Add(d)
				if at.After(now) { // of this one it may be over, and not of those that follow
					if next.IsZero() || at.Before(next) {
						next = at
					}
					break
				}
				if n > 0 && d > lasts {
					continue
				}
				id := caseID(binary.BigEndian.Uint64(k[8:]))
				if i, ok := seen[id]; ok {
					if at.Before(due[i].At) {
						due[i].At = at
					}
					continue
				}
				seen[id] = len(due)
				due = append(due, Recheck{id, at})
			}
		}
		return nil
	})
	slices.SortFunc(due, func(a, b Recheck) int { return a.At.Compare(b.At) })
	return due, next, err
}

func keyTime(k []byte) time.Time { return time.UnixMicro(int64(binary.BigEndian.Uint64(k))).UTC() }
