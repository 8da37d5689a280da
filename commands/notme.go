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

// unfreeze asks to let a person decide again; a second person agrees.
func (c *Commands) unfreeze(ctx context.Context, r *request) (bot.Reply, error) {
	who, why, _ := strings.Cut(r.arg, " ")
	switch {
	case strings.HasPrefix(r.Object, "P-"):
		return c.unfreezeSecond(ctx, r)
	case strings.EqualFold(who, "agree"):
		return c.unfreezeAsk(r, strings.TrimSpace(why))
	case who == "" || strings.TrimSpace(why) == "":
		return said("Type whose decisions count again, and why, like this: /offboard unfreeze jane it was her, I called")
	}
	id, card, err := c.People.Resolve(ctx, r.User.Platform, who)
	if err != nil {
		return bot.Reply{}, err
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
			return said("%s can decide again once a second person types: /offboard unfreeze agree %s:%d", card.Name, id, x.Entry)
		}
	}
	return said("The decisions of %s are not frozen.", card.Name) // a second person was faster
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
		bot.Buttons{
			{Label: "Agree", Verb: string(store.VerbUnfreeze), Object: object, Style: bot.Primary},
			{Label: "Don't", Verb: string(store.VerbUnfreeze), Object: object + ":no"},
		})
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
