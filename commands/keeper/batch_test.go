package keeper

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
)

// A list whose cases can't be opened now, as in a pause, is not looked at again
// and again: a case that is opened says so.
func TestListThatWaits(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(store.Options{Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		book, err := people.New(s, actionstest.NewMemory(nil).Directory(), nil)
		if err != nil {
			t.Fatal(err)
		}
		id := map[string]store.PersonID{}
		for _, login := range []string{"hanna", "jane", "marco"} {
			if id[login], err = book.Meet(t.Context(), actions.Person{ID: "id-" + login, Name: login, Login: login}); err != nil {
				t.Fatal(err)
			}
		}
		hanna := store.Actor{Person: id["hanna"], Via: "test", Claims: []store.Claim{{Role: store.HR}}}
		list, err := s.List(t.Context(), hanna, store.CutOff{Mode: store.Now}, []store.Row{{Person: id["jane"], Kind: "resignation", LastDay: "2026-11-30", Zone: "UTC", Manager: id["marco"]}})
		if err != nil {
			t.Fatal(err)
		}
		k := New(Config{Store: s, People: book, View: view.View{Book: book, Zone: time.UTC}})
		looks := 0
		for range 10 {
			if _, due := k.wakes[store.CaseID(list)]; looks > 0 && !due {
				break
			}
			delete(k.wakes, store.CaseID(list))
			if err := k.show(t.Context(), store.CaseID(list)); err != nil {
				t.Fatal(err)
			}
			looks++
			time.Sleep(listEvery)
		}
		if looks != 2 { // the first finds a list that is new, and may be over at once
			t.Errorf("it was looked at %d times", looks)
		}
		terms := store.Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: id["marco"]}
		c, err := s.Append(t.Context(), store.NewCase, hanna, store.Drafted{Person: id["jane"], Terms: terms, Systems: []string{"directory"}, Batch: list})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.show(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		if at := k.wakes[store.CaseID(list)]; !at.Equal(time.Now().Add(listEvery)) {
			t.Errorf("a case was opened, and the list is looked at at %s", at)
		}
	})
}
