package scim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"offboard/actions"
)

// check runs read on the pinned account, or on every account of the person, and
// puts together what it returns.
func (c *Client) check(ctx context.Context, attempt string, t actions.Target, read func(u resource, f *actions.Finding) error) (actions.Finding, error) {
	f := actions.Finding{ByHand: map[string]string{}}
	var all []resource
	var err error
	if t.Account.ID == "" {
		all, err = c.find(ctx, t.Person, &f)
	} else {
		f.Searched = "the account with the id " + t.Account.ID
		var u *resource
		if u, err = c.read(ctx, users, t.Account.ID); u != nil {
			all = append(all, *u)
		}
	}
	if err != nil {
		return actions.Finding{}, classify(attempt, err)
	}
	for _, u := range all {
		if err := read(u, &f); err != nil {
			return actions.Finding{}, classify(attempt+" of "+u.login(), err)
		}
		f.Accounts = append(f.Accounts, c.account(u))
	}
	return f, nil
}

// act runs do on the pinned account. An account that is gone holds nothing.
func (c *Client) act(ctx context.Context, attempt string, t actions.Target, do func(u resource) (string, error)) (actions.Evidence, error) {
	if t.Account.ID == "" {
		return actions.Evidence{}, actions.Final(fmt.Errorf("%s: no account is named", attempt))
	}
	u, err := c.read(ctx, users, t.Account.ID)
	switch {
	case err != nil:
		return actions.Evidence{}, classify(attempt+" of "+t.Account.Login, err)
	case u == nil:
		return actions.Evidence{Text: "there is no account " + t.Account.ID + " any more"}, nil
	}
	done, err := do(*u)
	if err != nil {
		err = classify(attempt+" of "+u.login(), err)
	}
	return actions.Evidence{Text: done}, err
}

func (c *Client) account(r resource) actions.Account {
	a := actions.Account{ID: r.id, Login: r.login(), Chosen: c.preset.chosen}
	var notes []string
	for _, role := range append(r.texts("roles"), r.texts("roles.display")...) {
		low := strings.ToLower(role)
		if (strings.Contains(low, "admin") || strings.Contains(low, "owner")) && !slices.Contains(notes, role) {
			a.Admin, notes = true, append(notes, role)
		}
	}
	if mail := r.text("emails"); mail != "" && !strings.EqualFold(mail, a.Login) {
		notes = append(notes, mail)
	}
	a.Note = strings.Join(notes, ", ")
	return a
}

// A search is one look for the accounts of a person.
type search struct {
	*Client
	person actions.Person
	by     []filter
	found  []resource
	blind  []string // filters that the server does not understand, or ignores
}

// find looks for the accounts of a person by each filter, and compares what came
// back: some servers ignore a filter, some match with case, and some answer an
// empty list to what they do not know. So where the filters have found nothing, or
// not all of them worked, all accounts are looked at; if there are too many for
// that, it is said.
func (c *Client) find(ctx context.Context, p actions.Person, f *actions.Finding) ([]resource, error) {
	s := &search{Client: c, person: p}
	for _, text := range c.cfg.Find {
		by, err := parseFilter(text)
		if err != nil {
			return nil, actions.Final(err)
		}
		if v, _ := fieldOf(by.field, p); v != "" {
			s.by = append(s.by, by)
		}
	}
	if len(s.by) == 0 {
		return nil, actions.Final(fmt.Errorf("nothing is known of %q that accounts are searched by here", p.Name))
	}
	sv, err := c.service(ctx)
	if err != nil {
		return nil, err
	}
	var said []string
	for _, by := range s.by {
		v, _ := fieldOf(by.field, p)
		said = append(said, by.query(v))
		if !sv.filters {
			s.blind = append(s.blind, by.path())
			continue
		}
		if err := s.ask(ctx, sv, by, v); err != nil {
			return nil, err
		}
	}
	f.Searched = strings.Join(said, ", ")
	if len(s.found) == 0 || len(s.blind) > 0 {
		err := c.scan(ctx, sv, users, s.add)
		switch {
		case errors.Is(err, errLong) && len(s.blind) > 0 && len(s.found) == 0:
			f.Unread = append(f.Unread, fmt.Sprintf("the server does not search by %s, and has more than %d accounts: look for theirs by hand, or set scan or find", strings.Join(s.blind, ", "), c.cfg.Scan))
		case errors.Is(err, errLong) && len(s.blind) > 0:
			f.Notes = append(f.Notes, fmt.Sprintf("the server does not search by %s, so a further account of theirs would not be found", strings.Join(s.blind, ", ")))
		case errors.Is(err, errLong):
			f.Searched += fmt.Sprintf(" (as the server searches: it has more than %d accounts)", c.cfg.Scan)
		case err != nil:
			return nil, err
		default:
			f.Searched += ", and all accounts one by one"
		}
	}
	return s.theirs(f), nil
}

// ask asks by one filter, with the value as the directory writes it and in lower
// case.
func (s *search) ask(ctx context.Context, sv service, by filter, value string) error {
	values := []string{value}
	if low := strings.ToLower(value); low != value {
		values = append(values, low)
	}
	for _, v := range values {
		p, err := s.Client.found(ctx, sv, users, by.query(v))
		if unable(err) {
			s.blind = append(s.blind, by.path())
			return nil
		}
		if err != nil {
			return err
		}
		others := false
		for _, r := range p.resources {
			s.add(r)
			others = others || !s.matches(r, by)
		}
		if others || p.total > len(p.resources) {
			s.blind = append(s.blind, by.path())
			return nil
		}
	}
	return nil
}

func (s *search) matches(r resource, by filter) bool {
	want, _ := fieldOf(by.field, s.person)
	return slices.ContainsFunc(r.texts(by.path()), func(v string) bool { return strings.EqualFold(v, want) })
}

// add keeps r if it is theirs by any of the filters.
func (s *search) add(r resource) {
	if !slices.ContainsFunc(s.found, func(o resource) bool { return o.id == r.id }) &&
		slices.ContainsFunc(s.by, func(by filter) bool { return s.matches(r, by) }) {
		s.found = append(s.found, r)
	}
}

// theirs leaves out whom another employee number shows to be somebody else, and
// asks a person about who has their login and nothing else of theirs: logins are
// given to the next one.
func (s *search) theirs(f *actions.Finding) []resource {
	var out []resource
	for _, r := range s.found {
		number, mails := r.text(enterprise+":employeeNumber"), r.texts("emails")
		same := func(v string) bool { return strings.EqualFold(v, s.person.Mail) }
		only := !slices.ContainsFunc(s.by, func(by filter) bool { return by.field != "login" && by.field != "name" && s.matches(r, by) })
		switch {
		case number != "" && s.person.Number != "" && !strings.EqualFold(number, s.person.Number):
			f.Notes = append(f.Notes, fmt.Sprintf("%s has the employee number %s: taken for somebody else", r.about(), number))
		case only && number == "" && s.person.Mail != "" && len(mails) > 0 && !slices.ContainsFunc(mails, same) && !strings.EqualFold(r.called(), s.person.Name):
			f.Unread = append(f.Unread, fmt.Sprintf("%s has their login, and another address and name: a person must say whose it is", r.about()))
		default:
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b resource) int { return strings.Compare(a.id, b.id) })
	return out
}

// match is the header that makes a server refuse a change of what somebody else
// has changed meanwhile (RFC 7644, 3.14); nothing where it has no versions.
func (r resource) match(sv service) http.Header {
	if !sv.etag || r.etag == "" {
		return nil
	}
	return http.Header{"If-Match": {r.etag}}
}
