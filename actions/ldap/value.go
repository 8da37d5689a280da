package ldap

import (
	"fmt"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// What the actions share that change one value of an entry and give it back.

// former is what the one item of such an action was before; asked is false if
// nobody wants it back.
func former(t actions.Target, found actions.Finding) (b before, asked bool, err error) {
	items := t.Of(found)
	if len(items) == 0 {
		return b, false, nil
	}
	b, err = readBefore(items[0])
	return b, err == nil, err
}

const nothingAsked = "nothing was asked for"

// swap replaces one value by another in one request, which fails if somebody has
// changed it meanwhile. Empty is no value.
func (s *session) swap(a account, attr, from, to string) (string, error) {
	var changes []ldap.Change
	if from != "" {
		changes = append(changes, change(ldap.DeleteAttribute, attr, from))
	}
	if to != "" {
		changes = append(changes, change(ldap.AddAttribute, attr, to))
	}
	return fmt.Sprintf("modify %s: success, %s: %q", a.dn(), attr, to), s.modify(a.dn(), changes...)
}
