package discord

import (
	"errors"
	"slices"
	"strings"

	"offboard/actions"
)

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

// each works on the items one by one. What Discord refuses for one is reported
// when all others are done; what may pass ends the work at once.
func each(items []actions.Item, do func(actions.Item) (string, error)) (string, error) {
	var done []string
	var refusals []error
	for _, i := range items {
		text, err := do(i)
		why := refusal(err)
		switch {
		case why != "":
			refusals = append(refusals, errors.New(i.Label+": "+why))
		case err != nil:
			return strings.Join(done, "; "), err
		default:
			done = append(done, i.Label+": "+text)
		}
	}
	text := strings.Join(done, "; ")
	if len(refusals) > 0 {
		return text, actions.Final(errors.Join(refusals...))
	}
	return text, nil
}

// names puts words in a row: "a, b and c".
func names(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
