package actionstest

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/store"
)

// CarryOut runs somebody's departure from one system through the real executor
// and log until each step is in the state that is wanted ("" is any), confirms
// what is for people, and returns the log and the closed case. A step that is wanted
// as Skipped is left out when it waits for a person.
func CarryOut(t *testing.T, system actions.System, leaver actions.Person, want map[store.StepID]store.StepState) (*store.Store, store.Case) {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(store.Options{
		Path: filepath.Join(dir, "log.db"), Keys: filepath.Join(dir, "log.keys"), Secret: "a secret for tests only",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x := actions.New(actions.Config{Store: s, Systems: []actions.System{system}, First: time.Millisecond, Max: time.Millisecond})
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	people := map[string]store.PersonID{}
	for _, p := range []actions.Person{leaver, {ID: "id-hanna", Name: "Hanna", Login: "hanna"}, {ID: "id-marco", Name: "Marco", Login: "marco"}, {ID: "id-ivan", Name: "Ivan", Login: "ivan"}, {ID: "id-sasha", Name: "Sasha", Login: "sasha"}} {
		if people[p.Login], err = s.Meet(ctx, store.Bot("test"), p); err != nil {
			t.Fatal(err)
		}
	}
	var c store.Case
	do := func(name string, role store.Role, b store.Body) {
		t.Helper()
		id := string(c.ID)
		if id == "" {
			id = string(store.NewCase)
		}
		if c, err = s.Append(ctx, id, store.Actor{Person: people[name], Via: "test", Claims: []store.Claim{{Role: role}}}, b); err != nil {
			t.Fatal(err)
		}
	}
	until := func(cond func() bool) {
		t.Helper()
		for {
			changed := s.Changed()
			if c, err = s.Case(c.ID); err != nil {
				t.Fatal(err)
			}
			if cond() {
				return
			}
			<-changed // go test's own time limit ends a wait for what never comes
		}
	}
	do("hanna", store.HR, store.Drafted{Person: people[leaver.Login], Systems: []string{system.Name}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "Europe/Lisbon", Manager: people["marco"],
	}})
	until(func() bool { return c.Plan(0).State == store.Proposed })
	scope := c.Plan(0).Scope
	do("hanna", store.HR, store.Submitted{Plan: 1, Scope: scope})
	do("marco", "", store.Decided{Plan: 1, Scope: scope, Approve: true})
	for _, role := range c.Outstanding() { // an account that the system or the bot needs
		do("sasha", role, store.Decided{Plan: 1, Scope: scope, Approve: true})
	}
	for id := range want {
		if c.Plan(0).Step(id).ID == "" {
			t.Fatalf("there is no step %s", id)
		}
	}
	if len(c.Plan(0).Steps) != len(want) {
		t.Errorf("%d steps, want %d", len(c.Plan(0).Steps), len(want))
	}
	until(func() bool {
		return !c.Plan(0).Begun.IsZero() && !slices.ContainsFunc(c.Plan(0).Steps, func(st store.Step) bool {
			wanted := want[st.ID]
			if wanted == store.Skipped && (st.Manual != nil || st.Stuck()) {
				return false // it is skipped below
			}
			return wanted != "" && wanted != st.State
		})
	})
	for _, st := range c.Plan(0).Steps {
		switch {
		case want[st.ID] == store.Skipped && !st.State.Ended():
			do("ivan", store.IT, store.Requested{Change: store.Change{Verb: store.VerbSkip, Plan: 1, Step: st.ID, Reason: store.Seal("it was stolen")}})
		case st.Manual != nil || st.State == store.Accepted:
			do("ivan", store.IT, store.ConfirmedBy{Plan: 1, Step: st.ID, Note: store.Seal("seen")})
		}
	}
	until(func() bool { return c.State == store.CaseClosed })
	return s, c
}

// GiveBack undoes what CarryOut took, by the same executor, until each step is in
// the state that is wanted ("" is any, also if it is not there), does what meanwhile does about steps that
// need a person, and returns the closed case.
func GiveBack(t *testing.T, s *store.Store, c store.Case, want map[store.StepID]store.StepState, meanwhile func(c store.Case, retry func(store.StepID))) store.Case {
	t.Helper()
	ctx := t.Context()
	who := func(login string) store.PersonID {
		id, err := s.Meet(ctx, store.Bot("test"), actions.Person{ID: "id-" + login, Name: strings.ToUpper(login[:1]) + login[1:], Login: login})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	do := func(name string, role store.Role, b store.Body) {
		t.Helper()
		var err error
		if c, err = s.Append(ctx, string(c.ID), store.Actor{Person: who(name), Via: "test", Claims: []store.Claim{{Role: role}}}, b); err != nil {
			t.Fatal(err)
		}
	}
	until := func(cond func() bool) {
		t.Helper()
		for {
			changed := s.Changed()
			var err error
			if c, err = s.Case(c.ID); err != nil {
				t.Fatal(err)
			}
			if cond() {
				return
			}
			<-changed // go test's own time limit ends a wait for what never comes
		}
	}
	systems := append(slices.Clone(c.Plan(1).Systems), actions.Tasks)
	do("hanna", store.HR, store.Planned{Kind: store.Restore, Of: 1, Systems: systems, CutOff: store.CutOff{Mode: store.Now}, Approver: who("marco"), Reason: store.Seal("they stay")})
	until(func() bool { return c.Plan(0).State == store.Proposed })
	p := c.Plan(0)
	do("hanna", store.HR, store.Submitted{Plan: p.No, Scope: p.Scope})
	do("marco", "", store.Decided{Plan: p.No, Scope: p.Scope, Approve: true})
	for _, st := range p.Steps {
		if _, ok := want[st.ID]; !ok {
			t.Errorf("%s (%s) is not wanted", st.ID, st.Words)
		}
	}
	for id, state := range want {
		if state != "" && p.Step(id).ID == "" {
			t.Fatalf("there is no step %s", id)
		}
	}
	until(func() bool {
		if meanwhile != nil {
			meanwhile(c, func(id store.StepID) { do("ivan", store.IT, store.Retried{Plan: p.No, Step: id}) })
		}
		return !c.Plan(0).Begun.IsZero() && !slices.ContainsFunc(c.Plan(0).Steps, func(st store.Step) bool { return want[st.ID] != "" && want[st.ID] != st.State })
	})
	for _, st := range c.Plan(0).Steps {
		if st.Manual != nil {
			do("ivan", store.IT, store.ConfirmedBy{Plan: p.No, Step: st.ID, Note: store.Seal("seen")})
		}
	}
	until(func() bool { return c.State == store.CaseClosed })
	return c
}
