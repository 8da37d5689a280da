package store

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// What a person says about an account that belongs to nobody who works here, as
// a sweep has found it: whose it is, or why it may stay, and until when. The log
// finds an account by a keyed hash; its id and login are sealed.

// SystemAccount is an account of a system in the log.
type SystemAccount struct {
	System string  `json:"system"` // as configured
	Lookup string  `json:"lookup"` // keyed hash of the immutable id
	ID     Private `json:"id"`
	Login  Private `json:"login"`
}

// Explained says that an account is known and may stay until a day, so that no
// sweep reports it until then. Without a day that ends now.
type Explained struct {
	Account SystemAccount `json:"account"`
	Until   Date          `json:"until,omitempty"` // through that day, UTC
	Reason  Private       `json:"reason,omitzero"`
}

// Owned says that an account belongs to a person although neither its system nor
// the directory does: it leaves with them. Off takes that back.
type Owned struct {
	Account SystemAccount `json:"account"`
	Off     bool          `json:"off,omitempty"`
}

func (Explained) kind() string { return "explained" }
func (Owned) kind() string     { return "owned" }

// Known is an account that may stay.
type Known struct {
	Entry   uint64        `json:"entry"`
	At      time.Time     `json:"at"`
	By      PersonID      `json:"by"`
	Account SystemAccount `json:"account"`
	Until   Date          `json:"until"`
	Reason  Private       `json:"reason"`
}

// Own is an account of a system that belongs to a person by somebody's word.
type Own struct {
	Entry   uint64        `json:"entry"`
	At      time.Time     `json:"at"`
	By      PersonID      `json:"by"`
	Account SystemAccount `json:"account"`
}

// MaxKnown is how many accounts may be known at a time: they stand in one row,
// which is written with each entry about the installation. Whoever has more
// means the deny list.
const MaxKnown = 500

// maxOwned is the same for one person.
const maxOwned = 50

// Holds reports whether it still may stay.
func (k Known) Holds(now time.Time) bool { return now.Before(k.Until.In(time.UTC).AddDate(0, 0, 1)) }

// known is the place of an account that is known; -1 if it is not.
func (s State) known(lookup string) int {
	return slices.IndexFunc(s.Known, func(k Known) bool { return k.Account.Lookup == lookup })
}

// KnownAccount is what is known of an account now; false if it is nothing.
func (s State) KnownAccount(a SystemAccount, now time.Time) (Known, bool) {
	i := s.known(a.Lookup)
	if i < 0 || !s.Known[i].Holds(now) {
		return Known{}, false
	}
	return s.Known[i], true
}

func (s State) allowsExplained(b Explained, e Event) *Refused {
	i := s.known(b.Account.Lookup)
	last := e.At.Add(e.Facts.KnownFor)
	switch {
	case !Permitted(VerbKnown, e.Facts.Roles):
		return mayNotExplain()
	case b.Account.System == "" || b.Account.Lookup == "":
		return refuse(Malformed, "Which account? /offboard sweep shows those that were found.")
	case b.Until == "" && i < 0:
		return refuse(Already, "That account is not known to anybody, so there is nothing to forget.")
	case b.Until == "":
		return nil
	case !b.Until.valid():
		return refuse(Malformed, "Until when? Enter a day like 2027-01-31.").at("until")
	case b.Until.In(time.UTC).AddDate(0, 0, 1).Before(e.At):
		return refuse(Malformed, "That day is over. Enter one that is still to come.").at("until")
	case b.Until.In(time.UTC).After(last):
		return refuse(Malformed, "That is too far away: somebody has to look at it again by %s. Enter that day or an earlier one.", last.Format(time.DateOnly)).at("until")
	case b.Reason.IsZero():
		return refuse(Malformed, "Please say why it may stay: it stays in the record.").at("reason")
	case i < 0 && len(s.Known) >= MaxKnown:
		return refuse(TooMany, "%d accounts are known already. What stays for ever belongs on the deny list of the configuration.", MaxKnown)
	}
	return nil
}

func mayNotExplain() *Refused {
	return refuse(NotYours, "Only IT and security can say whose an account is, or that it may stay. Nothing was changed.")
}

// explain keeps what is known, and drops what is not true any more.
func (s *State) explain(b Explained, e Event) {
	s.Known = slices.DeleteFunc(slices.Clone(s.Known), func(k Known) bool { return k.Account.Lookup == b.Account.Lookup || !k.Holds(e.At) })
	if b.Until != "" {
		s.Known = append(s.Known, Known{Entry: e.Seq, At: e.At, By: e.Actor.Person, Account: b.Account, Until: b.Until, Reason: b.Reason})
	}
}

// allowsOwned: nobody takes an account that nobody wants to be theirs, and an
// account belongs to one person.
func (p Person) allowsOwned(b Owned, e Event) *Refused {
	switch {
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	case !Permitted(VerbKnown, e.Facts.Roles):
		return mayNotExplain()
	case p.ID == e.Actor.Person:
		return refuse(NotYours, "You can't say that an account is your own. Please ask somebody else of IT or security.")
	case b.Account.System == "" || b.Account.Lookup == "":
		return refuse(Malformed, "Which account? /offboard sweep shows those that were found.")
	case b.Off && e.Facts.Taken != p.ID:
		return refuse(Already, "This account is not linked to %s.", p.ID)
	case b.Off:
		return nil
	case len(p.Owned) >= maxOwned:
		return refuse(TooMany, "%d accounts are linked to %s already. More is a matter for the directory.", maxOwned, p.ID)
	}
	return p.free(e.Facts)
}

func (p *Person) own(b Owned, e Event) {
	p.Owned = slices.DeleteFunc(slices.Clone(p.Owned), func(o Own) bool { return o.Account.Lookup == b.Account.Lookup })
	if !b.Off {
		p.Owned = append(p.Owned, Own{Entry: e.Seq, At: e.At, By: e.Actor.Person, Account: b.Account})
	}
}

// lookups are the keyed hashes of all accounts of a person.
func (p Person) lookups() []string {
	var out []string
	for _, l := range p.Links {
		out = append(out, l.Account.Lookup)
	}
	for _, o := range p.Owned {
		out = append(out, o.Account.Lookup)
	}
	return out
}

// SystemAccount makes the form in which the log knows an account of a system.
func (s *Store) SystemAccount(system, id, login string) SystemAccount {
	return SystemAccount{System: system, Lookup: s.sign.hash("system/"+system, id), ID: Seal(id), Login: Seal(login)}
}

// OwnedAccount is an account that is somebody's by somebody's word, opened.
type OwnedAccount struct {
	Own
	Person    PersonID
	ID, Login string
}

// OwnedAccounts lists all of them. It reads every person, so it is for what people
// ask for.
func (s *Store) OwnedAccounts() ([]OwnedAccount, error) {
	var out []OwnedAccount
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketRows, []byte("P-"), func(_, v []byte) bool {
			var p Person
			if err = json.Unmarshal(v, &p); err == nil && len(p.Owned) > 0 {
				var more []OwnedAccount
				more, err = s.owned(t, p)
				out = append(out, more...)
			}
			return err == nil
		})
		return err
	})
	return out, err
}

// OwnedBy lists those of one person.
func (s *Store) OwnedBy(id PersonID) (out []OwnedAccount, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		var p Person
		if _, err := (table{tx}).row(string(id), &p); err != nil {
			return err
		}
		out, err = s.owned(table{tx}, p)
		return err
	})
	return out, err
}

func (s *Store) owned(t table, p Person) ([]OwnedAccount, error) {
	var out []OwnedAccount
	for _, o := range p.Owned {
		id, errID := s.reveal(t, string(p.ID), o.Account.ID)
		login, errLogin := s.reveal(t, string(p.ID), o.Account.Login)
		if err := errors.Join(errID, errLogin); err != nil {
			return nil, err
		}
		out = append(out, OwnedAccount{Own: o, Person: p.ID, ID: id.text, Login: login.text})
	}
	return out, nil
}

// OwnerOf is the person an account of a system is linked to, and their card; ""
// if there is none.
func (s *Store) OwnerOf(a SystemAccount) (PersonID, Card, error) { return s.byLookup(a.Lookup) }

// LastCase is the row of the case by which somebody with this immutable
// directory id leaves, or else of the one that took their access away and did not
// give it back; the zero Summary if there is none.
func (s *Store) LastCase(directoryID string) (Summary, error) {
	var row Summary
	err := s.view(func(tx *bolt.Tx) error {
		b := &batch{t: table{tx}}
		id := b.t.get(bucketLookup, []byte(s.sign.hash("directory", directoryID)))
		if id == nil {
			return nil
		}
		var err error
		row, err = b.another(Case{Person: PersonID(id)})
		return err
	})
	return row, err
}
