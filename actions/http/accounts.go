package http

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
)

// found is an account with what the system says about it.
type found struct {
	actions.Account
	data any
}

// of are the values of a person.
func of(p actions.Person) vars {
	chat := p.Chat
	if chat == nil {
		chat = map[string]string{}
	}
	return vars{
		"person.id": p.ID, "person.name": p.Name, "person.login": p.Login, "person.mail": p.Mail, "person.number": p.Number,
		"person.department": p.Department, "person.location": p.Location, "person.country": p.Country,
		"person.employment": p.Employment, "person.title": p.Title, "person.accounts": p.Accounts, "person.chat": chat,
	}
}

// vars are the values of an account, for what is asked about it.
func (f found) vars(p actions.Person) vars {
	return of(p).with(vars{"account.id": f.ID, "account.login": f.Login, "account.data": f.data})
}

// accounts are those that t asks for, in the order of their ids, and where they were
// looked for.
func (c *Client) accounts(ctx context.Context, t actions.Target) (all []found, searched string, err error) {
	a := c.cfg.Account
	if t.Account.ID != "" {
		searched = fmt.Sprintf("account %s in %s", t.Account.ID, c.of)
		if a.Read == nil {
			if t.Account.ID != t.Person.ID {
				return nil, searched, nil
			}
			return []found{own(t.Person)}, searched, nil
		}
		raw, err := c.all(ctx, *a.Read, of(t.Person).with(vars{"account.id": t.Account.ID}))
		if err != nil {
			return nil, searched, err
		}
		all, err = c.describe(ctx, raw)
		switch {
		case err != nil:
			return nil, searched, err
		case len(all) > 1 || len(all) == 1 && all[0].ID != t.Account.ID:
			return nil, searched, actions.Final(fmt.Errorf("asked for the account %s, %s answers about another: correct account.read", t.Account.ID, c.of))
		}
		return all, searched, nil
	}
	searched = c.searched(t.Person)
	if a.When != nil {
		if yes, err := a.When.holds(ctx, of(t.Person)); err != nil {
			return nil, searched, wrong(ctx, fmt.Errorf("account.when: %w", err))
		} else if !yes {
			return nil, searched, nil
		}
	}
	if a.Find == nil {
		return []found{own(t.Person)}, searched, nil
	}
	if missing := c.missing(t.Person); missing != "" {
		return nil, searched, actions.Final(fmt.Errorf("the directory has no %s of %s, by which %s is searched", missing, t.Person.Name, c.of))
	}
	raw, err := c.all(ctx, *a.Find, of(t.Person))
	switch {
	case err != nil:
		return nil, searched, err
	case len(raw) > maxFound:
		return nil, searched, actions.Final(fmt.Errorf("%d accounts in %s fit %s: account.find must compare them with the person", len(raw), c.of, t.Person.Name))
	}
	all, err = c.describe(ctx, raw)
	slices.SortFunc(all, func(a, b found) int { return strings.Compare(a.ID, b.ID) })
	return all, searched, err
}

// own is the account of a person in a system that has none.
func own(p actions.Person) found {
	return found{Account: actions.Account{ID: p.ID, Login: cmp.Or(p.Login, p.Mail, p.Name)}}
}

// asks are the names of a person that the search uses.
func (c *Client) asks() []string {
	f := c.cfg.Account.Find
	if f == nil || f.List.expr == nil {
		return nil
	}
	names := slices.Concat(f.call().names(), f.List.names)
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return !strings.HasPrefix(n, "person.") })
}

// missing names what the search uses and nobody knows of the person. Without it a
// search would find the accounts of which the system does not know it either.
func (c *Client) missing(p actions.Person) string {
	v := of(p)
	for _, name := range c.asks() {
		if v[name] == "" {
			return strings.TrimPrefix(name, "person.")
		}
	}
	return ""
}

// searched says what a search looks for.
func (c *Client) searched(p actions.Person) string {
	var by []string
	v := of(p)
	for _, name := range c.asks() {
		if text, ok := v[name].(string); ok {
			by = append(by, strings.TrimPrefix(name, "person.")+" "+text)
		}
	}
	return strings.TrimSpace(c.of + " " + strings.Join(by, ", "))
}

// describe reads what names each account.
func (c *Client) describe(ctx context.Context, raw []any) ([]found, error) {
	a := c.cfg.Account
	var out []found
	for _, one := range raw {
		f, v := found{data: one}, vars{"it": one}
		for _, w := range []struct {
			key  string
			expr *Text
			to   *string
		}{{"id", a.ID, &f.ID}, {"login", a.Login, &f.Login}, {"note", a.Note, &f.Note}} {
			if w.expr == nil {
				continue
			}
			text, err := w.expr.string(ctx, v)
			if err != nil {
				return nil, wrong(ctx, fmt.Errorf("account.%s: %w", w.key, err))
			}
			*w.to = text
		}
		f.Chosen = a.Chosen
		if a.Admin != nil {
			admin, err := a.Admin.holds(ctx, v)
			if err != nil {
				return nil, wrong(ctx, fmt.Errorf("account.admin: %w", err))
			}
			f.Admin = admin
		}
		if f.ID == "" || f.Login == "" {
			return nil, actions.Final(fmt.Errorf("an account in %s has no id or no login: correct account", c.of))
		}
		if slices.ContainsFunc(out, func(o found) bool { return o.ID == f.ID }) {
			continue // a page that moved while it was read
		}
		out = append(out, f)
	}
	return out, nil
}
