package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Appends at the same time share commits, and all are there, in the order in
// which each appender made them.
func TestConcurrentAppends(t *testing.T) {
	var commits atomic.Int32
	opt := testOptions(t.TempDir())
	opt.Fault = func(at string) error {
		if at == "before" {
			commits.Add(1)
			time.Sleep(time.Millisecond) // a slow disk, so that appends wait together
		}
		return nil
	}
	o := openOffice(t, opt)
	c := o.begun()
	commits.Store(0)
	const workers, each = 16, 20
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				if _, err := o.Append(t.Context(), string(c.ID), o.actor("ivan"), Noted{Text: Seal(fmt.Sprintf("%d/%d", w, i))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := commits.Load(); n >= workers*each {
		t.Errorf("%d appends took %d commits", workers*each, n)
	}
	events, err := o.Events(t.Context(), string(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	next := map[int]int{}
	for i, e := range events {
		if i > 0 && e.Seq <= events[i-1].Seq {
			t.Fatalf("entry %d comes after %d", e.Seq, events[i-1].Seq)
		}
		n, ok := e.Body.(Noted)
		if !ok {
			continue
		}
		text, err := o.Reveal(string(c.ID), n.Text)
		if err != nil {
			t.Fatal(err)
		}
		var w, k int
		if _, err := fmt.Sscanf(text, "%d/%d", &w, &k); err != nil || next[w] != k {
			t.Fatalf("%q comes where %d/%d should (%v)", text, w, next[w], err)
		}
		next[w]++
	}
	for w := range workers {
		if next[w] != each {
			t.Errorf("worker %d has %d notes", w, next[w])
		}
	}
}

func reopen(t *testing.T, opt Options) *Store {
	t.Helper()
	s, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A refusal leaves no entry and no gap: not in the log, not in the numbers of
// cases and persons, not in the key file.
func TestRefusalLeavesNothing(t *testing.T) {
	o := newOffice(t)
	size := func() int64 {
		fi, err := os.Stat(o.opt.Keys)
		if err != nil {
			t.Fatal(err)
		}
		return fi.Size()
	}
	last, keys := o.Last(), size()
	for range 5 {
		if r := o.refused(NewCase, "tom", Drafted{Person: o.people["jane"], Terms: o.terms(), Systems: []string{"dir"}}); r.Code != NotYours {
			t.Error(r)
		}
	}
	if o.Last() != last || size() != keys {
		t.Errorf("the log went to %d, the key file to %d bytes", o.Last(), size())
	}
	if c := o.draft("hanna"); c.ID != "OFF-1" || c.Seq != last+1 {
		t.Errorf("the next case is %s, entry %d", c.ID, c.Seq)
	}
}

// Two loops that meet the same person at once know one person.
func TestMeetAtOnce(t *testing.T) {
	o := newOffice(t)
	ids := make([]PersonID, 16)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = o.Meet(t.Context(), Bot("test"), Card{ID: "id-nora", Name: "Nora"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if ids[0] == "" || len(slices.Compact(slices.Clone(ids))) != 1 {
		t.Errorf("they are %v", ids)
	}
	last := o.Last()
	if again, err := o.Meet(t.Context(), Bot("test"), Card{ID: "id-nora", Name: "Nora"}); err != nil || again != ids[0] || o.Last() != last {
		t.Errorf("a card that says nothing new: %s, %d entries, %v", again, o.Last()-last, err)
	}
	if again, err := o.Meet(t.Context(), Bot("test"), Card{ID: "id-nora", Name: "Nora N."}); err != nil || again != ids[0] || o.Last() != last+1 {
		t.Errorf("a new name: %s, %d entries, %v", again, o.Last()-last, err)
	}
	if _, card, err := o.Person(ids[0]); err != nil || card.Name != "Nora N." {
		t.Errorf("the card is %+v, %v", card, err)
	}
	if p, err := o.Known("id-nora"); err != nil || p != ids[0] {
		t.Errorf("known as %s, %v", p, err)
	}
	if _, err := o.Meet(t.Context(), Bot("test"), Card{Name: "nobody"}); err == nil {
		t.Error("somebody without an id is known")
	}
}

// Who has given up gets nothing done; what is under way is told.
func TestCancelledContext(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := o.Last()
	for range 20 { // whether it is queued or not
		_, err := o.Append(ctx, string(c.ID), o.actor("marco"), Noted{Text: Seal("n")})
		if refused, ok := errors.AsType[*Refused](err); !ok || refused.Code != NotNow || !strings.Contains(refused.Text, "nothing was changed") {
			t.Fatalf("it says %v", err)
		}
	}
	o.do(string(c.ID), "marco", Noted{Text: Seal("n")})
	if o.Last() != before+1 {
		t.Errorf("%d entries", o.Last()-before)
	}
	if _, err := o.Events(ctx, string(c.ID)); !errors.Is(err, context.Canceled) {
		t.Errorf("reading goes on: %v", err)
	}
}

// Close loses nothing that was acknowledged, and refuses the rest.
func TestCloseWhileAppending(t *testing.T) {
	opt := testOptions(t.TempDir())
	o := openOffice(t, opt)
	c := o.begun()
	var acknowledged atomic.Int64
	var wg sync.WaitGroup
	started := make(chan struct{}, 8)
	for range 8 {
		wg.Go(func() {
			for first := true; ; first = false {
				_, err := o.Append(context.Background(), string(c.ID), o.actor("ivan"), Noted{Text: Seal("n")})
				if err != nil {
					if !errors.Is(err, ErrNotSaved) {
						t.Error(err)
					}
					return
				}
				acknowledged.Add(1)
				if first {
					started <- struct{}{}
				}
			}
		})
	}
	for range 8 {
		<-started
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	o.Store = reopen(t, opt)
	got, err := o.Case(c.ID)
	if err != nil || int64(len(got.Notes)) != acknowledged.Load() {
		t.Errorf("%d notes of %d that were acknowledged, %v", len(got.Notes), acknowledged.Load(), err)
	}
}

// What is too large is refused before it is written, and takes nobody with it.
func TestEntryTooLarge(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	big := Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "a", Words: strings.Repeat("x", MaxEntry)}}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := o.Append(t.Context(), string(c.ID), Bot("test"), big); !errors.Is(err, ErrNotSaved) {
				t.Errorf("too large: %v", err)
			}
		})
		wg.Go(func() {
			if _, err := o.Append(t.Context(), string(c.ID), o.actor("hanna"), Noted{Text: Seal("n")}); err != nil {
				t.Errorf("beside it: %v", err)
			}
		})
	}
	wg.Wait()
	if c, err := o.Case(c.ID); err != nil || len(c.Notes) != 4 {
		t.Errorf("%d notes, %v", len(c.Notes), err)
	}
}

// A clock that is set back does not reorder the log.
func TestTimeNeverGoesBack(t *testing.T) {
	last := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)
	lisbon := time.FixedZone("", 3600)
	for _, tt := range []struct{ now, want time.Time }{
		{last.Add(-time.Hour), last},                                         // set back
		{last.Add(-time.Nanosecond), last},                                   // by a hair
		{last, last},                                                         // the same
		{last.Add(time.Hour).In(lisbon), last.Add(time.Hour)},                // UTC
		{last.Add(1500 * time.Nanosecond), last.Add(1000 * time.Nanosecond)}, // whole microseconds
	} {
		if got := notBefore(last, tt.now); !got.Equal(tt.want) || got.Location() != time.UTC {
			t.Errorf("notBefore(%s) is %s", tt.now, got)
		}
	}
	// After a restart too: what was last is read from the log.
	opt := testOptions(t.TempDir())
	o := openOffice(t, opt)
	o.lastAt = time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)
	want := o.lastAt
	c := o.draft("hanna")
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	o.Store = reopen(t, opt)
	if c = o.do(string(c.ID), "hanna", Noted{Text: Seal("n")}); !c.Opened.Equal(want) || !c.Last.Equal(want) {
		t.Errorf("opened %s, last %s, want %s", c.Opened, c.Last, want)
	}
}

// Names, reasons and notes never stand in the log in the clear.
func TestLogHoldsNoNames(t *testing.T) {
	o := newOffice(t)
	o.leaver = "Rumpelstiltskin"
	o.people[o.leaver] = o.meet(o.leaver)
	terms := o.terms()
	terms.Reason = Seal("spins straw into gold")
	c := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
	o.do(string(c.ID), "hanna", Noted{Text: Seal("guess the name")})
	account := o.Account("slack", "U0RUMPEL")
	o.bot(string(o.people[o.leaver]), Linked{Account: account, How: ByAttribute})
	raw, err := os.ReadFile(o.opt.Path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(raw, []byte("resignation")) {
		t.Error("the file does not hold what is not private: the search proves nothing")
	}
	for _, secret := range []string{"Rumpelstiltskin", "rumpelstiltskin", "spins straw", "guess the name", "U0RUMPEL"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q stands in the log", secret)
		}
	}
	if text, err := o.Reveal(string(c.ID), c.Terms.Reason); err != nil || text != "spins straw into gold" {
		t.Errorf("revealed %q, %v", text, err)
	}
	if text, err := o.Reveal(string(o.people["bo"]), c.Terms.Reason); err == nil {
		t.Errorf("the key of another subject opens %q", text)
	}
}
