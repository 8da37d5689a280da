package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"offboard/actions/actionstest/slapd"
	"offboard/store"
)

// verify compares everything with what an undisturbed run would have left.
func (k *killed) verify(server *slapd.Server, before dump) {
	k.Helper()
	m := k.mirror()
	a, err := newApp(k.cfg, operator(), just(m), zerologNop, movable(k.dir))
	if err != nil {
		k.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			k.Error(err)
		}
	}()
	if err := a.store.Check(); err != nil {
		k.Error(err)
	}
	for _, l := range k.crowd.leavers {
		k.ended(a.store, l)
	}
	if n := len(k.points) + len(k.crowd.checkpoints()); n < 2*len(k.crowd.leavers) {
		k.Errorf("there are only %d checkpoints", n)
	}
	for _, p := range append(k.points, k.crowd.checkpoints()...) {
		if _, err := a.store.Extends(p); err != nil {
			k.Errorf("%v:\n%s", err, p)
		}
	}
	k.directory(server, before)
	k.messages(a, m)
}

// did counts what people did about a leaver, by the entries of their case.
func (k *killed) did(s *store.Store, login string) map[string]int {
	k.Helper()
	i := slices.IndexFunc(k.crowd.leavers, func(l *departing) bool { return l.login == login })
	events, err := s.Events(context.Background(), k.crowd.leavers[i].caseID)
	if err != nil {
		k.Fatal(err)
	}
	out := map[string]int{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case store.Drafted:
			out["start"]++
		case store.Planned:
			out[map[store.PlanKind]string{store.Restore: "undo", store.Retake: "retake", store.Destroy: "destroy"}[b.Kind]]++
		case store.Returned:
			out["returned"]++
		case store.ConfirmedBy:
			out["credential"]++
		case store.Submitted:
			out["submit"+second(b.Plan)]++
		case store.Decided:
			out[map[bool]string{true: "approve", false: "decline"}[b.Approve]+second(b.Plan)]++
		case store.Answered:
			out[strings.Split(string(b.Answers[0].Step), "/")[1]]++
		case store.Started:
			out["begun"+second(b.Plan)]++
		case store.Finished:
			out["finished"+second(b.Plan)]++
		}
	}
	return out
}

// second marks what was done about a further plan.
func second(plan int) string {
	if plan > 1 {
		return fmt.Sprint(plan)
	}
	return ""
}

// ended checks one case: its end, what an undo would give back, and that
// nothing was done to it twice.
func (k *killed) ended(s *store.Store, l *departing) {
	k.Helper()
	c, err := s.Case(store.CaseID(l.caseID))
	if err != nil {
		k.Error(err)
		return
	}
	want, got := map[string]string{"case": "closed done, 1 plans"}, map[string]string{"case": fmt.Sprintf("%s %s, %d plans", c.State, c.Outcome, len(c.Plans))}
	if l.undone {
		want["case"] = "closed restored, 2 plans"
	}
	if l.later.ends != "" {
		want["case"] = l.later.ends
	}
	for action, held := range l.before {
		want["corp/"+action+"/1"] = fmt.Sprintf("%s %q", store.Proven, held)
	}
	for _, st := range c.Plan(1).Steps {
		held, err := s.Befores(c, st)
		if err != nil {
			k.Error(err)
		}
		var before []string
		for _, h := range held {
			before = append(before, h.Ref+"="+h.Before)
		}
		slices.Sort(before)
		got[string(st.ID)] = fmt.Sprintf("%s %q", st.State, before)
	}
	if d := cmp.Diff(want, got); d != "" {
		k.Errorf("%s, %s, ended otherwise (-want +got):\n%s", c.ID, l.login, d)
	}
	once := map[string]int{"start": 1, "submit": 1, "approve": 1, "owner": 1, "reports": 1, "begun": 1, "finished": 5}
	if l.undone {
		for deed, n := range map[string]int{"undo": 1, "submit2": 1, "approve2": 1, "begun2": 1, "finished2": 4, "credential": 1} {
			once[deed] = n
		}
	}
	maps.Copy(once, l.later.entries)
	if d := cmp.Diff(once, k.did(s, l.login)); d != "" {
		k.Errorf("%s has other entries (-want +got):\n%s", c.ID, d)
	}
}

// directory compares the directory with the one before, and tries from
// outside who can sign in.
func (k *killed) directory(server *slapd.Server, before dump) {
	k.Helper()
	now := dumpOf(k.T, server)
	want, changed := before.after(k.crowd.leavers)
	if d := cmp.Diff(want.without(changed), now.without(changed)); d != "" {
		k.Errorf("the directory is otherwise (-want +got):\n%.5000s", d)
	}
	for _, l := range k.crowd.leavers {
		dn := dnOf(l.login)
		for _, attr := range []string{"userPassword", "pwdChangedTime"} {
			if !l.later.deleted && slices.Equal(before[dn][attr], now[dn][attr]) {
				k.Errorf("the %s of %s was not changed", attr, l.login)
			}
		}
		for _, attr := range []string{"userPassword", "pwdChangedTime"} {
			if dn := dnOf(l.report()); !slices.Equal(before[dn][attr], now[dn][attr]) {
				k.Errorf("the %s of %s, who stays, was changed", attr, l.report())
			}
		}
		if signsIn(k.T, server, l.login) {
			k.Errorf("%s can still sign in", l.login)
		}
		if l.undone {
			givePassword(k.T, server, l.login)
			if !signsIn(k.T, server, l.login) {
				k.Errorf("%s, whose account was given back, can't sign in with a new password", l.login)
			}
		}
		if !signsIn(k.T, server, l.report()) {
			k.Errorf("%s, who stays, can't sign in any more", l.report())
		}
	}
}
