package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/bot"
	"offboard/store"
)

// The bot is killed while a list is read for import, while its drafts are opened,
// and in the minute in which everybody on it is locked out: in the end everybody
// has left, each by exactly one case that was begun once.
func TestKilledList(t *testing.T) {
	server := slapd.New(t, actionstest.Require(t, "slapd"))
	entries, all := killedCompany(leavers)
	if err := server.Reset(entries); err != nil {
		t.Fatal(err)
	}
	k := newKilled(t, server, 1, "")
	k.crowd = newCrowd(k.rng, all)
	for n, l := range all { // they start no cases of their own
		for _, deed := range deeds(n, l) {
			k.crowd.answered[deed+"-"+l.login] = true
		}
	}
	rows := []string{"person,kind,last_day,cut_off,zone"}
	for _, l := range all {
		rows = append(rows, l.login+",resignation,2026-11-30,now,Europe/Lisbon")
	}

	w := k.awake()
	w.until("people reach it", func() bool { return w.running })
	ended := make(chan struct{})
	go func() { // the command waits for the server, which is killed half-way
		defer close(ended)
		_, err := k.imports(t.Context(), rows, func(done, _ int64) {
			if done == leavers/2 {
				_ = w.cmd.Process.Signal(os.Kill) // it may be dead
			}
		})
		if err == nil {
			t.Error("the server was killed, and the command says that all is well")
		}
	}()
	w.end(os.Kill)
	<-ended
	k.lists(0)

	w = k.awake()
	w.until("people reach it", func() bool { return w.running })
	out, err := k.imports(t.Context(), rows, func(int64, int64) {})
	if err != nil || len(out.Problems) > 0 || len(out.Told) != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	k.people(w, "hanna", "take-l000", "take")
	w.until("some are opened", func() bool { return k.shown(leavers / 4) })
	w.end(os.Kill)
	k.lists(1)
	w = k.awake()
	w.until("all are looked at", func() bool { return k.reads("Submit it, and one person approves all of it.") })
	k.people(w, "hanna", "submit-l000", "submit nils")
	w.until("somebody is asked", func() bool { return k.button("BATCH-1:approve:") != "" })
	_, scope, _ := strings.Cut(k.button("BATCH-1:approve:"), ":approve:")
	k.people(w, "nils", "agree-l000", "approve "+scope)
	w.until("some are locked out", func() bool { return !signsIn(t, server, all[0].login) })
	w.end(os.Kill)
	k.lists(1)
	w = k.awake()
	w.until("all is done", func() bool { return k.reads("All of it is done") })
	w.end(syscall.SIGTERM)

	s := k.lists(1)
	for n, l := range all {
		if signsIn(t, server, l.login) {
			t.Errorf("%s can sign in", l.login)
		}
		if s[n].State != store.CaseClosed || s[n].Outcome != store.Done {
			t.Errorf("%s: %+v", l.login, s[n])
		}
	}
}

// imports is offboard import, while the server runs.
func (k *killed) imports(ctx context.Context, rows []string, p progress) (imported, error) {
	d, err := openDesk(ctx, filepath.Join(k.dir, "offboard.yaml"), toWrite)
	if err != nil {
		return imported{}, err
	}
	out, err := d.imports(ctx, importRequest{Text: []byte(strings.Join(rows, "\n") + "\n"), User: operator()}, p)
	return out, errors.Join(err, d.close())
}

// people has somebody type something about the list.
func (k *killed) people(w *watched, who, id, words string) {
	k.tell(w.life, []bot.Interaction{{
		ID: id, Verb: string(store.VerbBatch), Text: "BATCH-1 " + words, User: bot.User{Platform: "web", ID: who}, Place: bot.Place{Platform: "web", Kind: bot.Direct, ID: who},
	}})
}

// shown reports whether so many cases are there, as the server says.
func (k *killed) shown(n int) bool {
	d, err := openDesk(k.Context(), filepath.Join(k.dir, "offboard.yaml"), toRead)
	if err != nil {
		return false
	}
	_, err = d.show(k.Context(), fmt.Sprint("OFF-", n), operator())
	return errors.Join(err, d.close()) == nil
}

// button is what the first button is about that begins so.
func (k *killed) button(object string) string {
	for _, s := range k.crowd.sheets {
		for _, b := range s.Buttons {
			if strings.HasPrefix(b.Object, object) {
				return b.Object
			}
		}
	}
	return ""
}

// lists checks the log of a bot that is dead: so many lists, each with everybody
// on it, and nobody with more than one case, approval or beginning. It returns
// the cases of the last one.
func (k *killed) lists(want int) map[int]store.Summary {
	k.Helper()
	s, err := k.open()
	if err != nil {
		k.Fatal(err)
	}
	defer func() {
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			k.Error(err)
		}
	}()
	all, err := s.Batches()
	if err != nil || len(all) != want {
		k.Fatalf("%d lists, %v", len(all), err)
	}
	events, err := s.Since(0, 1<<20)
	if err != nil {
		k.Fatal(err)
	}
	done := map[string]map[string]bool{"drafted": {}, "covered": {}, "started": {}}
	for _, e := range events {
		if of, ok := done[e.Kind]; ok && of[e.Subject] {
			k.Errorf("%s twice in %s", e.Kind, e.Subject)
		} else if ok {
			of[e.Subject] = true
		}
	}
	var cases map[int]store.Summary
	for _, b := range all {
		if len(b.Rows) != leavers {
			k.Errorf("%s has %d people", b.ID, len(b.Rows))
		}
		if cases, err = s.BatchCases(b.ID); err != nil {
			k.Fatal(err)
		}
		who := map[store.PersonID]bool{}
		for _, c := range cases {
			who[c.Person] = true
		}
		if len(who) != len(done["drafted"]) {
			k.Errorf("%d cases of %d people", len(done["drafted"]), len(who))
		}
		k.Logf("%s: %d opened, %d approved, %d begun", b.ID, len(done["drafted"]), len(done["covered"]), len(done["started"]))
	}
	return cases
}
