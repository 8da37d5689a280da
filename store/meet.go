package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	bolt "go.etcd.io/bbolt"
)

// Meet makes somebody known, or brings their card up to date, and returns
// their number. A card that says nothing new leaves no entry.
func (s *Store) Meet(ctx context.Context, actor Actor, card Card) (PersonID, error) {
	if card.ID == "" {
		return "", errors.New("a person needs an immutable id")
	}
	lookup := s.sign.hash("directory", card.ID)
	p, known, err := s.byLookup(lookup)
	if err != nil {
		return "", err
	}
	if p != "" && reflect.DeepEqual(kept(card), known) {
		return p, nil
	}
	subject := NewPerson
	if p != "" {
		subject = string(p)
	}
	r := s.append(ctx, subject, actor, Met{Lookup: lookup, Card: SealJSON(card)})
	return PersonID(r.subject), r.err
}

// kept is the card as the log keeps it.
func kept(c Card) Card {
	b, err := json.Marshal(c)
	if err == nil {
		c = Card{}
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		panic(fmt.Sprintf("store: a card that does not survive JSON: %v", err)) // it has only strings
	}
	return c
}

func (s *Store) byLookup(lookup string) (PersonID, Card, error) {
	var p Person
	var card Card
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		id := t.get(bucketLookup, []byte(lookup))
		if id == nil {
			return nil
		}
		// Somebody whose keys are gone is nobody: who comes back is a new person.
		// The look-up is there only in a copy of the log from before.
		gone, err := s.erased(t, string(id))
		if err != nil || gone {
			return err
		}
		if _, err := t.row(string(id), &p); err != nil {
			return err
		}
		card, err = s.card(t, p)
		return err
	})
	return p.ID, card, err
}

// Account makes the form in which the log knows a chat account.
func (s *Store) Account(platform, id string) Account {
	return Account{Platform: platform, Lookup: s.sign.hash("account/"+platform, id), ID: Seal(id)}
}

// Owner is the person a chat account is linked to, and their card; "" if
// there is none.
func (s *Store) Owner(platform, id string) (PersonID, Card, error) {
	return s.byLookup(s.sign.hash("account/"+platform, id))
}

// Known is the person with this immutable directory id; "" if there is none.
func (s *Store) Known(directoryID string) (PersonID, error) {
	p, _, err := s.byLookup(s.sign.hash("directory", directoryID))
	return p, err
}
