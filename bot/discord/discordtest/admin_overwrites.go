package discordtest

import (
	"slices"
	"strconv"
)

// overwriteFor is the channel of the path, where the app may change permissions.
func (c *call) overwriteFor() (*channel, error) {
	ch, err := c.channelFor(ManageRoles)
	switch {
	case err != nil:
		return nil, err
	case ch.direct() || ch.thread():
		return nil, refuse(50024)
	}
	return ch, nil
}

// putOverwrite makes or replaces an overwrite. What the app lacks in the channel
// it can neither allow nor deny, unless an overwrite gives it MANAGE_ROLES there.
func (c *call) putOverwrite() (any, error) {
	ch, err := c.overwriteFor()
	if err != nil {
		return nil, err
	}
	l := c.linter()
	l.keys("", c.args, []string{"allow", "deny", "type"})
	l.within("type", c.args["type"], 0, 1)
	o := Overwrite{ID: c.path["overwrite"], Member: number(c.args["type"]) == 1}
	for key, into := range map[string]*int64{"allow": &o.Allow, "deny": &o.Deny} {
		v, given := c.args[key]
		if !given || v == nil {
			continue
		}
		s, isText := v.(string)
		n, bad := strconv.ParseInt(s, 10, 64)
		if !isText || bad != nil {
			l.add(key, "PERMISSIONS_INVALID", "Permissions are a number as a text, and not %v.", v)
		}
		*into = n
	}
	if err := c.malformed(); err != nil {
		return nil, err
	}
	own := func(w Overwrite) bool { return w.ID == c.BotUser && w.Allow&ManageRoles != 0 }
	if bits := o.Allow | o.Deny; c.permissions(c.BotUser, ch)&bits != bits && !slices.ContainsFunc(ch.Overwrites, own) {
		return nil, refuse(50013)
	}
	ch.Overwrites = append(without(ch.Overwrites, ofID(o.ID)), o)
	c.log(c.guild(ch.GuildID), 14, ch.ID)
	return nil, nil
}

func (c *call) deleteOverwrite() (any, error) {
	ch, err := c.overwriteFor()
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(ch.Overwrites, ofID(c.path["overwrite"])) {
		return nil, refuse(10009)
	}
	ch.Overwrites = without(ch.Overwrites, ofID(c.path["overwrite"]))
	c.log(c.guild(ch.GuildID), 15, ch.ID)
	return nil, nil
}

func ofID(id string) func(Overwrite) bool { return func(o Overwrite) bool { return o.ID == id } }
