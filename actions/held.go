package actions

import (
	"slices"
	"strconv"

	"offboard/store"
)

// number gives numbers to items: those that are known keep theirs, others
// count on from the highest. A number is never given twice in a step, not even
// after an item that was found and left: an approval is about numbers.
func number(items []Item, known []store.Held) []store.Held {
	last := 0
	for _, k := range known {
		if n, err := strconv.Atoi(k.ID); err == nil {
			last = max(last, n)
		}
	}
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
