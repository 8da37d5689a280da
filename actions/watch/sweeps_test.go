package watch_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/actions/watch"
	"offboard/store"
)

// The times of a timetable, also in the nights when the clocks are set.
func TestTimetable(t *testing.T) {
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	monday := watch.Timetable{On: true, Day: time.Monday, At: 6 * time.Hour, Zone: lisbon}
	night := watch.Timetable{On: true, Daily: true, At: 90 * time.Minute, Zone: lisbon}
	for _, tt := range []struct {
		table           watch.Timetable
		now, last, next string
	}{
		{monday, "2026-11-23T05:59:59Z", "2026-11-16T06:00:00Z", "2026-11-23T06:00:00Z"},
		{monday, "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11-30T06:00:00Z"},
		{monday, "2026-11-22T23:30:00Z", "2026-11-16T06:00:00Z", "2026-11-23T06:00:00Z"},
		{monday, "2026-07-06T05:00:00Z", "2026-07-06T05:00:00Z", "2026-07-13T05:00:00Z"}, // summer: an hour earlier
		{monday, "2026-03-28T12:00:00Z", "2026-03-23T06:00:00Z", "2026-03-30T05:00:00Z"}, // over the change
		{night, "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},  // 01:30 is skipped: 02:30
		{night, "2026-10-25T12:00:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"},  // 01:30 comes twice: once
		{watch.Timetable{}, "2026-11-23T06:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
	} {
		now, _ := time.Parse(time.RFC3339, tt.now)
		if last, next := tt.table.Last(now).UTC().Format(time.RFC3339), tt.table.Next(now).UTC().Format(time.RFC3339); last != tt.last || next != tt.next {
			t.Errorf("at %s: last %s, want %s; next %s, want %s", tt.now, last, tt.last, next, tt.next)
		}
	}
}

// daily has a world swept each day at noon.
func (w *world) daily() {
	w.halt()
	w.cfg.Sweeps = watch.Timetable{On: true, Daily: true, At: 12 * time.Hour, Zone: time.UTC}
	w.cfg.Sweep = watch.Sweep{Systems: w.sys, Directory: w.mem.Directory(), Deny: func(string) bool { return false }}
	w.begin()
}

// begin starts the loops on the store that is open.
func (w *world) begin() {
	w.cfg.Sweep.Store = w.Store
	w.start()
}

// swept are the sweeps in the log: for when, what was new, and what was told.
func (w *world) swept() (out []string) {
	w.t.Helper()
	events, err := w.Events(context.Background(), store.Installation)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		if b, ok := e.Body.(store.Swept); ok {
			line := fmt.Sprintf("%s new %d tell %t", b.Due.Format("02 15:04"), b.New, b.Tell)
			for _, s := range b.Systems {
				if s.Unread {
					line += " unread " + s.System
				}
			}
			out = append(out, line)
		}
	}
	return out
}

// A clean sweep is one entry; what is known is told once; what could not be read
// is told when it begins; after an outage there is one sweep.
func TestSweepsOfTheSchedule(t *testing.T) {
	bubble(t, func(w *world) { // which begins at midnight, 1 January 2000
		w.daily()
		pass(11 * time.Hour)
		if got := w.swept(); len(got) != 0 {
			t.Errorf("before the first time: %q", got)
		}
		pass(2 * time.Hour)
		w.mem.Stray("vpn", "backup")
		pass(day)
		pass(day)
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Down = true })
		pass(day)
		pass(day)
		w.halt()
		pass(10 * day)
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Down = false })
		w.begin()
		pass(time.Hour)
		want := []string{
			"01 12:00 new 0 tell false", "02 12:00 new 1 tell true", "03 12:00 new 0 tell false", "04 12:00 new 0 tell true unread dir",
			"05 12:00 new 0 tell false unread dir", "15 12:00 new 0 tell false",
		}
		if got := w.swept(); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		w.do(store.Installation, "ivan", store.Paused{On: true})
		pass(2 * day)
		if got := w.swept(); len(got) != len(want) {
			t.Errorf("while the bot is paused: %q", got[len(want):])
		}
	})
}

// An account of somebody who is gone is told as the worst also where it was known
// before as another's trouble; of a case that IT may not know of nothing is
// written down.
func TestSweepsKnowTheCases(t *testing.T) {
	bubble(t, func(w *world) {
		w.left("jane")
		w.mem.Unlock("vpn", "jane")
		secret := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["tom"], Systems: []string{"dir"}, Terms: store.Terms{
			Kind: "termination", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Press}, Zone: "UTC", Manager: w.people["marco"], Confidential: true,
		}}).ID
		w.approve(secret, 1)
		w.mem.OpenAccount("vpn", "adm-tom", "id-tom")
		w.daily()
		pass(day)
		report, err := w.LastSweep()
		if err != nil || len(report.Strays) != 1 || report.Strays[0].Login != "jane" || report.Strays[0].Told != store.Remains {
			t.Errorf("%+v, %v", report.Strays, err)
		}
		w.do(secret, "hanna", store.Pressed{Plan: 1})
		pass(day)
		report, err = w.LastSweep()
		if err != nil || !slices.ContainsFunc(report.Strays, func(x store.Stray) bool { return x.Login == "adm-tom" && x.Case == secret && x.New }) {
			t.Errorf("after its cut-off: %+v, %v", report.Strays, err)
		}
	})
}

// Of a long sweep it is told now and then how far it is.
func TestASweepTellsHowFarItIs(t *testing.T) {
	bubble(t, func(w *world) {
		for i := range 60 {
			w.mem.Stray("vpn", fmt.Sprint("old", i))
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Latency = 4 * time.Second })
		var told []string
		w.cfg.Look = func(far watch.Looked) {
			told = append(told, fmt.Sprintf("%s %d of %d", far.Title, far.Done, far.Total))
		}
		w.daily()
		pass(13 * time.Hour)
		if want := []string{"VPN 40 of 68"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

// A kill at any boundary of a sweep leaves none or a whole one, and in the end one
// for each time.
func TestKillWhileSweeping(t *testing.T) {
	for _, at := range []string{"before", "after", "call", "done"} {
		t.Run(at, func(t *testing.T) {
			for k := int64(1); ; k++ {
				fired := false
				bubble(t, func(w *world) {
					w.mem.Stray("vpn", "backup")
					w.daily()
					pass(11*time.Hour + 59*time.Minute)
					dead := w.killAt(at, k)
					pass(5 * time.Minute)
					fired = dead.Load()
					w.halt()
					w.fault.Store(nil)
					w.called.Store(nil)
					if err := w.Close(); err != nil {
						t.Fatal(err)
					}
					w.open()
					w.begin()
					pass(time.Hour)
					if got := w.swept(); !slices.Equal(got, []string{"01 12:00 new 1 tell true"}) {
						t.Errorf("killed %s %d: %q", at, k, got)
					}
				})
				if !fired {
					if k < 2 {
						t.Error("no boundary was met")
					}
					return
				}
			}
		})
	}
}
