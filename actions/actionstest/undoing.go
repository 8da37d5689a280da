package actionstest

import (
	"fmt"

	"offboard/actions"
)

// The checks of what an action gives back, beyond that it is exactly what was
// taken (checkUndo).

// taken does all of the first account that holds at least n items, or skips what
// can't be undone. It returns what was found before, and what all was like.
func (r *run) taken(n int) (f actions.Finding, t actions.Target, before string, err error) {
	if f, t, err = r.rich(n); err != nil {
		return f, t, "", err
	}
	if !r.reversible(t.Items) {
		return f, t, "", errSkip
	}
	if before, err = r.Snapshot(); err != nil {
		return f, t, "", err
	}
	if err = r.do(t); err != nil {
		return f, t, "", fmt.Errorf("do: %w", err)
	}
	return f, t, before, r.wantStill("after Do", t, nil)
}

// gives undoes t, and demands that all is as it was before it was done.
func (r *run) gives(what string, t actions.Target, f actions.Finding, before string) error {
	if err := r.undo(t, f); err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	after, err := r.Snapshot()
	if err != nil {
		return err
	}
	return same(what, before, after)
}

// checkUndoFresh leaves an undo half done, as a killed process does, and lets
// another instance finish it.
func checkUndoFresh(k Kit) error {
	return k.in(func(r *run) error {
		f, t, before, err := r.taken(1)
		if err != nil {
			return err
		}
		half := t
		half.Items = t.Items[:(len(t.Items)+1)/2]
		if err := r.undo(half, f); err != nil {
			return fmt.Errorf("undo half: %w", err)
		}
		if err := r.wantStill("after half of the Undo", t, ids(half.Items)); err != nil {
			return err
		}
		return r.gives("Do, and Undo in two halves", t, f, before)
	})
}

// checkUndoOthers takes from every account and from somebody else, and gives
// back to one account only.
func checkUndoOthers(k Kit) error {
	return k.in(func(r *run) error {
		f, err := r.held()
		if err != nil {
			return err
		}
		if !r.reversible(f.Items) {
			return errSkip
		}
		other, err := r.check(actions.Target{Person: r.Other})
		if err != nil {
			return fmt.Errorf("check the other person: %w", err)
		}
		var targets []actions.Target
		for _, a := range f.Accounts {
			if t := r.target(f, a); len(t.Items) > 0 {
				targets = append(targets, t)
			}
		}
		for _, a := range other.Accounts {
			if t := r.target(other, a); len(t.Items) > 0 {
				t.Person = r.Other
				targets = append(targets, t)
			}
		}
		for _, t := range targets {
			if err := r.do(t); err != nil {
				return fmt.Errorf("do %s: %w", t.Account.Login, err)
			}
		}
		if err := r.undo(targets[0], f); err != nil {
			return fmt.Errorf("undo %s: %w", targets[0].Account.Login, err)
		}
		if err := r.wantStill("after Undo", targets[0], ids(targets[0].Items)); err != nil {
			return err
		}
		for _, t := range targets[1:] {
			if err := r.wantStill("another account, after Undo", t, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkUndoIgnored: an answer proves nothing, here neither.
func checkUndoIgnored(k Kit) error {
	return k.in(func(r *run) error {
		return r.undoUnder(r.Ignore, func(t actions.Target, f actions.Finding) error {
			_ = r.undo(t, f) // whether it noticed is its own affair: Check must
			return nil
		})
	})
}

func checkUndoRefused(k Kit) error {
	return k.in(func(r *run) error {
		return r.undoUnder(r.Refuse, func(t actions.Target, f actions.Finding) error {
			return wantClass("a refused Undo", r.undo(t, f), actions.ClassFinal)
		})
	})
}

// undoUnder runs Undo under a fault and demands that Check finds nothing given
// back, and all of it once the fault is over.
func (r *run) undoUnder(fault func(bool), undo func(actions.Target, actions.Finding) error) error {
	if fault == nil {
		return errSkip
	}
	f, t, before, err := r.taken(1)
	if err != nil {
		return err
	}
	fault(true)
	err = r.unchanged("Undo under a fault", func() error { return undo(t, f) })
	if err == nil {
		err = r.wantStill("after an Undo that did nothing", t, nil)
	}
	fault(false)
	if err != nil {
		return err
	}
	return r.gives("Do and Undo", t, f, before)
}
