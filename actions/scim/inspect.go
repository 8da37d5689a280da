package scim

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/actions"
)

// reach signs in and reads one account.
func (c *Client) reach(ctx context.Context) error {
	if _, err := c.page(ctx, users, one.query()); err != nil {
		return classify("read one account", err)
	}
	return nil
}

// nobody is a login that no one has: who is found for it was not searched for.
const nobody = "offboard-check-that-nobody-is-called"

// inspect says what the server can't do, and what that means.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	sv, err := c.service(ctx)
	if err != nil {
		return nil, classify("read what the server can do", err)
	}
	var out []actions.Remark
	remark := func(broken bool, remedy, format string, args ...any) {
		out = append(out, actions.Remark{Broken: broken, Text: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	if !sv.patch && !slices.Contains(c.cfg.Deactivate, byPut) {
		remark(true, "Add put to deactivate.", "the server takes no PATCH, and nothing else is configured: nobody can be deactivated")
	}
	p, err := c.found(ctx, sv, users, (filter{attr: "userName"}).query(nobody))
	switch {
	case unable(err) || err == nil && !sv.filters, err == nil && len(p.resources) > 0:
		remark(false, "Raise scan above the number of accounts, if there are more.", "the server does not search accounts: each survey reads up to %d of them one by one", c.cfg.Scan)
	case err != nil:
		return out, classify("search an account", err)
	}
	for _, kind := range []string{users, groupsPath} {
		p, err := c.page(ctx, kind, one.query())
		if err != nil {
			remark(true, "Give the bot's token the right to read them, or leave the action out.", "%s can't be read: %s", strings.TrimPrefix(kind, "/"), err)
			continue
		}
		if kind == users && len(p.resources) > 0 {
			if _, known := p.resources[0].active(); !known {
				remark(true, "Leave deactivate out, and make it a task for a person.", "the server does not show whether an account is active: nothing can prove that one is deactivated")
			}
		}
	}
	return out, nil
}
