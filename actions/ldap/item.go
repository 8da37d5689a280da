package ldap

import (
	"encoding/json"
	"fmt"

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
