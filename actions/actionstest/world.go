package actionstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/actions"
)

// A run is one check at work in one world. Everything that an action returns
// passes through it and is searched for secrets.
type run struct {
	*World
	ctx  context.Context
	spec actions.Spec
	leak error
}

// in makes a world, runs fn in it, and adds what only shows on the way.
func (k Kit) in(fn func(r *run) error) (err error) {
	w, err := k.New()
	if err != nil {
		return fmt.Errorf("make the world: %w", err)
	}
	if w.Close != nil {
		defer w.Close()
	}
	r := &run{World: w, ctx: context.Background(), spec: w.Spec()}
	err = fn(r)
	if r.leak != nil {
		return errors.Join(r.leak, err)
	}
	return err
}

func (r *run) scan(what string, v ...any) {
	text := fmt.Sprintf("%+v", v)
	for _, secret := range r.Secrets {
		if secret != "" && strings.Contains(text, secret) {
			// The secret itself stays out of the test's output as well.
			r.leak = fmt.Errorf("%s of %s holds a secret", what, r.spec.Name)
		}
	}
}

// check is Check by a fresh instance.
func (r *run) check(t actions.Target) (actions.Finding, error) {
	f, err := r.Spec().Action.Check(r.ctx, t)
	r.scan("the finding", f)
	r.scan("an error of Check", err)
	return f, err
}

// do is Do by a fresh instance.
func (r *run) do(t actions.Target) error {
	e, err := r.Spec().Action.Do(r.ctx, t)
	r.scan("the evidence", e)
	r.scan("an error of Do", err)
	return err
}

// undo is Undo by a fresh instance.
func (r *run) undo(t actions.Target, before actions.Finding) error {
	u, ok := r.Spec().Action.(actions.Undoer)
	if !ok {
		return errSkip
	}
	e, err := u.Undo(r.ctx, t, before)
	r.scan("the evidence", e)
	r.scan("an error of Undo", err)
	return err
}

// held is what the survey finds: every account of the person and its items.
func (r *run) held() (actions.Finding, error) {
	f, err := r.check(actions.Target{Person: r.Person})
	switch {
	case err != nil:
		return f, fmt.Errorf("check: %w", err)
	case len(f.Accounts) == 0:
		return f, errors.New("the person has no account")
	case len(f.Items) == 0:
		return f, errors.New("the person holds nothing")
	}
	return f, nil
}

// target is the target of a step: one account, all it holds, an heir for each.
func (r *run) target(f actions.Finding, a actions.Account) actions.Target {
	t := actions.Target{
		Person: r.Person, Account: a, Items: itemsOf(f, a.ID),
		First: time.Now(), Key: "OFF-1:1:" + a.ID,
	}
	if r.spec.Answers {
		t.Heirs = map[string]actions.Person{}
		for _, i := range t.Items {
			t.Heirs[i.ID] = r.Heir
		}
	}
	return t
}

// rich is an account of the person that holds at least n items.
func (r *run) rich(n int) (actions.Finding, actions.Target, error) {
	f, err := r.held()
	if err != nil {
		return f, actions.Target{}, err
	}
	for _, a := range f.Accounts {
		if t := r.target(f, a); len(t.Items) >= n {
			return f, t, nil
		}
	}
	return f, actions.Target{}, errSkip
}

// still says which of the wanted items a Check with t finds.
func (r *run) still(t actions.Target) ([]string, error) {
	f, err := r.check(t)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	var ids []string
	for _, i := range f.Items {
		if slices.ContainsFunc(t.Items, func(w actions.Item) bool { return w.ID == i.ID }) {
			ids = append(ids, i.ID)
		}
	}
	return ids, nil
}

// wantStill fails unless exactly these are found, in any order.
func (r *run) wantStill(when string, t actions.Target, want []string) error {
	got, err := r.still(t)
	if err != nil {
		return fmt.Errorf("%s: %w", when, err)
	}
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s: Check finds %q of the wanted items, want %q", when, got, want)
	}
	return nil
}

// unchanged fails if the snapshot differs after fn.
func (r *run) unchanged(what string, fn func() error) error {
	before, err := r.Snapshot()
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := fn(); err != nil {
		return err
	}
	after, err := r.Snapshot()
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return same(what, before, after)
}

func same(what, before, after string) error {
	if before == after {
		return nil
	}
	x, y := strings.Split(before, "\n"), strings.Split(after, "\n")
	var diff []string
	for _, l := range x {
		if !slices.Contains(y, l) {
			diff = append(diff, "-"+l)
		}
	}
	for _, l := range y {
		if !slices.Contains(x, l) {
			diff = append(diff, "+"+l)
		}
	}
	return fmt.Errorf("%s changed the world:\n%s", what, strings.Join(diff, "\n"))
}

func wantClass(what string, err error, want actions.Class) error {
	if err == nil {
		return fmt.Errorf("%s: no error, want one of class %s", what, want)
	}
	if got, _ := actions.ClassOf(err); got != want {
		return fmt.Errorf("%s: class %s, want %s: %w", what, got, want, err)
	}
	// ClassOf is kind to errors without a class; an action must give one.
	if _, ok := errors.AsType[*actions.Error](err); !ok {
		return fmt.Errorf("%s: the error has no class: %w", what, err)
	}
	return nil
}

func itemsOf(f actions.Finding, account string) []actions.Item {
	var items []actions.Item
	for _, i := range f.Items {
		if i.Account == account {
			items = append(items, i)
		}
	}
	return items
}

func ids(items []actions.Item) []string {
	var out []string
	for _, i := range items {
		out = append(out, i.ID)
	}
	return out
}
