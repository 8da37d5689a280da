package ldap

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// complete reads on where the server has given a part of the values of an
// attribute only: Active Directory gives 1,500 at a time, under another name,
// "member;range=0-1499" (MS-ADTS, 3.1.1.3.1.3.3).
func (s *session) complete(entries []*ldap.Entry) error {
	for _, e := range entries {
		for n := 0; n < len(e.Attributes); n++ {
			name, last, cut := rangeOf(e.Attributes[n].Name)
			if !cut {
				continue
			}
			whole := &ldap.EntryAttribute{Name: name, Values: e.Attributes[n].Values, ByteValues: e.Attributes[n].ByteValues}
			for last >= 0 {
				part, end, err := s.part(e.DN, name, last+1)
				if err != nil {
					return err
				}
				whole.Values = append(whole.Values, part.Values...)
				whole.ByteValues = append(whole.ByteValues, part.ByteValues...)
				last = end
			}
			e.Attributes[n] = whole
			// The name without a range comes too, empty, and would be found first.
			for m, a := range e.Attributes {
				if m != n && strings.EqualFold(a.Name, name) {
					e.Attributes = append(e.Attributes[:m:m], e.Attributes[m+1:]...)
					break
				}
			}
			n = -1 // the list has changed under the loop
		}
	}
	return nil
}

// cut is how many values of an attribute came where there are more; 0 where all
// came.
func cut(e *ldap.Entry, attr string) int {
	for _, a := range e.Attributes {
		if name, last, ok := rangeOf(a.Name); ok && strings.EqualFold(name, attr) && last >= 0 {
			return last + 1
		}
	}
	return 0
}

// part reads the values of an attribute from the one with this number on. end
// is the number of the last one that came, -1 if there are no more.
func (s *session) part(dn, attr string, from int) (*ldap.EntryAttribute, int, error) {
	req := ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, s.seconds(), false, "(objectClass=*)", []string{fmt.Sprintf("%s;range=%d-*", attr, from)}, nil)
	res, err := s.conn.Search(req)
	if err != nil {
		return nil, 0, fmt.Errorf("read the values of %s from %d on: %w", attr, from, err)
	}
	if len(res.Entries) == 1 {
		for _, a := range res.Entries[0].Attributes {
			name, end, ok := rangeOf(a.Name)
			if ok && strings.EqualFold(name, attr) && (end == -1 || end >= from) {
				return a, end, nil
			}
		}
	}
	return nil, 0, actions.Again(errors.New(dn + " changed while it was read"))
}

// rangeOf takes "member;range=0-1499" apart. last is -1 for "*", the end.
func rangeOf(attr string) (name string, last int, ok bool) {
	name, bounds, ok := strings.Cut(attr, ";range=")
	if !ok {
		return attr, 0, false
	}
	_, end, ok := strings.Cut(bounds, "-")
	if end == "*" {
		return name, -1, ok
	}
	last, err := strconv.Atoi(end)
	return name, last, ok && err == nil && last >= 0
}
