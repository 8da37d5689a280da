package discordtest

import (
	"slices"
	"time"
)

// maxTimeout is how far communication_disabled_until can lie ahead.
const maxTimeout = 28 * 24 * time.Hour

// Member is a membership in a server as it is now.
type Member struct {
	User    string
	Nick    string
	Roles   []string
	Joined  time.Time
	Timeout time.Time // communication_disabled_until; the zero time is none
}

// Member is somebody's membership in a server, if there is one.
func (d *Discord) Member(guild, user string) (Member, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.guild(guild)
	if g == nil {
		return Member{}, false
	}
	m := g.member(user)
	if m == nil {
		return Member{}, false
	}
	return Member{User: m.user, Nick: m.nick, Roles: slices.Clone(m.roles), Joined: m.joined, Timeout: m.timeout}, true
}

// allowedTo is the server of the path, if the app has these permissions in it.
func (c *call) allowedTo(p int64) (*Guild, *member, error) {
	g, me, err := c.guildFor()
	if err == nil && g.base(me)&p != p {
		err = refuse(50013)
	}
	return g, me, err
}

// grantable says why the app cannot give or take a role, or nil: only those
// below its own highest, and none that is managed.
func (g *Guild) grantable(me *member, id string) error {
	r := g.role(id)
	switch {
	case r == nil:
		return refuse(10011)
	case r.Managed || r.ID == g.ID:
		return refuse(50028)
	case me.user != g.Owner && r.Position >= g.top(me):
		return refuse(50013)
	}
	return nil
}

// changeRole gives or takes one role. It is the role that has to be below the
// app's, not the member.
func (c *call) changeRole(give bool) (any, error) {
	g, me, err := c.allowedTo(ManageRoles)
	if err != nil {
		return nil, err
	}
	_, m, err := c.memberFor()
	if err != nil {
		return nil, err
	}
	id := c.path["role"]
	if err := g.grantable(me, id); err != nil {
		return nil, err
	}
	if m.has(id) == give {
		return nil, nil
	}
	if m.roles = without(m.roles, is(id)); give {
		m.roles = append(m.roles, id)
	}
	c.log(g, 25, m.user)
	return nil, nil
}

func (c *call) giveRole() (any, error) { return c.changeRole(true) }
func (c *call) takeRole() (any, error) { return c.changeRole(false) }

// editMember changes the nickname, all roles at once, or the timeout.
func (c *call) editMember() (any, error) {
	g, me, err := c.guildFor()
	if err != nil {
		return nil, err
	}
	_, m, err := c.memberFor()
	if err != nil {
		return nil, err
	}
	l := c.linter()
	l.keys("", c.args, []string{"nick", "roles", "mute", "deaf", "channel_id", "communication_disabled_until", "flags"})
	l.long("nick", c.args["nick"], 0, 32)
	var until time.Time
	if v, given := c.args["communication_disabled_until"]; given && v != nil {
		var bad error
		until, bad = time.Parse(time.RFC3339, text(v))
		switch {
		case bad != nil:
			l.add("communication_disabled_until", "DATE_TIME_TYPE_PARSE", "Could not parse %v. Should be ISO8601.", v)
		case time.Until(until) > maxTimeout:
			l.add("communication_disabled_until", "GUILD_COMMUNICATION_DISABLED_UNTIL_TOO_LONG", "A timeout ends within 28 days.")
		}
	}
	if err := c.malformed(); err != nil {
		return nil, err
	}
	change := *m
	if v, given := c.args["nick"]; given {
		if g.base(me)&ManageNicknames == 0 || !g.above(me, m) {
			return nil, refuse(50013)
		}
		change.nick = text(v)
	}
	if v, given := c.args["roles"]; given {
		if change.roles, err = c.rolesOf(g, me, m, v); err != nil {
			return nil, err
		}
	}
	if _, given := c.args["communication_disabled_until"]; given {
		if g.base(me)&ModerateMembers == 0 || !g.above(me, m) || g.base(m)&Administrator != 0 {
			return nil, refuse(50013)
		}
		change.timeout = until
	}
	if !slices.Equal(change.roles, m.roles) {
		c.log(g, 25, m.user)
	}
	if change.nick != m.nick || !change.timeout.Equal(m.timeout) {
		c.log(g, 24, m.user)
	}
	*m = change
	c.signal.Notify()
	return c.memberJSON(m, true), nil
}

// rolesOf are the roles that a member is to have: what changes must be the
// app's to give and take.
func (c *call) rolesOf(g *Guild, me, m *member, v any) ([]string, error) {
	if g.base(me)&ManageRoles == 0 {
		return nil, refuse(50013)
	}
	var to []string
	list, _ := v.([]any)
	for _, e := range list {
		if id := text(e); !slices.Contains(to, id) {
			to = append(to, id)
		}
	}
	for _, id := range slices.Concat(to, m.roles) {
		if slices.Contains(to, id) != m.has(id) {
			if err := g.grantable(me, id); err != nil {
				return nil, err
			}
		}
	}
	return to, nil
}

func (c *call) kick() (any, error) {
	g, me, err := c.allowedTo(KickMembers)
	if err != nil {
		return nil, err
	}
	_, m, err := c.memberFor()
	if err != nil {
		return nil, err
	}
	if !g.above(me, m) {
		return nil, refuse(50013)
	}
	c.leave(g, m.user)
	c.log(g, 20, m.user)
	return nil, nil
}
