package actionstest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"offboard/actions"
)

// The checks of what an action does when the system fails.

// unproven runs Do under a fault and demands that Check still finds all.
func (r *run) unproven(what string, fault func(bool), do func(t actions.Target) error) error {
	if fault == nil {
		return errSkip
	}
	_, t, err := r.rich(1)
	if err != nil {
		return err
	}
	fault(true)
	err = r.unchanged("Do while the system "+what, func() error { return do(t) })
	if err != nil {
		return err
	}
	if err := r.wantStill("while the system "+what, t, ids(t.Items)); err != nil {
		return err
	}
	fault(false)
	if err := r.wantStill("when the system no longer "+what, t, ids(t.Items)); err != nil {
		return err
	}
	if err := r.do(t); err != nil {
		return fmt.Errorf("do when the system no longer %s: %w", what, err)
	}
	return r.wantStill("after the Do that worked", t, r.gone(t))
}

func checkIgnored(k Kit) error {
	return k.in(func(r *run) error {
		return r.unproven("ignores writes", r.Ignore, func(t actions.Target) error {
			_ = r.do(t) // whether it noticed is its own affair: Check must
			return nil
		})
	})
}

func checkRefused(k Kit) error {
	return k.in(func(r *run) error {
		return r.unproven("refuses writes", r.Refuse, func(t actions.Target) error {
			return wantClass("a refused Do", r.do(t), actions.ClassFinal)
		})
	})
}

// checkMark: a change made before the first attempt proves nothing, and
// without a first attempt there is nothing to prove.
func checkMark(k Kit) error {
	return k.in(func(r *run) error {
		if r.spec.Proof != actions.ProofMark {
			return errSkip
		}
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		if err := r.do(t); err != nil {
			return fmt.Errorf("do: %w", err)
		}
		later := t
		later.First = t.First.Add(time.Hour)
		if err := r.wantStill("with a first attempt after the change", later, ids(t.Items)); err != nil {
			return err
		}
		later.First = time.Time{}
		return r.wantStill("without a first attempt", later, ids(t.Items))
	})
}

func checkDown(k Kit) error {
	return k.in(func(r *run) error { return r.again("unreachable", r.Down) })
}

func checkBusy(k Kit) error {
	return k.in(func(r *run) error { return r.again("busy", r.Busy) })
}

func (r *run) again(what string, fault func(bool)) error {
	if fault == nil {
		return errSkip
	}
	f, t, err := r.rich(1)
	if err != nil {
		return err
	}
	fault(true)
	_, err = r.check(actions.Target{Person: r.Person})
	err = errors.Join(
		wantClass("Check of an "+what+" system", err, actions.ClassAgain),
		wantClass("Do in an "+what+" system", r.do(t), actions.ClassAgain),
	)
	if err == nil && r.reversible(t.Items) {
		err = wantClass("Undo in an "+what+" system", r.undo(t, f), actions.ClassAgain)
	}
	fault(false)
	if err != nil {
		return err
	}
	if err := r.wantStill("after the outage", t, ids(t.Items)); err != nil {
		return err
	}
	if err := r.do(t); err != nil {
		return fmt.Errorf("do after the outage: %w", err)
	}
	return r.wantStill("after Do", t, r.gone(t))
}

func checkCancelled(k Kit) error {
	return k.in(func(r *run) error {
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		return r.unchanged("a cancelled call", func() error {
			ctx, cancel := context.WithCancel(r.ctx)
			cancel()
			r.ctx = ctx
			_, err := r.check(t)
			return errors.Join(cancelled("Check", err), cancelled("Do", r.do(t)))
		})
	})
}

func cancelled(what string, err error) error {
	if !errors.Is(err, context.Canceled) {
		return errors.Join(fmt.Errorf("%s with a cancelled context does not return an error that wraps context.Canceled", what), err)
	}
	return nil
}

// checkHang cancels calls that wait for an answer. An action that does not
// listen never returns, and the test's own time limit says so.
func checkHang(k Kit) error {
	return k.in(func(r *run) error {
		if r.Hang == nil {
			return errSkip
		}
		_, t, err := r.rich(1)
		if err != nil {
			return err
		}
		r.Hang(true)
		defer r.Hang(false)
		for _, call := range []struct {
			name string
			fn   func() error
		}{
			{"Check", func() error { _, err := r.check(t); return err }},
			{"Do", func() error { return r.do(t) }},
		} {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			r.ctx = ctx
			err := call.fn()
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				return errors.Join(fmt.Errorf("%s of a system that hangs does not return an error that wraps context.DeadlineExceeded", call.name), err)
			}
		}
		return nil
	})
}
