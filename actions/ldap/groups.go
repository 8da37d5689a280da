package ldap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/store"
)

// groups ends memberships, whichever attribute of the group holds them.
type groups struct{ *Client }

// A memberKind is an attribute that lists members.
type memberKind struct {
	attr    string
	byLogin bool // it lists logins (posixGroup) instead of DNs
}

// find returns the stored value of group that names the account.
func (k memberKind) find(group *ldap.Entry, dn, login string) (string, bool) {
	values := group.GetEqualFoldAttributeValues(k.attr)
	if k.byLogin {
		return findLogin(values, login)
	}
	return findDN(values, dn)
}

// names reports whether a value is the account's.
func (k memberKind) names(value, dn, login string) bool {
	if k.byLogin {
		return value != "" && value == login
	}
	_, theirs := findDN([]string{value}, dn)
	return theirs
}

func (k memberKind) value(dn, login string) string {
	if k.byLogin {
		return login
	}
	return dn
}

// memberAttrs are the attributes of a group that list members.
func (s *session) memberAttrs() []string {
	var attrs []string
	for _, k := range s.fl.members {
		attrs = append(attrs, k.attr)
	}
	return attrs
}

// groupsOf reads the groups that list the entry, with these attributes. Of one
// that a server gives in parts only the first comes: else what one account costs
// would grow with the groups it is in.
func (s *session) groupsOf(e *ldap.Entry, attrs ...string) ([]*ldap.Entry, error) {
	login := get(e, s.cfg.Attributes.Login)
	var by []string
	for _, k := range s.fl.members {
		if value := k.value(e.DN, login); value != "" {
			by = append(by, equals(k.attr, value))
		}
	}
	found, err := s.partly(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, or(by...), attrs...)
	if err != nil {
		return nil, err
	}
	sortByName(found)
	return found, nil
}

// itemID names a membership by the group's own immutable id.
func (s *session) itemID(group *ldap.Entry, k memberKind) string {
	return s.id(group) + "/" + k.attr
}

func (s *session) splitItemID(id string) (string, memberKind, error) {
	uuid, attr, _ := strings.Cut(id, "/")
	for _, k := range s.fl.members {
		if k.attr == attr {
			return uuid, k, nil
		}
	}
	return "", memberKind{}, actions.Final(fmt.Errorf("%q does not name a membership", id))
}

// Check holds one item for each membership.
func (g groups) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return g.check(ctx, "read the groups", t, func(s *session, a account, f *actions.Finding) error {
		found, err := s.groupsOf(a.entry, append(s.memberAttrs(), s.fl.id.attr, "cn")...)
		if err != nil {
			return err
		}
		login := get(a.entry, s.cfg.Attributes.Login)
		for _, group := range found {
			if s.id(group) == "" {
				f.Unread = append(f.Unread, group.DN+": the bot may not read its "+s.fl.id.attr+", and without that it is not touched")
				continue
			}
			readable := false
			for _, kind := range s.fl.members {
				value, in := kind.find(group, a.dn(), login)
				values := group.GetEqualFoldAttributeValues(kind.attr)
				n := len(values)
				size := members(n)
				if part := cut(group, kind.attr); part > 0 {
					// They are in it, for that is what was asked for.
					value, in = kind.value(a.dn(), login), true
					size = "more than " + members(part)
				}
				if !in {
					continue
				}
				readable = true
				f.Items = append(f.Items, actions.Item{
					ID: s.itemID(group, kind), Account: a.ID,
					Label:  fmt.Sprintf("group %s (%s)", name(group), size),
					Before: before{Value: value, Last: n == 1}.String(),
					Then:   s.alone(kind, values),
					Names:  []string{name(group), s.id(group), group.DN},
				})
			}
			if !readable {
				f.Unread = append(f.Unread, group.DN+": the bot may search its members but not read them")
			}
		}
		if s.fl.around == nil {
			return nil
		}
		return s.fl.around(s, a, found, f)
	})
}

// alone reports whether nobody else is in a group, and somebody has to see to it.
// Who is in a group by its number (gidNumber) does not stand in it, so a list of
// logins says nothing.
func (s *session) alone(kind memberKind, values []string) bool {
	_, filled := findDN(values, s.cfg.EmptyGroupMember)
	return !kind.byLogin && (len(values) == 1 || len(values) == 2 && filled && s.cfg.EmptyGroupMember != "")
}

// nobodyElse is what is left to a person of a group that opens for nobody any more.
// The bot puts nobody in their place: that would give access by the word of a manager
// who may not have it.
var nobodyElse = actions.Task{
	Words:        "Name somebody for a group that nobody else is in, or close it",
	Instructions: "What this group opens is open to nobody any more. Ask its owner, or the manager, who needs it; else delete the group and what hangs on it.",
	Proof:        "who is in it now, or that it is closed",
}

// Do leaves each group on its own: one that refuses does not keep the others.
func (g groups) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return g.act(ctx, "leave groups", t, func(s *session, a account) (string, error) {
		var ids []string
		for _, i := range t.Items {
			uuid, _, err := s.splitItemID(i.ID)
			if err != nil {
				return "", err
			}
			ids = append(ids, uuid)
		}
		// Without the members: a group may have thousands of them.
		there, err := s.byIDs(s.cfg.GroupsBase, ids, "cn")
		if err != nil {
			return "", err
		}
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) {
			uuid, kind, err := s.splitItemID(i.ID)
			if err != nil || there[uuid] == nil {
				return "is gone", err
			}
			return s.leave(a, i, there[uuid].DN, kind)
		})
	})
}

// leave takes the account out of a group. It does not read the members: the
// value that was recorded before is theirs unless they were renamed, and what
// the directory answers says whether it was there.
func (s *session) leave(a account, i actions.Item, dn string, kind memberKind) (string, error) {
	login := get(a.entry, s.cfg.Attributes.Login)
	value := kind.value(a.dn(), login)
	if b, err := readBefore(i); err == nil && kind.names(b.Value, a.dn(), login) {
		value = b.Value
	}
	err := s.modify(dn, change(ldap.DeleteAttribute, kind.attr, value))
	if ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchAttribute) {
		// It may be there in another form, such as a uniqueMember with a number.
		group, _, readErr := s.group(i.ID)
		if readErr != nil || group == nil {
			return "is gone", readErr
		}
		var in bool
		if value, in = kind.find(group, a.dn(), login); !in {
			return "left already", nil
		}
		err = s.modify(dn, change(ldap.DeleteAttribute, kind.attr, value))
	}
	switch {
	case err == nil:
		return "modify: success", nil
	case ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchAttribute):
		return "left already", nil
	case ldap.IsErrorWithCode(err, ldap.LDAPResultUnwillingToPerform):
		// Active Directory's answer for a member that somebody else has just
		// removed, and for much else: only a read tells.
		return "left already", s.stillIn(a, i.ID, err)
	case !ldap.IsErrorWithCode(err, ldap.LDAPResultObjectClassViolation):
		return "", err
	}
	// RFC 4519, 3.5 and 3.6: a groupOfNames must have a member.
	if s.cfg.EmptyGroupMember == "" || kind.byLogin {
		return "", actions.Final(fmt.Errorf("%s is its last member, and the directory keeps no empty group: delete the group, add a member, or set empty_group_member (LDAP result 65): %w", a.Login, err))
	}
	if sameDN(s.cfg.EmptyGroupMember, a.dn()) {
		return "", actions.Final(errors.New("the leaver is the empty_group_member of the configuration: set another one"))
	}
	err = s.modify(dn, change(ldap.AddAttribute, kind.attr, s.cfg.EmptyGroupMember), change(ldap.DeleteAttribute, kind.attr, value))
	return "modify: success, " + s.cfg.EmptyGroupMember + " in the place of the last member", err
}

// Undo joins exactly the groups that were left.
func (g groups) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return g.act(ctx, "join groups again", t, func(s *session, a account) (string, error) {
		return actions.Each(t.Of(found), classify, func(i actions.Item) (string, error) { return s.join(a, i) })
	})
}

func (s *session) join(a account, i actions.Item) (string, error) {
	b, err := readBefore(i)
	if err != nil {
		return "", err
	}
	group, kind, err := s.group(i.ID)
	if err != nil {
		return "", err
	}
	if group == nil {
		return "", actions.Final(errors.New("the group does not exist any more"))
	}
	login := get(a.entry, s.cfg.Attributes.Login)
	if _, in := kind.find(group, a.dn(), login); in {
		return "joined already", nil
	}
	value := b.Value // as it was written, unless the account was renamed meanwhile
	if !kind.names(value, a.dn(), login) {
		value = kind.value(a.dn(), login)
	}
	changes := []ldap.Change{change(ldap.AddAttribute, kind.attr, value)}
	if b.Last && s.cfg.EmptyGroupMember != "" {
		if filler, in := findDN(group.GetEqualFoldAttributeValues(kind.attr), s.cfg.EmptyGroupMember); in {
			changes = append(changes, change(ldap.DeleteAttribute, kind.attr, filler))
		}
	}
	err = s.modify(group.DN, changes...)
	if ldap.IsErrorAnyOf(err, ldap.LDAPResultAttributeOrValueExists, ldap.LDAPResultEntryAlreadyExists) && len(changes) == 1 {
		return "joined already", nil
	}
	return "modify: success", err
}

// stillIn is err if the account is in the group, and nil if it is not.
func (s *session) stillIn(a account, itemID string, err error) error {
	group, kind, readErr := s.group(itemID)
	if readErr != nil || group == nil {
		return readErr
	}
	if _, in := kind.find(group, a.dn(), get(a.entry, s.cfg.Attributes.Login)); in {
		return err
	}
	return nil
}

// group finds the group of an item as it is now; nil if it is gone.
func (s *session) group(itemID string) (*ldap.Entry, memberKind, error) {
	uuid, kind, err := s.splitItemID(itemID)
	if err != nil {
		return nil, kind, err
	}
	group, err := s.byID(s.cfg.GroupsBase, uuid, "cn", kind.attr)
	return group, kind, err
}

func name(e *ldap.Entry) string {
	if cn := get(e, "cn"); cn != "" {
		return cn
	}
	return e.DN
}

func members(n int) string {
	return store.Count(n, "member", "members")
}
