package commands

import (
	"slices"

	"offboard/store"
)

// aList is the answer to who types the number of a list where one case is meant.
// It does not say whether there is such a list.
func aList(v store.Verb, id store.BatchID) error {
	switch {
	case v == store.VerbPress:
		return refuse("%s is a list, and nothing waits for a press in one: all of it ends now or at its time, once it is approved. %s Nothing was changed.", id, store.UnarmedList)
	case slices.Contains([]store.Verb{store.VerbSubmit, store.VerbApprove, store.VerbDecline}, v):
		return refuse("%s is a list. Type it like this: /offboard batch %s %s", id, id, v)
	case v == store.VerbCancel:
		return refuse("%s is a list. /offboard batch %s drop gives all of it up, as long as it is not approved; /offboard cancel is about one case, like OFF-42.", id, id)
	case slices.Contains([]store.Verb{store.VerbAmend, store.VerbReschedule, store.VerbDelegate, store.VerbAnswer}, v):
		return refuse("%s is a list, and it is not changed once it is there: give it up (/offboard batch %s drop) and make another one, or take single cases out of it (/offboard batch %s out OFF-42).", id, id, id)
	}
	return refuse("%s is a list, and /offboard %s is about one case, like OFF-42. /offboard batch %s shows the list, and what can be done with all of it.", id, v, id)
}

// unseen is the answer for a case that somebody can't see: the same as for none;
// but who decides about the list that it is on has read its number there.
func (c *Commands) unseen(r *request) error {
	if r.c.InBatch() {
		b, err := c.Store.Batch(r.c.Batch)
		if err != nil {
			return err
		}
		if slices.Contains(b.Deciders(), r.actor.Person) {
			return refuse("%s is a part of the list %s, about which you decide at once: /offboard batch %s. If somebody should not be on it, decline it and say who. Nothing was changed.", r.obj.Case, b.ID, b.ID)
		}
	}
	return store.NoSuchCase(r.obj.Case)
}
