package actions_test

import (
	"slices"
	"testing"
	"time"

	"offboard/actions"
	"offboard/store"
)

// item is the number of a thing in a step.
func (w *world) item(id store.CaseID, step store.StepID, ref string) string {
	w.t.Helper()
	for _, h := range w.held(id, step) {
		if h.Ref == ref {
			return h.ID
		}
	}
	w.t.Fatalf("%s does not hold %s", step, ref)
	return ""
}

func TestEachThingGoesToItsHeir(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		archive := w.item(id, "dir/owner/1", "dir-group-archive")
		w.do(id, "hanna", store.Submitted{Plan: 1, Scope: w.get(id).Plan(0).Scope})
		w.do(id, "marco", store.Answered{Plan: 1, Answers: []store.Answer{{Step: "dir/owner/1", Item: archive, Choice: store.Give, Heir: w.people["bo"]}}})
		w.do(id, "marco", store.Decided{Plan: 1, Scope: w.get(id).Plan(0).Scope, Approve: true})
		w.closed(id)
		for group, heir := range map[string]string{"archive": "bo", "design": "marco"} { // the other one to the manager
			if got := w.mem.Owners("dir", group); !slices.Equal(got, []string{heir}) {
				t.Errorf("%s is owned by %q, want %s", group, got, heir)
			}
		}
	})
}

func TestWhatIsKeptOrArchivedStaysAndIsATask(t *testing.T) {
	for _, choice := range []store.Choice{store.Keep, store.Archive} {
		t.Run(string(choice), func(t *testing.T) {
			bubble(t, func(w *world) {
				w.start()
				id := w.proposed("jane")
				archive := w.item(id, "dir/owner/1", "dir-group-archive")
				w.do(id, "hanna", store.Submitted{Plan: 1, Scope: w.get(id).Plan(0).Scope})
				w.do(id, "marco", store.Answered{Plan: 1, Answers: []store.Answer{{
					Step: "dir/owner/1", Item: archive, Choice: choice, Until: "2030-01-01", Reason: store.Seal("a project"),
				}}})
				w.do(id, "marco", store.Decided{Plan: 1, Scope: w.get(id).Plan(0).Scope, Approve: true})
				s := w.ends(id, "dir/owner/1", store.Proven)
				w.has(w.text(id, s.Evidence), "Kept as decided: 1.")
				if got := w.mem.Owners("dir", "archive"); !slices.Equal(got, []string{"jane"}) {
					t.Errorf("the archive is owned by %q", got)
				}
				if got := w.mem.Owners("dir", "design"); !slices.Equal(got, []string{"marco"}) {
					t.Errorf("design is owned by %q", got)
				}
				task := store.StepID("kept/dir/owner/1/" + archive)
				w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: task, Note: store.Seal("on the shelf")})
				w.closed(id)
			})
		})
	}
}

func TestNothingIsTakenWhereAllIsKept(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.do(id, "hanna", store.Submitted{Plan: 1, Scope: w.get(id).Plan(0).Scope})
		w.do(id, "marco", store.Answered{Plan: 1, Answers: []store.Answer{{Choice: store.Archive}}})
		w.do(id, "marco", store.Decided{Plan: 1, Scope: w.get(id).Plan(0).Scope, Approve: true})
		s := w.ends(id, "dir/owner/1", store.Nothing)
		evidence := w.text(id, s.Evidence)
		w.has(evidence, "Kept as decided: 2.")
		w.has(evidence, "nothing more is to be taken")
		if n := w.calls("dir/owner.Do"); n != 0 {
			t.Errorf("%d calls of Do", n)
		}
	})
}

func TestHeirNobodyKnowsNeedsAPerson(t *testing.T) {
	bubble(t, func(w *world) {
		w.meet(actions.Person{ID: "id-eve", Name: "Eve", Login: "eve"}) // has no account in the directory
		w.systems(w.mem.System("dir", "Company directory", "owner"))
		w.start()
		id := w.proposed("jane")
		w.do(id, "hanna", store.Submitted{Plan: 1, Scope: w.get(id).Plan(0).Scope})
		w.do(id, "marco", store.Answered{Plan: 1, Answers: []store.Answer{{Choice: store.Give, Heir: w.people["eve"]}}})
		w.do(id, "marco", store.Decided{Plan: 1, Scope: w.get(id).Plan(0).Scope, Approve: true})
		s := w.ends(id, "dir/owner/1", store.NeedsPerson)
		w.has(w.text(id, s.Message), "nobody who stays was named")
		if got := w.mem.Owners("dir", "archive"); !slices.Equal(got, []string{"jane"}) {
			t.Errorf("the archive is owned by %q", got)
		}
		// The manager names somebody else, and IT tries again.
		w.do(id, "marco", store.Answered{Plan: 1, Answers: []store.Answer{{Choice: store.Give, Heir: w.people["bo"]}}})
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "dir/owner/1"})
		w.closed(id)
		if got := w.mem.Owners("dir", "archive"); !slices.Equal(got, []string{"bo"}) {
			t.Errorf("the archive is owned by %q", got)
		}
	})
}

func TestMoreOfTheSameIsTakenAndReported(t *testing.T) {
	bubble(t, func(w *world) {
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		w.mem.Join("dir", "secret", "jane")
		w.mem.Own("dir", "secret", "jane")
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.closed(id)
		if got := w.mem.Members("dir", "secret"); len(got) != 0 {
			t.Errorf("still in the new group: %q", got)
		}
		if got := w.mem.Owners("dir", "secret"); !slices.Equal(got, []string{"marco"}) {
			t.Errorf("the new group is owned by %q, want the manager", got)
		}
		s := w.step(id, "dir/groups/1")
		tried, _ := bodies[store.Attempted](w, id)
		i := slices.IndexFunc(tried, func(a store.Attempted) bool { return a.Step == s.ID })
		if len(tried[i].Items) != 1 || tried[i].Items[0].ID != "3" || len(s.Items) != 3 {
			t.Errorf("reported as new: %+v", tried[i].Items)
		}
		before, err := w.Befores(w.get(id), s)
		if err != nil || len(before) != 3 {
			t.Errorf("an undo would give back %+v (%v)", before, err)
		}
	})
}

// Where the survey found nothing of a kind, the first of it that comes before
// the cut-off is taken all the same.
func TestFirstOfItsKindAfterTheSurveyIsTaken(t *testing.T) {
	for _, c := range []struct {
		leaver, login string
		groups, owner store.StepID
	}{
		{"sasha", "sasha", "dir/groups/1", "dir/owner/1"},
		{"jane", "adm-jane", "dir/groups/2", "dir/owner/2"}, // the other account holds some
	} {
		t.Run(c.login, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.terms.CutOff = store.CutOff{Mode: store.At, At: tomorrow(t)}
				w.start()
				id := w.approved(c.leaver)
				for _, step := range []store.StepID{c.groups, c.owner} {
					if s := w.step(id, step); len(s.Items) != 0 {
						t.Fatalf("%s holds %+v already", step, s.Items)
					}
				}
				pass(time.Hour)
				w.mem.Join("dir", "secret", c.login)
				w.mem.Own("dir", "salaries", c.login)
				w.closed(id)
				if got := w.mem.Members("dir", "secret"); len(got) != 0 {
					t.Errorf("still in the new group: %q", got)
				}
				if got := w.mem.Owners("dir", "salaries"); !slices.Equal(got, []string{"marco"}) {
					t.Errorf("the new group is owned by %q, want the manager", got)
				}
				for step, ref := range map[store.StepID]string{c.groups: "dir-group-secret", c.owner: "dir-group-salaries"} {
					s := w.step(id, step)
					if s.State != store.Proven || len(s.Items) != 1 || s.Evidence.IsZero() {
						t.Errorf("%s is %s, of %+v", step, s.State, s.Items)
					}
					if before, err := w.Befores(w.get(id), s); err != nil || len(before) != 1 || before[0].Ref != ref {
						t.Errorf("an undo of %s would give back %+v (%v)", step, before, err)
					}
				}
			})
		})
	}
}

func TestNewThingWithAnHeirIsTriedAgainAfterAFailure(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(w.mem.System("dir", "Company directory", "owner"))
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		w.mem.Own("dir", "secret", "jane")
		w.mem.Fault("dir", lies(1))
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.closed(id)
		if got := w.mem.Owners("dir", "secret"); !slices.Equal(got, []string{"marco"}) {
			t.Errorf("the new group is owned by %q", got)
		}
	})
}

func TestGroupThatComesWhileItIsDoneIsTakenToo(t *testing.T) {
	bubble(t, func(w *world) {
		joined := false
		w.mem.OnDone = func(op string) {
			if op == "dir/groups.Do jane" && !joined {
				joined = true
				w.mem.Join("dir", "secret", "jane")
			}
		}
		w.start()
		id := w.approved("jane")
		w.closed(id)
		if got := w.mem.Members("dir", "secret"); len(got) != 0 {
			t.Errorf("still in the new group: %q", got)
		}
		s := w.step(id, "dir/groups/1")
		if before, err := w.Befores(w.get(id), s); err != nil || len(before) != 3 {
			t.Errorf("an undo would give back %+v (%v)", before, err)
		}
	})
}

// keys is a system that holds keys, which cannot be given back unless their
// names begin with "r".
type keys struct{ held []string }

func (k *keys) system() actions.System {
	a := actions.Account{ID: "a", Login: "jane"}
	return actions.System{Name: "keys", Title: "Keys", Actions: []actions.Spec{{
		Name: "revoke", Words: "Revoke keys", Proof: actions.ProofRead, Action: fakeAction{
			check: func(_ ctx, _ actions.Target) (actions.Finding, error) {
				f := actions.Finding{Accounts: []actions.Account{a}}
				for _, name := range k.held {
					f.Items = append(f.Items, actions.Item{ID: name, Account: "a", Label: "key " + name, Irreversible: name[0] != 'r'})
				}
				return f, nil
			},
			do: func(_ ctx, t actions.Target) (actions.Evidence, error) {
				for _, it := range t.Items {
					k.held = slices.DeleteFunc(k.held, func(name string) bool { return name == it.ID })
				}
				return actions.Evidence{Text: "200 OK"}, nil
			},
		},
	}}}
}

func TestNewThingThatCannotBeGivenBackIsLeft(t *testing.T) {
	for name, c := range map[string]struct {
		planned, then, left []string
		words               string
	}{
		"beside others":      {[]string{"old"}, []string{"old", "new"}, []string{"new"}, "200 OK New, could not be given back, and left: 1."},
		"alone":              {[]string{"old"}, []string{"new"}, []string{"new"}, "nothing more is to be taken there. New, could not be given back, and left: 1."},
		"with more of later": {[]string{"old"}, []string{"new", "r1", "old", "r2"}, []string{"new"}, "left: 1."},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				k := &keys{held: c.planned}
				w.systems(k.system())
				w.terms.CutOff = store.CutOff{Mode: store.Press}
				w.start()
				id := w.approved("jane")
				k.held = c.then
				w.do(id, "hanna", store.Pressed{Plan: 1})
				w.closed(id)
				s := w.step(id, "keys/revoke/1")
				if !slices.Equal(k.held, c.left) || s.Left != len(c.left) {
					t.Errorf("left %q, said %d", k.held, s.Left)
				}
				w.has(w.text(id, s.Evidence), c.words)
			})
		})
	}
}

func TestNumbersOfThingsAreNeverGivenTwice(t *testing.T) {
	bubble(t, func(w *world) {
		k := &keys{held: []string{"old"}}
		w.systems(k.system())
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		k.held = []string{"old", "new", "r1"} // 2 is left, 3 is taken
		n := 0
		w.cfg.Systems[0].Actions[0].Action = again(w.cfg.Systems[0].Actions[0].Action.(fakeAction), func() {
			if n++; n == 1 {
				k.held = append(k.held, "r2")
			}
		})
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.closed(id)
		s := w.step(id, "keys/revoke/1")
		var ids []string
		for _, it := range s.Items {
			ids = append(ids, it.ID)
		}
		if want := []string{"1", "3", "4"}; !slices.Equal(ids, want) {
			t.Errorf("numbers %q, want %q", ids, want)
		}
	})
}

// again calls then after each Do.
func again(f fakeAction, then func()) fakeAction {
	do := f.do
	f.do = func(c ctx, t actions.Target) (actions.Evidence, error) {
		e, err := do(c, t)
		then()
		return e, err
	}
	return f
}

func TestUndoGetsWhatTheFirstReadFound(t *testing.T) {
	bubble(t, func(w *world) {
		before, tries := "as it was", 0
		var got []string
		held := true
		w.systems(actions.System{Name: "odd", Title: "Odd", Actions: []actions.Spec{{
			Name: "take", Words: "Take it", Proof: actions.ProofRead, Action: fakeAction{
				check: func(ctx, actions.Target) (actions.Finding, error) {
					f := actions.Finding{Accounts: []actions.Account{{ID: "a", Login: "jane"}}}
					if held {
						f.Items = []actions.Item{{ID: "it", Account: "a", Label: "it", Before: before}}
					}
					return f, nil
				},
				do: func(_ ctx, t actions.Target) (actions.Evidence, error) {
					got = append(got, t.Items[0].Before)
					before = "half done"
					tries++
					held = tries < 3
					return actions.Evidence{}, nil
				},
			},
		}}})
		w.start()
		id := w.approved("jane")
		w.closed(id)
		if want := []string{"as it was", "as it was", "as it was"}; !slices.Equal(got, want) {
			t.Errorf("Do was told %q", got)
		}
		pass(time.Second)
		all, err := w.Befores(w.get(id), w.step(id, "odd/take/1"))
		if err != nil || len(all) != 1 || all[0].Before != "as it was" {
			t.Errorf("an undo would give back %+v (%v)", all, err)
		}
	})
}
