package commands

import (
	"context"
	"fmt"
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
	switch what {
	case "", "show":
		m := c.View.Batch(l)
		if l.Asked != nil && l.Asked.To == r.actor.Person || l.Owner != r.actor.Person && l.Owner != "" {
			m = c.View.BatchQuestion(l, r.actor.Person)
		}
		return bot.Reply{Message: &m}, nil
	case "take":
		if _, err := c.Store.Append(ctx, subject, r.actor, store.Adopted{}); err != nil {
			return bot.Reply{}, err
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
		return said("Approved: %d cases. Your message says how they go on.", l.Facts.Cases)
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

// batchForm asks for a list.
func (c *Commands) batchForm() *bot.Form {
	var kinds []bot.Option
	for _, k := range c.View.Kinds {
		kinds = append(kinds, bot.Option{Value: k.ID, Label: k.Title})
	}
	return &bot.Form{
		Verb: string(store.VerbBatch), Object: "new", Title: "A list of leavers", Submit: "Look them up",
		Intro: bot.T("A draft is opened for each of them. Nothing else happens before one person has approved the whole list."),
		Fields: []bot.Field{
			{Name: "people", Label: "Who leaves", Hint: "One login or mail address a line; or a table with a header, as CSV", Kind: bot.Paragraph, Required: true},
			{Name: "kind", Label: "Kind", Kind: bot.Choice, Options: kinds, Required: true},
			{Name: "last day", Label: "Last day of work", Kind: bot.DateField, Required: true},
			{Name: "cut-off", Label: "Access ends, for all of them", Hint: bot.Clean(fmt.Sprintf("now, or like 2026-11-30 17:00 in %s", c.View.Zone), bot.MaxHint), Kind: bot.Line, Required: true},
			{Name: "zone", Label: "Time zone", Hint: "Of those for whom the directory does not say it", Kind: bot.Line, Value: c.View.Zone.String()},
			{Name: "reason", Label: "Reason", Hint: "Only those who work on the cases see it", Kind: bot.Paragraph},
		},
	}
}

// newBatch makes a list from the form. Looking people up takes longer than an
// answer may: it is the second one.
func (c *Commands) newBatch(ctx context.Context, r *request) bot.Reply {
	text := strings.TrimSpace(r.Values["people"])
	if first, _, _ := strings.Cut(text, "\n"); !strings.ContainsAny(first, ",;\t") && !strings.EqualFold(strings.TrimSpace(first), "person") {
		text = "person\n" + text
	}
	def := batch.Line{Kind: r.Values["kind"], LastDay: strings.TrimSpace(r.Values["last day"]), CutOff: strings.TrimSpace(r.Values["cut-off"]), Zone: strings.TrimSpace(r.Values["zone"]), Reason: strings.TrimSpace(r.Values["reason"])}
	out, problems, err := c.reader().Read(ctx, []byte(text), def, func(int64, int64) {})
	switch {
	case err != nil:
		return c.failed(r.Interaction, err)
	case len(problems) > 0:
		return wrongList(problems)
	}
	id, err := c.Store.List(ctx, r.actor, out.CutOff, out.Rows)
	if err != nil {
		return c.failed(r.Interaction, err)
	}
	return say(fmt.Sprintf("%s is there, with %d people. I open a draft for each of them; you get a direct message with it. Nothing was changed, and nobody else was told.", id, len(out.Rows)))
}

// reader reads lists as the configuration has kinds and zone.
func (c *Commands) reader() batch.Reader {
	kinds := map[string]bool{}
	for _, k := range c.View.Kinds {
		kinds[k.ID] = k.Confidential
	}
	return batch.Reader{Store: c.Store, People: c.People, Kinds: kinds, Zone: c.View.Zone}
}

// wrongList says all that is wrong with a list.
func wrongList(problems []batch.Problem) bot.Reply {
	const most = 20
	list := bot.Checklist{}
	for _, p := range problems[:min(len(problems), most)] {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(p.String(), 300))})
	}
	if more := len(problems) - most; more > 0 {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("and %d more", more))})
	}
	const text = "Nothing was opened: something is wrong with the list. Please correct it and send it again."
	return bot.Reply{Message: &bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}, list}}}
}

// lists are the lists that wait for this person.
func (c *Commands) lists(r *request, add func(text, label string, v store.Verb, object string)) error {
	all, err := c.Store.Batches()
	for _, b := range all {
		switch look := string(b.ID); {
		case b.Settled():
		case b.Owner == "" && store.Permitted(store.VerbBatch, claimed(r.actor)):
			add(fmt.Sprintf("%s: a list of %d people was proposed on the server's machine; take it over, or give it up", b.ID, len(b.Rows)), "Look at "+look, store.VerbBatch, look)
		case b.Asked != nil && b.Asked.To == r.actor.Person:
			add(fmt.Sprintf("%s: approve or decline a list of %d people", b.ID, b.Asked.Cases), "Look at "+look, store.VerbBatch, look)
		case b.Asked == nil && b.Owner == r.actor.Person:
			add(fmt.Sprintf("%s: read the list and submit it", b.ID), "Look at "+look, store.VerbBatch, look)
		}
	}
	return err
}
