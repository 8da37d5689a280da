package watch

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"offboard/actions"
)

// Sweep is what a look at all accounts of all systems that can list them needs.
type Sweep struct {
	Systems   []actions.System
	Directory actions.Directory
	Deny      func(name string) bool // accounts that are known: the deny list
	// Progress is told how far it is in a system; total is 0 if nobody knows.
	Progress func(title string, done, total int)
}

// Stray is an account that can be used and belongs to nobody who works here.
type Stray struct {
	System string         // its title
	Left   actions.Person // who has left; zero if it belongs to nobody
	actions.Listed
}

// Swept is what a sweep has found.
type Swept struct {
	Strays []Stray
	Looked map[string]int    // title of a system -> accounts that were looked at
	Unread map[string]string // title -> why not all of it could be read: what is missing there is not clean
	Unable []string          // titles of systems that can't list accounts
}

// Run looks at all accounts. Its error is the end of ctx; what can't be read is
// in what it returns.
func (s Sweep) Run(ctx context.Context) (Swept, error) {
	out := Swept{Looked: map[string]int{}, Unread: map[string]string{}}
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

func (s Sweep) system(ctx context.Context, sys actions.System, known map[string]owner, out *Swept) error {
	for page := ""; ; {
		p, err := sys.Lister.List(ctx, page)
		if err != nil {
			return err
		}
		for _, a := range p.Accounts {
			if n := out.Looked[sys.Title]; n%100 == 0 {
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
				out.Strays = append(out.Strays, Stray{System: sys.Title, Left: who.Person, Listed: a})
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
	case a.Mail != "":
		found, err := s.Directory.Search(ctx, a.Mail, 5)
		if err != nil {
			return who, err
		}
		for _, p := range found {
			if strings.EqualFold(p.Mail, a.Mail) && !who.here { // of several the one who is here
				who = owner{p, !p.Disabled}
			}
		}
	}
	known[key] = who
	return who, nil
}
