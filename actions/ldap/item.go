package ldap

import (
	"encoding/json"
	"fmt"
	"slices"

	"offboard/actions"
)

// before is what Undo needs of an item, kept as JSON in Item.Before. None of
// it is a credential: names of entries, and times.
type before struct {
	Value  string   `json:"value"`            // the stored value: a DN, a login, a time
	Others []string `json:"others,omitempty"` // the other values beside it
	Last   bool     `json:"last,omitempty"`   // it was the only member of its group
}

func (b before) String() string {
	text, err := json.Marshal(b)
	if err != nil { // strings and a bool always marshal
		panic(err)
	}
	return string(text)
}

func readBefore(i actions.Item) (before, error) {
	var b before
	if err := json.Unmarshal([]byte(i.Before), &b); err != nil {
		return b, actions.Final(fmt.Errorf("%s: what was recorded before is not readable: %w", i.Label, err))
	}
	return b, nil
}

// wanted reports whether t asks for the item with this id.
func wanted(t actions.Target, id string) bool {
	return slices.ContainsFunc(t.Items, func(i actions.Item) bool { return i.ID == id })
}

// givenBack are the items of f, of t's account, that t names.
func givenBack(t actions.Target, f actions.Finding) []actions.Item {
	var out []actions.Item
	for _, i := range f.Items {
		if i.Account == t.Account.ID && wanted(t, i.ID) {
			out = append(out, i)
		}
	}
	return out
}
