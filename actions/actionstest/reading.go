package actionstest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"offboard/actions"
)

// The checks of what an action declares and reads.

func checkSpec(k Kit) error {
	return k.in(func(r *run) error {
		s := r.spec
		f, err := r.held()
		if err != nil {
			return err
		}
		_, undoes := s.Action.(actions.Undoer)
		gone := s.Loses != ""
		for _, i := range f.Items {
			gone = gone || i.Irreversible
			if s.Answers && !i.Heir {
				return fmt.Errorf("the action takes answers, and %s is for no heir", i.ID)
			}
			if i.Heir && !s.Answers {
				return fmt.Errorf("%s is for an heir, and the action takes no answers", i.ID)
			}
			if i.Then && (s.Then == nil || s.Then.Words == "") {
				return fmt.Errorf("somebody has to do something about %s besides, and the action does not say what", i.ID)
			}
		}
		switch {
		case s.Name == "" || s.Words == "" || s.Action == nil:
			return errors.New("name, words and action are needed")
		case s.Phase == actions.PhaseDestroy && (!s.Optional || s.LockOut || s.Answers || undoes):
			return errors.New("what deletes for good is optional, no lock-out, goes to nobody, and is never undone")
		case s.Phase != actions.PhaseCutOff && s.Phase != actions.PhaseAfter && s.Phase != actions.PhaseDestroy:
			return fmt.Errorf("unknown phase %q", s.Phase)
		case s.Proof != actions.ProofRead && s.Proof != actions.ProofMark && s.Proof != actions.ProofAccepted:
			return fmt.Errorf("unknown proof %q", s.Proof)
		case s.LockOut && s.Answers:
			return errors.New("a lock-out must not wait for answers")
		case !undoes && !gone:
			return errors.New("it cannot be undone, and nothing says so: Loses, or Irreversible on its items")
		case s.Credential && s.Loses == "":
			return errors.New("nothing says which credential is lost: Loses")
		case undoes != (s.Undoes != ""):
			return errors.New("there must be words for what Undo does (Undoes) where there is one, and nowhere else")
		case s.Answers && r.Heir.ID == "":
			return errors.New("the kit names no heir")
		}
		return nil
	})
}

func checkStranger(k Kit) error {
	return k.in(func(r *run) error {
		f, err := r.check(actions.Target{Person: r.Stranger})
		switch {
		case err != nil:
			return fmt.Errorf("check: %w", err)
		case len(f.Accounts) > 0 || len(f.Items) > 0:
			return fmt.Errorf("found %v and %v", f.Accounts, f.Items)
		case f.Searched == "":
			return errors.New("nothing is said of what was searched")
		}
		return nil
	})
}

func checkAccounts(k Kit) error {
	return k.in(func(r *run) error {
		f, err := r.held()
		if err != nil {
			return err
		}
		if len(f.Accounts) < 2 && !r.OneAccount {
			return fmt.Errorf("found %d accounts, want two: %v", len(f.Accounts), f.Accounts)
		}
		known := map[string]bool{}
		for _, a := range f.Accounts {
			if a.ID == "" || a.Login == "" {
				return fmt.Errorf("account %+v lacks an id or a login", a)
			}
			if known[a.ID] {
				return fmt.Errorf("account %s is found twice", a.ID)
			}
			known[a.ID] = true
		}
		seen := map[[2]string]bool{}
		for _, i := range f.Items {
			key := [2]string{i.Account, i.ID}
			switch {
			case slices.Contains(i.Names, ""):
				return fmt.Errorf("item %s has a name without a letter: %q", i.ID, i.Names)
			case i.ID == "" || i.Label == "":
				return fmt.Errorf("item %+v lacks an id or a label", i)
			case !known[i.Account]:
				return fmt.Errorf("item %s belongs to account %q, which was not found", i.ID, i.Account)
			case seen[key]:
				return fmt.Errorf("item %s is found twice", i.ID)
			}
			seen[key] = true
		}
		for _, a := range f.Accounts {
			one, err := r.check(actions.Target{Person: r.Person, Account: a})
			if err != nil {
				return fmt.Errorf("check %s: %w", a.Login, err)
			}
			if want := itemsOf(f, a.ID); len(want) != len(one.Items) || (len(want) > 0 && !reflect.DeepEqual(one.Items, want)) {
				return fmt.Errorf("pinned, %s holds %v; surveyed, it held %v", a.Login, one.Items, want)
			}
			if len(one.Accounts) != 1 || one.Accounts[0].ID != a.ID {
				return fmt.Errorf("pinned to %s, Check returns accounts %v", a.ID, one.Accounts)
			}
		}
		again, err := r.held()
		if err == nil && !reflect.DeepEqual(f, again) {
			err = fmt.Errorf("two surveys of the same state differ:\n%+v\n%+v", f, again)
		}
		return err
	})
}

func checkGone(k Kit) error {
	return k.in(func(r *run) error {
		t := actions.Target{Person: r.Person, Account: actions.Account{ID: "00000000-0000-4000-8000-000000000000", Login: "nobody"}}
		f, err := r.check(t)
		switch {
		case err != nil:
			return fmt.Errorf("check: %w", err)
		case len(f.Items) > 0 || len(f.Accounts) > 0:
			return fmt.Errorf("found %v and %v: only the pinned account counts", f.Accounts, f.Items)
		case f.Searched == "":
			return errors.New("nothing is said of what was searched")
		}
		held, err := r.held()
		if err != nil {
			return err
		}
		t.Items = held.Items
		return r.unchanged("Do on an account that is gone", func() error {
			_ = r.do(t)
			return nil
		})
	})
}

func checkReads(k Kit) error {
	return k.in(func(r *run) error {
		writes := func() (string, error) { return "", nil }
		if r.Writes != nil {
			writes = r.Writes
		}
		before, err := writes()
		if err != nil {
			return err
		}
		err = r.unchanged("Check", func() error {
			f, err := r.held()
			if err != nil {
				return err
			}
			for _, a := range f.Accounts {
				if _, err := r.check(r.target(f, a)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		after, err := writes()
		if err == nil && before != after {
			err = fmt.Errorf("Check wrote: %q, then %q", before, after)
		}
		return err
	})
}
