package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/store"
)

// Holders are the persons who hold one of the roles over a leaver, or over
// anybody where that is empty: those of the directory, without who cannot sign
// in and whose own access has ended. What is wrong with one entry of the
// configuration does not hide the others; the error then says that there may be
// more.
func (p *People) Holders(ctx context.Context, over store.PersonID, roles ...store.Role) ([]store.PersonID, error) {
	var leaver store.Card
	if over != "" {
		var err error
		if _, leaver, err = p.store.Person(over); err != nil {
			return nil, err
		}
	}
	var out []store.PersonID
	var errs []error
	for _, r := range p.roles {
		if !slices.Contains(roles, r.Role.Role) || over != "" && r.scope != nil && !r.scope(leaver) {
			continue
		}
		cards, err := p.holding(ctx, r.Role)
		errs = append(errs, err)
		for _, card := range cards {
			if card.Disabled {
				continue
			}
			id, err := p.Meet(ctx, tidy(card))
			if err != nil {
				return out, err
			}
			gone, err := p.store.Gone(id)
			if err != nil {
				return out, err
			}
			if !gone && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out, errors.Join(errs...)
}

// holding reads who is given the role by one entry of the configuration.
func (p *People) holding(ctx context.Context, r Role) ([]store.Card, error) {
	var out []store.Card
	var errs []error
	for _, login := range r.People {
		found, err := p.dir.Search(ctx, login, 10)
		errs = append(errs, err)
		for _, card := range found {
			if strings.EqualFold(card.Login, login) {
				out = append(out, card)
			}
		}
	}
	for _, group := range r.Groups {
		found, err := p.dir.Members(ctx, group)
		errs = append(errs, err)
		out = append(out, found...)
	}
	return out, errors.Join(errs...)
}

// Lacking are the approvals that a case needs and that nobody could give: of each
// role for how many of them there is no person who holds it and may give one.
func (p *People) Lacking(ctx context.Context, c store.Case) ([]store.Seats, error) {
	var out []store.Seats
	for _, s := range store.Tally(c.Needed()[1:]) {
		ids, err := p.Holders(ctx, c.Person, s.Role)
		if err != nil {
			return out, fmt.Errorf("read who is %s: %w", s.Role, err)
		}
		able := slices.DeleteFunc(ids, func(id store.PersonID) bool { return !c.Eligible(id) || slices.Contains(c.Plan(0).Approvers, id) })
		if s.Count -= len(able); s.Count > 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

// ByLogin is the person with this login; empty if the directory has nobody who
// can sign in with it, or their own access has ended.
func (p *People) ByLogin(ctx context.Context, login string) (store.PersonID, error) {
	found, err := p.dir.Search(ctx, login, 10)
	if err != nil {
		return "", err
	}
	for _, card := range found {
		if !strings.EqualFold(card.Login, login) || card.Disabled {
			continue
		}
		id, err := p.Meet(ctx, tidy(card))
		if err != nil {
			return "", err
		}
		if gone, err := p.store.Gone(id); gone || err != nil {
			return "", err
		}
		return id, nil
	}
	return "", nil
}

// Manager is who the directory says is above somebody; the zero Card if that is
// nobody.
func (p *People) Manager(ctx context.Context, of store.Card) (store.Card, error) {
	if of.Manager == "" {
		return store.Card{}, nil
	}
	card, err := p.Card(ctx, of.Manager)
	if errors.Is(err, actions.ErrNoPerson) {
		return store.Card{}, nil
	}
	return card, err
}
