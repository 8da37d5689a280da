package people

import (
	"context"
	"errors"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// Who is the person behind a chat account, as an actor with their roles. It is
// a *store.Refused for an account that is not tied to anybody.
func (p *People) Who(ctx context.Context, u bot.User) (store.Actor, store.Card, error) {
	id, card, err := p.store.Owner(u.Platform, u.ID)
	if err != nil {
		return store.Actor{}, card, err
	}
	if id == "" {
		if id, card, err = p.link(ctx, u); err != nil {
			return store.Actor{}, card, err
		}
	}
	now, err := p.Card(ctx, card.ID)
	switch {
	case errors.Is(err, actions.ErrNoPerson):
		return store.Actor{}, card, refuse("You are not in the directory any more, so you can't do this. Please talk to HR.")
	case err != nil:
		return store.Actor{}, card, silent("I can't check your role now: the directory does not answer. Nothing was changed. Please try again in a few minutes.")
	case !p.holds(id, u, now):
		return store.Actor{}, card, refuse("The directory does not say any more that this chat account is yours. Ask an administrator to type /offboard link.")
	case now.Disabled:
		return store.Actor{}, card, refuse("Your account is locked in the directory, so you can't do this. Please talk to IT.")
	}
	return store.Actor{Person: id, Via: u.Platform, Claims: p.claims(now)}, now, nil
}

// holds reports whether a link still rests on what it was made on. The
// directory may have taken the account away from the person since, or given it
// to somebody else.
func (p *People) holds(id store.PersonID, u bot.User, now store.Card) bool {
	person, _, err := p.store.Person(id)
	if err != nil {
		return false
	}
	lookup := p.store.Account(u.Platform, u.ID).Lookup
	for _, l := range person.Links {
		switch {
		case l.Account.Lookup != lookup || l.How == store.ByAttribute:
		case l.How != store.ByMail:
			return true
		case slices.Contains(p.mail, u.Platform) && mayBe(now, u) && (u.Mail == "" || strings.EqualFold(u.Mail, now.Mail)):
			return true // nobody has to vouch for the address each time
		}
	}
	return now.Chat[u.Platform] == u.ID
}

func refuse(text string) error { return &store.Refused{Code: store.NotYours, Text: text} }

// silent is the refusal while the directory does not answer: nobody knows who
// somebody is then, which is not the same as being nobody.
func silent(text string) error { return &store.Refused{Code: store.NotNow, Text: text} }

// link ties an account for the first time, if the directory names exactly one
// person for it, by the account or by the address that the platform vouches for.
func (p *People) link(ctx context.Context, u bot.User) (store.PersonID, store.Card, error) {
	how := store.ByAttribute
	cards, err := p.dir.ByChat(ctx, u.Platform, u.ID)
	if err == nil && len(cards) == 0 && u.Mail != "" && slices.Contains(p.mail, u.Platform) {
		how = store.ByMail
		cards, err = p.byMail(ctx, u)
	}
	if err != nil {
		return "", store.Card{}, silent("I don't know you yet, and the directory does not answer. Nothing was changed. Please try again in a few minutes.")
	}
	if len(cards) != 1 {
		return "", store.Card{}, refuse("I don't know who you are: this chat account is not linked to a person. Ask an administrator to type /offboard link.")
	}
	card := tidy(cards[0])
	id, err := p.Meet(ctx, card)
	if err != nil {
		return "", store.Card{}, err
	}
	_, err = p.store.Append(ctx, string(id), store.Bot("people"), store.Linked{Account: p.store.Account(u.Platform, u.ID), How: how})
	if r, ok := errors.AsType[*store.Refused](err); ok && r.Code == store.Already {
		err = nil // another first click of theirs was faster, and tied it to the same person
	}
	return id, card, err
}

// byMail finds who has exactly this address in the directory, and no chat
// account of their own there that says otherwise.
func (p *People) byMail(ctx context.Context, u bot.User) ([]store.Card, error) {
	found, err := p.dir.Search(ctx, u.Mail, 10)
	return slices.DeleteFunc(found, func(c store.Card) bool { return !strings.EqualFold(c.Mail, u.Mail) || !mayBe(c, u) }), err
}

// mayBe reports whether the directory does not name another account of this
// platform as theirs: its word is worth more than an address.
func mayBe(c store.Card, u bot.User) bool {
	account := c.Chat[u.Platform]
	return account == "" || account == u.ID
}

// Acting is a person as an actor with the roles that the directory gives them
// now, for a loop that goes on with what they have asked for. It is a
// *store.Refused where they may not act any more.
func (p *People) Acting(ctx context.Context, id store.PersonID, via string) (store.Actor, error) {
	_, known, err := p.store.Person(id)
	if err != nil {
		return store.Actor{}, err
	}
	card, err := p.Card(ctx, known.ID)
	switch {
	case errors.Is(err, actions.ErrNoPerson) || err == nil && card.Disabled:
		return store.Actor{}, refuse("Whoever asked for this can't act any more.")
	case err != nil:
		return store.Actor{}, err
	}
	return store.Actor{Person: id, Via: via, Claims: p.claims(card)}, nil
}

// Accounts are the chat accounts of a person on a platform: first the one that
// the directory names, where they are written to, then those that were linked.
func (p *People) Accounts(id store.PersonID, platform string) []bot.User {
	person, card, err := p.store.Person(id)
	if err != nil {
		return nil
	}
	var out []bot.User
	add := func(account string) {
		u := bot.User{Platform: platform, ID: account, Name: card.Name}
		if account != "" && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	add(card.Chat[platform])
	for _, l := range person.Links {
		if l.Account.Platform != platform {
			continue
		}
		if account, err := p.store.Reveal(string(id), l.Account.ID); err == nil {
			add(account)
		}
	}
	return out
}

// Behind is who is behind a chat account, with their configured roles over a
// leaver; "" where that is nobody who may do anything. An error says that
// nobody can tell now.
func (p *People) Behind(ctx context.Context, u bot.User, leaver store.PersonID) (store.PersonID, []store.Role, error) {
	actor, _, err := p.Who(ctx, u)
	if r, ok := errors.AsType[*store.Refused](err); ok && r.Code != store.NotNow {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	roles, err := p.Roles(actor, leaver)
	return actor.Person, roles, err
}
