package actionstest

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
)

const secret = "hunter2-hunter2"

var (
	jane     = actions.Person{ID: "id-jane", Name: "Jane Doe", Login: "jane", Mail: "jane@example.com", Accounts: []string{"adm-jane"}, Groups: []string{"design", "staff"}}
	bo       = actions.Person{ID: "id-bo", Name: "Bo Nilsen", Login: "bo", Mail: "bo@example.com", Groups: []string{"staff"}}
	marco    = actions.Person{ID: "id-marco", Name: "Marco Reyes", Login: "marco", Mail: "marco@example.com", Groups: []string{"design"}}
	stranger = actions.Person{ID: "id-nobody", Name: "No Body", Login: "nobody", Mail: "nobody@example.com"}
)

// memoryKit is the kit of one action of Memory; wrap makes a mutant of it.
func memoryKit(action string, wrap func(m *Memory, a actions.Action) actions.Action) Kit {
	return Kit{New: func() (*World, error) {
		m := NewMemory([]actions.Person{jane, bo, marco})
		m.System("dir", "Directory")
		m.Own("dir", "design", "jane")
		m.Own("dir", "archive", "jane")
		m.Own("dir", "archive", "bo")
		spec := func() actions.Spec {
			s := m.System("dir", "Directory", action).Actions[0]
			if wrap != nil {
				s.Action = wrap(m, s.Action)
			}
			return s
		}
		fault := func(set func(f *Faults, on bool)) func(bool) {
			return func(on bool) { m.Fault("dir", func(f *Faults) { set(f, on) }) }
		}
		return &World{
			Spec: spec, Person: jane, Stranger: stranger, Other: bo, Heir: marco,
			Snapshot: func() (string, error) { return m.Snapshot(), nil },
			Writes:   func() (string, error) { return strconv.Itoa(m.Writes()), nil },
			Ignore:   fault(func(f *Faults, on bool) { f.Ignore = on }),
			Refuse:   fault(func(f *Faults, on bool) { f.Refuse = on }),
			Down:     fault(func(f *Faults, on bool) { f.Down = on }),
			Busy:     fault(func(f *Faults, on bool) { f.Busy = on }),
			Hang:     fault(func(f *Faults, on bool) { f.Hang = on }),
			Secrets:  []string{secret},
		}, nil
	}}
}

func TestMemory(t *testing.T) {
	for _, action := range []string{"lock", "password", "groups", "owner", "wipe", "delete"} {
		t.Run(action, func(t *testing.T) { Action(t, memoryKit(action, nil)) })
	}
}

func TestMemoryInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory([]actions.Person{jane})
		lock := m.System("dir", "Directory", "lock").Actions[0].Action
		account := actions.Account{ID: "dir-jane", Login: "jane"}
		target := actions.Target{Person: jane, Account: account, Items: []actions.Item{{ID: "sign-in"}}}
		start := time.Now()
		m.Fault("dir", func(f *Faults) {
			f.Latency, f.DownUntil, f.Lie, f.Later, f.LaterFor = time.Minute, start.Add(90*time.Second), 1, 1, time.Hour
		})

		_, err := lock.Do(t.Context(), target)
		if err := wantClass("down", err, actions.ClassAgain); err != nil {
			t.Error(err)
		}
		_, err = lock.Do(t.Context(), target)
		if class, after := actions.ClassOf(err); class != actions.ClassLater || after != time.Hour {
			t.Errorf("later: %v after %v: %v", class, after, err)
		}
		if _, err = lock.Do(t.Context(), target); err != nil || m.Locked("dir", "jane") {
			t.Errorf("lie: %v, locked %v", err, m.Locked("dir", "jane"))
		}
		if _, err = lock.Do(t.Context(), target); err != nil || !m.Locked("dir", "jane") {
			t.Errorf("do: %v, locked %v", err, m.Locked("dir", "jane"))
		}
		if d := time.Since(start); d != 4*time.Minute {
			t.Errorf("four calls took %v of the bubble's time", d)
		}
		if want := []string{"dir/lock.Do jane", "dir/lock.Do jane", "dir/lock.Do jane", "dir/lock.Do jane"}; !slices.Equal(m.Calls(), want) {
			t.Errorf("calls: %q", m.Calls())
		}
	})
}

func TestMemoryDirectory(t *testing.T) {
	m := NewMemory([]actions.Person{marco, jane, bo})
	d := m.Directory()
	got, err := d.Search(t.Context(), "JA", 5)
	if err != nil || len(got) != 1 || got[0].ID != jane.ID {
		t.Errorf("search: %v, %v", got, err)
	}
	if got, err = d.Search(t.Context(), "example", 2); err != nil || len(got) != 2 || got[0].ID != bo.ID {
		t.Errorf("search: %v, %v", got, err)
	}
	if _, err := d.Lookup(t.Context(), "nobody"); !errors.Is(err, actions.ErrNoPerson) {
		t.Errorf("lookup of nobody: %v", err)
	}
	m.Fault(People, func(f *Faults) { f.Down = true })
	_, err = d.Lookup(t.Context(), jane.ID)
	if err := wantClass("a directory that is down", err, actions.ClassAgain); err != nil {
		t.Error(err)
	}
}
