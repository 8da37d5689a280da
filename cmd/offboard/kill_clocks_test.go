package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"offboard/store"
)

// moved is how far a test has moved the clocks of the bot's machine.
type moved struct {
	Wrong time.Duration // the wall clock alone
	Slept time.Duration // both: an hour has passed
}

const clocksFile = "clocks"

// movable are the clocks of the machine, as far as nobody has moved them.
func movable(dir string) store.Clock {
	c := store.MachineClock()
	now := func() (m moved) {
		b, err := os.ReadFile(filepath.Join(dir, clocksFile))
		if errors.Is(err, fs.ErrNotExist) {
			return m
		}
		if err = errors.Join(err, json.Unmarshal(b, &m)); err != nil {
			panic(err)
		}
		return m
	}
	return store.Clock{
		Run:  c.Run,
		Wall: func() time.Time { m := now(); return c.Wall().Add(m.Wrong + m.Slept) },
		Up:   func() time.Duration { return c.Up() + now().Slept },
	}
}

// open opens the log of a bot that does not run, with the clocks that it would have.
func (k *killed) open() (*store.Store, error) {
	opt := storeOptions(k.cfg)
	opt.Clock = movable(k.dir)
	return store.Open(opt)
}

// move moves the clocks of a bot, whether it runs or not.
func (k *killed) move(m moved) {
	k.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		k.Fatal(err)
	}
	path := filepath.Join(k.dir, clocksFile)
	if err := errors.Join(os.WriteFile(path+".new", b, 0o600), os.Rename(path+".new", path)); err != nil {
		k.Fatal(err)
	}
	k.moved = m
}

// jump sets the wall clock, mostly right. It is right while there is no log yet
// with which it could be compared.
func (k *killed) jump() {
	const day = 24 * time.Hour
	if len(k.entries) > 0 {
		k.move(moved{Wrong: []time.Duration{0, 0, 0, time.Hour, -day, 3650 * day, -3650 * day}[k.rng.IntN(7)]})
	}
}
