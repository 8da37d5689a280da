package actions_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

func TestRenamedAccountIsFoundByItsID(t *testing.T) {
	bubble(t, func(w *world) {
		login, locked := "jane", false
		var asked []actions.Account
		w.systems(actions.System{Name: "odd", Title: "Odd", Actions: []actions.Spec{{
			Name: "lock", Words: "Lock it", LockOut: true, Proof: actions.ProofRead, Action: fakeAction{
				check: func(_ ctx, t actions.Target) (actions.Finding, error) {
					f := actions.Finding{Accounts: []actions.Account{{ID: "uuid-1", Login: login}}}
					if !locked {
						f.Items = []actions.Item{{ID: "sign-in", Account: "uuid-1", Label: "sign in as " + login}}
					}
					return f, nil
				},
				do: func(_ ctx, t actions.Target) (actions.Evidence, error) {
					asked = append(asked, t.Account)
					locked = true
					return actions.Evidence{}, nil
				},
			},
		}}})
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		login = "jane.doe"
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.closed(id)
		if len(asked) != 1 || asked[0].ID != "uuid-1" {
			t.Errorf("asked for %+v", asked)
		}
	})
}

func TestProtectedAccountIsRefusedAtTheAttemptToo(t *testing.T) {
	for name, denied := range map[string]string{"by its old name": "jane", "by its new name": "breakglass"} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				login := "jane"
				w.systems(odd(func(_ ctx, t actions.Target) (actions.Finding, error) {
					return actions.Finding{
						Accounts: []actions.Account{{ID: "1", Login: login}},
						Items:    []actions.Item{{ID: "x", Account: "1", Label: "sign in"}},
					}, nil
				}))
				w.terms.CutOff = store.CutOff{Mode: store.Press}
				w.start()
				id := w.approved("jane")
				login = denied
				w.cfg.Deny = func(l string) bool { return l == denied }
				w.start() // with the new configuration
				w.do(id, "hanna", store.Pressed{Plan: 1})
				s := w.ends(id, "odd/lock/1", store.NeedsPerson) // its Do would panic
				w.has(w.text(id, s.Message), denied+" is protected")
			})
		})
	}
}

func TestConnectorThatPanicsStopsOnlyItsStep(t *testing.T) {
	bubble(t, func(w *world) {
		var broken atomic.Bool
		w.mem.OnCall = func(op string) {
			if broken.Load() && op == "vpn/lock.Do jane" || broken.Load() && op == "vpn/groups.Check jane" {
				panic("nil map")
			}
		}
		w.start()
		id := w.proposed("jane")
		broken.Store(true)
		w.approve(id)
		for _, step := range []store.StepID{"vpn/lock/1", "vpn/groups/1"} {
			s := w.ends(id, step, store.NeedsPerson)
			w.has(w.text(id, s.Message), "the connector of vpn broke: nil map")
		}
		w.ends(id, "dir/groups/1", store.Proven)
		w.ends(id, "vpn/lock/2", store.Proven)
		broken.Store(false)
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/lock/1"})
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/groups/1"})
		w.closed(id)
	})
}

func TestSystemThatWasRemovedNeedsAPerson(t *testing.T) {
	bubble(t, func(w *world) {
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		w.cfg.Systems = w.cfg.Systems[:1]
		w.start()
		w.do(id, "hanna", store.Pressed{Plan: 1})
		s := w.ends(id, "vpn/lock/1", store.NeedsPerson)
		w.has(w.text(id, s.Message), "vpn is not configured any more")
		w.ends(id, "dir/lock/1", store.Proven)
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/lock/1"})
		pass(time.Second)
		w.ends(id, "vpn/lock/1", store.NeedsPerson)
	})
}

func TestConnectorThatAnswersAboutOthersIsNotBelieved(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(odd(func(_ ctx, t actions.Target) (actions.Finding, error) {
			f := actions.Finding{Accounts: []actions.Account{{ID: "1", Login: "jane"}}}
			if t.Account.ID != "" {
				f.Items = []actions.Item{{ID: "x", Account: "2", Label: "sign in as bo"}}
			}
			return f, nil
		}))
		w.start()
		id := w.approved("jane")
		s := w.ends(id, "odd/lock/1", store.NeedsPerson) // its Do would panic
		w.has(w.text(id, s.Message), "another account")
	})
}

func TestWhatCanBeReadIsTakenAndTheRestIsTriedAgain(t *testing.T) {
	bubble(t, func(w *world) {
		held, hidden := []string{"a"}, []string{"b"}
		unread := false
		w.systems(actions.System{Name: "odd", Title: "Odd", Actions: []actions.Spec{{
			Name: "take", Words: "Take it", LockOut: true, Proof: actions.ProofRead, Action: fakeAction{
				check: func(ctx, actions.Target) (actions.Finding, error) {
					f := actions.Finding{Accounts: []actions.Account{{ID: "1", Login: "jane"}}}
					for _, h := range held {
						f.Items = append(f.Items, actions.Item{ID: h, Account: "1", Label: h})
					}
					if unread {
						f.Unread = []string{"page 2: 503"}
					}
					return f, nil
				},
				do: func(_ ctx, t actions.Target) (actions.Evidence, error) {
					held = nil
					return actions.Evidence{}, nil
				},
			},
		}}})
		w.start()
		id := w.proposed("jane")
		unread = true
		w.approve(id)
		s := w.ends(id, "odd/take/1", store.FailedAgain)
		w.has(w.text(id, s.Message), "page 2: 503")
		if len(held) != 0 {
			t.Error("what could be read was not taken")
		}
		pass(time.Minute)
		if s := w.step(id, "odd/take/1"); s.State != store.FailedAgain {
			t.Errorf("what nobody could read is %s", s.State)
		}
		unread, held = false, hidden
		w.closed(id)
		if len(held) != 0 {
			t.Error("the rest was not taken")
		}
	})
}

func TestLogThatCannotBeWrittenDelaysAndLosesNothing(t *testing.T) {
	for _, at := range []string{"before", "after"} {
		t.Run(at, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.systems(w.mem.System("vpn", "VPN"))
				w.mem.Own("vpn", "archive", "jane")
				w.start()
				id := w.proposed("jane")
				refused := 0
				// From the first act on, the disk is full for an hour.
				var full sync.Once
				w.mem.OnDone = func(op string) {
					if op == "vpn/lock.Do jane" {
						full.Do(func() {
							until := time.Now().Add(time.Hour)
							f := func(now string) error {
								if now == at && time.Now().Before(until) {
									refused++
									return errFull
								}
								return nil
							}
							w.fault.Store(&f)
						})
					}
				}
				w.approve(id)
				pass(30 * time.Minute)
				if n := len(w.mem.Calls()); n > 300 || refused == 0 {
					t.Errorf("%d calls while nothing could be written, %d times", n, refused)
				}
				w.closed(id)
				if n := w.calls("vpn/lock.Do jane"); n != 1 {
					t.Errorf("locked %d times, although a read shows it", n)
				}
				if got := w.mem.Owners("vpn", "archive"); !slices.Equal(got, []string{"marco"}) {
					t.Errorf("the archive is owned by %q", got)
				}
			})
		})
	}
}

func TestEachAttemptIsMadeWithTheSameKeyAndFirstTime(t *testing.T) {
	bubble(t, func(w *world) {
		keys, firsts := map[string]int{}, map[time.Time]int{}
		vpn := w.mem.System("vpn", "VPN", "lock")
		inner := vpn.Actions[0].Action
		vpn.Actions[0].Action = fakeAction{check: inner.Check, do: func(c ctx, t actions.Target) (actions.Evidence, error) {
			if t.Account.Login == "jane" {
				keys[t.Key]++
				firsts[t.First]++
			}
			return inner.Do(c, t)
		}}
		w.systems(vpn)
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Ignore = true })
		w.start()
		id := w.approved("jane")
		w.until("three attempts", func() bool { return w.step(id, "vpn/lock/1").Tries == 3 })
		w.start()
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Ignore = false })
		s := w.ends(id, "vpn/lock/1", store.Proven)
		if len(keys) != 1 || len(firsts) != 1 || firsts[s.First] != s.Tries || keys[string(id)+":1:vpn/lock/1"] != s.Tries {
			t.Errorf("keys %v, first times %v of %d tries", keys, firsts, s.Tries)
		}
		if strings.Contains(w.text(id, s.Evidence), "error") {
			t.Errorf("evidence %q", w.text(id, s.Evidence))
		}
	})
}
