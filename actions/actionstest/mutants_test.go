package actionstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"offboard/actions"
)

// A mutant breaks one promise of an action.
type mutant struct {
	actions.Action
	check func(ctx context.Context, t actions.Target) (actions.Finding, error)
	do    func(ctx context.Context, t actions.Target) (actions.Evidence, error)
	undo  func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error)
}

func (m mutant) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	if m.check != nil {
		return m.check(ctx, t)
	}
	return m.Action.Check(ctx, t)
}

func (m mutant) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	if m.do != nil {
		return m.do(ctx, t)
	}
	return m.Action.Do(ctx, t)
}

func (m mutant) Undo(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
	if m.undo != nil {
		return m.undo(ctx, t, f)
	}
	return m.Action.(actions.Undoer).Undo(ctx, t, f)
}

func TestMutantsAreCaught(t *testing.T) {
	lied := map[*Memory]actions.Finding{}
	done := map[*Memory]bool{} // what a mutant remembers, shared by its instances
	tests := []struct {
		name, action, caught string
		wrap                 func(m *Memory, a actions.Action) actions.Action
	}{
		{"lies: Do does nothing", "lock", "what is taken is gone", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(context.Context, actions.Target) (actions.Evidence, error) { return actions.Evidence{}, nil }}
		}},
		{"asks for a task that nobody words", "owner", "the spec is complete", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				f, err := a.Check(ctx, t)
				for i := range f.Items {
					f.Items[i].Then = true
				}
				return f, err
			}}
		}},
		{"believes the answer of Do", "groups", "an ignored write is never proven", func(m *Memory, a actions.Action) actions.Action {
			return mutant{
				Action: a,
				do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
					e, err := a.Do(ctx, t)
					done[m] = err == nil
					return e, err
				},
				check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
					f, err := a.Check(ctx, t)
					if done[m] {
						f.Items = nil
					}
					return f, err
				},
			}
		}},
		{"Check writes", "groups", "reading writes nothing", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				m.Join("dir", "seen", "bo")
				return a.Check(ctx, t)
			}}
		}},
		{"leaks a secret in an error", "lock", "an unreachable system is tried again", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				e, err := a.Do(ctx, t)
				if err != nil {
					err = actions.Again(fmt.Errorf("sign in with %s: %w", secret, err))
				}
				return e, err
			}}
		}},
		{"Undo loses an item", "groups", "undo gives back exactly that", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, undo: func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
				t.Items = t.Items[:1]
				return a.(actions.Undoer).Undo(ctx, t, f)
			}}
		}},
		{"Undo gives back too much", "groups", "undo gives back only what is named", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, undo: func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
				t.Items = f.Items
				return a.(actions.Undoer).Undo(ctx, t, f)
			}}
		}},
		{"Undo goes by what is left to do", "groups", "an undo that was cut short goes on", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, undo: func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
				if done[m] {
					return actions.Evidence{}, nil
				}
				done[m] = true
				return a.(actions.Undoer).Undo(ctx, t, f)
			}}
		}},
		{"Undo gives back to every account", "lock", "undo gives back to one account", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, undo: func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
				for _, x := range f.Accounts {
					m.Unlock("dir", x.Login)
				}
				return a.(actions.Undoer).Undo(ctx, t, f)
			}}
		}},
		{"believes the answer of Undo", "groups", "an ignored undo is never proven", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, undo: func(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
				e, err := a.(actions.Undoer).Undo(ctx, t, before)
				done[m] = err == nil
				lied[m] = before
				return e, err
			}, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				if now, ok := lied[m]; ok && done[m] {
					return now, nil
				}
				return a.Check(ctx, t)
			}}
		}},
		{"Undo hides a refusal", "groups", "a refused undo is final", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, undo: func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
				e, err := a.(actions.Undoer).Undo(ctx, t, f)
				if class, _ := actions.ClassOf(err); class == actions.ClassFinal {
					err = nil
				}
				return e, err
			}}
		}},
		{"takes more than was wanted", "groups", "only the wanted items are taken", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				if f, err := a.Check(ctx, t); err == nil {
					t.Items = f.Items
				}
				return a.Do(ctx, t)
			}}
		}},
		{"finds one account only", "lock", "every account is found", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				f, err := a.Check(ctx, t)
				if err == nil && len(f.Accounts) > 1 {
					f.Accounts = f.Accounts[:1]
					f.Items = itemsOf(f, f.Accounts[0].ID)
				}
				return f, err
			}}
		}},
		{"does not say what it searched", "lock", "a stranger holds nothing", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				f, err := a.Check(ctx, t)
				f.Searched = ""
				return f, err
			}}
		}},
		{"takes a refusal for success", "lock", "a refused write is final and never proven", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				e, err := a.Do(ctx, t)
				if class, _ := actions.ClassOf(err); err != nil && class == actions.ClassFinal {
					return e, nil
				}
				return e, err
			}}
		}},
		{"calls everything final", "lock", "a busy system is tried again", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				e, err := a.Do(ctx, t)
				if err != nil {
					err = actions.Final(err)
				}
				return e, err
			}}
		}},
		{"gives errors no class", "lock", "an unreachable system is tried again", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				f, err := a.Check(ctx, t)
				if err != nil {
					err = errors.New(err.Error())
				}
				return f, err
			}}
		}},
		{"ignores its context", "lock", "a cancelled call does nothing", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				if errors.Is(ctx.Err(), context.Canceled) {
					ctx = context.WithoutCancel(ctx)
				}
				return a.Do(ctx, t)
			}}
		}},
		{"gives to a default heir in secret", "owner", "without an heir nothing moves", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				heirs := map[string]actions.Person{}
				for _, i := range t.Items {
					heirs[i.ID] = marco
				}
				t.Heirs = heirs
				return a.Do(ctx, t)
			}}
		}},
		{"destroys instead of handing over", "owner", "heirs get what is handed over", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				e, err := a.Do(ctx, t)
				m.mu.Lock()
				defer m.mu.Unlock()
				for _, g := range m.system("dir").groups {
					g.owners = without(g.owners, "dir-marco")
				}
				return e, err
			}}
		}},
		{"takes from somebody else as well", "groups", "others stay untouched", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				e, err := a.Do(ctx, t)
				m.mu.Lock()
				defer m.mu.Unlock()
				for _, g := range m.system("dir").groups {
					g.members = without(g.members, "dir-bo")
				}
				return e, err
			}}
		}},
		{"takes any change for a mark", "password", "a mark must be new", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				if !t.First.IsZero() {
					t.First = time.Unix(1, 0)
				}
				return a.Check(ctx, t)
			}}
		}},
		{"remembers between calls", "groups", "a fresh instance goes on", func(_ *Memory, a actions.Action) actions.Action {
			var seen []string
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				e, err := a.Do(ctx, t)
				seen = append(seen, ids(t.Items)...)
				return e, err
			}, undo: func(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
				t.Items = slices.DeleteFunc(slices.Clone(t.Items), func(i actions.Item) bool { return !slices.Contains(seen, i.ID) })
				return a.(actions.Undoer).Undo(ctx, t, f)
			}}
		}},
		{"does not stay on the pinned account", "groups", "an account that is gone holds nothing", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, check: func(ctx context.Context, t actions.Target) (actions.Finding, error) {
				t.Account = actions.Account{}
				return a.Check(ctx, t)
			}}
		}},
		{"takes all when nothing is wanted", "groups", "nothing wanted takes nothing", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				if f, err := a.Check(ctx, t); err == nil && len(t.Items) == 0 {
					t.Items = f.Items
				}
				return a.Do(ctx, t)
			}}
		}},
		{"toggles", "lock", "doing it twice is harmless", func(m *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				if len(t.Items) > 0 && m.Locked("dir", t.Account.Login) {
					m.Unlock("dir", t.Account.Login)
					return actions.Evidence{}, nil
				}
				return a.Do(ctx, t)
			}}
		}},
		{"cannot be undone and does not say so", "lock", "the spec is complete", func(_ *Memory, a actions.Action) actions.Action {
			return struct{ actions.Action }{a}
		}},
		{"deletes for good and can be undone", "delete", "the spec is complete", func(_ *Memory, a actions.Action) actions.Action {
			return struct {
				actions.Action
				actions.Undoer
			}{Action: a}
		}},
		{"acts without an account", "lock", "no account, no act", func(_ *Memory, a actions.Action) actions.Action {
			return mutant{Action: a, do: func(ctx context.Context, t actions.Target) (actions.Evidence, error) {
				if t.Account.ID == "" {
					t.Account.ID = "dir-" + t.Person.Login
				}
				return a.Do(ctx, t)
			}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := Failures(memoryKit(tt.action, tt.wrap))
			if found[tt.caught] == nil {
				t.Errorf("%q does not catch it; others say %v", tt.caught, found)
			}
		})
	}
}
