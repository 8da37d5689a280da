package actions

import (
	"slices"
	"strconv"

	"offboard/store"
)

// number gives numbers to items: those that are known keep theirs, others
// count on. All that were ever found in the step are known, also what was left.
func number(items []Item, known []store.Held) []store.Held {
	last := len(known)
	var out []store.Held
	for _, it := range items {
		h := store.Held{Ref: it.ID, Label: it.Label, Before: it.Before, Irreversible: it.Irreversible, Heir: it.Heir, Then: it.Then}
		if k, ok := find(known, it.ID); ok {
			h.ID = k.ID
		} else {
			last++
			h.ID = strconv.Itoa(last)
		}
		out = append(out, h)
	}
	return out
}

func find(held []store.Held, ref string) (store.Held, bool) {
	i := slices.IndexFunc(held, func(h store.Held) bool { return h.Ref == ref })
	if i < 0 {
		return store.Held{}, false
	}
	return held[i], true
}

// sorted is what a read has found, by what is to be done with it.
type sorted struct {
	todo  []store.Held // to be taken, or to be given back
	fresh []store.Item // those of todo that are not in the plan
	kept  int          // stays, as was decided
	left  int          // could not be given back, and nobody has approved it

	unasked []string // servers of the system that were not asked
}

// toTake says what is taken of what was found: more of what was planned too,
// because drift must not delay a lock-out.
func toTake(s store.Step, held []store.Held) sorted {
	var out sorted
	for _, h := range held {
		i := slices.IndexFunc(s.Items, func(i store.Item) bool { return i.ID == h.ID })
		switch {
		case h.Irreversible && (i < 0 || !s.Items[i].Irreversible):
			out.left++
			continue
		case i < 0:
			// Not marked as one that somebody can get: the step would wait
			// for an answer about it. The manager gets it.
			out.fresh = append(out.fresh, store.Item{ID: h.ID, Then: h.Then})
		case !s.Takes(h.ID):
			out.kept++
			continue
		}
		out.todo = append(out.todo, h)
	}
	return out
}
