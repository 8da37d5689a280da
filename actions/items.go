package actions

import (
	"errors"
	"slices"
	"strings"
)

// Wants reports whether t asks for the item with this ID.
func (t Target) Wants(id string) bool {
	return slices.ContainsFunc(t.Items, func(i Item) bool { return i.ID == id })
}

// Of are the items of f, of t's account, that t asks for: what an Undo gives
// back of what was found before.
func (t Target) Of(f Finding) []Item {
	var out []Item
	for _, i := range f.Items {
		if i.Account == t.Account.ID && t.Wants(i.ID) {
			out = append(out, i)
		}
	}
	return out
}

// Each works on the items one by one, and returns what was done as
// "label: text; ...". What the system refuses for one item (ClassFinal) is
// reported together when all others are done; any other error ends the work at
// once. classify says in plain words what an error means, after the label.
func Each(items []Item, classify func(label string, err error) error, do func(Item) (string, error)) (string, error) {
	var done []string
	var refusals []error
	for _, i := range items {
		text, err := do(i)
		if err != nil {
			err = classify(i.Label, err)
			if class, _ := ClassOf(err); class != ClassFinal {
				return strings.Join(done, "; "), err
			}
			refusals = append(refusals, err)
			continue
		}
		done = append(done, i.Label+": "+text)
	}
	text := strings.Join(done, "; ")
	if len(refusals) > 0 {
		return text, Final(errors.Join(refusals...))
	}
	return text, nil
}
