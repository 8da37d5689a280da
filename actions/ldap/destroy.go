package ldap

import (
	"context"
	"fmt"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// destroy deletes the entry of an account for good. It deletes one entry and
// never a tree, and only one that is locked: an account that somebody has opened
// again is in use.
type destroy struct{ *Client }

const wholeEntry = "entry"

// Check holds the entry for as long as it is there.
func (d destroy) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return d.check(ctx, "read the entry", t, func(s *session, a account, f *actions.Finding) error {
		f.Items = append(f.Items, actions.Item{
			ID: wholeEntry, Account: a.ID, Label: fmt.Sprintf("the entry %s, and all that it holds", a.dn()), Irreversible: true,
		})
		switch why, err := s.undeletable(a); {
		case err != nil:
			return err
		case why != "":
			f.Notes = append(f.Notes, why)
		}
		return nil
	})
}

// Do deletes the entry. LDAP deletes only what has nothing below it (RFC 4511,
// 4.8), so an entry added after the look is safe too.
func (d destroy) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return d.act(ctx, "delete the entry", t, func(s *session, a account) (string, error) {
		if !t.Wants(wholeEntry) {
			return nothingAsked, nil
		}
		switch why, err := s.undeletable(a); {
		case err != nil:
			return "", err
		case why != "":
			return "", actions.Final(fmt.Errorf("%s", why))
		}
		if err := s.conn.Del(ldap.NewDelRequest(a.dn(), nil)); err != nil {
			return "", err
		}
		return fmt.Sprintf("delete %s: success", a.dn()), nil
	})
}

// undeletable says why an entry must not be deleted; empty if nothing speaks
// against it.
func (s *session) undeletable(a account) (string, error) {
	if !s.locked(a.entry) {
		return fmt.Sprintf("%s is not locked, so somebody may use it: only a locked account is deleted. If it has to go, lock it first", a.dn()), nil
	}
	below, err := s.conn.Search(ldap.NewSearchRequest(a.dn(), ldap.ScopeSingleLevel, ldap.NeverDerefAliases, 1, s.seconds(), false, "(objectClass=*)", []string{"1.1"}, nil))
	if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) {
		return "", fmt.Errorf("look below %s: %w", a.dn(), err)
	}
	if err != nil || len(below.Entries) > 0 {
		return fmt.Sprintf("other entries stand below %s, and they may be somebody else's: see to them first", a.dn()), nil
	}
	return "", nil
}
