package actions

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// check, do and undo call an action within a turn at its system.
func (x *Executor) check(ctx context.Context, turn *turn, system string, spec Spec, t Target) (Finding, error) {
	var f Finding
	err := x.call(ctx, turn, system, func(ctx context.Context) (err error) {
		f, err = spec.Action.Check(ctx, t)
		return err
	})
	return f, err
}

func (x *Executor) do(ctx context.Context, turn *turn, system string, spec Spec, t Target) (Evidence, error) {
	var e Evidence
	err := x.call(ctx, turn, system, func(ctx context.Context) (err error) {
		e, err = spec.Action.Do(ctx, t)
		return err
	})
	return e, err
}

// undo gives back the items of t, as they were before.
func (x *Executor) undo(ctx context.Context, turn *turn, system string, spec Spec, t Target) (Evidence, error) {
	var e Evidence
	u, ok := spec.Action.(Undoer)
	if !ok {
		return e, &Error{Class: ClassFinal, Err: fmt.Errorf("the bot can't give this back any more: do it by hand")}
	}
	err := x.call(ctx, turn, system, func(ctx context.Context) (err error) {
		e, err = u.Undo(ctx, t, Finding{Accounts: []Account{t.Account}, Items: t.Items})
		return err
	})
	return e, err
}

// call makes one call of a connector. Its error is nil, the end of ctx, or an
// *Error: a connector that panics or never answers must not take the others
// with it.
func (x *Executor) call(ctx context.Context, turn *turn, system string, f func(context.Context) error) (err error) {
	limited, cancel := context.WithTimeout(ctx, x.cfg.Timeout)
	defer cancel()
	begun := time.Now()
	defer func() {
		if r := recover(); r != nil {
			x.cfg.Log.Error().Str("system", system).Str("err", fmt.Sprint(r)).Bytes("stack", debug.Stack()).Msg("a connector panicked")
			err = Final(fmt.Errorf("the connector of %s broke: %v", system, r))
		}
		if ctx.Err() != nil {
			err = ctx.Err() // it says nothing about the system
			return
		}
		turn.said(err)
		if x.cfg.Called != nil {
			x.cfg.Called(system, time.Since(begun), err)
		}
	}()
	err = f(limited)
	if class, after := ClassOf(err); err != nil {
		return &Error{Class: class, After: after, Err: err}
	}
	return nil
}
