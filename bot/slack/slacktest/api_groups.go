package slacktest

import (
	"slices"
	"strings"
)

func (g *Group) json(team string, users, count bool) object {
	deleted := 0
	if g.Disabled {
		deleted = 1449272004
	}
	out := object{
		"id": g.ID, "team_id": team, "is_usergroup": true, "is_subteam": true, "name": g.Name, "description": "", "handle": g.Handle,
		"is_external": false, "date_create": 1446598059, "date_update": 1446670362, "date_delete": deleted, "auto_type": nil,
		"prefs": object{"channels": []string{}, "groups": []string{}},
	}
	if users {
		out["users"] = g.Users
	}
	if count {
		out["user_count"] = len(g.Users)
	}
	return out
}

func (c *call) groupsList() (object, error) {
	if c.cfg.FreePlan {
		return nil, refuse("plan_upgrade_required")
	}
	groups := []object{}
	for _, g := range c.groups {
		if !g.Disabled || c.flag("include_disabled") {
			groups = append(groups, g.json(c.TeamID, c.flag("include_users"), c.flag("include_count")))
		}
	}
	return object{"usergroups": groups}, nil
}

func (c *call) groupOf() (*Group, error) {
	g := c.group(c.str("usergroup"))
	switch {
	case c.cfg.FreePlan:
		return nil, refuse("plan_upgrade_required")
	case g == nil:
		return nil, refuse("no_such_subteam")
	}
	return g, nil
}

func (c *call) groupUsers() (object, error) {
	g, err := c.groupOf()
	if err != nil {
		return nil, err
	}
	if g.Disabled && !c.flag("include_disabled") {
		return nil, refuse("no_such_subteam")
	}
	return object{"users": slices.Clone(g.Users)}, nil
}

// groupUpdate replaces the members. Slack does not let a group become empty.
func (c *call) groupUpdate() (object, error) {
	g, err := c.groupOf()
	if err != nil {
		return nil, err
	}
	users := list(c.str("users"))
	if many, ok := c.args["users"].([]any); ok {
		for _, u := range many {
			users = append(users, text(u))
		}
	}
	if len(users) == 0 {
		return nil, refuse("no_users_provided")
	}
	for _, id := range users {
		if u := c.user(id); u == nil || u.Deactivated || strings.HasPrefix(id, "B") {
			return nil, refuse("invalid_users")
		}
	}
	g.Users = users
	c.signal.Notify()
	return object{"usergroup": g.json(c.TeamID, true, c.flag("include_count"))}, nil
}
