package actionstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/actions"
	"offboard/store"
)

// System is one system of Memory with the named actions; without names it has
// lock, password, groups and owner. There are two more: wipe, whose proof is
// that the order was accepted, and delete, which deletes the account for good.
func (m *Memory) System(name, title string, only ...string) actions.System {
	m.mu.Lock()
	m.system(name)
	m.mu.Unlock()
	if len(only) == 0 {
		only = []string{"lock", "password", "groups", "owner"}
	}
	all := []actions.Spec{
		{
			Name: "lock", Words: "Lock the account", Phase: actions.PhaseCutOff, Proof: actions.ProofRead, LockOut: true,
			Undoes: "Unlock the account",
			Action: memUndoer{memAction{m, name, "lock", memLock{}}},
		},
		{
			Name: "password", Words: "Replace the password", Phase: actions.PhaseCutOff, Proof: actions.ProofMark,
			After: []string{"lock"}, Loses: "the old password", Credential: true,
			Action: memAction{m, name, "password", memPassword{}},
		},
		{
			Name: "groups", Words: "Leave all groups", Phase: actions.PhaseCutOff, Proof: actions.ProofRead,
			Undoes: "Join the groups again",
			Action: memUndoer{memAction{m, name, "groups", memGroups{}}},
		},
		{
			Name: "owner", Words: "Hand over the groups they own", Phase: actions.PhaseAfter, Proof: actions.ProofRead, Answers: true,
			Undoes: "Give back the groups they owned",
			Action: memUndoer{memAction{m, name, "owner", memOwner{}}},
		},
		{
			Name: "wipe", Words: "Order their devices to be erased", Phase: actions.PhaseCutOff, Proof: actions.ProofAccepted,
			Loses:  "what is on the devices",
			Action: memAction{m, name, "wipe", memWipe{}},
		},
		{
			Name: "delete", Words: "Delete the account", Phase: actions.PhaseDestroy, Proof: actions.ProofRead, Optional: true,
			Loses:  "the account",
			Action: memAction{m, name, "delete", memDelete{}},
		},
	}
	s := actions.System{Name: name, Title: title, Lister: memLister{m, name}}
	for _, spec := range all {
		if slices.Contains(only, spec.Name) {
			spec.After = slices.DeleteFunc(spec.After, func(n string) bool { return !slices.Contains(only, n) })
			s.Actions = append(s.Actions, spec)
		}
	}
	return s
}

// A memKind is what one action of Memory does with an account. Its methods
// are called with the lock of Memory held.
type memKind interface {
	items(s *memSystem, a *memAccount, t actions.Target) []actions.Item
	take(s *memSystem, a *memAccount, i actions.Item, heir *memAccount) error
	give(s *memSystem, a *memAccount, i actions.Item, heir *memAccount)
}

// memAction is an action of one system of Memory.
type memAction struct {
	m      *Memory
	system string
	name   string
	kind   memKind
}

// memUndoer is a memAction that can be undone.
type memUndoer struct{ memAction }

func (x memAction) op(verb string, t actions.Target) string {
	login := t.Account.Login
	if login == "" {
		login = t.Person.Login
	}
	return fmt.Sprintf("%s/%s.%s %s", x.system, x.name, verb, login)
}

// Check reads what the accounts hold.
func (x memAction) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	if err := x.m.enter(ctx, x.system, x.op("Check", t)); err != nil {
		return actions.Finding{}, err
	}
	defer x.m.done(x.op("Check", t))
	x.m.mu.Lock()
	defer x.m.mu.Unlock()
	s := x.m.system(x.system)
	f := actions.Finding{Searched: "accounts of " + t.Person.ID}
	if t.Account.ID != "" {
		f.Searched = "account " + t.Account.ID
	}
	for _, a := range s.accounts {
		if a.deleted || t.Account.ID != a.id && (t.Account.ID != "" || a.person != t.Person.ID) {
			continue
		}
		f.Accounts = append(f.Accounts, actions.Account{ID: a.id, Login: a.login, Admin: a.admin()})
		if a.login == x.m.faultsOf(x.system).Unread {
			f.Unread = append(f.Unread, "what "+a.login+" holds: 403 forbidden")
			continue
		}
		f.Items = append(f.Items, x.kind.items(s, a, t)...)
	}
	f.Behind = x.behind(t)
	if x.m.faultsOf(x.system).Mute && t.Account.ID != "" {
		f.Unasked = []string{"the other server, which does not answer"}
	}
	return f, nil
}

// behind is what the other server of the system says of a pinned account.
func (x memAction) behind(t actions.Target) error {
	faults := x.m.faultsOf(x.system)
	since := time.Since(t.First)
	if t.First.IsZero() {
		since = 0
	}
	switch {
	case t.Account.ID == "" || since >= faults.Lags:
		return nil
	case faults.LagsMost > 0 && since >= faults.LagsMost:
		return actions.Final(errors.New("the other server has not taken the change: force the replication"))
	}
	return actions.Later(max(since, 15*time.Second), "done, and the other server does not show it yet")
}

// Do takes the wanted items.
func (x memAction) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return x.change(ctx, "Do", t, t.Items, x.kind.take)
}

// Undo gives back the wanted items of before.
func (x memUndoer) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return x.change(ctx, "Undo", t, t.Of(before), func(s *memSystem, a *memAccount, i actions.Item, heir *memAccount) error {
		x.kind.give(s, a, i, heir)
		return nil
	})
}

func (x memAction) change(ctx context.Context, verb string, t actions.Target, items []actions.Item, fn func(s *memSystem, a *memAccount, i actions.Item, heir *memAccount) error) (actions.Evidence, error) {
	op := x.op(verb, t)
	if t.Account.ID == "" {
		return actions.Evidence{}, actions.Final(fmt.Errorf("%s: no account is named", op))
	}
	if err := x.m.enter(ctx, x.system, op); err != nil {
		return actions.Evidence{}, err
	}
	defer x.m.done(op)
	x.m.mu.Lock()
	defer x.m.mu.Unlock()
	s := x.m.system(x.system)
	a := s.account(t.Account.ID)
	if a == nil {
		return actions.Evidence{Text: "the account is gone"}, nil
	}
	for _, i := range items {
		var heir *memAccount
		if p, ok := t.Heirs[i.ID]; ok && p.ID != t.Person.ID {
			heir = s.account(x.system + "-" + p.Login)
		}
		changes, err := x.m.write(x.system)
		if err != nil {
			class, after := actions.ClassOf(err)
			return actions.Evidence{}, &actions.Error{Class: class, After: after, Err: fmt.Errorf("%s: %w", op, err)}
		}
		if !changes {
			continue
		}
		if err := fn(s, a, i, heir); err != nil {
			return actions.Evidence{}, actions.Final(fmt.Errorf("%s: %s: %w", op, i.Label, err))
		}
	}
	return actions.Evidence{Text: "200 OK"}, nil
}

func (a *memAccount) admin() bool { return len(a.login) > 4 && a.login[:4] == "adm-" }

type memLock struct{}

func (memLock) items(_ *memSystem, a *memAccount, _ actions.Target) []actions.Item {
	if a.locked {
		return nil
	}
	return []actions.Item{{ID: "sign-in", Account: a.id, Label: "sign in as " + a.login, Before: "open"}}
}

func (memLock) take(_ *memSystem, a *memAccount, _ actions.Item, _ *memAccount) error {
	a.locked = true
	return nil
}

func (memLock) give(_ *memSystem, a *memAccount, _ actions.Item, _ *memAccount) { a.locked = false }

type memPassword struct{}

func (memPassword) items(_ *memSystem, a *memAccount, t actions.Target) []actions.Item {
	if !t.First.IsZero() && !a.changed.Before(t.First) {
		return nil
	}
	return []actions.Item{{ID: "password", Account: a.id, Label: "the password of " + a.login, Irreversible: true}}
}

func (memPassword) take(_ *memSystem, a *memAccount, _ actions.Item, _ *memAccount) error {
	a.changed = time.Now()
	return nil
}

func (memPassword) give(*memSystem, *memAccount, actions.Item, *memAccount) {}

type memGroups struct{}

func (memGroups) items(s *memSystem, a *memAccount, _ actions.Target) []actions.Item {
	var items []actions.Item
	for _, g := range s.groups {
		if slices.Contains(g.members, a.id) {
			items = append(items, actions.Item{
				ID: g.id, Account: a.id, Before: "member", Names: []string{g.name, g.id},
				Label: fmt.Sprintf("group %s (%s)", g.name, store.Count(len(g.members), "member", "members")),
			})
		}
	}
	return items
}

func (memGroups) take(s *memSystem, a *memAccount, i actions.Item, _ *memAccount) error {
	if g := s.byID(i.ID); g != nil {
		g.members = without(g.members, a.id)
	}
	return nil
}

func (memGroups) give(s *memSystem, a *memAccount, i actions.Item, _ *memAccount) {
	if g := s.byID(i.ID); g != nil {
		g.members = append(without(g.members, a.id), a.id)
	}
}

type memOwner struct{}

func (memOwner) items(s *memSystem, a *memAccount, _ actions.Target) []actions.Item {
	var items []actions.Item
	for _, g := range s.groups {
		if slices.Contains(g.owners, a.id) {
			items = append(items, actions.Item{ID: g.id, Account: a.id, Label: "owner of " + g.name, Before: "owner", Heir: true})
		}
	}
	return items
}

var errNoHeir = errors.New("nobody who stays was named to get it")

func (memOwner) take(s *memSystem, a *memAccount, i actions.Item, heir *memAccount) error {
	g := s.byID(i.ID)
	if g == nil || !slices.Contains(g.owners, a.id) {
		return nil
	}
	if heir == nil {
		return errNoHeir
	}
	g.owners = append(without(without(g.owners, a.id), heir.id), heir.id)
	return nil
}

func (memOwner) give(s *memSystem, a *memAccount, i actions.Item, heir *memAccount) {
	g := s.byID(i.ID)
	if g == nil {
		return
	}
	g.owners = append(without(g.owners, a.id), a.id)
	if heir != nil {
		g.owners = without(g.owners, heir.id)
	}
}

// memWipe shows nothing: its item stays whatever was ordered.
type memWipe struct{}

func (memWipe) items(_ *memSystem, a *memAccount, _ actions.Target) []actions.Item {
	return []actions.Item{{ID: "devices", Account: a.id, Label: "devices of " + a.login, Irreversible: true}}
}

func (memWipe) take(_ *memSystem, a *memAccount, _ actions.Item, _ *memAccount) error {
	a.wiped = 1
	return nil
}

func (memWipe) give(*memSystem, *memAccount, actions.Item, *memAccount) {}

type memDelete struct{}

func (memDelete) items(_ *memSystem, a *memAccount, _ actions.Target) []actions.Item {
	return []actions.Item{{ID: "account", Account: a.id, Label: "the account " + a.login, Irreversible: true}}
}

func (memDelete) take(_ *memSystem, a *memAccount, _ actions.Item, _ *memAccount) error {
	a.deleted = true
	return nil
}

func (memDelete) give(*memSystem, *memAccount, actions.Item, *memAccount) {}

func (s *memSystem) byID(id string) *memGroup {
	for _, g := range s.groups {
		if g.id == id {
			return g
		}
	}
	return nil
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(x string) bool { return x == id })
}
