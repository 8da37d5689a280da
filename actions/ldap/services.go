package ldap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// serviceKind is how a directory shows the accounts that programs sign in with, and
// who answers for one.
type serviceKind struct {
	filter string   // default of service_accounts
	attrs  []string // name who owns or sponsors one; the first that does asks for a new secret
	// renews reports whether the directory changes the secret itself, so that nobody
	// knows it; or nil.
	renews func(e *ldap.Entry) bool
}

// usualServices are those of a directory that has no words of its own for it. The
// classes are of RFC 4519 and RFC 4524; a person who is an account too is none. No
// server minds a name that its schema does not have.
var usualServices = serviceKind{
	filter: "(&(|(objectClass=account)(objectClass=applicationProcess)(objectClass=simpleSecurityObject))(!(objectClass=person)))",
	attrs:  []string{"owner", "manager", "managedBy", "seeAlso"},
}

// domainServices are those of Active Directory: managed service accounts, and users
// with a service principal name. managedBy and manager have one value there.
var domainServices = serviceKind{
	filter: "(|(objectClass=msDS-GroupManagedServiceAccount)(objectClass=msDS-ManagedServiceAccount)(&(objectCategory=person)(objectClass=user)(servicePrincipalName=*)))",
	attrs:  []string{"managedBy", "manager"},
	renews: func(e *ldap.Entry) bool {
		return has(e, "objectClass", "msDS-GroupManagedServiceAccount") || has(e, "objectClass", "msDS-ManagedServiceAccount")
	},
}

// services reads the service accounts for which an account answers. Whoever has a
// number of a person is a person, unless the settings say what a service account is.
func (s *session) services(a account) ([]*ldap.Entry, error) {
	filter, kind := s.cfg.ServiceAccounts, s.fl.services
	if filter == "" {
		filter = kind.filter
	}
	var by []string
	for _, attr := range kind.attrs {
		by = append(by, equals(attr, a.dn()))
	}
	attrs := append(slices.Clone(kind.attrs), s.fl.id.attr, "cn", "objectClass", s.cfg.AccountLink, s.cfg.Attributes.Login)
	found, err := s.search(s.cfg.Base, ldap.ScopeWholeSubtree, "(&"+filter+or(by...)+")", attrs...)
	if err != nil {
		return nil, err
	}
	link := get(a.entry, s.cfg.AccountLink)
	found = slices.DeleteFunc(found, func(e *ldap.Entry) bool {
		return sameDN(e.DN, a.dn()) || s.linked(e, link) || s.cfg.ServiceAccounts == "" && get(e, s.cfg.AccountLink) != ""
	})
	slices.SortFunc(found, func(x, y *ldap.Entry) int {
		return cmp.Or(cmp.Compare(s.program(x), s.program(y)), cmp.Compare(x.DN, y.DN))
	})
	return found, nil
}

// program is what people call a service account.
func (s *session) program(e *ldap.Entry) string {
	return cmp.Or(get(e, s.cfg.Attributes.Login), name(e))
}

// serviceItems is an item for each attribute by which an account answers for a
// service account, and one of them for its secret.
func (s *session) serviceItems(e *ldap.Entry, a account, f *actions.Finding) []actions.Item {
	label := "service account " + s.program(e)
	renews := s.fl.services.renews != nil && s.fl.services.renews(e)
	if renews {
		label += " (the directory renews its password)"
	}
	var out []actions.Item
	for _, attr := range s.fl.services.attrs {
		if _, in := findDN(e.GetEqualFoldAttributeValues(attr), a.dn()); !in {
			continue
		}
		item, ok := s.handItem(e, attr, a, f)
		if !ok {
			return nil
		}
		item.ID += "/" + attr
		item.Label, item.Then = label, len(out) == 0 && !renews
		if len(out) > 0 {
			item.Label += " (" + attr + ")"
		}
		out = append(out, item)
	}
	if len(out) == 0 {
		f.Unread = append(f.Unread, fmt.Sprintf("%s: the bot may search but not read its %s", e.DN, strings.Join(s.fl.services.attrs, ", ")))
	}
	return out
}

// held is where an item of owner stands: below what it is looked for, and by which
// attribute it names its owner.
func (s *session) held(itemID string) (uuid, base, attr string, err error) {
	uuid, attr, service := strings.Cut(itemID, "/")
	switch {
	case !service:
		return uuid, s.ownedBase(), s.fl.owner, nil
	case slices.Contains(s.fl.services.attrs, attr):
		return uuid, s.cfg.Base, attr, nil
	}
	return "", "", "", actions.Final(fmt.Errorf("%q does not name what somebody owns", itemID))
}

// newSecret is what is left to a person of an account that is handed over.
var newSecret = actions.Task{
	Words:        "Rotate a secret that they knew",
	Instructions: "Whoever answered for a service account knows its password or key, also when it has a new owner. Give it a new one, set it where its programs run, and tell the new owner where it is kept.",
	Proof:        "where the new secret is kept, and when it was changed",
}
