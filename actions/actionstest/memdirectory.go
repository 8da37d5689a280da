package actionstest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
)

// Directory is a people directory over the people of Memory. Fault(People, ...)
// makes it fail.
func (m *Memory) Directory() actions.Directory { return memDirectory{m} }

// SetPerson replaces the person with the same ID, or adds them.
func (m *Memory) SetPerson(p actions.Person) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n := range m.people {
		if m.people[n].ID == p.ID {
			m.people[n] = p
			return
		}
	}
	m.people = append(m.people, p)
}

type memDirectory struct{ m *Memory }

// Search finds people by any part of a name, a login or an address.
func (d memDirectory) Search(ctx context.Context, text string, limit int) ([]actions.Person, error) {
	if err := d.m.enter(ctx, People, "people.Search "+text); err != nil {
		return nil, err
	}
	d.m.mu.Lock()
	defer d.m.mu.Unlock()
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || limit <= 0 {
		return nil, nil
	}
	type match struct {
		actions.Person
		score int
	}
	var found []match
	for _, p := range d.m.people {
		login, name, mail := strings.ToLower(p.Login), strings.ToLower(p.Name), strings.ToLower(p.Mail)
		switch {
		case login == text:
			found = append(found, match{p, 0})
		case name == text, mail == text:
			found = append(found, match{p, 1})
		case strings.HasPrefix(login, text), strings.HasPrefix(name, text):
			found = append(found, match{p, 2})
		case strings.Contains(login+"\x00"+name+"\x00"+mail, text):
			found = append(found, match{p, 3})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.Name, b.Name))
	})
	var people []actions.Person
	for _, f := range found[:min(limit, len(found))] {
		people = append(people, f.Person)
	}
	return people, nil
}

// Lookup reads the person with this id.
func (d memDirectory) Lookup(ctx context.Context, id string) (actions.Person, error) {
	if err := d.m.enter(ctx, People, "people.Lookup "+id); err != nil {
		return actions.Person{}, err
	}
	d.m.mu.Lock()
	defer d.m.mu.Unlock()
	for _, p := range d.m.people {
		if p.ID == id {
			return p, nil
		}
	}
	return actions.Person{}, actions.Final(fmt.Errorf("look up %s: %w", id, actions.ErrNoPerson))
}

// ByChat finds whose Chat names the account.
func (d memDirectory) ByChat(ctx context.Context, platform, account string) ([]actions.Person, error) {
	if err := d.m.enter(ctx, People, "people.ByChat "+account); err != nil {
		return nil, err
	}
	d.m.mu.Lock()
	defer d.m.mu.Unlock()
	var out []actions.Person
	for _, p := range d.m.people {
		if account != "" && p.Chat[platform] == account {
			out = append(out, p)
		}
	}
	return out, nil
}

// Count is how many people there are.
func (d memDirectory) Count(ctx context.Context) (int, error) {
	if err := d.m.enter(ctx, People, "people.Count"); err != nil {
		return 0, err
	}
	d.m.mu.Lock()
	defer d.m.mu.Unlock()
	return len(d.m.people), nil
}

// Members finds whose Groups name the group.
func (d memDirectory) Members(ctx context.Context, group string) ([]actions.Person, error) {
	if err := d.m.enter(ctx, People, "people.Members "+group); err != nil {
		return nil, err
	}
	d.m.mu.Lock()
	defer d.m.mu.Unlock()
	var out []actions.Person
	for _, p := range d.m.people {
		if slices.Contains(p.Groups, group) {
			out = append(out, p)
		}
	}
	return out, nil
}
