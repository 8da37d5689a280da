package main

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"offboard/store"
)

// wrongBy are the clocks of this machine, with the wall clock set wrong.
func wrongBy(d *atomic.Int64) store.Clock {
	c := store.MachineClock()
	return store.Clock{Run: c.Run, Up: c.Up, Wall: func() time.Time { return c.Wall().Add(time.Duration(d.Load())) }}
}

// A clock in doubt is shown to whoever watches the server. It is no reason to
// restart it.
func TestClockInDoubtIsShown(t *testing.T) {
	o := newOffice(t)
	var wrong atomic.Int64
	s := o.servingBy(wrongBy(&wrong))
	clock := func() part {
		t.Helper()
		var r readiness
		w := get(t, s.health.handler(), "/readyz", "application/json")
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != http.StatusOK && w.Code != http.StatusServiceUnavailable {
			t.Fatalf("%d, %v", w.Code, err)
		}
		return r.Parts[1]
	}
	if p := clock(); p.Name != "clock" || !p.Ready || p.Note != "" {
		t.Errorf("%+v", p)
	}
	if r := o.run("check"); r.code != 0 {
		t.Errorf("%d\n%s%s", r.code, r.out, r.err)
	}
	wrong.Store(int64(3 * time.Hour))
	if p := clock(); !p.Ready || p.Note == "" {
		t.Errorf("%+v", p)
	}
	o.run("check").want(t, 0, "! clock", "in doubt: the machine's clock says", "/offboard clock")
	wrong.Store(0)
	if p := clock(); p.Note != "" {
		t.Errorf("%+v", p)
	}
}

// Without a server, check compares the clock with the log.
func TestCheckSeesAClockThatWasSetBack(t *testing.T) {
	o := newOffice(t)
	var wrong atomic.Int64
	wrong.Store(int64(48 * time.Hour))
	opt := storeOptions(o.config())
	opt.Clock = wrongBy(&wrong)
	s, err := store.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	o.run("check").want(t, 0, "! clock", "does not go on from where the log was left", "timedatectl")
}
