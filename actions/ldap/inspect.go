package ldap

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// reach signs in and reads the base.
func (c *Client) reach(ctx context.Context) error {
	return c.with(ctx, "look at the directory", func(s *session) error {
		return s.need("base", s.cfg.Base)
	})
}

// need reads an entry that the configuration names; one that is not there is an
// error.
func (s *session) need(key, dn string) error {
	e, err := s.read(dn, "objectClass")
	if err == nil && e == nil {
		err = actions.Final(fmt.Errorf("%s: %s does not exist, or the bot may not see it", key, dn))
	}
	return err
}

// inspect reads what the configuration names, and tries what the bot's own
// account should not be able to read.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	i := &inspection{}
	var w written
	var clock time.Duration
	err := c.with(ctx, "look at the directory", func(s *session) error {
		if err := s.need("base", s.cfg.Base); err != nil {
			return err
		}
		var err error
		if w, err = s.written(nil); err != nil {
			return err
		}
		now, err := s.now()
		if err != nil {
			return err
		}
		clock = time.Until(now)
		if err := i.entries(s); err != nil || len(i.found) > 0 {
			return err // the rest would only say the same in other words
		}
		looks := append([]func(*inspection, *session) error{(*inspection).flavour, (*inspection).people, (*inspection).admin}, s.fl.looks...)
		for _, look := range looks {
			if err := look(i, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		i.replicas(ctx, c, w, clock)
	}
	return i.found, err
}

type inspection struct{ found []actions.Remark }

func (i *inspection) broken(remedy, format string, args ...any) {
	i.found = append(i.found, actions.Remark{Broken: true, Text: fmt.Sprintf(format, args...), Remedy: remedy})
}

func (i *inspection) unsafe(remedy, format string, args ...any) {
	i.found = append(i.found, actions.Remark{Text: fmt.Sprintf(format, args...), Remedy: remedy})
}

// entries looks for what the settings name.
func (i *inspection) entries(s *session) error {
	for _, named := range []struct{ key, dn string }{
		{"people_base", s.cfg.PeopleBase},
		{"groups_base", s.cfg.GroupsBase},
		{"leavers_base", s.cfg.LeaversBase},
		{"empty_group_member", s.cfg.EmptyGroupMember},
	} {
		if named.dn == "" {
			continue
		}
		e, err := s.read(named.dn, "objectClass")
		if err != nil {
			return err
		}
		if e == nil {
			i.broken("correct "+named.key+" in the settings, or let the bot read it", "%s: %s does not exist, or the bot may not see it", named.key, named.dn)
		}
	}
	return nil
}

// flavour looks whether the settings name another kind of server than it is.
func (i *inspection) flavour(s *session) error {
	is, err := recognise(s.conn)
	if err == nil && is.name != s.fl.name && is.name != generic.name {
		i.broken("correct flavour in the settings, or leave it out", "flavour: the server is %s, and the settings say %s", is.title, s.fl.title)
	}
	return err
}

// people looks whether there are any, with what the bot finds them by.
func (i *inspection) people(s *session) error {
	found, err := s.few(s.cfg.PeopleBase, s.cfg.PeopleFilter, 1, s.fl.id.attr, s.cfg.Attributes.Login)
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		i.broken("correct people_base, or let the bot read it", "nobody is found below %s", s.cfg.PeopleBase)
		return nil
	case s.id(found[0]) == "":
		i.broken("let the bot read "+s.fl.id.attr, "%s has no %s that the bot can read, so accounts cannot be told apart for good", found[0].DN, s.fl.id.attr)
	}
	for _, platform := range slices.Sorted(maps.Keys(s.cfg.Chat)) {
		attr := s.cfg.Chat[platform]
		if found, err = s.few(s.cfg.PeopleBase, "(&"+s.cfg.PeopleFilter+"("+attr+"=*))", 1, attr); err != nil {
			return err
		}
		if len(found) == 0 || get(found[0], attr) == "" {
			i.unsafe("fill it in, let the bot read it, or correct link.attributes", "nobody has the attribute %s, by which people are known on %s", attr, platform)
		}
	}
	return nil
}

// policy looks whether a lock would have any force.
func (i *inspection) policy(s *session) error {
	f, err := s.fl.lock.force(s, account{entry: &ldap.Entry{}})
	switch {
	case err != nil:
		return err
	case !f.locks:
		i.broken(f.remedy, "a lock would not keep anybody out: %s", f.reason)
	case f.note != "":
		i.unsafe(f.remedy, "%s", f.note)
	}
	return nil
}

// passwords tries to read the types of the passwords, never their values: a
// hash must not travel only to show that it can.
func (i *inspection) passwords(s *session) error {
	const some = 20
	req := ldap.NewSearchRequest(s.cfg.PeopleBase, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, some, s.seconds(), true, s.cfg.PeopleFilter, []string{"userPassword"}, nil)
	res, err := s.conn.Search(req)
	if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) {
		return fmt.Errorf("look at the rights of the bot: %w", err)
	}
	if res == nil {
		return nil
	}
	for _, e := range res.Entries {
		if slices.ContainsFunc(e.Attributes, func(a *ldap.EntryAttribute) bool { return strings.EqualFold(a.Name, "userPassword") }) {
			i.unsafe("give it write access to userPassword only (olcAccess: by dn.exact=\""+s.cfg.BindDN+"\" =w)", "the bot's account can read password hashes")
			return nil
		}
	}
	return nil
}

// admin looks whether the bot is in a group of administrators.
func (i *inspection) admin(s *session) error {
	in, err := s.search(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, or(equals("member", s.cfg.BindDN), equals("uniqueMember", s.cfg.BindDN)), "cn")
	if err != nil {
		return err
	}
	for _, g := range in {
		name := get(g, "cn")
		if slices.ContainsFunc(s.cfg.AdminGroups, func(a string) bool { return strings.EqualFold(a, name) }) {
			i.unsafe("take it out, and give it the rights that README.md lists", "the bot's account is in the group of administrators %s", name)
		}
	}
	return nil
}

// server tries to read the configuration of the server itself, which slapd
// shows to those only who may do everything.
func (i *inspection) server(s *session) error {
	// To be refused here, in whatever way, is how it should be.
	if e, err := s.read("cn=config", "objectClass"); err == nil && e != nil {
		i.unsafe("use an account that may not, and give it the rights that README.md lists", "the bot's account can read the configuration of the server (cn=config)")
	}
	return nil
}

// encryption looks whether passwords can be replaced at all.
func (i *inspection) encryption(s *session) error {
	if _, encrypted := s.conn.TLSConnectionState(); !encrypted {
		i.broken("use ldaps:// or start_tls", "Active Directory takes a new password over an encrypted connection only")
	}
	return nil
}
