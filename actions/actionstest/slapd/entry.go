package slapd

import (
	"errors"
	"fmt"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
)

// Entry is one entry to add, its attributes in order.
type Entry struct {
	DN    string
	Attrs []Attribute
}

// Attribute is one attribute of an Entry.
type Attribute struct {
	Name   string
	Values []string
}

// NewEntry makes an entry from pairs of a name and a value. A name that comes
// again at once has several values.
func NewEntry(dn string, pairs ...string) Entry {
	e := Entry{DN: dn}
	for n := 0; n < len(pairs); n += 2 {
		if last := len(e.Attrs) - 1; last >= 0 && e.Attrs[last].Name == pairs[n] {
			e.Attrs[last].Values = append(e.Attrs[last].Values, pairs[n+1])
			continue
		}
		e.Attrs = append(e.Attrs, Attribute{pairs[n], []string{pairs[n+1]}})
	}
	return e
}

// Add adds the entry over a connection.
func (e Entry) Add(conn *goldap.Conn, controls ...goldap.Control) error {
	req := goldap.NewAddRequest(e.DN, controls)
	for _, a := range e.Attrs {
		req.Attribute(a.Name, a.Values)
	}
	if err := conn.Add(req); err != nil {
		return fmt.Errorf("add %s: %w", e.DN, err)
	}
	return nil
}

// relax lets a client set what only the server sets, such as entryUUID.
const relax = "1.3.6.1.4.1.4203.666.5.12"

// Reset removes all entries and adds these, with their entryUUIDs.
func (s *Server) Reset(entries []Entry) error {
	conn, err := s.Root()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	all, err := conn.Search(goldap.NewSearchRequest(Suffix, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"1.1"}, nil))
	if err != nil && !goldap.IsErrorWithCode(err, goldap.LDAPResultNoSuchObject) {
		return err
	}
	for depth := 9; err == nil && depth > 0; depth-- {
		for _, e := range all.Entries {
			dn, err := goldap.ParseDN(e.DN)
			if err != nil {
				return err
			}
			if len(dn.RDNs) != depth {
				continue
			}
			if err := conn.Del(goldap.NewDelRequest(e.DN, []goldap.Control{goldap.NewControlManageDsaIT(false)})); err != nil {
				return fmt.Errorf("delete %s: %w", e.DN, err)
			}
		}
	}
	for n, e := range entries {
		if err := e.Add(conn, goldap.NewControlString(relax, true, "")); err != nil {
			return err
		}
		if n == 0 && len(all.Entries) > 0 {
			if err := forgotten(conn, e.DN); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgotten waits until nothing below base will be changed any more because of what
// was deleted: the overlay refint does that some time later, one after the other, to
// who refers to a name then, also to an entry that was added meanwhile.
func forgotten(conn *goldap.Conn, base string) error {
	last := NewEntry("cn=last,"+base, "objectClass", "device", "cn", "last")
	refers := NewEntry("cn=refers,"+base, "objectClass", "inetOrgPerson", "cn", "refers", "sn", "refers", "manager", last.DN)
	del := func(e Entry) error { return conn.Del(goldap.NewDelRequest(e.DN, nil)) }
	if err := errors.Join(last.Add(conn), refers.Add(conn), del(last)); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		found, err := conn.Search(goldap.NewSearchRequest(refers.DN, goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false, "(manager="+last.DN+")", []string{"1.1"}, nil))
		if err != nil {
			return err
		}
		if len(found.Entries) == 0 {
			return del(refers)
		}
	}
	return errors.New("references to what was deleted stay")
}
