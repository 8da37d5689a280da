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

// resume asks to let a held case go on; a second person of another role agrees.
func (c *Commands) resume(ctx context.Context, r *request) (bot.Reply, error) {
	reason := r.Values["reason"]
	if !r.Form {
		if reason = r.arg; reason == "" {
			return bot.Reply{Form: &bot.Form{
				Verb: string(store.VerbResume), Object: r.obj.String(), Title: "Let it go on", Submit: "Ask for it",
				Intro:  bot.T("Ask the person in person first, and look at what else was decided in their name. A second person of another role must agree."),
				Fields: []bot.Field{{Name: "reason", Label: "Why is all well?", Hint: "It stays in the record", Kind: bot.Paragraph, Required: true}},
			}}, nil
		}
	}
	private, err := sealed("reason", reason)
	if err != nil {
		return bot.Reply{}, err
	}
	reply, err := c.change(ctx, r, store.Change{Verb: store.VerbResume, Plan: r.obj.Plan, Reason: private}, "")
	return reply, field("reason", err)
}

// unfreeze asks to let a person decide again; a second person agrees. Without a
// name it lists whose decisions are frozen.
func (c *Commands) unfreeze(ctx context.Context, r *request) (bot.Reply, error) {
	first, asked, _ := strings.Cut(r.arg, " ")
	switch {
	case strings.HasSuffix(r.Object, ":"+look):
		return c.unfreezeAsk(r, strings.TrimSuffix(r.Object, ":"+look))
	case strings.HasPrefix(r.Object, "P-"):
		return c.unfreezeSecond(ctx, r)
	case strings.EqualFold(first, "agree"):
		return c.unfreezeAsk(r, strings.TrimSpace(asked))
	case !store.Permitted(store.VerbUnfreeze, claimed(r.actor)):
		return bot.Reply{}, &store.Refused{Code: store.NotYours, Text: "Only security and administrators can let somebody decide again. Nothing was changed."}
	}
	persons, err := c.frozen(r)
	if err != nil {
		return bot.Reply{}, err
	}
	if r.arg == "" {
		m := c.View.FrozenList(persons)
		return bot.Reply{Message: &m}, nil
	}
	id, card, why := c.meant(persons, r.arg)
	switch {
	case id == "":
		return said("I can't tell whom you mean, so nothing was changed. Type /offboard unfreeze to see whose decisions are frozen, then the name or login as it is there, and why, like this: /offboard unfreeze jane it was her, I called")
	case why == "":
		return said("Type also why the decisions of %s count again, like this: /offboard unfreeze %s it was them, I called", card.Name, card.Login)
	}
	reason, err := sealed("reason", why)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, string(id), r.actor, store.Requested{Change: store.Change{Verb: store.VerbUnfreeze, Reason: reason}}); err != nil {
		return bot.Reply{}, err
	}
	p, _, err := c.Store.Person(id)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, x := range p.Pending {
		if x.Change.Verb == store.VerbUnfreeze {
			return said("%s can decide again once a second person agrees: they find it with /offboard inbox, or type /offboard unfreeze agree %s:%d", card.Name, id, x.Entry)
		}
	}
	return said("The decisions of %s are not frozen.", card.Name) // a second person was faster
}

// frozen lists whose decisions are frozen, of those over whom this person has a
// role that may lift it.
func (c *Commands) frozen(r *request) ([]store.Person, error) {
	persons, err := c.Store.FrozenPersons()
	if err != nil {
		return nil, err
	}
	var out []store.Person
	for _, p := range persons {
		roles, err := c.People.Roles(r.actor, p.ID)
		if err != nil {
			return nil, err
		}
		if store.Permitted(store.VerbUnfreeze, roles) {
			out = append(out, p)
		}
	}
	return out, nil
}

// meant finds the one of these persons whose name, login or address what was
// typed begins with, and the rest of it. They are looked for as the log knows
// them: the directory may have locked them since, or be down.
func (c *Commands) meant(persons []store.Person, typed string) (id store.PersonID, card store.Card, rest string) {
	words := strings.Fields(typed)
	for n := len(words); n > 0 && id == ""; n-- { // the longest name
		for _, p := range persons {
			_, known, err := c.Store.Person(p.ID)
			text := strings.Join(words[:n], " ")
			if err != nil || !strings.EqualFold(text, known.Name) && !strings.EqualFold(text, known.Login) && !strings.EqualFold(text, known.Mail) {
				continue
			}
			if id != "" {
				return "", store.Card{}, "" // namesakes
			}
			id, card, rest = p.ID, known, strings.Join(words[n:], " ")
		}
	}
	return id, card, rest
}

// unfreezeAsk shows a second person what they would agree to.
func (c *Commands) unfreezeAsk(r *request, asked string) (bot.Reply, error) {
	person, entry, _ := strings.Cut(asked, ":")
	n, err := strconv.ParseUint(entry, 10, 64)
	if err != nil || !strings.HasPrefix(person, "P-") {
		return said("Type it exactly as it was shown, like this: /offboard unfreeze agree P-7:33")
	}
	p, card, err := c.Store.Person(store.PersonID(person))
	i := slices.IndexFunc(p.Pending, func(x store.Pending) bool { return x.Entry == n && x.Change.Verb == store.VerbUnfreeze })
	if err != nil || i < 0 || !store.Permitted(store.VerbSecond, claimed(r.actor)) {
		return said("There is nothing like that to agree to. It may have been settled already.")
	}
	text := fmt.Sprintf("%s asks to let %s decide again. Somebody had opened the link in a mail and said that a decision in this name was not theirs. Ask %s in person before you agree.", c.People.Name(p.Pending[i].By), card.Name, card.Name)
	object := fmt.Sprintf("%s:%d", person, n)
	return show(text, bot.Prose{Text: bot.T(text)},
		bot.Facts{
			{Label: "Person", Value: bot.T(bot.Clean(card.Name+" — "+card.Line(), 200))},
			{Label: "Reason", Value: bot.T(bot.Clean(c.People.Text(person, p.Pending[i].Change.Reason), 600))},
		},
		agreeing(store.VerbUnfreeze, object, p.Pending[i].By != r.actor.Person && p.ID != r.actor.Person))
}

// unfreezeSecond is a second person's word.
func (c *Commands) unfreezeSecond(ctx context.Context, r *request) (bot.Reply, error) {
	person, rest, _ := strings.Cut(r.Object, ":")
	entry, no, _ := strings.Cut(rest, ":")
	n, err := strconv.ParseUint(entry, 10, 64)
	if err != nil {
		return said("I don't know this request. /offboard help shows what you can do.")
	}
	if _, err := c.Store.Append(ctx, person, r.actor, store.Seconded{Entry: n, Agree: no == ""}); err != nil {
		return bot.Reply{}, err
	}
	if no != "" {
		return said("It stays as it was: the decisions of %s are refused.", c.People.Name(store.PersonID(person)))
	}
	return said("%s can decide again.", c.People.Name(store.PersonID(person)))
}
