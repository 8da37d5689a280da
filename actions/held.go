package actions

import (
	"slices"
	"strconv"

	"offboard/store"
)

// number gives numbers to items: those that are known keep theirs, others
// count on from last.
func number(items []Item, known []store.Held, last int) []store.Held {
	var out []store.Held
	for _, it := range items {
		h := store.Held{Ref: it.ID, Label: it.Label, Before: it.Before, Irreversible: it.Irreversible, Heir: it.Heir}
		if i := slices.IndexFunc(known, func(k store.Held) bool { return k.Ref == it.ID }); i >= 0 {
			h.ID = known[i].ID
		} else {
			last++
			h.ID = strconv.Itoa(last)
		}
		out = append(out, h)
	}
	return out
}

// item is the item as its action knows it.
func item(h store.Held, account string) Item {
	return Item{ID: h.Ref, Account: account, Label: h.Label, Before: h.Before, Irreversible: h.Irreversible, Heir: h.Heir}
}
