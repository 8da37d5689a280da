package batch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions/actionstest"
	"offboard/store"
)

// Killed at every boundary of every commit, from the first person that is looked
// up to the last step: each case is opened once, approved once, and done.
func TestKilledAtEveryBoundary(t *testing.T) {
	for _, boundary := range []string{"before", "after"} {
		for k := int64(1); ; k++ {
			over := false
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 3)
				w.kill, w.at = boundary, k
				id := w.list(store.CutOff{Mode: store.Now})
				w.approve(id)
				w.until("all is done", func() bool { return w.closed(id) })
				over = w.n.Load() < k
				kinds := map[string]int{}
				entries, err := w.Since(0, 100000)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range entries {
					kinds[e.Kind]++
				}
				if kinds["listed"] != 1 || kinds["drafted"] != 3 || kinds["covered"] != 3 || kinds["started"] != 3 {
					t.Errorf("killed %s commit %d: %v", boundary, k, kinds)
				}
				for row, c := range w.cases(id) {
					if c.Outcome != store.Done || !w.mem.Locked("dir", w.ids[row]) {
						t.Errorf("killed %s commit %d: %+v", boundary, k, c)
					}
				}
			})
			if over || t.Failed() {
				break
			}
		}
	}
}

// Who asks for a list leaves while its cases are opened, and a colleague takes it
// over: killed at every boundary of every commit from there on, each case is
// opened once and becomes the colleague's.
func TestTakenOver(t *testing.T) {
	for k := int64(1); ; k++ {
		over := false
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 3)
			id := w.list(store.CutOff{Mode: store.Now})
			w.until("some are opened", func() bool { return len(w.cases(id)) > 0 })
			helge, clara := w.actor("helge"), w.actor("clara")
			w.leaves("hanna", helge, clara)
			w.kill, w.at = "after", w.n.Load()+k
			w.until("it waits for somebody", func() bool {
				_, _ = w.Append(context.Background(), string(id), store.Bot("keeper"), store.Orphaned{From: w.batch(id).Owner})
				return w.batch(id).Owner == ""
			})
			w.owner = "helge"
			w.until("it is taken over", func() bool {
				_, _ = w.Append(context.Background(), string(id), helge, store.Adopted{})
				return w.batch(id).Owner == helge.Person
			})
			w.approve(id)
			w.until("all is done", func() bool { return w.closed(id) })
			over = w.n.Load() < w.at
			for row, s := range w.cases(id) {
				if s.Outcome != store.Done || s.Requester != helge.Person {
					t.Errorf("killed at commit %d: row %d is %+v", k, row, s)
				}
			}
		})
		if over || t.Failed() {
			break
		}
	}
}

// A list that is given up leaves no draft, also over a kill.
func TestDropped(t *testing.T) {
	for _, k := range []int64{0, 1, 2, 3, 4} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 3)
			id := w.list(store.CutOff{Mode: store.Now})
			w.until("they are looked at", func() bool { f, err := w.Whole(id); return err == nil && f.Left+f.Unready == 0 })
			hanna := w.actor("hanna")
			w.kill, w.at = "before", w.n.Load()+k
			w.until("it is given up", func() bool {
				_, _ = w.Append(context.Background(), string(id), hanna, store.Dropped{})
				return w.batch(id).Dropped != nil
			})
			w.until("all drafts have ended", func() bool { return w.closed(id) })
			for _, c := range w.cases(id) {
				if c.Outcome != store.Cancelled {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

// Whoever asks for a list and is frozen meanwhile opens nothing more, until that
// is lifted; a directory that is down holds it up, and no more.
func TestWhoAsksCannotAct(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		hanna := w.id("hanna")
		for _, l := range w.ids {
			w.id(l)
		}
		if _, err := w.Append(t.Context(), string(hanna), store.Bot("mail"), store.Frozen{Subject: store.Installation, Entry: 1}); err != nil {
			t.Fatal(err)
		}
		_, err := w.List(t.Context(), w.actor("hanna"), store.CutOff{Mode: store.Now}, []store.Row{{Person: w.id("p0"), Kind: "k", LastDay: "2026-11-30", Zone: "UTC", Manager: w.id("marco")}})
		if _, refused := errors.AsType[*store.Refused](err); !refused {
			t.Errorf("a list of somebody who is frozen: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		hanna := w.actor("hanna")
		var rows []store.Row
		for _, l := range w.ids {
			rows = append(rows, store.Row{Person: w.id(l), Kind: "k", LastDay: "2026-11-30", Zone: "UTC", Manager: w.id("marco")})
		}
		time.Sleep(2 * time.Hour) // what was read of the directory is old
		w.mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		id, err := w.List(t.Context(), hanna, store.CutOff{Mode: store.Now}, rows)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if n := len(w.cases(id)); n != 0 {
			t.Errorf("%d cases were opened by somebody whose role nobody knows", n)
		}
		w.mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = false })
		w.until("they are opened", func() bool { return len(w.cases(id)) == 3 })
	})
}

// A thousand people lose access in one minute: all lock-outs come first, and the
// last of them as soon as the system can take them.
func TestThousandAtOneMinute(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while: -short")
	}
	synctest.Test(t, func(t *testing.T) {
		const n, latency = 1000, 500 * time.Millisecond
		w := newWorld(t, n)
		cut := time.Now().Add(24 * time.Hour).Truncate(time.Second)
		id := w.list(store.CutOff{Mode: store.At, At: cut})
		w.approve(id)
		w.until("each case is approved", func() bool { f, err := w.Whole(id); return err == nil && f.Cases == 0 })
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Latency = latency })
		time.Sleep(time.Until(cut))
		w.until("all is done", func() bool { return w.closed(id) })
		var last time.Time
		early := 0
		var others []time.Time
		for row, s := range w.cases(id) {
			c, err := w.Case(s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if c.Outcome != store.Done || !w.mem.Locked("dir", w.ids[row]) || c.Plan(0).Begun.Before(cut) {
				t.Fatalf("%s: %s, begun %s", c.ID, c.Outcome, c.Plan(0).Begun)
			}
			for _, st := range c.Plan(0).Steps {
				if !st.LockOut {
					others = append(others, st.Ended)
				} else if st.Ended.After(last) {
					last = st.Ended
				}
			}
		}
		for _, at := range others {
			if at.Before(last) {
				early++
			}
		}
		// Each lock-out is three calls: it looks, locks, and looks again.
		if took, best := last.Sub(cut), 3*latency*n/places; took > best*11/10 {
			t.Errorf("the last lock-out is proven after %s, the system could have taken them in %s", took, best)
		}
		// What came before the first lock-out may have taken each place once.
		if early > places {
			t.Errorf("%d other steps were done before the last lock-out", early)
		}
	})
}
