package store

import (
	"encoding/binary"
	"time"

	bolt "go.etcd.io/bbolt"
)

// What a leave left is deleted for good after the retention: by a plan of its
// own (Destroy), which the bot proposes once and a person approves. Nothing of it
// happens without that, and what somebody declines stays for ever.

// DestroyDue is when it may be proposed to delete what the case left; false if
// that is never, or not while things are as they are: the case is open, the
// policy keeps everything, somebody has decided already, or the person has come
// back. Who left half, or by an emergency that was not right, has not left.
func (c Case) DestroyDue() (due time.Time, ok bool) {
	leave := c.Plan(1)
	if c.State != CaseClosed || c.Erased != nil || c.Ruling.Retention <= 0 || !c.cut() || leave.Stopped != nil || leave.Wrong != nil {
		return time.Time{}, false
	}
	for _, p := range c.Plans {
		if p.Kind == Destroy && !c.gaveWay(p) {
			return time.Time{}, false
		}
	}
	return leave.Begun.Add(c.Ruling.Retention), true
}

// gaveWay reports whether a plan of the bot's was given up only because somebody
// asked for another one; see Case.plan.
func (c Case) gaveWay(p Plan) bool {
	next := c.Plan(p.No + 1)
	return p.Begun.IsZero() && p.Declined == nil && p.Stopped != nil && next.No > p.No && next.By == p.Stopped.By && next.Reason == p.Stopped.Reason
}

// allowsDestroy is about what only the bot proposes. While the clock is in doubt
// nobody knows whether the retention is over.
func (c Case) allowsDestroy(b Planned, e Event) *Refused {
	due, ok := c.DestroyDue()
	switch {
	case e.Facts.Legal:
		return refuse(Suspended, "there is a legal hold, and nothing is destroyed")
	case e.Facts.Doubt:
		return refuse(Suspended, "the clock is in doubt, so nobody knows whether the retention is over")
	case b.Of != 1 || len(b.Only) > 0 || b.CutOff.Mode != Now:
		return refuse(Malformed, "this is no plan that deletes what a leave has left")
	case !ok:
		return refuse(NotNow, "nothing of %s is to be deleted", c.ID)
	case e.At.Before(due):
		return refuse(NotNow, "the retention of %s is not over", c.ID)
	}
	return nil
}

// Destroys lists the cases of which it may be proposed now to delete what they
// left, oldest first, and when the next one falls due. It reads only those.
func (s *Store) Destroys(now time.Time) (due []CaseID, next time.Time, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketDestroy).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if next = keyTime(k); next.After(now) {
				return nil
			}
			due = append(due, caseID(binary.BigEndian.Uint64(k[8:])))
		}
		next = time.Time{}
		return nil
	})
	return due, next, err
}

// destroys brings the index of what is to be deleted in step with a case.
func (t table) destroys(old, c Case) error {
	was, had := old.DestroyDue()
	due, has := c.DestroyDue()
	if had == has && was.Equal(due) {
		return nil
	}
	n := binary.BigEndian.Uint64(caseKey(c.ID))
	if had {
		if err := t.del(bucketDestroy, timeKey(was, n)); err != nil {
			return err
		}
	}
	if !has {
		return nil
	}
	return t.put(bucketDestroy, timeKey(due, n), nil)
}
