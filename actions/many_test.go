package actions_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// crowd is a world with n more people in it, each with an account.
func crowd(t testing.TB, w *world, n int) []string {
	t.Helper()
	var logins []string
	people := slices.Clone(staff)
	for i := range n {
		p := actions.Person{ID: fmt.Sprint("id-p", i), Name: fmt.Sprint("Person ", i), Login: fmt.Sprint("p", i), Groups: []string{"staff"}}
		people = append(people, p)
		logins = append(logins, p.Login)
	}
	w.mem = actionstest.NewMemory(people)
	for _, p := range people[len(staff):] {
		w.meet(p)
	}
	return logins
}

func TestTwoHundredCasesAtOnceEndRight(t *testing.T) {
	bubble(t, func(w *world) {
		logins := crowd(t, w, 201)
		stays := logins[200]
		w.systems(w.mem.System("dir", "Company directory"), w.mem.System("vpn", "VPN", "lock", "groups"))
		for _, l := range logins[:200] {
			w.mem.Own("dir", "of "+l, l)
		}
		w.terms.CutOff = store.CutOff{Mode: store.At, At: time.Now().Add(24 * time.Hour)}
		w.start()
		var ids []store.CaseID
		for _, l := range logins[:200] {
			ids = append(ids, w.draft(l))
		}
		synctest.Wait()
		for _, id := range ids {
			w.approve(id)
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) {
			f.DownUntil = w.terms.CutOff.At.Add(time.Hour)
			f.Lie = 50
			f.Latency = time.Second
		})
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Latency = 100 * time.Millisecond; f.Later, f.LaterFor = 20, time.Hour })
		for i, id := range ids {
			c := w.closed(id)
			l := logins[i]
			if c.Outcome != store.Done || !w.mem.Locked("dir", l) || !w.mem.Locked("vpn", l) || !slices.Equal(w.mem.Owners("dir", "of "+l), []string{"marco"}) {
				t.Errorf("%s of %s ended as %s; owners %q", id, l, c.Outcome, w.mem.Owners("dir", "of "+l))
			}
		}
		if got := w.mem.Members("vpn", "staff"); !slices.Contains(got, stays) || slices.Contains(got, "p0") || len(got) != 5 {
			t.Errorf("staff of the VPN: %q", got)
		}
	})
}

func TestWakingCostsTheSameWithFewAndManyOpenCases(t *testing.T) {
	visits := func(open int) (perNote, idle int) {
		bubble(t, func(w *world) {
			logins := crowd(t, w, open)
			w.systems(w.mem.System("dir", "Company directory", "lock"))
			w.start()
			var id store.CaseID
			for _, l := range logins {
				id = w.draft(l)
			}
			synctest.Wait()
			before := w.x.Visited()
			for range 20 {
				w.do(id, "hanna", store.Noted{Text: store.Seal("a note")})
				synctest.Wait()
			}
			perNote = (w.x.Visited() - before) / 20
			before = w.x.Visited()
			pass(24 * time.Hour)
			idle = w.x.Visited() - before
		})
		return perNote, idle
	}
	for _, open := range []int{10, 500} {
		if n, idle := visits(open); n != 1 || idle != 0 {
			t.Errorf("with %d open cases a new entry costs %d visits, and a day without one %d", open, n, idle)
		}
	}
}

func TestPauseEndLooksAtEveryCaseAndOtherNewsAtNone(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		w.proposed("jane")
		w.proposed("bo")
		before := w.x.Visited()
		w.meet(actions.Person{ID: "id-x", Name: "X", Login: "x"})
		w.do(store.Installation, "ivan", store.Paused{On: true})
		synctest.Wait()
		if n := w.x.Visited() - before; n != 0 {
			t.Errorf("news about no case cost %d visits", n)
		}
		w.do(store.Installation, "ivan", store.Paused{On: false})
		synctest.Wait()
		if n := w.x.Visited() - before; n != 2 {
			t.Errorf("the end of a pause cost %d visits, want 2", n)
		}
	})
}
