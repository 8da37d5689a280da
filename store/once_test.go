package store

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A delivery with the same key never does a second thing, and gets the same
// answer; one that was refused may come again.
func TestOnceKeys(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	with := func(name string) Actor { a := o.actor(name); a.Once = "slack/Ev1"; return a }
	if _, err := o.Append(t.Context(), id, with("marco"), Noted{}); refusal(t, err) == nil {
		t.Fatal("an empty note")
	}
	first, err := o.Append(t.Context(), id, with("marco"), Noted{Text: Seal("one")})
	if err != nil {
		t.Fatal(err)
	}
	second, err := o.Append(t.Context(), id, with("marco"), Noted{Text: Seal("two")})
	if err != nil || second.Seq != first.Seq || len(second.Notes) != 1 {
		t.Errorf("the second delivery: %d notes, %v", len(second.Notes), err)
	}
	// The same for what opens a case, and from many at once.
	o.another()
	var wg sync.WaitGroup
	ids := make([]CaseID, 8)
	for i := range ids {
		wg.Go(func() {
			a := o.actor("hanna")
			a.Once = "slack/Ev2"
			c, err := o.Append(t.Context(), NewCase, a, Drafted{Person: o.people[o.leaver], Terms: o.terms(), Systems: []string{"dir"}})
			if err != nil {
				t.Error(err)
			}
			ids[i] = c.ID
		})
	}
	wg.Wait()
	if ids[0] == "" || len(slices.Compact(ids)) != 1 {
		t.Errorf("one delivery opened %v", ids)
	}
}

// The keys of deliveries are forgotten after a week, when the log is opened.
func TestOnceKeysAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opt := testOptions(t.TempDir())
		o := openOffice(t, opt)
		c := o.asked()
		for i := range 3 {
			a := o.actor("marco")
			a.Once = fmt.Sprint("Ev", i)
			if _, err := o.Append(t.Context(), string(c.ID), a, Noted{Text: Seal("n")}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3*24*time.Hour + time.Hour)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		o.Store = reopen(t, opt)
		keys := 0
		if err := o.db.View(func(tx *bolt.Tx) error {
			table{tx}.scan(bucketOnce, nil, func(_, _ []byte) bool { keys++; return true })
			return nil
		}); err != nil || keys != 2 {
			t.Errorf("%d keys are left after nine days, %v", keys, err)
		}
	})
}

// A loop's place and its posts survive, and are no evidence.
func TestLooseTables(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	if at, err := o.Cursor("keeper"); err != nil || at != 0 {
		t.Errorf("a new cursor is at %d, %v", at, err)
	}
	if err := o.SaveCursor("keeper", 7); err != nil {
		t.Fatal(err)
	}
	if at, err := o.Cursor("keeper"); err != nil || at != 7 {
		t.Errorf("the cursor is at %d, %v", at, err)
	}
	intent := Post{Case: c.ID, Name: "card", Platform: "slack", Place: "C1", Key: "k"}
	posted := intent
	posted.Ref = "123.4"
	other := Post{Case: c.ID + "0", Name: "card", Platform: "slack", Place: "C1"}
	for _, p := range []Post{intent, posted, other} {
		if err := o.SavePost(p); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := o.Posts(c.ID); err != nil || !slices.Equal(got, []Post{posted}) {
		t.Errorf("posts: %+v, %v", got, err)
	}
}
