package watch_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions/actionstest"
	"offboard/store"
)

// rounded are times after a moment, in whole minutes: a loop may be late by one.
func rounded(at []time.Time, from time.Time) (out []time.Duration) {
	for _, t := range at {
		out = append(out, t.Sub(from).Truncate(2*time.Minute))
	}
	return out
}

func ended(c store.Case) time.Time {
	since, _ := c.WatchedSince()
	return since
}

// A case is read again after an hour, a day and each week, to the end; all of
// that is one entry each time, and nothing is written or asked.
func TestWhatWasTakenIsReadAgain(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Schedule.For = 16 * day
		w.start()
		c := w.get(w.left("jane"))
		writes, last := w.mem.Writes(), w.Last()
		pass(25 * day)
		out, at := w.passes("dir")
		want := []time.Duration{time.Hour, day}
		for n := range 2 {
			want = append(want, day+time.Duration(n+1)*7*day)
		}
		if got := rounded(at, ended(c)); !slices.Equal(got, want) {
			t.Errorf("read again after %v, want %v", got, want)
		}
		for _, r := range out {
			if r.Clean != 6 || r.Back+r.Left+len(r.Unread) != 0 || r.Silent {
				t.Errorf("a pass is %+v", r)
			}
		}
		if vpn, _ := w.passes("vpn"); len(vpn) != len(want) || vpn[0].Clean != 4 { // of what proves nothing, a read says nothing
			t.Errorf("of the VPN there are %d passes, the first %+v", len(vpn), vpn[0])
		}
		if n := int(w.Last() - last); n != len(want) || w.mem.Writes() != writes {
			t.Errorf("%d entries and %d writes for %d passes over both", n, w.mem.Writes()-writes, len(want))
		}
	})
}

// While the program does not run, or its machine sleeps, nothing is left out,
// and nothing is read twice for it.
func TestAMachineThatSleptReadsOnce(t *testing.T) {
	bubble(t, func(w *world) {
		c := w.get(w.left("jane"))
		pass(30 * time.Minute)
		w.halt()
		pass(20 * day)
		w.start()
		pass(2 * time.Minute)
		if out, at := w.passes("dir"); len(out) != 1 || out[0].Clean != 6 {
			t.Errorf("after 20 days there are %d passes at %v", len(out), at)
		}
		pass(3 * day) // the week goes on from the beginning, not from the late pass
		if _, at := w.passes("dir"); len(at) != 2 || rounded(at, ended(c))[1] != 22*day {
			t.Errorf("the passes were after %v", rounded(at, ended(c)))
		}
		w.start()
		pass(2 * time.Minute)
		if _, at := w.passes("dir"); len(at) != 2 {
			t.Error("a start reads everything again")
		}
	})
}

// What can't be read is never clean, and is read as soon as it can be; other
// systems are not held up.
func TestWhatIsUnreadIsTriedAgain(t *testing.T) {
	bubble(t, func(w *world) {
		w.left("jane")
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Down = true })
		pass(2 * time.Hour)
		out, _ := w.passes("dir")
		if len(out) != 1 || !out[0].Silent || out[0].Clean != 0 || !out[0].To.Equal(out[0].From) {
			t.Fatalf("while it is down: %+v", out)
		}
		if vpn, _ := w.passes("vpn"); len(vpn) != 1 || vpn[0].Clean != 4 {
			t.Errorf("the other system: %+v", vpn)
		}
		pass(3 * time.Hour)
		if out, _ = w.passes("dir"); len(out) != 1 {
			t.Errorf("it says %d times that it is down", len(out))
		}
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Down = false })
		pass(30 * time.Minute)
		if out, _ = w.passes("dir"); len(out) != 2 || out[1].Silent || out[1].Clean != 6 {
			t.Errorf("when it is back: %+v", out)
		}
	})
}

// A server of the directory that was away, and still holds what was taken, is not
// clean and nothing that came back: it is looked at again until it has caught up.
func TestAServerThatIsBehindIsLookedAtAgain(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.left("jane")
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Lags = 210 * time.Minute })
		pass(3 * time.Hour)
		out, _ := w.passes("dir")
		if len(out) != 1 || out[0].Clean != 0 || len(out[0].Unread) != 6 || out[0].Back != 0 || len(w.get(id).Returns) != 0 {
			t.Fatalf("%+v", out)
		}
		pass(3 * time.Hour)
		if out, _ = w.passes("dir"); len(out) != 2 || out[1].Clean != 6 || len(out[1].Unread) != 0 {
			t.Errorf("when it has caught up: %+v", out)
		}
	})
}

// A server of the directory that does not answer may have been put back from an
// old copy: what it holds is not known, and not clean.
func TestAServerThatIsMuteIsLookedAtAgain(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Mute = true })
		w.left("jane")
		pass(3 * time.Hour)
		out, _ := w.passes("dir")
		if len(out) != 1 || out[0].Clean != 0 || len(out[0].Unread) != 6 || out[0].Back != 0 {
			t.Fatalf("%+v", out)
		}
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Mute = false })
		pass(3 * time.Hour)
		if out, _ = w.passes("dir"); len(out) != 2 || out[1].Clean != 6 || len(out[1].Unread) != 0 {
			t.Errorf("when it answers: %+v", out)
		}
	})
}

// One account that can't be read holds nothing else up.
func TestOneThingThatIsUnread(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.left("jane")
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Unread = "adm-jane" })
		pass(2 * time.Hour)
		out, _ := w.passes("dir")
		if len(out) != 1 || out[0].Clean != 3 || len(out[0].Unread) != 3 || out[0].Unread[0].Case != id || out[0].Silent {
			t.Fatalf("%+v", out)
		}
		pass(20 * time.Hour)
		if out, _ = w.passes("dir"); len(out) != 1 {
			t.Errorf("it is said each time: %+v", out)
		}
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Unread = "" })
		pass(61 * time.Minute)
		if out, _ = w.passes("dir"); len(out) != 2 || out[1].Clean != 3 || len(out[1].Unread) != 0 {
			t.Errorf("when it can be read: %+v", out)
		}
	})
}

// A pause is a pause.
func TestAPauseHoldsTheWatch(t *testing.T) {
	bubble(t, func(w *world) {
		w.left("jane")
		w.do(store.Installation, "ivan", store.Paused{On: true, Reason: store.Seal("r")})
		pass(2 * time.Hour)
		if out, _ := w.passes("dir"); len(out) != 0 {
			t.Error("it reads while the bot is paused")
		}
		w.do(store.Installation, "ivan", store.Paused{})
		pass(2 * time.Minute)
		if out, _ := w.passes("dir"); len(out) != 1 {
			t.Error("it does not go on")
		}
	})
}

// A kill at any boundary loses no finding and reports none twice.
func TestKillWhileReadingAgain(t *testing.T) {
	for _, at := range []string{"before", "after", "call", "done"} {
		t.Run(at, func(t *testing.T) {
			for k := int64(1); ; k++ {
				fired := false
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					jane, bo := w.left("jane"), w.left("bo")
					pass(55 * time.Minute)
					w.mem.Join("dir", "design", "jane")
					dead := w.killAt(at, k)
					for range 12 {
						pass(time.Minute)
						if dead.Load() {
							fired = true
							w.halt()
							if err := w.Close(); err != nil {
								t.Fatal(err)
							}
							dead.Store(false)
							w.open()
							w.start()
						}
					}
					w.fault.Store(nil)
					w.called.Store(nil)
					c := w.get(jane)
					if len(c.Returns) != 1 || len(c.Plans) != 2 || c.Plan(2).State != store.Asked {
						t.Errorf("killed %s %d: %d returns, %d plans", at, k, len(c.Returns), len(c.Plans))
					}
					out, _ := w.passes("dir")
					clean, back := 0, 0
					for _, r := range out {
						clean, back = clean+r.Clean, back+r.Back
					}
					if clean != 8 || back != 1 || len(w.get(bo).Returns) != 0 || len(out) > 2 {
						t.Errorf("killed %s %d: %d clean and %d back in %+v", at, k, clean, back, out)
					}
				})
				if !fired {
					if k < 4 {
						t.Errorf("only %d boundaries", k-1)
					}
					return
				}
			}
		})
	}
}

// Ten thousand closed cases that are not due are not even read.
func TestWhatIsNotDueIsNotRead(t *testing.T) {
	bubble(t, func(w *world) {
		w.left("jane")
		pass(2 * time.Hour)
		calls := len(w.mem.Calls())
		pass(20 * time.Hour)
		if n := len(w.mem.Calls()) - calls; n != 0 {
			t.Errorf("%d calls while nothing is due: %s", n, strings.Join(w.mem.Calls()[calls:], ", "))
		}
	})
}
