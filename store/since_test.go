package store

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// What loops read: entries since a place, what is due, what is open.
func TestLoopsSeeWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		start := o.Last()
		changed := o.Changed()
		if got, err := o.Since(start, 10); err != nil || got != nil {
			t.Errorf("nothing is new, and there is %v, %v", got, err)
		}
		c := o.draft("hanna")
		select {
		case <-changed:
		default:
			t.Error("nobody was woken")
		}
		o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		o.do(Installation, "ivan", Paused{On: true})
		o.do(Installation, "ivan", Paused{})
		got, err := o.Since(start, 3)
		want := []Touched{{start + 1, "OFF-1", "drafted"}, {start + 2, "OFF-1", "surveyed"}, {start + 3, Installation, "paused"}}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("since %d: %v, %v", start, got, err)
		}
		if got, err := o.Since(start+3, 3); err != nil || !slices.Equal(got, []Touched{{start + 4, Installation, "paused"}}) {
			t.Errorf("the rest: %v, %v", got, err)
		}

		o.another()
		first := o.approvedAt(CutOff{Mode: At, At: time.Now().UTC().Add(time.Hour)})
		o.another()
		second := o.approvedAt(CutOff{Mode: At, At: time.Now().UTC().Add(2 * time.Hour)})
		due := func(after, now time.Time) ([]CaseID, time.Time) {
			t.Helper()
			ids, next, err := o.Due(after, now)
			if err != nil {
				t.Fatal(err)
			}
			return ids, next
		}
		t0 := time.Now().UTC()
		if ids, next := due(time.Time{}, t0); len(ids) != 0 || !next.Equal(t0.Add(time.Hour)) {
			t.Errorf("due now: %v, next %s", ids, next)
		}
		if ids, next := due(t0, t0.Add(time.Hour)); !slices.Equal(ids, []CaseID{first.ID}) || !next.Equal(t0.Add(2*time.Hour)) {
			t.Errorf("due after an hour: %v, next %s", ids, next)
		}
		if ids, next := due(t0.Add(time.Hour), t0.Add(3*time.Hour)); !slices.Equal(ids, []CaseID{second.ID}) || !next.IsZero() {
			t.Errorf("due after it: %v, next %s", ids, next) // what was looked at is not due again
		}
		if ids, _ := due(time.Time{}, t0.Add(3*time.Hour)); len(ids) != 2 {
			t.Errorf("all that is due: %v", ids)
		}
		o.do(string(second.ID), "ivan", Stopped{Plan: 1})
		if ids, _ := due(time.Time{}, t0.Add(3*time.Hour)); !slices.Equal(ids, []CaseID{first.ID}) {
			t.Errorf("a closed case is due: %v", ids)
		}
		rows, err := o.OpenCases()
		if err != nil || len(rows) != 2 || rows[0].ID != c.ID || rows[1].ID != first.ID {
			t.Errorf("open: %v, %v", rows, err)
		}
	})
}

// Between a commit and its publication Case still answers with what was before
// it. A loop that was told of the entry then would look at the old case, and
// never again.
func TestSinceIsNotAheadOfCase(t *testing.T) {
	opt := testOptions(t.TempDir())
	var look func()
	opt.Fault = func(at string) error {
		if at == "after" && look != nil {
			look()
		}
		return nil
	}
	o := openOffice(t, opt)
	c := o.draft("hanna")
	start := o.Last() - 1 // one entry is new to the loop already
	looked := false
	look = func() {
		looked = true
		got, err := o.Since(start, 10)
		if err != nil || !slices.Equal(got, []Touched{{start + 1, string(c.ID), "drafted"}}) {
			t.Errorf("before it is published: %v, %v", got, err)
		}
	}
	o.do(string(c.ID), "hanna", Noted{Text: Seal("n")})
	look = nil
	if got, err := o.Since(start+1, 10); !looked || err != nil || len(got) != 1 {
		t.Errorf("published: %v, %v", got, err)
	}
}
