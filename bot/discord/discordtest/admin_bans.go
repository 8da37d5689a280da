package discordtest

import "slices"

// Ban is somebody who cannot join a server.
type Ban struct {
	User   string
	Reason string
}

// Bans lists who is banned from a server.
func (d *Discord) Bans(guild string) []Ban {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.guild(guild); g != nil {
		return slices.Clone(g.bans)
	}
	return nil
}

// Ban bans somebody, as a person with the right to does it.
func (d *Discord) Ban(guild, user, reason string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.guild(guild); g != nil {
		g.ban(user, reason)
		d.leave(g, user)
	}
}

func (g *Guild) ban(user, reason string) {
	if !slices.ContainsFunc(g.bans, func(b Ban) bool { return b.User == user }) {
		g.bans = append(g.bans, Ban{User: user, Reason: reason})
	}
}

// putBan bans somebody, who need not be a member.
func (c *call) putBan() (any, error) {
	g, me, err := c.allowedTo(BanMembers)
	if err != nil {
		return nil, err
	}
	id := c.path["user"]
	if c.user(id) == nil {
		return nil, refuse(10013)
	}
	l := c.linter()
	l.keys("", c.args, []string{"delete_message_days", "delete_message_seconds"})
	l.within("delete_message_seconds", c.args["delete_message_seconds"], 0, 604800)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	if m := g.member(id); m != nil && !g.above(me, m) {
		return nil, refuse(50013)
	}
	g.ban(id, c.reason)
	c.leave(g, id)
	c.log(g, 22, id)
	return nil, nil
}

func (c *call) banFor() (*Guild, Ban, error) {
	g, _, err := c.allowedTo(BanMembers)
	if err != nil {
		return nil, Ban{}, err
	}
	i := slices.IndexFunc(g.bans, func(b Ban) bool { return b.User == c.path["user"] })
	if i < 0 {
		return nil, Ban{}, refuse(10026)
	}
	return g, g.bans[i], nil
}

func (c *call) banJSON(b Ban) object {
	reason := any(nil)
	if b.Reason != "" {
		reason = b.Reason
	}
	return object{"user": userJSON(c.user(b.User)), "reason": reason}
}

func (c *call) readBan() (any, error) {
	_, b, err := c.banFor()
	if err != nil {
		return nil, err
	}
	return c.banJSON(b), nil
}

func (c *call) deleteBan() (any, error) {
	g, b, err := c.banFor()
	if err != nil {
		return nil, err
	}
	g.bans = without(g.bans, func(o Ban) bool { return o.User == b.User })
	c.log(g, 23, b.User)
	return nil, nil
}

// listBans gives them in the order of the users' ids, up to 1000 at once.
func (c *call) listBans() (any, error) {
	g, _, err := c.allowedTo(BanMembers)
	if err != nil {
		return nil, err
	}
	limit := c.bounded("limit", 1000, 1, 1000)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	bans := slices.Clone(g.bans)
	slices.SortFunc(bans, func(a, b Ban) int { return byID(a.User, b.User) })
	before, after := c.query.Get("before"), c.query.Get("after")
	bans = slices.DeleteFunc(bans, func(b Ban) bool {
		return before != "" && !below(b.User, before) || after != "" && !below(after, b.User)
	})
	if before != "" && after == "" {
		bans = bans[max(0, len(bans)-limit):]
	}
	out := []object{}
	for _, b := range bans[:min(limit, len(bans))] {
		out = append(out, c.banJSON(b))
	}
	return out, nil
}
