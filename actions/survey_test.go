package actions_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// surveyed is what the survey of one system said.
func (w *world) surveyed(id store.CaseID, system string) store.Surveyed {
	w.t.Helper()
	p := w.get(id).Plan(0)
	i := slices.IndexFunc(p.Surveys, func(s store.Surveyed) bool { return s.System == system })
	if i < 0 {
		w.t.Fatalf("%s was not surveyed", system)
	}
	return p.Surveys[i]
}

func TestSurveyFindsEveryAccountAndWhatItHolds(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		want := []store.StepID{
			"dir/groups/1", "dir/groups/2", "dir/lock/1", "dir/lock/2", "dir/owner/1", "dir/owner/2", "dir/password/1", "dir/password/2",
			"vpn/groups/1", "vpn/groups/2", "vpn/lock/1", "vpn/lock/2",
		}
		if got := stepIDs(w.get(id).Plan(0)); !slices.Equal(got, want) {
			t.Errorf("steps\n%q, want\n%q", got, want)
		}
		var account actions.Account
		lock := w.step(id, "dir/lock/2")
		if err := w.RevealJSON(string(id), lock.Account, &account); err != nil {
			t.Fatal(err)
		}
		if account.ID != "dir-adm-jane" || account.Login != "adm-jane" || !lock.Admin || !lock.LockOut {
			t.Errorf("the second account is %+v (admin %t, lock-out %t)", account, lock.Admin, lock.LockOut)
		}
		var refs []string
		for _, h := range w.held(id, "dir/groups/1") {
			refs = append(refs, h.Ref)
		}
		if want := []string{"dir-group-design", "dir-group-staff"}; !slices.Equal(refs, want) {
			t.Errorf("groups %q, want %q", refs, want)
		}
		if s := w.step(id, "dir/owner/1"); len(s.Items) != 2 || !s.Items[0].Heir || !s.StepPlan.Answers {
			t.Errorf("what she owns: %+v", s.Items)
		}
		for _, step := range []store.StepID{"dir/groups/2", "dir/owner/2", "vpn/groups/2"} { // planned, should she get any
			if s := w.step(id, step); len(s.Items) != 0 || len(w.held(id, step)) != 0 {
				t.Errorf("%s holds %+v", step, s.Items)
			}
		}
		if s := w.step(id, "dir/password/1"); !s.Items[0].Irreversible || s.Loses == "" || !slices.Equal(s.After, []store.StepID{"dir/lock/1"}) {
			t.Errorf("the password: %+v", s.StepPlan)
		}
	})
}

func TestSurveyWritesNothing(t *testing.T) {
	bubble(t, func(w *world) {
		before := w.mem.Snapshot()
		w.start()
		w.proposed("jane")
		if n := w.calls("dir/"); n != 4 {
			t.Errorf("%d calls at the directory, want one for each action", n)
		}
		if w.mem.Writes() != 0 || w.mem.Snapshot() != before {
			t.Errorf("%d writes", w.mem.Writes())
		}
	})
}

func TestWhatCannotBeReadIsAPersonsLockOut(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.start()
		before := time.Now()
		id := w.proposed("jane")
		if took := time.Since(before); took > time.Minute {
			t.Errorf("HR waited %s for the survey", took)
		}
		s := w.step(id, "vpn/by-hand/1")
		if s.Manual == nil || !s.LockOut || s.Manual.Owner != store.IT {
			t.Errorf("the task: %+v", s.StepPlan)
		}
		found := w.surveyed(id, "vpn")
		w.has(w.texts(id, found.Unread), "VPN (lock the account): vpn/lock.Check jane: connection refused")
		if !found.Searched.IsZero() {
			t.Errorf("it says that it searched: %s", w.text(id, found.Searched))
		}
		if n := w.calls("vpn/"); n != 4 {
			t.Errorf("%d calls at a system that is down, want 3 for the first action and 1 for the second", n)
		}
		w.step(id, "dir/lock/1") // the others were read
	})
}

func TestSurveyWaitsForASystemThatComesBack(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.DownCalls = 2 })
		w.start()
		id := w.proposed("jane")
		w.step(id, "vpn/lock/1")
		if u := w.surveyed(id, "vpn").Unread; len(u) != 0 {
			t.Errorf("unread: %s", w.texts(id, u))
		}
	})
}

func TestSurveyAsksADeadSystemAtOnce(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Max = 10 * time.Hour
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(30 * time.Hour) // the gate is closed for hours
		before := time.Now()
		w.proposed("bo")
		if took := time.Since(before); took > time.Minute {
			t.Errorf("HR waited %s for the survey", took)
		}
	})
}

func TestNoAccountSaysWhatWasSearched(t *testing.T) {
	bubble(t, func(w *world) {
		w.meet(actions.Person{ID: "id-new", Name: "New Here", Login: "new"})
		w.start()
		id := w.proposed("new")
		if got := w.text(id, w.surveyed(id, "dir").Searched); got != "accounts of id-new" {
			t.Errorf("searched %q", got)
		}
		if n := len(w.get(id).Plan(0).Steps); n != 0 {
			t.Errorf("%d steps", n)
		}
	})
}

func TestProtectedAccountIsLeftAloneAndSaid(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Deny = func(login string) bool { return login == "adm-jane" }
		w.start()
		id := w.proposed("jane")
		if ids := stepIDs(w.get(id).Plan(0)); slices.Contains(ids, "dir/lock/2") || !slices.Contains(ids, "dir/lock/1") {
			t.Errorf("steps %q", ids)
		}
		notes := w.texts(id, w.surveyed(id, "dir").Notes)
		if strings.Count(notes, "adm-jane is protected") != 1 {
			t.Errorf("notes: %s", notes)
		}
		// A person sees to it, once and not for each action.
		st := w.get(id).Plan(0).Step("dir/protected/1")
		if st.Manual == nil || !st.LockOut || w.text(id, st.Login) != "adm-jane" {
			t.Errorf("%+v", st.StepPlan)
		}
		if ids := stepIDs(w.get(id).Plan(0)); slices.Contains(ids, "dir/protected/2") {
			t.Errorf("steps %q", ids)
		}
	})
}

// Who can change their own name can't take one that protects them; the id of
// their account is nobody's to choose.
func TestChosenNameProtectsNothing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		deny   string
		chosen bool
		want   []store.StepID
		note   string
	}{
		{"a name that they chose", "breakglass", true, []store.StepID{"odd/lock/1"}, "it protects nothing"},
		{"the id of such an account", "uuid-1", true, []store.StepID{"odd/protected/1"}, "breakglass is protected"},
		{"a name that they were given", "breakglass", false, []store.StepID{"odd/protected/1"}, "breakglass is protected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.systems(odd(func(ctx, actions.Target) (actions.Finding, error) {
					return actions.Finding{
						Accounts: []actions.Account{{ID: "uuid-1", Login: "breakglass", Chosen: tt.chosen}},
						Items:    []actions.Item{{ID: "x", Account: "uuid-1", Label: "sign in"}},
					}, nil
				}))
				w.cfg.Deny = func(name string) bool { return name == tt.deny }
				w.terms.CutOff = store.CutOff{Mode: store.Press}
				w.start()
				id := w.proposed("jane")
				if got := stepIDs(w.get(id).Plan(0)); !slices.Equal(got, tt.want) {
					t.Errorf("steps %q, want %q", got, tt.want)
				}
				w.has(w.texts(id, w.surveyed(id, "odd").Notes), tt.note)
			})
		})
	}
}

// The same rule holds at the attempt: a name that was taken since the survey
// stops nothing.
func TestChosenNameStopsNoAttempt(t *testing.T) {
	bubble(t, func(w *world) {
		login, done := "jane", false
		sys := odd(func(ctx, actions.Target) (actions.Finding, error) {
			f := actions.Finding{Accounts: []actions.Account{{ID: "uuid-1", Login: login, Chosen: true}}}
			if !done {
				f.Items = []actions.Item{{ID: "x", Account: "uuid-1", Label: "sign in"}}
			}
			return f, nil
		})
		w.systems(sys)
		w.cfg.Deny = func(name string) bool { return name == "breakglass" }
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		login, done = "breakglass", true // the read at the attempt shows that nothing is left
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.ends(id, "odd/lock/1", store.Nothing)
	})
}

func TestPersonByHandIsIdentifiedAndLookedForByPersons(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Tasks = []actions.Task{{Name: "laptop", Words: "Take back the laptop", Owner: store.IT, Due: time.Hour, Proof: "serial number"}}
		w.start()
		id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], ByHand: true, Terms: w.terms, Systems: w.x.Systems()}).ID
		w.until("surveyed", func() bool { return w.get(id).Plan(0).State == store.Proposed })
		want := []store.StepID{"dir/by-hand/1", "tasks/identify/1", "tasks/laptop/1", "vpn/by-hand/1"}
		if got := stepIDs(w.get(id).Plan(0)); !slices.Equal(got, want) {
			t.Errorf("steps %q, want %q", got, want)
		}
		if s := w.step(id, "tasks/identify/1"); !s.Manual.First {
			t.Error("who it is need not be confirmed first")
		}
		if s := w.step(id, "tasks/laptop/1"); s.Manual.Due != time.Hour || s.Manual.Proof != "serial number" {
			t.Errorf("the task: %+v", s.Manual)
		}
		if len(w.mem.Calls()) != 0 {
			t.Errorf("calls: %q", w.mem.Calls())
		}
		w.has(w.texts(id, w.surveyed(id, "dir").Notes), "a person must look")
	})
}

func TestSystemThatIsNotConfiguredIsLookedAtByHand(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Terms: w.terms, Systems: []string{"dir", "gone"}}).ID
		w.until("surveyed", func() bool { return w.get(id).Plan(0).State == store.Proposed })
		s := w.step(id, "gone/by-hand/1")
		w.has(s.Words, "not configured")
		if !s.LockOut {
			t.Error("it is not counted as a lock-out")
		}
	})
}

// fakeAction is an action made of functions.
type fakeAction struct {
	check func(ctx context.Context, t actions.Target) (actions.Finding, error)
	do    func(ctx context.Context, t actions.Target) (actions.Evidence, error)
}

func (f fakeAction) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return f.check(ctx, t)
}

func (f fakeAction) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return f.do(ctx, t)
}

// odd is a system with one lock-out whose Check is f.
func odd(f func(ctx context.Context, t actions.Target) (actions.Finding, error)) actions.System {
	return actions.System{Name: "odd", Title: "Odd one", Actions: []actions.Spec{{
		Name: "lock", Words: "Änder it", LockOut: true, Proof: actions.ProofRead, Action: fakeAction{check: f},
	}}}
}

func TestBrokenConnectorEndsTheSurveyByHand(t *testing.T) {
	one := actions.Account{ID: "1", Login: "jane"}
	many := make([]actions.Item, 2000)
	for i := range many {
		many[i] = actions.Item{ID: strings.Repeat("x", i+1), Account: "1"}
	}
	for name, c := range map[string]struct {
		finding actions.Finding
		err     error
		panics  bool
		says    string
	}{
		"it panics":                            {panics: true, says: "the connector of odd broke"},
		"it names one account twice":           {finding: actions.Finding{Accounts: []actions.Account{one, one}}, says: "can't be written down"},
		"it does not say whose something is":   {finding: actions.Finding{Accounts: []actions.Account{one}, Items: []actions.Item{{ID: "x", Label: "a key"}}}, says: "a key: the connector does not say whose"},
		"it finds more than an entry can hold": {finding: actions.Finding{Accounts: []actions.Account{one}, Items: many}, says: "2000 things"},
		"it may not read":                      {err: actions.Final(errors.New("forbidden")), says: "Odd one (änder it): forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				calls := 0
				w.systems(odd(func(context.Context, actions.Target) (actions.Finding, error) {
					calls++
					if c.panics {
						panic("nil map")
					}
					return c.finding, c.err
				}))
				w.start()
				id := w.proposed("jane")
				if s := w.step(id, "odd/by-hand/1"); !s.LockOut {
					t.Error("the task is not counted as a lock-out")
				}
				w.has(w.texts(id, w.surveyed(id, "odd").Unread), c.says)
				if calls != 1 {
					t.Errorf("%d calls, for an answer that will not change", calls)
				}
			})
		})
	}
}

func TestSystemThatNeverAnswersDoesNotHoldTheSurvey(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Hang = true })
		w.start()
		id := w.proposed("jane")
		w.has(w.texts(id, w.surveyed(id, "vpn").Unread), "deadline exceeded")
	})
}
