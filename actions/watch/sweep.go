package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
)

// Sweep is what a look at all accounts of all systems that can list them needs.
type Sweep struct {
	Systems   []actions.System
	Directory actions.Directory
	Deny      func(name string) bool // accounts that are known: the deny list
	// Call makes a call of a system's connector; nil makes it at once. A server
	// passes Executor.Within, so that its limits hold.
	Call func(ctx context.Context, system string, call func(ctx context.Context) error) error
	// Progress, if there is one, is told how far it is in a system; total is 0 if
	// nobody knows.
	Progress func(title string, done, total int)
}

// Run looks at all accounts. Its error is the end of ctx; what can't be read is
// in what it returns.
func (s Sweep) Run(ctx context.Context) (actions.Swept, error) {
	out := actions.Swept{Looked: map[string]int{}, Unread: map[string]string{}}
	known := map[string]owner{}
	for _, sys := range s.Systems {
		if sys.Lister == nil {
			out.Unable = append(out.Unable, sys.Title)
			continue
		}
		if err := s.system(ctx, sys, known, &out); err != nil {
			out.Unread[sys.Title] = err.Error()
		}
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
	}
	return out, nil
}

// owner is a person as the directory has them now.
type owner struct {
	actions.Person
	here bool
}

func (s Sweep) system(ctx context.Context, sys actions.System, known map[string]owner, out *actions.Swept) error {
	for page := ""; ; {
		var p actions.Page
		list := func(ctx context.Context) (err error) {
			p, err = sys.Lister.List(ctx, page)
			return err
		}
		var err error
		if s.Call == nil {
			err = list(ctx)
		} else {
			err = s.Call(ctx, sys.Name, list)
		}
		if err != nil {
			return err
		}
		for _, a := range p.Accounts {
			if n := out.Looked[sys.Title]; n%100 == 0 && s.Progress != nil {
				s.Progress(sys.Title, n, p.Total)
			}
			out.Looked[sys.Title]++
			if !a.Enabled || s.Deny(a.ID) || !a.Chosen && s.Deny(a.Login) {
				continue
			}
			who, err := s.owner(ctx, a, known)
			if err != nil {
				return fmt.Errorf("whose %s is: %w", a.Login, err)
			}
			if !who.here {
				out.Strays = append(out.Strays, actions.Stray{System: sys.Title, Left: who.Person, Listed: a})
			}
		}
		if page = p.Next; page == "" {
			return nil
		}
	}
}

// owner is whose an account is, by what its system says or else by its address:
// a login may be a namesake's.
func (s Sweep) owner(ctx context.Context, a actions.Listed, known map[string]owner) (owner, error) {
	key := a.Person + "\x00" + a.Mail
	if a.Chat != "" {
		key += "\x00" + a.ID
	}
	if who, ok := known[key]; ok {
		return who, nil
	}
	var who owner
	switch {
	case a.Person != "":
		p, err := s.Directory.Lookup(ctx, a.Person)
		if err != nil && !errors.Is(err, actions.ErrNoPerson) {
			return who, err
		}
		who = owner{p, err == nil && !p.Disabled}
	default:
		found, err := s.candidates(ctx, a)
		if err != nil {
			return who, err
		}
		for _, p := range found {
			if !who.here { // of several the one who is here
				who = owner{p, !p.Disabled}
			}
		}
	}
	known[key] = who
	return who, nil
}

// candidates are those whom the directory names as the owner of a chat account,
// or else those with its address.
func (s Sweep) candidates(ctx context.Context, a actions.Listed) ([]actions.Person, error) {
	if a.Chat != "" {
		if found, err := s.Directory.ByChat(ctx, a.Chat, a.ID); err != nil || len(found) > 0 {
			return found, err
		}
	}
	if a.Mail == "" {
		return nil, nil
	}
	found, err := s.Directory.Search(ctx, a.Mail, 5)
	return slices.DeleteFunc(found, func(p actions.Person) bool { return !strings.EqualFold(p.Mail, a.Mail) }), err
}
