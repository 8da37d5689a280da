package ldap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// move puts the entry below leavers_base, where other rules may apply.
type move struct{ *Client }

const place = "place"

// Check holds the place of the entry until it is below leavers_base.
func (m move) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return m.check(ctx, "read the place of the entry", t, func(s *session, a account, f *actions.Finding) error {
		if s.cfg.LeaversBase == "" {
			return actions.Final(errNoLeavers)
		}
		_, parent := splitDN(a.dn())
		if sameDN(parent, s.cfg.LeaversBase) {
			return nil
		}
		b := before{Value: parent}
		e, err := s.read(parent, s.fl.id.attr)
		if err != nil {
			return err
		}
		if e != nil && s.id(e) != "" {
			b.Others = []string{s.id(e)} // so that it goes back there also when that has got another name
		}
		f.Items = append(f.Items, actions.Item{
			ID: place, Account: a.ID, Label: fmt.Sprintf("the place of %s in %s", a.Login, parent), Before: b.String(),
		})
		return nil
	})
}

var errNoLeavers = errors.New("leavers_base is not set, so nobody can be moved: set it, or take the action out of the settings")

// Do moves the entry. Its name and its id stay.
func (m move) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return m.act(ctx, "move the entry", t, func(s *session, a account) (string, error) {
		switch {
		case !t.Wants(place):
			return nothingAsked, nil
		case s.cfg.LeaversBase == "":
			return "", actions.Final(errNoLeavers)
		}
		return s.moveTo(a, s.cfg.LeaversBase)
	})
}

// Undo moves the entry back, unless somebody has moved it elsewhere since.
func (m move) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return m.act(ctx, "move the entry back", t, func(s *session, a account) (string, error) {
		b, asked, err := former(t, found)
		if err != nil || !asked {
			return nothingAsked, err
		}
		to := b.Value
		if len(b.Others) == 1 {
			e, err := s.byID(s.cfg.Base, b.Others[0], "1.1")
			if err != nil {
				return "", err
			}
			if e != nil {
				to = e.DN
			}
		}
		if _, now := splitDN(a.dn()); !sameDN(now, to) && !sameDN(now, s.cfg.LeaversBase) {
			return "", actions.Final(fmt.Errorf("somebody has moved it to %s since", now))
		}
		return s.moveTo(a, to)
	})
}

func (s *session) moveTo(a account, parent string) (string, error) {
	rdn, now := splitDN(a.dn())
	if sameDN(now, parent) {
		return a.dn() + " is there already", nil
	}
	err := s.conn.ModifyDN(ldap.NewModifyDNRequest(a.dn(), rdn, true, parent))
	if ldap.IsErrorWithCode(err, ldap.LDAPResultEntryAlreadyExists) {
		return "", actions.Final(fmt.Errorf("another entry is called %s in %s: rename one of them: %w", rdn, parent, err))
	}
	return fmt.Sprintf("modify DN %s: success, now below %s", a.dn(), parent), err
}

// splitDN cuts a name at the first comma that is not escaped (RFC 4514, 2.4).
func splitDN(dn string) (rdn, parent string) {
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case ',':
			return dn[:i], strings.TrimLeft(dn[i+1:], " ")
		}
	}
	return dn, ""
}
