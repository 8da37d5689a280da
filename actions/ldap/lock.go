package ldap

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// lock sets the administrator's lock of the password policy draft
// (pwdAccountLockedTime: 000001010000Z) and gives back what was there before.
type lock struct{ *Client }

const (
	signIn     = "sign-in"
	lockedTime = "pwdAccountLockedTime"
)

// Check holds the ability to sign in until the lock is set and a password
// policy gives it force.
func (l lock) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return l.check(ctx, "read the lock", t, func(s *session, a account, f *actions.Finding) error {
		value := get(a.entry, lockedTime)
		force, err := s.forceOf(a)
		if err != nil {
			return err
		}
		if force.locks && value == lockedForGood {
			f.Notes = append(f.Notes, a.Login+": a session that is open now keeps working until it reconnects")
			if force.note != "" {
				f.Notes = append(f.Notes, force.note)
			}
			return nil
		}
		f.Items = append(f.Items, actions.Item{
			ID: signIn, Account: a.ID, Label: "sign in as " + a.Login,
			Before: before{Value: value}.String(),
		})
		switch {
		case !force.locks && value == lockedForGood:
			f.Unread = append(f.Unread, fmt.Sprintf("%s carries a lock, but it has no effect: %s", a.Login, force.reason))
		case !force.locks:
			f.Unread = append(f.Unread, fmt.Sprintf("a lock on %s would have no effect: %s", a.Login, force.reason))
		case value != "":
			f.Notes = append(f.Notes, fmt.Sprintf("%s is locked since %s after wrong passwords, which may pass: that is not an administrator's lock", a.Login, when(value)))
		}
		return nil
	})
}

// Do sets the lock, unless it would have no effect: then only a person can help.
func (l lock) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return l.act(ctx, "lock the account", t, func(s *session, a account) (string, error) {
		if !t.Wants(signIn) {
			return "nothing was asked for", nil
		}
		force, err := s.forceOf(a)
		if err != nil {
			return "", err
		}
		if !force.locks {
			return "", actions.Final(fmt.Errorf("a lock would have no effect: %s; remedy: %s", force.reason, force.remedy))
		}
		if get(a.entry, lockedTime) == lockedForGood {
			return a.dn() + " is locked already", nil
		}
		if err := s.modify(a.dn(), change(ldap.ReplaceAttribute, lockedTime, lockedForGood)); err != nil {
			return "", err
		}
		return fmt.Sprintf("modify %s: success, replace %s: %s", a.dn(), lockedTime, lockedForGood), nil
	})
}

// Undo sets the attribute to what it was.
func (l lock) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return l.act(ctx, "unlock the account", t, func(s *session, a account) (string, error) {
		items := t.Of(found)
		if len(items) == 0 {
			return "nothing was asked for", nil
		}
		b, err := readBefore(items[0])
		if err != nil {
			return "", err
		}
		if get(a.entry, lockedTime) == b.Value {
			return a.dn() + " is as it was already", nil
		}
		var values []string
		if b.Value != "" {
			values = []string{b.Value}
		}
		if err := s.modify(a.dn(), change(ldap.ReplaceAttribute, lockedTime, values...)); err != nil {
			return "", err
		}
		return fmt.Sprintf("modify %s: success, replace %s: %q", a.dn(), lockedTime, b.Value), nil
	})
}

func when(value string) string {
	t, err := parseTime(value)
	if errors.Is(err, errTime) {
		return value
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
