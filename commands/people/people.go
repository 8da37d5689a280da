// Package people knows who somebody is: it ties chat accounts to persons, says
// which roles a person has, and searches the directory.
//
// A chat account is not a person until something the company controls says so:
// an attribute of the directory, or an administrator and a second person. Who
// is not tied cannot do anything.
package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/actions"
	"offboard/actions/policy"
	"offboard/store"
)

// Role gives a role to people, by login or by group of the directory.
type Role struct {
	Role   store.Role
	People []string // logins
	Groups []string // group names
	Scope  string   // see policy.Scope; empty is everybody
}

// People answers who somebody is.
type People struct {
	store *store.Store
	dir   actions.Directory
	roles []role
	mail  []string // platforms whose word about an address is trusted

	mu    sync.Mutex
	cards map[string]seen // by directory id
}

type role struct {
	Role
	scope func(store.Card) bool
}

type seen struct {
	card store.Card
	at   time.Time
}

const (
	// fresh is how old a card may be that a decision rests on: a group that
	// was left a minute ago may still count.
	fresh = time.Minute
	// stale is how old it may be while the directory does not answer, so that
	// IT can work while it is down.
	stale = time.Hour
	// patience is how long a directory that hangs is waited for where there is
	// a card to go on with: the answer to a click has two seconds in all.
	patience = 800 * time.Millisecond
)

// New makes a People. The platforms named by mail are trusted to know whose an
// address is. The scopes of the roles are compiled; an error says which one is
// wrong.
func New(s *store.Store, dir actions.Directory, roles []Role, mail ...string) (*People, error) {
	p := &People{store: s, dir: dir, mail: mail, cards: map[string]seen{}}
	for i, r := range roles {
		scope, err := policy.Scope(r.Scope)
		if err != nil {
			return nil, fmt.Errorf("roles[%d].scope: %w", i, err)
		}
		p.roles = append(p.roles, role{r, scope})
	}
	return p, nil
}

// Meet makes a person of the directory known to the store.
func (p *People) Meet(ctx context.Context, card store.Card) (store.PersonID, error) {
	return p.store.Meet(ctx, store.Bot("people"), card)
}

// Card reads a person of the directory, or answers from what was read before.
func (p *People) Card(ctx context.Context, id string) (store.Card, error) {
	p.mu.Lock()
	known, ok := p.cards[id]
	p.mu.Unlock()
	if ok && time.Since(known.at) < fresh {
		return known.card, nil
	}
	lookup := ctx
	if ok = ok && time.Since(known.at) < stale; ok {
		var cancel context.CancelFunc
		lookup, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	card, err := p.dir.Lookup(lookup, id)
	card = tidy(card)
	switch {
	case errors.Is(err, actions.ErrNoPerson):
		return card, err
	case err != nil && ok:
		return known.card, nil
	case err != nil:
		return card, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cards) > 10000 { // what is dropped is read again
		clear(p.cards)
	}
	p.cards[id] = seen{card, time.Now()}
	return card, nil
}

// Forget drops the cards that were read: one may be of somebody who was erased.
func (p *People) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.cards)
}

// Given are the roles that these entries give to somebody, over whomever.
func Given(roles []Role, card store.Card) []store.Role {
	var out []store.Role
	for _, r := range roles {
		if (role{Role: r}).given(card) {
			out = append(out, r.Role)
		}
	}
	return out
}

// given reports whether the entry gives its role to somebody. Names are
// compared as directories do, without regard to case.
func (r role) given(card store.Card) bool {
	same := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	return same(r.People, card.Login) || slices.ContainsFunc(card.Groups, func(g string) bool { return same(r.Groups, g) })
}

// Holds are the roles that somebody of the directory has over anybody.
func (p *People) Holds(card store.Card) []store.Role {
	var out []store.Role
	for _, c := range p.claims(card) {
		out = append(out, c.Role)
	}
	return out
}

func (p *People) claims(card store.Card) []store.Claim {
	var out []store.Claim
	for _, r := range p.roles {
		if r.given(card) {
			out = append(out, store.Claim{Role: r.Role.Role, Scope: r.scope})
		}
	}
	return out
}

// Roles are the configured roles of an actor over a leaver.
func (p *People) Roles(a store.Actor, leaver store.PersonID) ([]store.Role, error) {
	_, card, err := p.store.Person(leaver)
	if err != nil {
		return nil, err
	}
	var out []store.Role
	for _, c := range a.Claims {
		if !slices.Contains(out, c.Role) && (c.Scope == nil || c.Scope(card)) {
			out = append(out, c.Role)
		}
	}
	return out, nil
}
