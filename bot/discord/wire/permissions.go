package wire

import "slices"

// Allowed is what a member may do in a channel (docs, Permissions, Permission
// Overwrites, in the order given there). What a time-out takes away is left
// out: it takes away no reading.
func (g Guild) Allowed(m Member, c Channel) Permissions {
	const all = ^Permissions(0)
	user := ""
	if m.User != nil {
		user = m.User.ID
	}
	if user == g.OwnerID {
		return all
	}
	var p Permissions
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(m.Roles, r.ID) {
			p |= r.Permissions
		}
	}
	if p.Has(Administrator) {
		return all
	}
	var allow, deny Permissions
	for _, o := range c.PermissionOverwrites {
		switch {
		case o.ID == g.ID:
			p = p&^o.Deny | o.Allow
		case o.Type == 0 && slices.Contains(m.Roles, o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	p = p&^deny | allow
	for _, o := range c.PermissionOverwrites {
		if o.Type == 1 && o.ID == user {
			p = p&^o.Deny | o.Allow
		}
	}
	if !p.Has(ViewChannel) {
		return 0
	}
	return p
}
