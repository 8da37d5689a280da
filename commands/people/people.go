// Package people knows who somebody is: it ties chat accounts to persons, says
// which roles a person has, and searches the directory.
//
// A chat account is not a person until something the company controls says so:
// an attribute of the directory, or an administrator and a second person. Who
// is not tied cannot do anything.
package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/actions"
	"offboard/actions/policy"
	"offboard/bot"
	"offboard/store"
)

// Role gives a role to people, by login or by group of the directory.
type Role struct {
	Role   store.Role
	People []string // logins
	Groups []string // group names
	Scope  string   // see policy.Scope; empty is everybody
}

// People answers who somebody is.
type People struct {
	store *store.Store
	dir   actions.Directory
	roles []role
	mail  []string // platforms whose word about an address is trusted

	mu    sync.Mutex
	cards map[string]seen // by directory id
}

type role struct {
	Role
	scope func(store.Card) bool
}

type seen struct {
	card store.Card
	at   time.Time
}

const (
	// fresh is how old a card may be that a decision rests on: a group that
	// was left a minute ago may still count.
	fresh = time.Minute
	// stale is how old it may be while the directory does not answer, so that
	// IT can work while it is down.
	stale = time.Hour
	// patience is how long a directory that hangs is waited for where there is
	// a card to go on with: the answer to a click has two seconds in all.
	patience = 800 * time.Millisecond
)

// New makes a People. The platforms named by mail are trusted to know whose an
// address is. The scopes of the roles are compiled; an error says which one is
// wrong.
func New(s *store.Store, dir actions.Directory, roles []Role, mail ...string) (*People, error) {
	p := &People{store: s, dir: dir, mail: mail, cards: map[string]seen{}}
	for i, r := range roles {
		scope, err := policy.Scope(r.Scope)
		if err != nil {
			return nil, fmt.Errorf("roles[%d].scope: %w", i, err)
		}
		p.roles = append(p.roles, role{r, scope})
	}
	return p, nil
}

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

// Meet makes a person of the directory known to the store.
func (p *People) Meet(ctx context.Context, card store.Card) (store.PersonID, error) {
	return p.store.Meet(ctx, store.Bot("people"), card)
}

// Card reads a person of the directory, or answers from what was read before.
func (p *People) Card(ctx context.Context, id string) (store.Card, error) {
	p.mu.Lock()
	known, ok := p.cards[id]
	p.mu.Unlock()
	if ok && time.Since(known.at) < fresh {
		return known.card, nil
	}
	lookup := ctx
	if ok = ok && time.Since(known.at) < stale; ok {
		var cancel context.CancelFunc
		lookup, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	card, err := p.dir.Lookup(lookup, id)
	card = tidy(card)
	switch {
	case errors.Is(err, actions.ErrNoPerson):
		return card, err
	case err != nil && ok:
		return known.card, nil
	case err != nil:
		return card, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cards) > 10000 { // what is dropped is read again
		clear(p.cards)
	}
	p.cards[id] = seen{card, time.Now()}
	return card, nil
}

// given reports whether the entry gives its role to somebody. Names are
// compared as directories do, without regard to case.
func (r role) given(card store.Card) bool {
	same := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	return same(r.People, card.Login) || slices.ContainsFunc(card.Groups, func(g string) bool { return same(r.Groups, g) })
}

// Holds are the roles that somebody of the directory has over anybody.
func (p *People) Holds(card store.Card) []store.Role {
	var out []store.Role
	for _, c := range p.claims(card) {
		out = append(out, c.Role)
	}
	return out
}

func (p *People) claims(card store.Card) []store.Claim {
	var out []store.Claim
	for _, r := range p.roles {
		if r.given(card) {
			out = append(out, store.Claim{Role: r.Role.Role, Scope: r.scope})
		}
	}
	return out
}

// Roles are the configured roles of an actor over a leaver.
func (p *People) Roles(a store.Actor, leaver store.PersonID) ([]store.Role, error) {
	_, card, err := p.store.Person(leaver)
	if err != nil {
		return nil, err
	}
	var out []store.Role
	for _, c := range a.Claims {
		if !slices.Contains(out, c.Role) && (c.Scope == nil || c.Scope(card)) {
			out = append(out, c.Role)
		}
	}
	return out, nil
}

// Search looks for people in the directory, best match first.
func (p *People) Search(ctx context.Context, text string, limit int) ([]store.Card, error) {
	found, err := p.dir.Search(ctx, text, limit)
	for i := range found {
		found[i] = tidy(found[i])
	}
	return found, err
}

// tidy takes out of a card what could disturb a reader: who writes into a
// directory must not be able to break a message.
func tidy(c store.Card) store.Card {
	for _, text := range []*string{&c.Name, &c.Mail, &c.Title, &c.Department, &c.Location} {
		*text = bot.Clean(*text, 200)
	}
	if c.Name == "" {
		c.Name = cmp.Or(c.Login, c.ID)
	}
	return c
}

// Resolve finds the one person that a form field or an argument means on a
// platform: an id from a suggestion, a mention, or typed text. Its refusal
// lists the matches if there are several. It does not repeat the text, in
// which a person's number would be shown as their name.
func (p *People) Resolve(ctx context.Context, platform, text string) (store.PersonID, store.Card, error) {
	if text == "" {
		return "", store.Card{}, who("Choose somebody, or type a login or a full name.")
	}
	card, err := p.one(ctx, platform, text)
	if err != nil {
		return "", card, err
	}
	if card.Disabled {
		return "", card, who(card.Name + " can't take this on. Please choose somebody else.")
	}
	id, err := p.Meet(ctx, card)
	return id, card, err
}

// Exactly finds the one person of the directory with this id, login, address or
// full name, also one who cannot sign in any more. It is a *store.Refused with
// code NotNow where the directory does not answer.
func (p *People) Exactly(ctx context.Context, text string) (store.Card, error) {
	found, err := p.Search(ctx, text, 5)
	if err != nil {
		return store.Card{}, silent("The directory does not answer, so I can't look anybody up. Nothing was changed. Please try again in a few minutes.")
	}
	exact := slices.DeleteFunc(found, func(c store.Card) bool {
		return !strings.EqualFold(c.Login, text) && !strings.EqualFold(c.Mail, text) && !strings.EqualFold(c.Name, text)
	})
	if len(exact) == 0 {
		if card, err := p.Card(ctx, text); err == nil {
			exact = append(exact, card)
		}
	}
	switch len(exact) {
	case 1:
		return exact[0], nil
	case 0:
		return store.Card{}, who("nobody in the directory has this login, mail address or id")
	}
	return store.Card{}, who("more than one person has this name; write the login")
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

func who(text string) error { return &store.Refused{Code: store.WhoIsIt, Text: text} }

func (p *People) one(ctx context.Context, platform, text string) (store.Card, error) {
	const most = 5
	found, err := p.Find(ctx, platform, text, most)
	if err != nil {
		return store.Card{}, who("The directory does not answer, so I can't look anybody up. Nothing was changed. Please try again in a few minutes.")
	}
	text = strings.TrimPrefix(text, "@")
	exact := slices.DeleteFunc(slices.Clone(found), func(c store.Card) bool { return c.Login != text && c.Name != text && c.Mail != text })
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(exact) == 1:
		return exact[0], nil
	case len(found) == 0:
		return store.Card{}, who("Nobody in the directory matches that. Try a login or a full name.")
	}
	list := ""
	for _, c := range found {
		list += "\n" + c.Name + " — " + c.Line()
	}
	return store.Card{}, who("More than one person matches that. Type the login instead:" + list)
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
