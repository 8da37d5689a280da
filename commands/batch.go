package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/commands/batch"
	"offboard/commands/view"
	"offboard/store"
)

// batch is about lists of people who leave together: it shows them, makes one
// from a form, and takes the decisions about one.
func (c *Commands) batch(ctx context.Context, r *request) (bot.Reply, error) {
	id, what, rest := r.batchWords()
	switch {
	case what == "new" && r.Form:
		return bot.Reply{Then: func(ctx context.Context) bot.Reply { return c.newBatch(ctx, r) }}, nil
	case what == "new":
		if !store.Permitted(store.VerbBatch, claimed(r.actor)) {
			return said("You don't have a role that may start an offboarding. Please ask HR.")
		}
		return bot.Reply{Form: c.batchForm()}, nil
	case id == "" && what != "":
		return said("I don't know this. /offboard batch shows the lists that you can see, and what can be done with them.")
	case id == "":
		return c.batches(r)
	}
	l, err := c.theList(r, id)
	if err != nil {
		return bot.Reply{}, err
	}
	subject := string(id)
	switch strings.ToLower(what) {
	case "", "show":
		m := c.View.Batch(l, r.actor.Person)
		if slices.Contains(l.Deciders(), r.actor.Person) || l.Owner != r.actor.Person && !store.Permitted(store.VerbBatch, claimed(r.actor)) {
			m = c.View.BatchQuestion(l, r.actor.Person)
		}
		return bot.Reply{Message: &m}, nil
	case "take":
		if _, err := c.Store.Append(ctx, subject, r.actor, store.Adopted{}); err != nil {
			return bot.Reply{}, err
		}
		switch {
		case l.Settled():
			return said("%s is yours now: you are told how it ends.", id)
		case l.Facts.Left == 0:
			return said("%s is yours now, with its drafts. You get a direct message with it; submit it there. %s", id, c.oldQuestion(l))
		}
		return said("%s is yours now. I open a draft for each of them, and you get a direct message with it. Nothing was changed, and nobody else was told.", id)
	case "submit":
		return c.sendBatch(ctx, r, l, rest)
	case "approve":
		scope := rest
		if r.Object == "" {
			if len(rest) < view.CodeLength || !strings.HasPrefix(l.Facts.Scope, strings.ToLower(rest)) {
				m := c.View.BatchQuestion(l, r.actor.Person)
				return bot.Reply{Message: &m}, nil
			}
			scope = l.Facts.Scope
		}
		if _, err := c.Store.Append(ctx, subject, r.actor, store.Decided{Scope: scope, Approve: true}); err != nil {
			return bot.Reply{}, err
		}
		return said("Approved, all of it. Your message says how it goes on.")
	case "decline":
		return c.declineBatch(ctx, r, l, rest)
	case "drop":
		if _, err := c.Store.Append(ctx, subject, r.actor, store.Dropped{}); err != nil {
			return bot.Reply{}, err
		}
		return said("%s is given up. Its drafts end now, and nothing was done.", id)
	case "out":
		return c.partBatch(ctx, r, l, rest)
	}
	return said("I don't know what to do with %s. After it comes one of: take, submit, approve, decline, drop, out. /offboard batch %s shows how it stands.", id, id)
}

// batchWords are the list that an interaction is about, what is to be done with
// it, and the rest.
func (r *request) batchWords() (id store.BatchID, what, rest string) {
	if r.Object != "" && r.Object != nothing {
		first, after, _ := strings.Cut(r.Object, ":")
		what, rest, _ = strings.Cut(after, ":")
		if id, ok := store.ParseBatch(first); ok {
			return id, what, rest
		}
		return "", first, ""
	}
	first, after, _ := strings.Cut(r.arg, " ")
	what, rest, _ = strings.Cut(strings.TrimSpace(after), " ")
	if id, ok := store.ParseBatch(first); ok {
		return id, strings.ToLower(what), strings.TrimSpace(rest)
	}
	return "", strings.ToLower(first), after
}

// theList reads a list, if this person may see it; else the answer is that for one
// that is not there.
func (c *Commands) theList(r *request, id store.BatchID) (view.List, error) {
	b, err := c.Store.Batch(id)
	if err != nil {
		return view.List{}, err
	}
	if !b.Visible(r.actor.Person, claimed(r.actor)) {
		return view.List{}, store.NoSuchBatch(id)
	}
	return batch.Load(c.Store, id)
}

// oldQuestion says what becomes of the question that a list was taken over with.
func (c *Commands) oldQuestion(l view.List) string {
	if !l.Stands(l.Facts) {
		return "Nothing was changed."
	}
	return fmt.Sprintf("%s is still asked; ask somebody else with /offboard batch %s submit clara.", c.People.Name(l.Asked.To), l.ID)
}

func (c *Commands) batches(r *request) (bot.Reply, error) {
	all, err := c.Store.Batches()
	if err != nil {
		return bot.Reply{}, err
	}
	var mine []view.List
	for _, b := range all {
		if b.Visible(r.actor.Person, claimed(r.actor)) {
			mine = append(mine, view.List{Batch: b})
		}
	}
	if len(mine) == 0 && !store.Permitted(store.VerbBatch, claimed(r.actor)) {
		return said("Lists of leavers are for HR and security, and for those who are asked to approve one.")
	}
	m := c.View.Batches(mine)
	return bot.Reply{Message: &m}, nil
}

// sendBatch asks one person to approve all of a list.
func (c *Commands) sendBatch(ctx context.Context, r *request, l view.List, rest string) (bot.Reply, error) {
	scope, who := l.Facts.Scope, rest
	if r.Object != "" && r.Object != nothing {
		scope, who = rest, r.Values["approver"]
		if !r.Form {
			return bot.Reply{Form: &bot.Form{
				Verb: string(store.VerbBatch), Object: view.BatchObject(l.ID, "submit", scope), Title: "Submit " + string(l.ID), Submit: "Ask for approval",
				Intro:  bot.T(fmt.Sprintf("One person approves all %d cases: not you, and nobody who is on the list.", l.Facts.Cases)),
				Fields: []bot.Field{{Name: "approver", Label: "Who approves all of it", Kind: bot.PersonField, Required: true}},
			}}, nil
		}
	}
	if strings.TrimSpace(who) == "" {
		return said("Type also who approves all of it, like this: /offboard batch %s submit clara", l.ID)
	}
	to, card, err := c.People.Resolve(ctx, r.User.Platform, strings.TrimSpace(who))
	if err != nil {
		return bot.Reply{}, field("approver", err)
	}
	if !c.reachable(to) {
		return bot.Reply{}, field("approver", unreachable(card))
	}
	if _, err := c.Store.Append(ctx, string(l.ID), r.actor, store.Sent{Scope: scope, To: to}); err != nil {
		return bot.Reply{}, err
	}
	return said("Submitted. %s is asked to approve all of it; you see in your message what happens.", card.Name)
}

func (c *Commands) declineBatch(ctx context.Context, r *request, l view.List, rest string) (bot.Reply, error) {
	scope, why := l.Facts.Scope, rest
	if r.Object != "" && r.Object != nothing {
		scope, why = rest, r.Values["reason"]
	}
	if strings.TrimSpace(why) == "" && !r.Form {
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbBatch), Object: view.BatchObject(l.ID, "decline", scope), Title: "Decline " + string(l.ID), Submit: "Send it back",
			Fields: []bot.Field{{Name: "reason", Label: "Why?", Hint: "It goes to whoever asked, to correct it", Kind: bot.Paragraph, Required: true}},
		}}, nil
	}
	reason, err := sealed("reason", why)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, string(l.ID), r.actor, store.Decided{Scope: scope, Reason: reason}); err != nil {
		return bot.Reply{}, field("reason", err)
	}
	return said("It goes back to %s with your reason. Nothing was changed.", c.People.Name(l.Owner))
}

// partBatch takes one case out of a list.
func (c *Commands) partBatch(ctx context.Context, r *request, l view.List, rest string) (bot.Reply, error) {
	obj, err := store.ParseObject(rest)
	if err != nil {
		return said("Which case? Type it like this: /offboard batch %s out OFF-42", l.ID)
	}
	for _, s := range l.Cases {
		if s.ID == obj.Case && s.Batch == l.ID && l.Owner == r.actor.Person {
			if _, err := c.Store.Append(ctx, string(obj.Case), r.actor, store.Parted{}); err != nil {
				return bot.Reply{}, err
			}
			return said("%s is not on the list any more. It is a draft like others: you get a message of its own, and submit or discard it there.", obj.Case)
		}
	}
	return bot.Reply{}, store.NoSuchCase(obj.Case)
}

// lists are the lists that wait for this person.
func (c *Commands) lists(r *request, add func(text, label string, v store.Verb, object string)) error {
	all, err := c.Store.Batches()
	for _, b := range all {
		if b.Settled() || !b.Visible(r.actor.Person, claimed(r.actor)) {
			continue
		}
		f, err := c.Store.Whole(b.ID)
		if err != nil {
			return err
		}
		for _, w := range b.Waits(f) {
			if w.For(r.actor.Person, claimed(r.actor)) {
				add(c.listWaits(b, f, w), "Look at "+string(b.ID), store.VerbBatch, string(b.ID))
				break
			}
		}
	}
	return err
}

// listWaits says what a list waits for.
func (c *Commands) listWaits(b store.Batch, f store.BatchFacts, w store.Wait) string {
	switch {
	case w.Verb == store.VerbApprove:
		return fmt.Sprintf("%s: approve or decline a list of %d people", b.ID, f.Cases)
	case w.Verb == store.VerbSubmit:
		return fmt.Sprintf("%s: read the list and submit it", b.ID)
	case len(b.Former) > 0:
		return fmt.Sprintf("%s: %s, who asked for this list of %d people, is leaving; take it over", b.ID, c.People.Name(b.Former[len(b.Former)-1]), len(b.Rows))
	}
	return fmt.Sprintf("%s: a list of %d people was proposed on the server's machine; take it over, or give it up", b.ID, len(b.Rows))
}
