package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// errBroken stands for a panic, which was logged.
var errBroken = errors.New("it broke")

// stray is about one account that a sweep has found: to look at it, to say whose
// it is, or that it may stay, and to take that back.
func (c *Commands) stray(ctx context.Context, r *request, what, rest string) (bot.Reply, error) {
	roles := claimed(r.actor)
	if what != "look" && (what != "known" || rest != "") && !store.Permitted(store.VerbKnown, roles) {
		return said("Only IT and security can say whose an account is, or that it may stay. Nothing was changed.")
	}
	if what == "known" && rest == "" {
		return c.knowns()
	}
	found, err := c.lastFound(r)
	if err != nil {
		return bot.Reply{}, err
	}
	if chosen := r.Values["account"]; what == "look" && chosen != "" {
		rest = chosen
	}
	if what == "forget" {
		return c.forget(ctx, r, found, rest)
	}
	x, more, ok := theStray(found, rest)
	if !ok {
		return said("I can't tell which account you mean, so nothing was changed. /offboard sweep looks anew and shows those that are found. Type the system and the account as they stand there, like this: /offboard sweep %s vpn jane", what)
	}
	switch what {
	case "look":
		m := c.View.StrayOne(x, store.Permitted(store.VerbStart, roles), store.Permitted(store.VerbKnown, roles))
		return bot.Reply{Message: &m}, nil
	case "link":
		return c.linkStray(ctx, r, x, more)
	}
	return c.explain(ctx, r, x, more)
}

// theStray finds an account by its reference, or by its system (its name or its
// title) and its login or id; and what was typed after it.
func theStray(found []view.Found, typed string) (x view.Found, more string, ok bool) {
	begins := func(s, with string) (rest string, ok bool) {
		if len(with) > 0 && len(s) >= len(with) && strings.EqualFold(s[:len(with)], with) && (len(s) == len(with) || s[len(with)] == ' ') {
			return strings.TrimSpace(s[len(with):]), true
		}
		return "", false
	}
	longest, several := 0, false
	for _, f := range found {
		if f.Ref == typed {
			return f, "", true
		}
		rest, is := begins(typed, f.System)
		if !is {
			rest, is = begins(typed, f.Title)
		}
		if !is {
			continue
		}
		rest = strings.TrimSpace(strings.TrimPrefix(rest, ":"))
		for _, name := range []string{f.Login, f.ID} {
			after, is := begins(rest, bot.Clean(name, 200))
			switch {
			case !is || len(name) < longest:
			case len(name) == longest && ok && f.Ref != x.Ref:
				several = true // two of the same name: its id tells
			default:
				x, more, ok, longest, several = f, after, true, len(name), false
			}
		}
	}
	return x, more, ok && !several
}

// knowns lists the accounts that may stay.
func (c *Commands) knowns() (bot.Reply, error) {
	st, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	list := slices.DeleteFunc(slices.Clone(st.Known), func(k store.Known) bool { return !k.Holds(c.Store.Now()) })
	m := c.View.Knowns(list)
	return bot.Reply{Message: &m}, nil
}

// linkStray says whose an account is.
func (c *Commands) linkStray(ctx context.Context, r *request, x view.Found, typed string) (bot.Reply, error) {
	if r.Form {
		typed = strings.TrimSpace(r.Values["person"])
	}
	typed = strings.TrimSpace(strings.TrimPrefix(typed, "is "))
	if typed == "" {
		return c.whoseForm(ctx, x), nil
	}
	card, err := c.People.Exactly(ctx, typed)
	if err != nil {
		return bot.Reply{}, field("person", named(err))
	}
	id, err := c.People.Meet(ctx, card)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, string(id), r.actor, store.Owned{Account: c.Store.SystemAccount(x.System, x.ID, x.Login)}); err != nil {
		return bot.Reply{}, field("person", err)
	}
	return said("%s in %s is %s's from now on: it leaves with them. If that is wrong, type: /offboard sweep forget %s %s", bot.Clean(x.Login, 100), x.Title, card.Name, x.System, bot.Clean(x.Login, 100))
}

// whoseForm asks whose an account is. It shows first who has the same login in the
// directory: that may be a namesake, so a person has to say it.
func (c *Commands) whoseForm(ctx context.Context, x view.Found) bot.Reply {
	text := ". It is looked at, and taken away, with all else that they have. What you say stays in the record."
	whose := bot.Field{Name: "person", Label: "Whose it is", Kind: bot.PersonField, Required: true}
	if card, err := c.People.Exactly(ctx, x.Login); err == nil && strings.EqualFold(card.Login, x.Login) && len(card.ID) <= bot.MaxOption {
		whose.Value = card.ID
		whose.Options = []bot.Option{{Value: card.ID, Label: bot.Clean(card.Name, bot.MaxOption), Hint: bot.Clean(card.Line(), bot.MaxOption)}}
		text += fmt.Sprintf(" %s has the same login: make sure that it is not somebody else's.", card.Name)
	}
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbSweep), Object: "link:" + x.Ref, Title: "Whose account is it?", Submit: "It is theirs",
		Intro: bot.Join(bot.B(bot.Clean(x.Title+": "+x.Login, 150)), bot.T(text)), Fields: []bot.Field{whose},
	}}
}

// named makes a sentence of a refusal that begins in small letters.
func named(err error) error {
	if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Code == store.WhoIsIt {
		return &store.Refused{Code: store.WhoIsIt, Text: "I can't tell who that is: " + refused.Text + ". Nothing was changed."}
	}
	return err
}

// explain says that an account may stay, until when, and why.
func (c *Commands) explain(ctx context.Context, r *request, x view.Found, typed string) (bot.Reply, error) {
	until, why := "", ""
	switch {
	case r.Form:
		until, why = strings.TrimSpace(r.Values["until"]), strings.TrimSpace(r.Values["reason"])
	case typed == "" && r.Object != "":
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbSweep), Object: "known:" + x.Ref, Title: "It may stay", Submit: "It is known",
			Intro: bot.Join(bot.B(bot.Clean(x.Title+": "+x.Login, 150)), bot.T(". It is told again after the day that you choose.")),
			Fields: []bot.Field{
				{Name: "reason", Label: "Why may it stay?", Hint: "Who uses it, and for what; it stays in the record", Kind: bot.Paragraph, Required: true},
				{Name: "until", Label: "Until", Hint: "Then somebody looks at it again", Kind: bot.DateField, Required: true},
			},
		}}, nil
	default:
		day, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(typed, "until ")), " ")
		until, why = day, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), "because"))
	}
	day, err := store.ParseDate(until)
	switch {
	case err != nil && r.Form:
		return bot.Reply{Errors: map[string]string{"until": "Enter a day like 2027-01-31."}}, nil
	case err != nil || why == "":
		example := x.System + " " + bot.Clean(x.Login, 100)
		return said("Nothing was changed. Type until when it may stay and why, like this: /offboard sweep known %s until 2027-01-31 because the backup runs with it", example)
	}
	reason, err := sealed("reason", why)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, store.Installation, r.actor, store.Explained{Account: c.Store.SystemAccount(x.System, x.ID, x.Login), Until: day, Reason: reason}); err != nil {
		return bot.Reply{}, err
	}
	return said("%s in %s may stay until %s. It is told again after that. /offboard sweep known lists what may stay.", bot.Clean(x.Login, 100), x.Title, view.Day(day))
}

// forget ends that an account may stay, or that it is somebody's.
func (c *Commands) forget(ctx context.Context, r *request, found []view.Found, typed string) (bot.Reply, error) {
	st, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	// What is known is in no later sweep, so it is looked for too.
	for _, k := range st.Known {
		id, errID := c.Store.Reveal(store.Installation, k.Account.ID)
		login, errLogin := c.Store.Reveal(store.Installation, k.Account.Login)
		if err := cmp.Or(errID, errLogin); err != nil {
			return bot.Reply{}, err
		}
		found = append(found, c.accounted(k.Account, id, login))
	}
	owned, err := c.Store.OwnedAccounts()
	if err != nil {
		return bot.Reply{}, err
	}
	for _, o := range owned {
		found = append(found, c.accounted(o.Account, o.ID, o.Login))
	}
	x, _, ok := theStray(found, typed)
	if !ok {
		return said("I can't tell which account you mean, so nothing was changed. Type the system and the account, like this: /offboard sweep forget vpn jane. /offboard sweep known lists what may stay.")
	}
	account := c.Store.SystemAccount(x.System, x.ID, x.Login)
	owner, card, err := c.Store.OwnerOf(account)
	if err != nil {
		return bot.Reply{}, err
	}
	if owner != "" {
		if _, err := c.Store.Append(ctx, string(owner), r.actor, store.Owned{Account: account, Off: true}); err != nil {
			return bot.Reply{}, err
		}
		return said("%s in %s is not %s's any more.", bot.Clean(x.Login, 100), x.Title, card.Name)
	}
	if _, err := c.Store.Append(ctx, store.Installation, r.actor, store.Explained{Account: account}); err != nil {
		return bot.Reply{}, err
	}
	return said("%s in %s is not known any more: it is told again.", bot.Clean(x.Login, 100), x.Title)
}

func (c *Commands) accounted(a store.SystemAccount, id, login string) view.Found {
	title := cmp.Or(c.View.Systems[a.System], a.System)
	return view.Found{Stray: store.Stray{System: a.System, Title: title, ID: id, Login: login}, Ref: a.Ref()}
}
