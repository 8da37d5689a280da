package demo

import (
	"crypto/subtle"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// Entry is one entry of a tree.
type Entry struct {
	DN    string
	Attrs map[string][]string
}

func (e Entry) clone() Entry {
	attrs := make(map[string][]string, len(e.Attrs))
	for name, values := range e.Attrs {
		attrs[name] = slices.Clone(values)
	}
	return Entry{DN: e.DN, Attrs: attrs}
}

// attr returns the stored name of an attribute and its values.
func (e Entry) attr(name string) (string, []string) {
	if values, ok := e.Attrs[name]; ok {
		return name, values
	}
	for have, values := range e.Attrs {
		if strings.EqualFold(have, name) {
			return have, values
		}
	}
	return name, nil
}

func (e Entry) first(name string) string {
	if _, values := e.attr(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// A tree is the content of one server. Its user holds the server's lock.
type tree struct {
	entries []Entry        // in the order of their making
	byDN    map[string]int // normal form of the DN -> place in entries
	writes  int            // requests to write that were made, obeyed or not
	ahead   time.Duration  // how far the clock of the company is ahead
}

// LDAP results are returned as uint16, 0 for success (RFC 4511, appendix A).

func newTree(entries []Entry) *tree {
	t := &tree{byDN: map[string]int{}}
	for _, e := range entries {
		t.add(e.clone())
	}
	return t
}

// normal is the form in which equal DNs are equal strings.
func normal(dn string) (string, bool) {
	d, err := ldap.ParseDN(dn)
	if err != nil {
		return "", false
	}
	return strings.ToLower(d.String()), true
}

func (t *tree) find(dn string) (int, bool) {
	key, ok := normal(dn)
	if !ok {
		return 0, false
	}
	n, ok := t.byDN[key]
	return n, ok
}

func (t *tree) add(e Entry) uint16 {
	key, ok := normal(e.DN)
	if !ok {
		return ldap.LDAPResultInvalidDNSyntax
	}
	if _, exists := t.byDN[key]; exists {
		return ldap.LDAPResultEntryAlreadyExists
	}
	if e.first("entryUUID") == "" {
		e.Attrs["entryUUID"] = []string{uuid("added", key)}
	}
	if e.first("modifyTimestamp") == "" {
		e.Attrs["modifyTimestamp"] = []string{t.now()}
	}
	if !complete(e) {
		return ldap.LDAPResultObjectClassViolation
	}
	t.byDN[key] = len(t.entries)
	t.entries = append(t.entries, e)
	return 0
}

func (t *tree) remove(dn string) uint16 {
	n, ok := t.find(dn)
	if !ok {
		return ldap.LDAPResultNoSuchObject
	}
	self, _ := normal(dn)
	for key := range t.byDN {
		if strings.HasSuffix(key, ","+self) {
			return ldap.LDAPResultNotAllowedOnNonLeaf
		}
	}
	t.entries = slices.Delete(t.entries, n, n+1)
	clear(t.byDN)
	for n, e := range t.entries {
		key, _ := normal(e.DN)
		t.byDN[key] = n
	}
	return 0
}

// A modification is one change of a modify request: 0 add, 1 delete, 2 replace.
type modification struct {
	op     int64
	attr   string
	values []string
}

// modify changes all or nothing.
func (t *tree) modify(dn string, changes []modification) uint16 {
	n, ok := t.find(dn)
	if !ok {
		return ldap.LDAPResultNoSuchObject
	}
	e := t.entries[n].clone()
	unlocks := false
	for _, c := range changes {
		if code := change(e, c); code != 0 {
			return code
		}
		// slapd's ppolicy: a new password removes the lock, unless the same
		// request removes it; what it sets after that stays.
		switch {
		case strings.EqualFold(c.attr, "userPassword"):
			unlocks = true
			e.Attrs["pwdChangedTime"] = []string{t.now()}
		case strings.EqualFold(c.attr, "pwdAccountLockedTime") && c.op == ldap.DeleteAttribute:
			unlocks = false
		}
	}
	if unlocks {
		delete(e.Attrs, "pwdAccountLockedTime")
	}
	if !complete(e) {
		return ldap.LDAPResultObjectClassViolation
	}
	e.Attrs["modifyTimestamp"] = []string{t.now()}
	e.Attrs["modifiersName"] = []string{BotDN} // nobody else may write
	t.entries[n] = e
	return 0
}

func change(e Entry, c modification) uint16 {
	name, values := e.attr(c.attr)
	index := func(v string) int {
		return slices.IndexFunc(values, func(have string) bool { return equal(name, have, v) })
	}
	switch c.op {
	case ldap.AddAttribute:
		for _, v := range c.values {
			if index(v) >= 0 {
				return ldap.LDAPResultAttributeOrValueExists
			}
			values = append(values, v)
		}
	case ldap.DeleteAttribute:
		if len(values) == 0 {
			return ldap.LDAPResultNoSuchAttribute
		}
		if len(c.values) == 0 {
			values = nil
		}
		for _, v := range c.values {
			at := index(v)
			if at < 0 {
				return ldap.LDAPResultNoSuchAttribute
			}
			values = slices.Delete(values, at, at+1)
		}
	case ldap.ReplaceAttribute:
		values = slices.Clone(c.values)
	default:
		return ldap.LDAPResultProtocolError
	}
	if len(values) == 0 {
		delete(e.Attrs, name)
	} else {
		e.Attrs[name] = values
	}
	return 0
}

// complete reports whether an entry has what its class must have.
func complete(e Entry) bool {
	for class, must := range map[string]string{"groupOfNames": "member", "groupOfUniqueNames": "uniqueMember"} {
		_, classes := e.attr("objectClass")
		_, values := e.attr(must)
		if slices.Contains(classes, class) && len(values) == 0 {
			return false
		}
	}
	return true
}

// signIn is a simple bind. A locked account gets the same answer as a wrong password.
func (t *tree) signIn(dn, password string) uint16 {
	n, ok := t.find(dn)
	if !ok || password == "" {
		return ldap.LDAPResultInvalidCredentials
	}
	e := t.entries[n]
	stored := e.first("userPassword")
	if stored == "" || subtle.ConstantTimeCompare([]byte(stored), []byte(password)) == 0 {
		return ldap.LDAPResultInvalidCredentials
	}
	if e.first("pwdAccountLockedTime") != "" && t.policyLocks() {
		return ldap.LDAPResultInvalidCredentials
	}
	return 0
}

func (t *tree) policyLocks() bool {
	n, ok := t.find(policyDN)
	return ok && strings.EqualFold(t.entries[n].first("pwdLockout"), "TRUE")
}

// search returns the entries in scope that match, with memberOf worked out.
// The error is a result code.
func (t *tree) search(dn string, scope int64, f filter) ([]Entry, uint16) {
	at, ok := normal(dn)
	if _, exists := t.byDN[at]; !ok || (!exists && dn != "") {
		return nil, ldap.LDAPResultNoSuchObject
	}
	groups := map[string][]string{}
	for _, e := range t.entries {
		for _, m := range e.Attrs["member"] {
			if key, ok := normal(m); ok {
				groups[key] = append(groups[key], e.DN)
			}
		}
	}
	var found []Entry
	for _, e := range t.entries {
		key, _ := normal(e.DN)
		if !inScope(key, at, scope) {
			continue
		}
		e = e.clone()
		if in := groups[key]; len(in) > 0 {
			e.Attrs["memberOf"] = in
		}
		if f.matches(e) {
			delete(e.Attrs, "userPassword")
			found = append(found, e)
		}
	}
	return found, 0
}

func inScope(dn, at string, scope int64) bool {
	switch scope {
	case ldap.ScopeBaseObject:
		return dn == at
	case ldap.ScopeSingleLevel:
		_, parent, _ := strings.Cut(dn, ",")
		return parent == at
	}
	return at == "" || dn == at || strings.HasSuffix(dn, ","+at)
}

func (t *tree) dump() []Entry {
	out := make([]Entry, 0, len(t.entries))
	for _, e := range t.entries {
		e = e.clone()
		delete(e.Attrs, "userPassword")
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.DN, b.DN) })
	return out
}

// now is a generalized time, to the second as in slapd.
func (t *tree) now() string { return time.Now().Add(t.ahead).UTC().Format("20060102150405Z") }

func names(e Entry) []string { return slices.Sorted(maps.Keys(e.Attrs)) }
