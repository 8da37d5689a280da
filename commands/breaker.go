package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// breaker shows from where, and by whom, no more cases can be opened, and lets
// them be opened again: one person asks for it with a reason, a second agrees.
func (c *Commands) breaker(ctx context.Context, r *request) (bot.Reply, error) {
	roles := claimed(r.actor)
	if !store.Permitted(store.VerbBreaker, roles) && !store.Permitted(store.VerbSecond, roles) {
		return bot.Reply{}, &store.Refused{Code: store.NotYours, Text: "The breaker is for security and administrators, and for those who may agree as a second person."}
	}
	st, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	what, rest, _ := strings.Cut(r.arg, " ")
	if r.Object != "" && r.Object != nothing {
		what, rest, _ = strings.Cut(r.Object, ":")
	}
	n, errN := strconv.ParseUint(strings.TrimSpace(rest), 10, 64)
	brakes := known(st, roles)
	i := slices.IndexFunc(brakes, func(b store.Brake) bool { return b.Entry == n })
	switch what = strings.ToLower(what); {
	case what == "" || what == "show" && errN == nil:
		if i < 0 && len(brakes) != 1 {
			m := c.View.Brakes(brakes)
			return bot.Reply{Message: &m}, nil
		}
		b := brakes[max(i, 0)]
		m := c.View.Brake(b, st.Pending, r.actor.Person, store.Permitted(store.VerbBreaker, roles))
		return bot.Reply{Message: &m}, nil
	case what == "resume" && r.Object != "" && r.Object != nothing && !r.Form:
		return c.breakerForm(brakes, i, n)
	case what == "resume" && r.Form:
		return c.lift(ctx, r, n, r.Values["reason"])
	case what == "resume":
		b, why := c.stopped(brakes, rest)
		switch {
		case b.Entry == 0:
			return said("I can't tell what you mean, so nothing was changed. /offboard breaker shows what is stopped; type its name as it is there, and why, like this: /offboard breaker resume slack a whole team leaves, I called HR")
		case why == "":
			return said("Type also why cases may be opened again, like this: /offboard breaker resume %s a whole team leaves, I called HR", c.View.Typed(b))
		}
		return c.lift(ctx, r, b.Entry, why)
	case (what == "agree" || what == "look") && errN == nil && (r.Object == "" || what == "look"):
		return c.liftAsk(r, st, brakes, n)
	case (what == "agree" || what == "no") && errN == nil:
		if _, err := c.Store.Append(ctx, store.Installation, r.actor, store.Seconded{Entry: n, Agree: what == "agree"}); err != nil {
			return bot.Reply{}, err
		}
		if what == "no" {
			return said("It stays as it was: no more cases can be opened there.")
		}
		return said("New cases can be opened again. What was refused meanwhile has to be started again.")
	}
	return said("I don't know this. /offboard breaker shows what is stopped, and how it is let go on.")
}

// known are the brakes that stop something and that somebody with these roles
// may know of.
func known(st store.State, roles []store.Role) []store.Brake {
	return slices.DeleteFunc(slices.Clone(st.Brakes), func(b store.Brake) bool { return !b.Stops() || !b.Known(roles) })
}

func (c *Commands) breakerForm(brakes []store.Brake, i int, n uint64) (bot.Reply, error) {
	if i < 0 {
		return said("There is nothing like that to lift any more: /offboard breaker shows what is stopped.")
	}
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbBreaker), Object: fmt.Sprintf("resume:%d", n), Title: "Let cases be opened", Submit: "Ask for it",
		Intro:  bot.T("Ask in person whether the cases are meant. A second person must agree, and not " + c.People.Name(brakes[i].By) + "."),
		Fields: []bot.Field{{Name: "reason", Label: "Why is all well?", Hint: "It stays in the record", Kind: bot.Paragraph, Required: true}},
	}}, nil
}

// lift asks to let cases be opened again.
func (c *Commands) lift(ctx context.Context, r *request, entry uint64, why string) (bot.Reply, error) {
	reason, err := sealed("reason", why)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, store.Installation, r.actor, store.Requested{Change: store.Change{Verb: store.VerbBreaker, Of: entry, Reason: reason}}); err != nil {
		return bot.Reply{}, field("reason", err)
	}
	st, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	for _, x := range st.Pending {
		if x.Change.Of == entry {
			return said("New cases can be opened again once a second person agrees: they find it with /offboard inbox, or type /offboard breaker agree %d", x.Entry)
		}
	}
	return said("New cases can be opened again.") // a second person was faster
}

// liftAsk shows a second person what they would agree to.
func (c *Commands) liftAsk(r *request, st store.State, brakes []store.Brake, entry uint64) (bot.Reply, error) {
	i := slices.IndexFunc(st.Pending, func(x store.Pending) bool { return x.Entry == entry })
	j := -1
	if i >= 0 {
		j = slices.IndexFunc(brakes, func(b store.Brake) bool { return b.Entry == st.Pending[i].Change.Of })
	}
	if j < 0 {
		return said("There is nothing like that to agree to. It may have been settled already.")
	}
	m := c.View.Brake(brakes[j], st.Pending, r.actor.Person, false)
	return bot.Reply{Message: &m}, nil
}

// stopped finds the brake whose name what was typed begins with, and the rest
// of it: a source, or the name, login or address of a person as the log knows
// them.
func (c *Commands) stopped(brakes []store.Brake, typed string) (store.Brake, string) {
	var persons []store.Person
	for _, b := range brakes {
		if b.Source == "" {
			persons = append(persons, store.Person{ID: b.Person})
			continue
		}
		if first, why, _ := strings.Cut(strings.TrimSpace(typed), " "); strings.EqualFold(first, c.View.Typed(b)) {
			return b, strings.TrimSpace(why)
		}
	}
	id, _, why := c.meant(persons, typed)
	i := slices.IndexFunc(brakes, func(b store.Brake) bool { return id != "" && b.Source == "" && b.Person == id })
	if i < 0 {
		return store.Brake{}, ""
	}
	return brakes[i], why
}

// stops are what the breaker stops, in the inbox of somebody who can end it.
func (c *Commands) stops(r *request, st store.State, add func(text, label string, v store.Verb, object string)) {
	roles := claimed(r.actor)
	for _, b := range known(st, roles) {
		i := slices.IndexFunc(st.Pending, func(x store.Pending) bool { return x.Change.Of == b.Entry })
		switch {
		case b.By == r.actor.Person:
		case i < 0 && store.Permitted(store.VerbBreaker, roles):
			add("No more cases can be opened: "+c.View.Stopped(b), "Look at it", store.VerbBreaker, fmt.Sprintf("show:%d", b.Entry))
		case i >= 0 && st.Pending[i].By != r.actor.Person && store.Permitted(store.VerbSecond, roles):
			add("A second person must agree that cases can be opened again: "+c.View.Stopped(b), "Look at it", store.VerbBreaker, fmt.Sprintf("look:%d", st.Pending[i].Entry))
		}
	}
}
