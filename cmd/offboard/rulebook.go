package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"offboard/actions"
	"offboard/actions/policy"
	"offboard/commands/view"
	"offboard/config"
	"offboard/store"
)

// rulebook compiles the policy of a configuration. Its errors have their places
// in the file. The systems are what connect made of it; without them the book
// gives rulings only.
func rulebook(cfg *config.Config, systems []actions.System) (*policy.Book, error) {
	in := policy.Config{Systems: systems, Tasks: tasks(cfg), Deny: denied(cfg)}
	for _, k := range cfg.Kinds() {
		in.Kinds = append(in.Kinds, policy.Kind{ID: k.ID, Title: k.Title, Missing: missing(k.Lock), Confidential: k.Confidential, Retention: cfg.RetentionOf(k.ID)})
	}
	for _, r := range cfg.Roles {
		in.Given = append(in.Given, store.Role(r.Role))
	}
	for _, r := range cfg.Policy {
		one := policy.Rule{
			Name: r.Name, When: r.When, Systems: r.Systems, NotSystems: r.NotSystems, Actions: r.Actions, NotActions: r.NotActions, Tasks: r.Tasks, NotTasks: r.NotTasks,
			Missing: store.Missing(r.Missing), CutOff: r.CutOff, Retention: (*time.Duration)(r.Retention), Protect: policy.Protection(r.Protect), Why: r.Why, Confidential: r.Confidential,
		}
		for _, a := range r.Approvals {
			one.Approvals = append(one.Approvals, slices.Repeat([]store.Role{store.Role(a.Role)}, a.Persons())...)
		}
		in.Rules = append(in.Rules, one)
	}
	for _, p := range cfg.Profiles {
		in.Profiles = append(in.Profiles, policy.Profile{ID: p.ID, Title: cmp.Or(p.Title, p.ID), When: p.When, Has: p.Has, All: p.All})
	}
	book, wrong := policy.New(in)
	var all []error
	for _, w := range wrong {
		of := "policy"
		if w.Profile {
			of = "profiles"
		}
		all = append(all, fault(cfg, fmt.Sprintf("%s[%d].when", of, w.Index), w.Err))
	}
	return book, errors.Join(all...)
}

func missing(lock bool) store.Missing {
	if lock {
		return store.MissingLock
	}
	return store.MissingHold
}

// scopes compiles the conditions of the roles, with their places in the file.
func scopes(cfg *config.Config) error {
	var all []error
	for i, r := range cfg.Roles {
		if _, err := policy.Scope(r.Scope); err != nil {
			all = append(all, fault(cfg, fmt.Sprintf("roles[%d].scope", i), err))
		}
	}
	return errors.Join(all...)
}

// fault says where in the file a condition is, where in the condition it is
// wrong, and what was probably meant.
func fault(cfg *config.Config, path string, err error) error {
	if m, ok := errors.AsType[*policy.Mistake](err); ok && m.Wrong != "" {
		return fmt.Errorf("%s: %s: %w; %s", cfg.At(path), path, err, config.Hint(m.Wrong, m.Known))
	}
	return fmt.Errorf("%s: %s: %w", cfg.At(path), path, err)
}

// ruling is the policy of a configuration for the store. It is compiled when it
// is first asked: which configuration is in force stands in the log. One that
// can't be compiled was refused before anything could be asked for by it, and
// lets nobody be offboarded.
func ruling(cfg *config.Config) func(store.Card, store.Terms) store.Ruling {
	book := sync.OnceValues(func() (*policy.Book, error) { return rulebook(cfg, nil) })
	return func(c store.Card, t store.Terms) store.Ruling {
		b, err := book()
		if err != nil {
			return store.Ruling{Refused: true}
		}
		return b.Ruling(c, t)
	}
}

// profiles are the roles that somebody can change from and to.
func profiles(book *policy.Book) []view.Role {
	var out []view.Role
	for _, p := range book.Profiles {
		out = append(out, view.Role{ID: p.ID, Title: p.Title})
	}
	return out
}
