package discordtest

import "slices"

// guildFor is the server of the path, if the app is in it, with the app's own
// membership; d.mu is held.
func (c *call) guildFor() (*Guild, *member, error) {
	g := c.guild(c.path["guild"])
	if g == nil {
		return nil, nil, refuse(10004)
	}
	me := g.member(c.BotUser)
	if me == nil {
		return nil, nil, refuse(10004) // as for a server that is not there
	}
	return g, me, nil
}

func (c *call) readGuild() (any, error) {
	g, _, err := c.guildFor()
	if err != nil {
		return nil, err
	}
	return guildJSON(g), nil
}

func (c *call) listRoles() (any, error) {
	g, _, err := c.guildFor()
	if err != nil {
		return nil, err
	}
	return guildJSON(g)["roles"], nil
}

// listChannels gives all channels, those that the app cannot see too, and no
// threads.
func (c *call) listChannels() (any, error) {
	g, _, err := c.guildFor()
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, ch := range c.channels {
		if ch.GuildID == g.ID && !ch.thread() {
			out = append(out, c.channelJSON(ch))
		}
	}
	return out, nil
}

// listMembers needs the Server Members Intent.
func (c *call) listMembers() (any, error) {
	g, _, err := c.guildFor()
	if err != nil {
		return nil, err
	}
	if !c.cfg.MembersIntent {
		return nil, refuse(50001)
	}
	limit := c.bounded("limit", 1, 1, 1000)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	members := slices.Clone(g.members)
	slices.SortFunc(members, func(a, b *member) int { return byID(a.user, b.user) })
	after := c.query.Get("after")
	out := []object{}
	for _, m := range members {
		if (after == "" || below(after, m.user)) && len(out) < limit {
			out = append(out, c.memberJSON(m, true))
		}
	}
	return out, nil
}

func (c *call) readMember() (any, error) {
	_, m, err := c.memberFor()
	if err != nil {
		return nil, err
	}
	return c.memberJSON(m, true), nil
}

// memberFor is the member of the path.
func (c *call) memberFor() (*Guild, *member, error) {
	g, _, err := c.guildFor()
	if err != nil {
		return nil, nil, err
	}
	if c.user(c.path["user"]) == nil {
		return nil, nil, refuse(10013)
	}
	m := g.member(c.path["user"])
	if m == nil {
		return nil, nil, refuse(10007)
	}
	return g, m, nil
}
