package config

import (
	"fmt"
	"maps"
	"slices"
)

// Rules is the part of a configuration that guards against its own misuse:
// who has power, and over whom nobody has. To weaken them takes a second
// person, so the log keeps those that are in force, whatever the file says.
type Rules struct {
	Roles         []Grant           `json:"roles"`         // sorted, each once
	Links         map[string]string `json:"links"`         // platform -> attribute that says whose an account is
	Email         []string          `json:"email"`         // platforms whose word about an address is trusted, sorted
	Deny          []string          `json:"deny"`          // logins, sorted
	Confidential  []string          `json:"confidential"`  // kinds of departure, sorted
	StartsPerHour int               `json:"startsPerHour"` // cases that one person may start
	Told          bool              `json:"told"`          // each decision is told by mail to whom it is ascribed
}

// Grant gives one role to one person or one group.
type Grant struct {
	Role   string `json:"role"`
	Person string `json:"person,omitempty"` // login
	Group  string `json:"group,omitempty"`
	Scope  string `json:"scope,omitempty"` // as written in the file; empty covers everybody
}

// Words is the grant for a reader.
func (g Grant) Words() string {
	who, over := g.Person, ""
	if g.Group != "" {
		who = "the group " + g.Group
	}
	if g.Scope != "" {
		over = " where " + g.Scope
	}
	return fmt.Sprintf("%s has the role %s%s", who, g.Role, over)
}

// covers reports whether g gives at least what other gives.
func (g Grant) covers(other Grant) bool {
	whole := g
	whole.Scope = other.Scope
	return whole == other && (g.Scope == "" || g.Scope == other.Scope)
}

// Rules are the rules that the file states.
func (c *Config) Rules() Rules {
	r := Rules{Links: maps.Clone(c.Link.Attributes), Email: sorted(c.Link.Email), Deny: sorted(c.Deny), StartsPerHour: c.Limits.StartsPerHour}
	r.Told = c.Mail.ConfirmDecisions
	for _, e := range c.Roles {
		for _, login := range e.People {
			r.grant(Grant{Role: e.Role, Person: login, Scope: e.Scope})
		}
		for _, group := range e.Groups {
			r.grant(Grant{Role: e.Role, Group: group, Scope: e.Scope})
		}
	}
	for _, k := range c.Kinds() {
		if k.Confidential {
			r.Confidential = append(r.Confidential, k.ID)
		}
	}
	slices.Sort(r.Confidential)
	return r
}

func (r *Rules) grant(g Grant) {
	if !slices.Contains(r.Roles, g) {
		r.Roles = append(r.Roles, g)
	}
	slices.SortFunc(r.Roles, func(a, b Grant) int { return slices.Compare(a.key(), b.key()) })
}

func (g Grant) key() []string { return []string{g.Role, g.Person, g.Group, g.Scope} }

func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func (r Rules) allow(g Grant) bool {
	return slices.ContainsFunc(r.Roles, func(have Grant) bool { return have.covers(g) })
}

// Weakens says, a line each, what would be weaker under r than under the rules
// in force. A kind that r does not have any more cannot be used, so it is not
// weaker.
func (r Rules) Weakens(inForce Rules, kinds []Kind) []string {
	var out []string
	for _, g := range r.Roles {
		if !inForce.allow(g) {
			out = append(out, g.Words())
		}
	}
	for _, platform := range slices.Sorted(maps.Keys(r.Links)) {
		if attr := r.Links[platform]; inForce.Links[platform] != attr {
			out = append(out, fmt.Sprintf("the attribute %s says whose a %s account is", attr, platform))
		}
	}
	for _, platform := range missing(r.Email, inForce.Email) {
		out = append(out, "the e-mail address of a "+platform+" account says whose it is")
	}
	for _, login := range missing(inForce.Deny, r.Deny) {
		out = append(out, login+" can be offboarded: it leaves the deny list")
	}
	for _, id := range missing(inForce.Confidential, r.Confidential) {
		if slices.ContainsFunc(kinds, func(k Kind) bool { return k.ID == id }) {
			out = append(out, "cases of the kind "+id+" are not confidential")
		}
	}
	if r.StartsPerHour > inForce.StartsPerHour {
		out = append(out, fmt.Sprintf("one person may start %d cases an hour instead of %d", r.StartsPerHour, inForce.StartsPerHour))
	}
	if inForce.Told && !r.Told {
		out = append(out, "decisions are not told by mail to those in whose name they are made")
	}
	return out
}

// missing lists what of the first is not in the second.
func missing(of, in []string) []string {
	return slices.DeleteFunc(slices.Clone(of), func(s string) bool { return slices.Contains(in, s) })
}

// Meanwhile are the rules until a second person has agreed to r: what r makes
// stronger counts at once, and what it makes weaker does not yet. The roles
// wait as a whole: a change that names other people in place of those who have
// power must leave somebody who can agree to it.
func (r Rules) Meanwhile(inForce Rules) Rules {
	out := Rules{
		Roles: r.Roles, Links: maps.Clone(r.Links), Deny: sorted(slices.Concat(r.Deny, inForce.Deny)),
		Confidential: sorted(slices.Concat(r.Confidential, inForce.Confidential)), StartsPerHour: min(r.StartsPerHour, inForce.StartsPerHour), Told: r.Told || inForce.Told,
		Email: sorted(slices.DeleteFunc(slices.Clone(r.Email), func(p string) bool { return !slices.Contains(inForce.Email, p) })),
	}
	if slices.ContainsFunc(r.Roles, func(g Grant) bool { return !inForce.allow(g) }) {
		out.Roles = inForce.Roles
	}
	for platform, attr := range out.Links {
		switch old, ok := inForce.Links[platform]; {
		case !ok:
			delete(out.Links, platform)
		case old != attr:
			out.Links[platform] = old
		}
	}
	return out
}

// Under is the configuration with the rules that are in force in place of
// those of the file.
func (c *Config) Under(r Rules) *Config {
	out := *c
	out.Deny, out.Limits.StartsPerHour, out.Link, out.Roles = r.Deny, r.StartsPerHour, Link{Attributes: r.Links, Email: r.Email}, nil
	for _, g := range r.Roles {
		e := Role{Role: g.Role, Scope: g.Scope}
		if g.Group != "" {
			e.Groups = []string{g.Group}
		} else {
			e.People = []string{g.Person}
		}
		out.Roles = append(out.Roles, e)
	}
	if c.Mail.Link != "" && c.HTTP.Listen != "" { // else no mail can be sent, whatever was agreed
		out.Mail.ConfirmDecisions = r.Told
	}
	out.OwnKinds = slices.Clone(c.OwnKinds)
	for _, k := range c.Kinds() {
		if hidden := slices.Contains(r.Confidential, k.ID); hidden != k.Confidential {
			out.OwnKinds = append(out.OwnKinds, KindEntry{ID: k.ID, Confidential: &hidden, Neutral: &k.Neutral, Reminders: &k.Reminders})
		}
	}
	return &out
}
