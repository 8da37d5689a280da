package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"
)

// The loop writes when a doubt begins and ends, tells each once, tries again
// what could not be written, and wakes the others after a standstill.
func TestKeepTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newClocks()
		var full atomic.Bool
		opt := testOptions(t.TempDir())
		opt.Clock = k.clock()
		opt.Fault = func(string) error {
			if full.Load() {
				return errors.New("no space left on device")
			}
			return nil
		}
		o := openOffice(t, opt)
		var mu sync.Mutex
		var told []string
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan bool)
		go func() {
			defer close(done)
			o.KeepTime(ctx, func(d *Doubt, err error) {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					told = append(told, "error")
				case d == nil:
					told = append(told, "no doubt")
				default:
					told = append(told, "doubt")
				}
			})
		}()
		tick := func() {
			time.Sleep(1500 * time.Millisecond) // more than one look
			synctest.Wait()
		}
		expect := func(when string, want ...string) {
			t.Helper()
			tick()
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(told, want) {
				t.Errorf("%s: told %q, want %q", when, told, want)
			}
			told = nil
		}
		expect("at the start")
		k.set(time.Hour)
		expect("set forward", "doubt")
		for range 5 {
			k.pass(time.Second)
			expect("and so it stays")
		}
		full.Store(true)
		k.set(0)
		tick()
		expect("the disk is full", "error")
		full.Store(false)
		expect("and has space again", "no doubt")
		full.Store(true)
		k.set(-time.Hour)
		tick()
		full.Store(false)
		k.set(0)
		expect("a doubt that nobody could write down", "error")
		if events, err := o.Events(t.Context(), Installation); err != nil || len(events) != 2 {
			t.Errorf("%d entries, %v", len(events), err)
		}
		changed := o.Changed()
		tick()
		select {
		case <-changed:
			t.Error("it wakes others for nothing")
		default:
		}
		k.pass(time.Hour)
		tick()
		select {
		case <-changed:
		default:
			t.Error("nobody was woken after a standstill")
		}
		// The keys of deliveries to a server that runs for long do not pile up.
		key := []byte("Ev1")
		if err := o.put(bucketOnce, key, summed(bucketOnce, key, append(be(uint64(o.Now().UnixMicro())), "OFF-1"...))); err != nil {
			t.Fatal(err)
		}
		k.pass(onceAge + time.Hour)
		tick()
		if err := o.view(func(tx *bolt.Tx) error {
			if v := (table{tx}).get(bucketOnce, key); v != nil {
				t.Error("the key of a delivery is kept for longer than it counts")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		stop()
		<-done
	})
}

// again opens the log anew, as after a restart of the program.
func (o *office) again(k *clocks) {
	o.t.Helper()
	if err := o.Close(); err != nil {
		o.t.Fatal(err)
	}
	opt := o.opt
	opt.Clock = k.clock()
	s, err := Open(opt)
	if err != nil {
		o.t.Fatal(err)
	}
	o.Store = s
}

// The last entry says until when the machine ran at least.
func TestLastEntryBoundsAnOutage(t *testing.T) {
	o, k := clocked(t)
	k.pass(3 * time.Hour)
	o.meet("somebody")
	k.off(outage - time.Hour)
	o.again(k)
	if now := o.Time(); now.Doubt || !now.Now.Equal(k.real) {
		t.Errorf("%+v, it is %s", now, k.real)
	}
	// But not an entry that was written in doubt.
	k.off(time.Hour)
	k.set(10 * year)
	o.again(k)
	o.doubted(k, 10*year)
	o.meet("somebody else")
	k.off(time.Hour)
	k.set(0)
	o.again(k)
	if now := o.Time(); now.Doubt || !now.Now.Equal(k.real) {
		t.Errorf("%+v, it is %s", now, k.real)
	}
}

// What was seen of the clocks is kept, so a kill loses at most a few minutes of
// it.
func TestSeenIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, k := clocked(t)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan bool)
		go func() {
			defer close(done)
			o.KeepTime(ctx, func(*Doubt, error) {})
		}()
		for range 900 {
			k.pass(time.Second)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		stop()
		<-done
		// The log's last entry is a quarter of an hour old: without what was
		// seen, the outage would look longer than what is believed.
		k.off(outage - 2*seenEvery)
		o.again(k) // closing writes nothing about the clocks
		if now := o.Time(); now.Doubt || !now.Now.Equal(k.real) {
			t.Errorf("%+v, it is %s", now, k.real)
		}
	})
}
