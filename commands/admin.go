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

// link asks to tie a chat account to a person; a second person agrees.
func (c *Commands) link(ctx context.Context, r *request) (bot.Reply, error) {
	account, who, _ := strings.Cut(r.arg, " ")
	if r.Form {
		account, who = strings.TrimSpace(r.Values["account"]), r.Values["person"]
	}
	switch {
	case strings.HasSuffix(r.Object, ":"+look):
		return c.linkAsk(r, strings.TrimSuffix(r.Object, ":"+look))
	case strings.HasPrefix(r.Object, "P-"):
		return c.linkSecond(ctx, r)
	case strings.EqualFold(account, "agree"):
		return c.linkAsk(r, strings.TrimSpace(who))
	case r.Object == nothing && !r.Form:
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbLink), Object: nothing, Title: "Link an account", Submit: "Ask for it",
			Intro: bot.T("Tie a chat account to a person. A second person must agree."),
			Fields: []bot.Field{
				{Name: "account", Label: "Chat account", Hint: "Its id, such as U012ABC", Kind: bot.Line, Required: true},
				{Name: "person", Label: "Whose it is", Kind: bot.PersonField, Required: true},
			},
		}}, nil
	}
	if account == "" || strings.TrimSpace(who) == "" {
		return said("Type the account and whose it is, like this: /offboard link U012ABC jane.")
	}
	id, card, err := c.People.Resolve(ctx, r.User.Platform, strings.TrimSpace(who))
	if err != nil {
		return bot.Reply{}, err
	}
	a := c.Store.Account(r.User.Platform, bot.Clean(strings.TrimPrefix(account, "@"), 80))
	if _, err := c.Store.Append(ctx, string(id), r.actor, store.Requested{Change: store.Change{Verb: store.VerbLink, Account: &a}}); err != nil {
		return bot.Reply{}, err
	}
	p, _, err := c.Store.Person(id)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, x := range p.Pending {
		if x.Change.Account != nil && x.Change.Account.Lookup == a.Lookup {
			return said("This account will be linked to %s once a second person agrees: they find it with /offboard inbox, or type /offboard link agree %s:%d", card.Name, id, x.Entry)
		}
	}
	return said("This account is linked to %s.", card.Name)
}

// linkAsk shows a second person what they would agree to.
func (c *Commands) linkAsk(r *request, asked string) (bot.Reply, error) {
	person, entry, _ := strings.Cut(asked, ":")
	n, err := strconv.ParseUint(entry, 10, 64)
	if err != nil || !strings.HasPrefix(person, "P-") {
		return said("Type it exactly as it was shown, like this: /offboard link agree P-7:33")
	}
	p, card, err := c.Store.Person(store.PersonID(person))
	i := slices.IndexFunc(p.Pending, func(x store.Pending) bool { return x.Entry == n && x.Change.Account != nil })
	if err != nil || i < 0 || !store.Permitted(store.VerbSecond, claimed(r.actor)) {
		return said("There is nothing like that to agree to. It may have been settled already.")
	}
	x := p.Pending[i]
	by := "somebody at the server's command line"
	if x.By != "" {
		by = c.People.Name(x.By)
	}
	text := fmt.Sprintf("%s asks to link a chat account to %s. Whoever holds that account then acts as them. Ask %s in person before you agree.", by, card.Name, card.Name)
	object := fmt.Sprintf("%s:%d", person, n)
	return show(text, bot.Prose{Text: bot.T(text)},
		bot.Facts{
			{Label: "Account", Value: bot.T(bot.Clean(c.People.Text(person, x.Change.Account.ID), 80) + " on " + x.Change.Account.Platform)},
			{Label: "Person", Value: bot.T(bot.Clean(card.Name+" — "+card.Line(), 200))},
		},
		agreeing(store.VerbLink, object, x.By != r.actor.Person && p.ID != r.actor.Person))
}

// agreeing are the buttons of a second person; for the first one only that which
// calls it off.
func agreeing(v store.Verb, object string, may bool) bot.Buttons {
	no := bot.Button{Label: "Call it off", Verb: string(v), Object: object + ":no"}
	if !may {
		return bot.Buttons{no}
	}
	no.Label = "Don't"
	return bot.Buttons{{Label: "Agree", Verb: string(v), Object: object, Style: bot.Primary}, no}
}

// linkSecond is a second person's word about a link that was asked for.
func (c *Commands) linkSecond(ctx context.Context, r *request) (bot.Reply, error) {
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
		return said("The account is not linked.")
	}
	return said("The account is linked to %s.", c.People.Name(store.PersonID(person)))
}

// pause stops the executor, or lets it go on.
func (c *Commands) pause(ctx context.Context, r *request) (bot.Reply, error) {
	if r.Object == nothing && !r.Form {
		return c.pauseForm()
	}
	reason, off := r.arg, strings.EqualFold(r.arg, "off")
	if r.Form {
		reason, off = r.Values["reason"], r.Values["what"] == "off"
	}
	b := store.Paused{On: !off}
	if !off {
		var err error
		if b.Reason, err = sealed("reason", reason); err != nil {
			return bot.Reply{}, err
		}
	}
	if _, err := c.Store.Append(ctx, store.Installation, r.actor, b); err != nil {
		return bot.Reply{}, err
	}
	if off {
		return said("I go on. What fell due meanwhile begins now.")
	}
	return said("I am paused since %s: no step begins in any case, what is under way finishes. /offboard pause off lets me go on.", c.Store.Now().In(c.View.Zone).Format("15:04"))
}

func (c *Commands) pauseForm() (bot.Reply, error) {
	st, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	what := "on"
	if st.Paused {
		what = "off"
	}
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbPause), Object: nothing, Title: "Pause the bot", Submit: "Do it",
		Intro: bot.T("While it is paused no step begins in any case. What is under way finishes."),
		Fields: []bot.Field{
			{Name: "what", Label: "The bot", Kind: bot.Choice, Required: true, Value: what, Options: []bot.Option{
				{Value: "on", Label: "Pauses"}, {Value: "off", Label: "Goes on"},
			}},
			{Name: "reason", Label: "Why", Kind: bot.Line},
		},
	}}, nil
}
