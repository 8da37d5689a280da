package discord

import (
	"context"
	"fmt"
	"strings"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// check runs read on the account of the person, or on the pinned one, and puts
// together what it returns.
func (c *Client) check(ctx context.Context, attempt string, t actions.Target, read func(g *guild, a *account, f *actions.Finding) error) (actions.Finding, error) {
	f := actions.Finding{ByHand: map[string]string{}}
	err := c.with(ctx, attempt, t.Key, func(g *guild) error {
		a, err := g.find(ctx, t, &f)
		if a == nil || err != nil {
			return err
		}
		f.Accounts = append(f.Accounts, g.describe(a))
		if a.ID == g.Owner {
			f.Needed = map[string]string{a.ID: "the owner of the server " + g.Name}
		}
		return read(g, a, &f)
	})
	if err != nil {
		return actions.Finding{}, err
	}
	return f, nil
}

// find is the account that t asks for, or nil; f says what was searched. Only
// the id that the directory has counts: names in Discord are anybody's.
func (g *guild) find(ctx context.Context, t actions.Target, f *actions.Finding) (*account, error) {
	id := t.Account.ID
	if id != "" {
		f.Searched = fmt.Sprintf("account %s in the server %s", id, g.Name)
		return g.account(ctx, id)
	}
	id = t.Person.Chat["discord"]
	switch {
	case id == "":
		return nil, actions.Final(fmt.Errorf("no Discord account is known of %q: the directory has no id (link, attributes, discord), and names are never compared", t.Person.Name))
	case !wire.Snowflake(id):
		return nil, actions.Final(fmt.Errorf("the directory says %q where the id of a Discord account should be: 17 to 20 digits, which Copy User ID gives", id))
	}
	f.Searched = fmt.Sprintf("account %s of the directory in the server %s", id, g.Name)
	a, err := g.account(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		f.Unread = append(f.Unread, fmt.Sprintf("the directory names the account %s, which Discord does not know: correct it, or find their account by hand", id))
		return nil, nil
	case g.foreign(a) != "":
		f.Notes = append(f.Notes, fmt.Sprintf("%s (%s) %s: left alone", a.Username, id, g.foreign(a)))
		return nil, nil
	case a.member == nil:
		f.Notes = append(f.Notes, fmt.Sprintf("%s is not in the server %s", a.about(), g.Name))
	}
	return a, nil
}

// act runs do on the pinned account. An account that is gone holds nothing.
func (c *Client) act(ctx context.Context, attempt string, t actions.Target, do func(g *guild, a *account) (string, error)) (actions.Evidence, error) {
	if t.Account.ID == "" {
		return actions.Evidence{}, actions.Final(fmt.Errorf("%s: no account is named", attempt))
	}
	var text string
	err := c.with(ctx, fmt.Sprintf("%s of %s", attempt, t.Account.Login), t.Key, func(g *guild) error {
		a, err := g.account(ctx, t.Account.ID)
		switch {
		case err != nil:
			return err
		case a == nil:
			text = "Discord has no account " + t.Account.ID
			return nil
		case g.foreign(a) != "":
			return actions.Final(fmt.Errorf("%s %s: it is never touched", a.Username, g.foreign(a)))
		}
		text, err = do(g, a)
		return err
	})
	return actions.Evidence{Text: text}, err
}

// foreign says why an account is no person's, or is empty.
func (g *guild) foreign(a *account) string {
	switch {
	case a.ID == g.bot.ID:
		return "is the bot itself"
	case a.Bot || a.System:
		return "is a bot"
	}
	return ""
}

// privileged are the permissions of people who run the server.
const privileged = wire.Administrator | wire.ManageGuild | wire.ManageRoles

// describe is an account for people.
func (g *guild) describe(a *account) actions.Account {
	out := actions.Account{ID: a.ID, Login: a.Username, Chosen: true}
	var notes []string
	if a.GlobalName != "" {
		notes = append(notes, a.GlobalName)
	}
	if a.member == nil {
		out.Note = strings.Join(append(notes, "not in the server"), ", ")
		return out
	}
	if a.member.Nick != "" {
		notes = append(notes, "known there as "+a.member.Nick)
	}
	p := g.permissions(a.member)
	out.Admin = p&privileged != 0 || a.ID == g.Owner
	switch {
	case a.ID == g.Owner:
		notes = append(notes, "owner of the server")
	case p.Has(wire.Administrator):
		notes = append(notes, "administrator")
	}
	out.Note = strings.Join(notes, ", ")
	return out
}

// about is an account in a sentence.
func (a *account) about() string {
	if a.GlobalName == "" {
		return a.Username
	}
	return fmt.Sprintf("%s (%s)", a.GlobalName, a.Username)
}
