package actionstest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/actions"
)

// The checks of what an action takes, hands over and gives back.

// gone is what a Check after Do must find of t: nothing, or everything where
// the system shows nothing.
func (r *run) gone(t actions.Target) []string {
	if r.spec.Proof == actions.ProofAccepted {
		return ids(t.Items)
	}
	return nil
}

func checkTakes(k Kit) error {
	return k.in(func(r *run) error {
		f, err := r.held()
		if err != nil {
			return err
		}
		for n, a := range f.Accounts {
			t := r.target(f, a)
			if len(t.Items) == 0 {
				continue
			}
			if err := r.wantStill("before Do", t, ids(t.Items)); err != nil {
				return err
			}
			if err := r.do(t); err != nil {
				return fmt.Errorf("do %s: %w", a.Login, err)
			}
			if err := r.wantStill("after Do", t, r.gone(t)); err != nil {
				return err
			}
			for _, later := range f.Accounts[n+1:] {
				l := r.target(f, later)
				if err := r.wantStill("another account, after Do", l, ids(l.Items)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func checkSubset(k Kit) error {
	return k.in(func(r *run) error {
		_, t, err := r.rich(2)
		if err != nil {
			return err
		}
		all := t.Items
		t.Items = all[:1]
		if err := r.do(t); err != nil {
			return fmt.Errorf("do: %w", err)
		}
		t.Items = all
		want := ids(all[1:])
		if r.spec.Proof == actions.ProofAccepted {
			want = ids(all)
		}
		return r.wantStill("after Do of the first item", t, want)
	})
}

func checkNothing(k Kit) error {
	return k.in(func(r *run) error {
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		t.Items = nil
		return r.unchanged("Do without items", func() error { return r.do(t) })
	})
}

func checkTwice(k Kit) error {
	return k.in(func(r *run) error {
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		if err := r.do(t); err != nil {
			return fmt.Errorf("do: %w", err)
		}
		err = r.unchanged("Do again", func() error { return r.do(t) })
		if err != nil {
			return err
		}
		return r.wantStill("after Do twice", t, r.gone(t))
	})
}

// checkFresh leaves a step half done, as a killed process does, and lets
// another instance finish it from the target alone.
func checkFresh(k Kit) error {
	return k.in(func(r *run) error {
		f, t, err := r.rich(1)
		if err != nil {
			return err
		}
		before, err := r.Snapshot()
		if err != nil {
			return err
		}
		half := t
		half.Items = t.Items[:(len(t.Items)+1)/2]
		if err := r.do(half); err != nil {
			return fmt.Errorf("do half: %w", err)
		}
		if err := r.do(t); err != nil {
			return fmt.Errorf("do the rest: %w", err)
		}
		if err := r.wantStill("after the rest", t, r.gone(t)); err != nil {
			return err
		}
		if !r.reversible(t.Items) {
			return nil
		}
		return r.gives("Do in two halves and Undo", t, f, before)
	})
}

func (r *run) reversible(items []actions.Item) bool {
	_, ok := r.spec.Action.(actions.Undoer)
	return ok && r.spec.Loses == "" && !slices.ContainsFunc(items, func(i actions.Item) bool { return i.Irreversible })
}

func checkUndo(k Kit) error {
	return k.in(func(r *run) error {
		f, err := r.held()
		if err != nil {
			return err
		}
		if !r.reversible(f.Items) {
			return errSkip
		}
		return r.unchanged("Do and Undo", func() error {
			for _, a := range f.Accounts {
				t := r.target(f, a)
				if len(t.Items) == 0 {
					continue
				}
				if err := r.do(t); err != nil {
					return fmt.Errorf("do %s: %w", a.Login, err)
				}
				for _, what := range []string{"undo", "undo again"} {
					if err := r.undo(t, f); err != nil {
						return fmt.Errorf("%s %s: %w", what, a.Login, err)
					}
				}
				if err := r.wantStill("after Undo", t, ids(t.Items)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func checkUndoSubset(k Kit) error {
	return k.in(func(r *run) error {
		f, t, err := r.rich(2)
		if err != nil {
			return err
		}
		if !r.reversible(t.Items) {
			return errSkip
		}
		if err := r.do(t); err != nil {
			return fmt.Errorf("do: %w", err)
		}
		all := t.Items
		t.Items = all[1:2]
		if err := r.undo(t, f); err != nil {
			return fmt.Errorf("undo: %w", err)
		}
		t.Items = all
		return r.wantStill("after Undo of the second item", t, ids(all[1:2]))
	})
}

func checkHeirs(k Kit) error {
	return k.in(func(r *run) error {
		if !r.spec.Answers {
			return errSkip
		}
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		if err := r.do(t); err != nil {
			return fmt.Errorf("do: %w", err)
		}
		f, err := r.check(actions.Target{Person: r.Heir})
		if err != nil {
			return fmt.Errorf("check the heir: %w", err)
		}
		for _, i := range t.Items {
			// An heir cannot hold themselves, as when they are one of the reports.
			if i.ID != r.Heir.ID && !slices.Contains(ids(f.Items), i.ID) {
				return fmt.Errorf("the heir did not get %s (%s); they hold %q", i.ID, i.Label, ids(f.Items))
			}
		}
		return nil
	})
}

func checkNoHeir(k Kit) error {
	return k.in(func(r *run) error {
		if !r.spec.Answers {
			return errSkip
		}
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		for _, heirs := range []map[string]actions.Person{nil, {t.Items[0].ID: r.Person}} {
			t.Heirs = heirs
			err := r.unchanged("Do without an heir", func() error {
				return wantClass("Do without an heir", r.do(t), actions.ClassFinal)
			})
			if err != nil {
				return err
			}
		}
		return r.wantStill("after Do without an heir", t, ids(t.Items))
	})
}

func checkOthers(k Kit) error {
	return k.in(func(r *run) error {
		first := time.Now()
		holds := func() ([]string, error) {
			f, err := r.check(actions.Target{Person: r.Other, First: first})
			return ids(f.Items), err
		}
		before, err := holds()
		if err != nil {
			return fmt.Errorf("check the other person: %w", err)
		}
		if len(before) == 0 {
			return errors.New("the other person holds nothing: the kit proves nothing")
		}
		f, err := r.held()
		if err != nil {
			return err
		}
		for _, a := range f.Accounts {
			if err := r.do(r.target(f, a)); err != nil {
				return fmt.Errorf("do %s: %w", a.Login, err)
			}
		}
		after, err := holds()
		if err == nil && !slices.Equal(before, after) {
			err = fmt.Errorf("the other person held %q and holds %q", before, after)
		}
		return err
	})
}

func checkNoAccount(k Kit) error {
	return k.in(func(r *run) error {
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		t.Account = actions.Account{}
		return r.unchanged("Do without an account", func() error {
			return wantClass("Do without an account", r.do(t), actions.ClassFinal)
		})
	})
}
