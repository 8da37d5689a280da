package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/store"
)

// Sweep is what a look at all accounts of all systems that can list them needs.
type Sweep struct {
	Systems   []actions.System
	Directory actions.Directory
	Deny      func(name string) bool // accounts that are known: the deny list
	// Store says which accounts are known or linked to somebody, and who has a
	// case. Nil: nobody knows, and only the directory is asked.
	Store *store.Store
	// Call makes a call of a system's connector; nil makes it at once. A server
	// passes Executor.Ask, so that its limits hold.
	Call func(ctx context.Context, system string, call func(ctx context.Context) error) error
}

// Progress is told how far a sweep is in a system; total is 0 if nobody knows.
type Progress = func(title string, done, total int)

// Run looks at all accounts. Its error is the end of ctx, or of the log; what
// can't be read in a system is in what it returns. It tells how far it is, if
// there is somebody to tell.
//
// It returns also accounts that are none to whoever may not know of a case, so
// what is shown goes through store.Stray.Kind.
func (s Sweep) Run(ctx context.Context, progress Progress) (actions.Swept, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	g := sweeping{Sweep: s, progress: progress, known: map[string]owner{}, plans: map[store.CaseID]map[string]bool{}}
	g.out = actions.Swept{Looked: map[string]int{}, Unread: map[string]string{}}
	if s.Store != nil {
		var err error
		if g.state, err = s.Store.State(); err != nil {
			return g.out, err
		}
	}
	for _, sys := range s.Systems {
		if sys.Lister == nil {
			g.out.Unable = append(g.out.Unable, sys.Title)
			continue
		}
		if err := g.system(ctx, sys); err != nil {
			g.out.Unread[sys.Title] = err.Error()
		}
		if ctx.Err() != nil {
			return g.out, ctx.Err()
		}
	}
	slices.SortStableFunc(g.out.Strays, store.Stray.Compare)
	return g.out, nil
}

// sweeping is one sweep that runs.
type sweeping struct {
	Sweep
	progress Progress
	state    store.State
	known    map[string]owner
	plans    map[store.CaseID]map[string]bool // accounts that a plan of a case is about, and whether they were given back
	out      actions.Swept
}

// owner is a person as the directory has them now.
type owner struct {
	actions.Person
	here bool
	row  store.Summary // of their case; zero if they have none
}

func (g *sweeping) system(ctx context.Context, sys actions.System) error {
	total := 0
	for page := ""; ; {
		g.progress(sys.Title, g.out.Looked[sys.Title], total)
		var p actions.Page
		list := func(ctx context.Context) (err error) {
			p, err = sys.Lister.List(ctx, page)
			return err
		}
		var err error
		if g.Call == nil {
			err = list(ctx)
		} else {
			err = g.Call(ctx, sys.Name, list)
		}
		if err != nil {
			return err
		}
		total = p.Total
		for _, a := range p.Accounts {
			if n := g.out.Looked[sys.Title]; n > 0 && n%100 == 0 {
				g.progress(sys.Title, n, total)
			}
			g.out.Looked[sys.Title]++
			if !a.Enabled || g.Deny(a.ID) || !a.Chosen && g.Deny(a.Login) {
				continue
			}
			if err := g.account(ctx, sys, a); err != nil {
				return fmt.Errorf("whose %s is: %w", a.Login, err)
			}
		}
		if page = p.Next; page == "" {
			return nil
		}
	}
}

// account asks whose an account is.
func (g *sweeping) account(ctx context.Context, sys actions.System, a actions.Listed) error {
	linked := false
	if g.Store != nil {
		account := g.Store.SystemAccount(sys.Name, a.ID, a.Login)
		if _, ok := g.state.KnownAccount(account, g.Store.Now()); ok {
			g.out.Known++
			return nil
		}
		id, card, err := g.Store.OwnerOf(account)
		if err != nil {
			return err
		}
		if linked = id != ""; linked {
			a.Person, a.Chat = card.ID, ""
		}
	}
	who, err := g.owner(ctx, a)
	if err != nil || who.here && who.row.ID == "" {
		return err
	}
	x := store.Stray{System: sys.Name, Title: sys.Title, ID: a.ID, Login: a.Login, Admin: a.Admin, Used: a.Used, Owner: who.ID, Name: who.Name, Gone: who.ID != "" && !who.here, Linked: linked}
	if x.Case = who.row.ID; x.Case != "" {
		if x.Planned, x.Given, err = g.planned(x); err != nil {
			return err
		}
	}
	g.out.Strays = append(g.out.Strays, x)
	return nil
}

// planned reports whether a plan of the person's case is about the account, and
// whether anything of it was given back.
func (g *sweeping) planned(x store.Stray) (planned, given bool, err error) {
	accounts, ok := g.plans[x.Case]
	if !ok {
		c, err := g.Store.Case(x.Case)
		if err != nil {
			return false, false, err
		}
		accounts = map[string]bool{}
		for _, p := range c.Plans {
			for _, s := range p.Steps {
				var a actions.Account
				if s.Account.IsZero() {
					continue
				}
				if err := g.Store.RevealJSON(string(c.ID), s.Account, &a); err != nil {
					return false, false, err
				}
				key := s.System + "\x00" + a.ID
				accounts[key] = accounts[key] || c.GivenBack(p.No, s.ID)
			}
		}
		g.plans[x.Case] = accounts
	}
	given, planned = accounts[x.System+"\x00"+x.ID]
	return planned, given, nil
}

// owner is whose an account is, by what its system says or else by its address:
// a login may be a namesake's.
func (g *sweeping) owner(ctx context.Context, a actions.Listed) (owner, error) {
	key := a.Person + "\x00" + a.Mail
	if a.Chat != "" {
		key += "\x00" + a.ID
	}
	if who, ok := g.known[key]; ok {
		return who, nil
	}
	var who owner
	switch {
	case a.Person != "":
		p, err := g.Directory.Lookup(ctx, a.Person)
		if err != nil && !errors.Is(err, actions.ErrNoPerson) {
			return who, err
		}
		if err != nil { // whom the directory has no more may still have a case
			p = g.remembered(a.Person)
		}
		who = owner{Person: p, here: err == nil && !p.Disabled}
	default:
		found, err := g.candidates(ctx, a)
		if err != nil {
			return who, err
		}
		for _, p := range found {
			if !who.here { // of several the one who is here
				who = owner{Person: p, here: !p.Disabled}
			}
		}
	}
	if g.Store != nil && who.ID != "" {
		var err error
		if who.row, err = g.Store.LastCase(who.ID); err != nil {
			return who, err
		}
	}
	g.known[key] = who
	return who, nil
}

// remembered is somebody whom the directory does not have any more, by the case
// that they left with. A case that IT may not know of tells nothing, not even a name.
func (g *sweeping) remembered(id string) actions.Person {
	if g.Store == nil {
		return actions.Person{}
	}
	row, err := g.Store.LastCase(id)
	if err != nil || !row.KnownToIT() {
		return actions.Person{}
	}
	_, card, err := g.Store.Person(row.Person)
	if err != nil {
		return actions.Person{}
	}
	return card
}

// candidates are those whom the directory names as the owner of a chat account,
// or else those with its address.
func (g *sweeping) candidates(ctx context.Context, a actions.Listed) ([]actions.Person, error) {
	if a.Chat != "" {
		if found, err := g.Directory.ByChat(ctx, a.Chat, a.ID); err != nil || len(found) > 0 {
			return found, err
		}
	}
	if a.Mail == "" {
		return nil, nil
	}
	found, err := g.Directory.Search(ctx, a.Mail, 5)
	return slices.DeleteFunc(found, func(p actions.Person) bool { return !strings.EqualFold(p.Mail, a.Mail) }), err
}
