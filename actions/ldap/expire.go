package ldap

import (
	"context"
	"errors"
	"fmt"
	"time"

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
		now, err := s.now()
		if err != nil || over(value, now) {
			return err
		}
		label := "the account of " + a.Login + ", which never ends"
		if at, ok := fileTime(value); ok {
			label = fmt.Sprintf("the account of %s, which ends at %s", a.Login, stamp(at))
		}
		f.Items = append(f.Items, actions.Item{ID: expiry, Account: a.ID, Label: label, Before: before{Value: value}.String()})
		return nil
	})
}

// over reports whether an end has come by the server's clock, which is the one that
// counts when somebody signs in.
func over(value string, now time.Time) bool {
	at, ok := fileTime(value)
	return ok && !at.After(now)
}

// Do lets the account end now.
func (x expire) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return x.act(ctx, "let the account end", t, func(s *session, a account) (string, error) {
		switch {
		case s.fl != &activeDirectory:
			return "", errNoExpiry
		case !t.Wants(expiry):
			return nothingAsked, nil
		}
		value := get(a.entry, expiry)
		now, err := s.now()
		if err != nil || over(value, now) {
			return "it has ended already", err
		}
		return s.swap(a, expiry, value, toFileTime(now))
	})
}

// Undo sets the time that it had, unless somebody has set another one since.
func (x expire) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return x.act(ctx, "give the account its time back", t, func(s *session, a account) (string, error) {
		b, asked, err := former(t, found)
		if err != nil || !asked {
			return nothingAsked, err
		}
		value := get(a.entry, expiry)
		if value == b.Value {
			return "it is as it was already", nil
		}
		now, err := s.now()
		if err != nil {
			return "", err
		}
		if !over(value, now) {
			return "", actions.Final(errors.New("somebody has set another end since"))
		}
		return s.swap(a, expiry, value, b.Value)
	})
}
