package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/commands/people"
	"offboard/config"
	"offboard/store"
)

// roles looks whether somebody holds each.
func (c *checks) roles(ctx context.Context) {
	held := map[string]bool{}
	for _, r := range c.cfg.Roles {
		for _, login := range r.People {
			if c.login(ctx, r.Role, login) {
				held[r.Role] = true
			}
		}
		for _, group := range r.Groups {
			if c.group(ctx, r.Role, group) {
				held[r.Role] = true
			}
		}
	}
	why := map[string]string{
		"hr": "nobody can start a case", "it": "nobody can retry a step or confirm a task", "security": "nobody can start an emergency",
		"auditor": "nobody but security can read the record", "admin": "nobody can link accounts in the chat",
	}
	for _, role := range config.RoleNames {
		if !held[role] {
			c.add("role "+role, unsafe, "nobody holds it: "+why[role], "give it to somebody below roles")
		}
	}
}

// second looks whether anybody could agree to what operators ask for.
func (c *checks) second(ctx context.Context, p *people.People) {
	cards, err := c.holders(ctx, config.RoleNames...)
	if err != nil {
		return // the directory was reported above
	}
	n := 0
	for _, card := range cards {
		if !card.Disabled && store.Apart(p.Holds(card), nil) {
			n++
		}
	}
	if n < 2 {
		c.add("second person", unsafe, fmt.Sprintf("of HR and security %s neither IT nor administrator: only they can agree to a link that an operator asks for and to a weaker configuration", store.Count(n, "person is", "people are")), "give hr or security to two people who have no other power here")
	}
}

// holders are those of the directory who are given one of the roles, by their ids.
func (c *checks) holders(ctx context.Context, roles ...string) (map[string]store.Card, error) {
	cards := map[string]store.Card{}
	for _, r := range c.cfg.Roles {
		if !slices.Contains(roles, r.Role) {
			continue
		}
		for _, login := range r.People {
			found, err := c.directory.Search(ctx, login, 10)
			if err != nil {
				return nil, err
			}
			for _, card := range found {
				if strings.EqualFold(card.Login, login) {
					cards[card.ID] = card
				}
			}
		}
		for _, group := range r.Groups {
			found, err := c.directory.Members(ctx, group)
			if err != nil {
				return nil, err
			}
			for _, card := range found {
				cards[card.ID] = card
			}
		}
	}
	return cards, nil
}

// approvers looks whether there are enough people for what the rules ask: so many
// of a role, and one more, because who asks for a case approves nothing in it.
func (c *checks) approvers(ctx context.Context) {
	for _, r := range c.cfg.Policy {
		for _, a := range r.Approvals {
			cards, err := c.holders(ctx, a.Role)
			if err != nil {
				return // the directory was reported above
			}
			n := 0
			for _, card := range cards {
				if !card.Disabled {
					n++
				}
			}
			about, remedy := "rule "+r.Name, "give the role "+a.Role+" to more people, or lower the count"
			switch need := a.Persons(); {
			case n < need:
				c.add(about, fails, fmt.Sprintf("%d of the role %s must approve, and %d can: such a case can never be approved", need, a.Role, n), remedy)
			case n == need && need > 1:
				c.add(about, unsafe, fmt.Sprintf("%d of the role %s must approve, and no more than that can: a case that one of them asks for, or is about, can't be approved", need, a.Role), remedy)
			}
		}
	}
}

func (c *checks) login(ctx context.Context, role, login string) bool {
	found, err := c.directory.Search(ctx, login, 10)
	if err != nil {
		return true // the directory was reported above
	}
	if slices.ContainsFunc(found, func(p actions.Person) bool { return strings.EqualFold(p.Login, login) }) {
		return true
	}
	c.add("role "+role, unsafe, "nobody in the directory has the login "+login+"; whoever is given it gets the role", "correct the login, or remove it")
	return false
}

func (c *checks) group(ctx context.Context, role, group string) bool {
	members, err := c.directory.Members(ctx, group)
	if err != nil {
		return true // the directory was reported above
	}
	if len(members) == 0 {
		c.add("role "+role, unsafe, "the group "+group+" has no members, or is not there; whoever makes it gets the role", "correct the name, or fill the group")
	}
	return len(members) > 0
}
