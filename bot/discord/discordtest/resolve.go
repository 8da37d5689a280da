package discordtest

import (
	"strconv"
	"strings"
)

// resolver collects what the ids in an interaction stand for.
type resolver struct {
	d                               *Discord
	c                               *channel
	users, members, roles, channels object
}

func (d *Discord) resolver(c *channel) *resolver {
	return &resolver{d: d, c: c, users: object{}, members: object{}, roles: object{}, channels: object{}}
}

// user resolves an account, with its membership if it has one here.
func (r *resolver) user(id string) bool {
	u := r.d.user(id)
	if u == nil {
		return false
	}
	r.users[id] = userJSON(u)
	if g := r.d.guild(r.c.GuildID); g != nil {
		if m := g.member(id); m != nil {
			r.members[id] = merged(r.d.memberJSON(m, false), object{"permissions": strconv.FormatInt(r.d.permissions(id, r.c), 10)})
		}
	}
	return true
}

func (r *resolver) role(id string) bool {
	found := r.d.role(id)
	if found == nil || found.GuildID != r.c.GuildID {
		return false
	}
	r.roles[id] = roleJSON(found)
	return true
}

func (r *resolver) channel(id string) bool {
	c := r.d.channel(id)
	if c == nil || c.GuildID != r.c.GuildID {
		return false
	}
	brief := r.d.channelJSON(c)
	delete(brief, "permission_overwrites")
	r.channels[id] = brief
	return true
}

// json is the resolved object, without what is empty; nil if all is.
func (r *resolver) json() object {
	out := object{}
	for key, o := range map[string]object{"users": r.users, "members": r.members, "roles": r.roles, "channels": r.channels} {
		if len(o) > 0 {
			out[key] = o
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// named is the id of a user, role or channel that a person picks by id, by
// mention, or by a name with @ or # before it.
func (d *Discord) named(c *channel, s string) string {
	for _, prefix := range []string{"<@&", "<@!", "<@", "<#"} {
		if id, ok := strings.CutPrefix(s, prefix); ok {
			return strings.TrimSuffix(id, ">")
		}
	}
	name := strings.TrimLeft(s, "@#")
	g := d.guild(c.GuildID)
	for _, u := range d.users {
		nick := ""
		if g != nil {
			if m := g.member(u.ID); m != nil {
				nick = m.nick
			}
		}
		if name == u.Name || name == u.GlobalName || nick != "" && name == nick {
			return u.ID
		}
	}
	if g != nil {
		for _, r := range g.roles {
			if name == r.Name {
				return r.ID
			}
		}
	}
	for _, o := range d.channels {
		if o.GuildID == c.GuildID && o.Name == name {
			return o.ID
		}
	}
	return s
}
