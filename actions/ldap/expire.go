package ldap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// expire ends the account by its own date (accountExpires), beside the lock:
// an account that somebody enables by mistake is still of no use.
type expire struct{ *Client }

const expiry = "accountExpires"

var errNoExpiry = actions.Final(errors.New("this directory does not know accountExpires: take the action out of the settings"))

// Check holds the account's time until it is over.
func (x expire) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return x.check(ctx, "read when the account ends", t, func(s *session, a account, f *actions.Finding) error {
		if s.fl != &activeDirectory {
			return errNoExpiry
		}
		value := get(a.entry, expiry)
		if over(value) {
			return nil
		}
		label := "the account of " + a.Login + ", which never ends"
		if at, ok := fileTime(value); ok {
			label = fmt.Sprintf("the account of %s, which ends at %s", a.Login, stamp(at))
		}
		f.Items = append(f.Items, actions.Item{ID: expiry, Account: a.ID, Label: label, Before: before{Value: value}.String()})
		return nil
	})
}

func over(value string) bool {
	at, ok := fileTime(value)
	return ok && !at.After(time.Now())
}

// Do lets the account end now.
func (x expire) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return x.act(ctx, "let the account end", t, func(s *session, a account) (string, error) {
		switch value := get(a.entry, expiry); {
		case s.fl != &activeDirectory:
			return "", errNoExpiry
		case !t.Wants(expiry):
			return "nothing was asked for", nil
		case over(value):
			return "it has ended already", nil
		default:
			return s.ends(a, value, toFileTime(time.Now()))
		}
	})
}

// Undo sets the time that it had, unless somebody has set another one since.
func (x expire) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return x.act(ctx, "give the account its time back", t, func(s *session, a account) (string, error) {
		items := t.Of(found)
		if len(items) == 0 {
			return "nothing was asked for", nil
		}
		b, err := readBefore(items[0])
		if err != nil {
			return "", err
		}
		value := get(a.entry, expiry)
		if value == b.Value {
			return "it is as it was already", nil
		}
		if !over(value) {
			return "", actions.Final(errors.New("somebody has set another end since"))
		}
		return s.ends(a, value, b.Value)
	})
}

func (s *session) ends(a account, from, to string) (string, error) {
	var changes []ldap.Change
	if from != "" {
		changes = append(changes, change(ldap.DeleteAttribute, expiry, from))
	}
	if to != "" {
		changes = append(changes, change(ldap.AddAttribute, expiry, to))
	}
	return fmt.Sprintf("modify %s: success, %s: %s", a.dn(), expiry, to), s.modify(a.dn(), changes...)
}
