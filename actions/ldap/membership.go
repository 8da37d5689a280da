package ldap

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// inChain is LDAP_MATCHING_RULE_IN_CHAIN: member, and members of members
// (MS-ADTS, 3.1.1.3.4.4.3).
const inChain = "1.2.840.113556.1.4.1941"

// Groups of a domain by the last number of their identifier (MS-DTYP, 2.4.2.4).
const (
	domainUsers  = 513
	domainGuests = 514
)

// domainMemberships says what a list of memberships leaves out in a domain:
// groups that contain the groups, and the primary group.
func domainMemberships(s *session, a account, direct []*ldap.Entry, f *actions.Finding) error {
	all, err := s.search(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, "(member:"+inChain+":="+ldap.EscapeFilter(a.dn())+")", "cn")
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, g := range direct {
		known[g.DN] = true
	}
	var through []string
	sortByName(all)
	for _, g := range all {
		if !known[g.DN] {
			through = append(through, name(g))
		}
	}
	if len(through) > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%s is also in %s, through the groups that are left", a.Login, strings.Join(through, ", ")))
	}
	return s.primaryGroup(a, f)
}

// primaryGroup reports a primary group that gives more than those that every
// account has. It is no value of member, so it cannot be left as a group is.
func (s *session) primaryGroup(a account, f *actions.Finding) error {
	rid, err := strconv.ParseUint(get(a.entry, "primaryGroupID"), 10, 32)
	if err != nil || rid == domainUsers || rid == domainGuests {
		return nil
	}
	called := fmt.Sprintf("the one with the number %d", rid)
	if sid := []byte(get(a.entry, "objectSid")); len(sid) >= 12 {
		// The group's identifier is the account's with another last number.
		binary.LittleEndian.PutUint32(sid[len(sid)-4:], uint32(rid))
		var text strings.Builder
		for _, b := range sid {
			fmt.Fprintf(&text, `\%02x`, b)
		}
		found, err := s.few(s.cfg.GroupsBase, "(objectSid="+text.String()+")", 1, "cn")
		if err != nil {
			return err
		}
		if len(found) == 1 {
			called = name(found[0])
		}
	}
	f.Unread = append(f.Unread, fmt.Sprintf("the primary group of %s is %s, and a primary group cannot be left: make Domain Users the primary group, and this group becomes a membership that can be left", a.Login, called))
	return nil
}
