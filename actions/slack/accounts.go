package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
)

// check runs read on the pinned account, or on every account of the person,
// and puts together what it returns.
func (c *Client) check(ctx context.Context, attempt string, t actions.Target, read func(w *workspace, u user, f *actions.Finding) error) (actions.Finding, error) {
	f := actions.Finding{ByHand: map[string]string{}, Needed: map[string]string{}}
	err := c.with(ctx, attempt, func(w *workspace) error {
		users, err := w.users(ctx, t, &f)
		if err != nil {
			return err
		}
		for _, u := range users {
			held := len(f.Items)
			if err := read(w, u, &f); err != nil {
				return fmt.Errorf("%s: %w", u.Name, err)
			}
			f.Accounts = append(f.Accounts, u.account())
			if why := w.needed(u); why != "" {
				f.Needed[u.ID] = why
			}
			if w.own(u.ID) && len(f.Items) > held {
				f.ByHand[u.ID] = w.ownWords(u)
			}
		}
		return nil
	})
	if err != nil {
		return actions.Finding{}, err
	}
	return f, nil
}

// act runs do on the pinned account. An account that is gone holds nothing.
func (c *Client) act(ctx context.Context, attempt string, t actions.Target, do func(w *workspace, u user) (string, error)) (actions.Evidence, error) {
	if t.Account.ID == "" {
		return actions.Evidence{}, actions.Final(fmt.Errorf("%s: no account is named", attempt))
	}
	var text string
	err := c.with(ctx, fmt.Sprintf("%s of %s", attempt, t.Account.Login), func(w *workspace) error {
		u, err := w.user(ctx, t.Account.ID)
		switch {
		case err != nil:
			return err
		case u == nil:
			text = "Slack has no account " + t.Account.ID + " any more"
			return nil
		case w.foreign(*u) != "":
			return actions.Final(fmt.Errorf("%s %s: it is never touched", u.Name, w.foreign(*u)))
		case w.own(u.ID):
			return actions.Final(errors.New(w.ownWords(*u)))
		}
		text, err = do(w, *u)
		return err
	})
	return actions.Evidence{Text: text}, err
}

// needed says what Slack or the bot loses with an account. There is one Primary
// Owner, whom nobody but they themselves can replace
// (https://slack.com/help/articles/204475027).
func (w *workspace) needed(u user) string {
	switch {
	case w.own(u.ID):
		return "the account that a token of this bot belongs to"
	case u.primary():
		return "the Primary Owner of " + w.token.Team
	}
	return ""
}

// ownWords is what a person does about the account that the bot lives by.
func (w *workspace) ownWords(u user) string {
	return fmt.Sprintf("%s owns a token of this bot, which would stop in the middle of its work: the bot never touches it. Give the bot a token of another account first, then do this at %s.", u.Name, w.page())
}

// account describes an account for people.
func (u user) account() actions.Account {
	a := actions.Account{ID: u.ID, Login: u.Name, Chosen: true, Admin: u.Admin || u.Owner || u.primary()}
	var notes []string
	for _, n := range []struct {
		is    bool
		words string
	}{
		{u.primary(), "Primary Owner"},
		{u.Owner && !u.primary(), "owner"},
		{u.Admin && !u.Owner && !u.primary(), "admin"},
		{u.UltraRestricted, "guest in one channel"},
		{u.Restricted && !u.UltraRestricted, "guest"},
	} {
		if n.is {
			notes = append(notes, n.words)
		}
	}
	if u.Profile.Email != "" {
		notes = append(notes, u.Profile.Email)
	}
	a.Note = strings.Join(notes, ", ")
	return a
}

func (u user) primary() bool { return u.PrimaryOwner || u.Enterprise.PrimaryOwner }

// users returns the accounts that t asks for and notes in f what was searched.
func (w *workspace) users(ctx context.Context, t actions.Target, f *actions.Finding) ([]user, error) {
	if t.Account.ID == "" {
		return w.usersOf(ctx, t.Person, f)
	}
	f.Searched = fmt.Sprintf("account %s in %s", t.Account.ID, w.token.Team)
	u, err := w.user(ctx, t.Account.ID)
	if err != nil || u == nil {
		return nil, err
	}
	return []user{*u}, nil
}

// candidate is an account that may be the person's, and what speaks for it.
type candidate struct {
	user
	named  bool // the directory names its id
	mailed bool // it has the address of the directory
	same   bool // its name or employee number is the person's, too
}

// usersOf finds the accounts of a person: the one whose id the directory
// names, and those with their address. Where these are several, each needs a
// second sign that it is theirs, their name or number: an old id in the
// directory, or an address that was given to somebody else, must not take a
// stranger out.
func (w *workspace) usersOf(ctx context.Context, p actions.Person, f *actions.Finding) ([]user, error) {
	found, err := w.candidates(ctx, p, f)
	if err != nil {
		return nil, err
	}
	var theirs []*candidate
	for _, c := range found {
		if why := w.foreign(c.user); why != "" {
			f.Notes = append(f.Notes, fmt.Sprintf("%s %s: left alone", c.about(), why))
			continue
		}
		s, _, err := w.provisionedIf(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		c.same = p.Name != "" && strings.EqualFold(c.fullName(), p.Name)
		if s != nil && s.Enterprise.Number != "" && p.Number != "" {
			if !strings.EqualFold(s.Enterprise.Number, p.Number) {
				f.Notes = append(f.Notes, fmt.Sprintf("%s has the employee number %s: taken for somebody else", c.about(), s.Enterprise.Number))
				continue
			}
			c.same = true
		}
		theirs = append(theirs, c)
	}
	var out []user
	for _, c := range theirs {
		switch {
		case len(theirs) == 1:
			if c.named && !c.mailed && p.Mail != "" {
				f.Notes = append(f.Notes, fmt.Sprintf("the directory names %s, which does not have the address %s", c.about(), p.Mail))
			}
		case c.same:
			f.Notes = append(f.Notes, fmt.Sprintf("several accounts: %s is theirs by %s and by name or number", c.about(), c.sign()))
		default:
			f.Unread = append(f.Unread, fmt.Sprintf("%s is theirs by %s only, and another account is theirs too: a person must say whose it is", c.about(), c.sign()))
			continue
		}
		out = append(out, c.user)
	}
	return out, nil
}

// provisionedIf reads an account by SCIM where that can be done.
func (w *workspace) provisionedIf(ctx context.Context, id string) (*scimUser, string, error) {
	if w.admin == nil {
		return nil, "", nil
	}
	return w.provisioned(ctx, id)
}

func (c candidate) fullName() string {
	if c.RealName != "" {
		return c.RealName
	}
	return c.Profile.Name
}

func (c candidate) about() string { return fmt.Sprintf("%s (%s, %s)", c.Name, c.ID, c.fullName()) }

func (c candidate) sign() string {
	switch {
	case c.named && c.mailed:
		return "the directory and the address"
	case c.named:
		return "the directory"
	}
	return "the address"
}

// candidates are all accounts that anything names, the directory's first.
func (w *workspace) candidates(ctx context.Context, p actions.Person, f *actions.Finding) ([]*candidate, error) {
	id := p.Chat["slack"]
	if id == "" && p.Mail == "" {
		return nil, actions.Final(fmt.Errorf("neither a Slack account nor an address is known of %q, so there is nothing to search by", p.Name))
	}
	var found []*candidate
	add := func(u *user) *candidate {
		i := slices.IndexFunc(found, func(c *candidate) bool { return c.ID == u.ID })
		if i < 0 {
			found = append(found, &candidate{user: *u})
			i = len(found) - 1
		}
		return found[i]
	}
	var said []string
	if id != "" {
		said = append(said, "account "+id+" of the directory")
		u, err := w.user(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case u == nil:
			f.Unread = append(f.Unread, fmt.Sprintf("the directory names the account %s, which Slack does not know: correct it, or find their account by hand", id))
		default:
			add(u).named = true
		}
	}
	if p.Mail != "" {
		u, err := w.byMail(ctx, p.Mail)
		if err != nil {
			return nil, err
		}
		if u != nil {
			add(u).mailed = true
		}
		hidden, why, err := w.search(ctx, p.Mail)
		if err != nil {
			return nil, err
		}
		for _, h := range hidden {
			if u, err = w.user(ctx, h.ID); err != nil {
				return nil, err
			}
			if u != nil {
				add(u).mailed = true
			}
		}
		text := p.Mail + " among all accounts"
		if why != "" {
			text = p.Mail + " among active accounts only (" + why + ")"
		}
		said = append(said, text)
	}
	f.Searched = strings.Join(said, ", ") + " in " + w.token.Team
	return found, nil
}
