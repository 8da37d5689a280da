package people

import (
	"context"
	"errors"

	"offboard/actions"
	"offboard/store"
)

// Address is where a person gets mail, as the directory says now; empty if it
// names no address, or does not know them any more. An error says that nobody
// can tell now.
func (p *People) Address(ctx context.Context, id store.PersonID) (string, error) {
	_, card, err := p.store.Person(id)
	if err != nil || card.ID == "" {
		return "", err
	}
	now, err := p.Card(ctx, card.ID)
	if errors.Is(err, actions.ErrNoPerson) {
		return "", nil
	}
	return now.Mail, err
}

// HasMail reports whether the directory named an address when the person was
// last looked at.
func (p *People) HasMail(id store.PersonID) bool {
	_, card, err := p.store.Person(id)
	return err == nil && card.Mail != ""
}
