package ldap

import (
	"context"
	"fmt"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// lock keeps the account out in the way of the server, and gives back what was
// there before.
type lock struct{ *Client }

const signIn = "sign-in"

// Check holds the ability to sign in until the lock is set and has force.
func (l lock) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return l.check(ctx, "read the lock", t, func(s *session, a account, f *actions.Finding) error {
		locked := s.locked(a.entry)
		force, err := s.fl.lock.force(s, a)
		if err != nil {
			return err
		}
		if force.locks {
			// Said before anybody approves: no server cuts what is open, see README.md.
			f.Notes = append(f.Notes, "a session that is open when the lock comes keeps working until it reconnects; only IT can end it sooner: "+s.fl.cut)
			if force.note != "" {
				f.Notes = append(f.Notes, force.note)
			}
		}
		if force.locks && locked {
			return nil
		}
		f.Items = append(f.Items, actions.Item{
			ID: signIn, Account: a.ID, Label: "sign in as " + a.Login,
			Before: before{Value: s.fl.lock.value(a.entry)}.String(),
		})
		open := s.fl.lock.open(s, a)
		switch {
		case force.byHand:
			if f.ByHand == nil {
				f.ByHand = map[string]string{}
			}
			f.ByHand[a.ID] = fmt.Sprintf("Lock %s (%s) with the directory's own tools, and see that they can't sign in. The bot can't: %s.", a.Login, a.dn(), force.reason)
		case !force.locks && locked:
			f.Unread = append(f.Unread, fmt.Sprintf("%s carries a lock, but it has no effect: %s", a.Login, force.reason))
		case !force.locks:
			f.Unread = append(f.Unread, fmt.Sprintf("a lock on %s would have no effect: %s", a.Login, force.reason))
		case open != "":
			f.Notes = append(f.Notes, open)
		}
		return nil
	})
}

// Do sets the lock, unless it would have no effect: then only a person can help.
func (l lock) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return l.act(ctx, "lock the account", t, func(s *session, a account) (string, error) {
		if !t.Wants(signIn) {
			return nothingAsked, nil
		}
		force, err := s.fl.lock.force(s, a)
		if err != nil {
			return "", err
		}
		if !force.locks {
			return "", actions.Final(fmt.Errorf("a lock would have no effect: %s; remedy: %s", force.reason, force.remedy))
		}
		if s.locked(a.entry) {
			return a.dn() + " is locked already", nil
		}
		return s.fl.lock.set(s, a)
	})
}

// Undo opens what was open.
func (l lock) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return l.act(ctx, "unlock the account", t, func(s *session, a account) (string, error) {
		b, asked, err := former(t, found)
		if err != nil || !asked {
			return nothingAsked, err
		}
		if !s.locked(a.entry) && s.fl.lock.value(a.entry) == b.Value {
			return a.dn() + " is as it was already", nil
		}
		if err := s.fl.lock.reset(s, a, b.Value); err != nil {
			return "", err
		}
		return fmt.Sprintf("modify %s: success, the lock is as it was: %q", a.dn(), b.Value), nil
	})
}

// locked reports whether an administrator has locked the entry's account for good.
func (s *session) locked(e *ldap.Entry) bool { return s.fl.lock.locked(e) }
