package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Rules is the part of a configuration that guards against its own misuse:
// who has power, over whom nobody has, and whose word says who is who. To
// weaken them takes a second person.
type Rules struct {
	Roles        []Grant           // sorted, each once
	Links        map[string]string // platform -> attribute that says whose an account is
	Email        []string          // platforms whose word about an address is trusted, sorted
	Deny         []string          // logins, sorted
	Confidential []string          // kinds of departure, sorted
	Locks        map[string]bool   // kind of departure -> whether its lock-out may go on with fewer approvals
	Policy       []Saying          // what the rules of the policy say, in their order
	Limits       Limits            // of the circuit breaker
	Announced    []string          // roles that are told of each emergency, sorted
	Fallback     []string          // roles and logins who may decide in place of an approver, sorted
	Told         bool              // each decision is told by mail to whom it is ascribed
	Watch        Watch             // how long what was taken is watched, and who is asked before it is taken again
	Retention    Duration          // until what somebody left may be deleted; 0 is never
	Erase        Duration          // until somebody is erased; 0 is never
	Truth        []string          // lines that say where people, their groups and their clicks come from

	FallbackBefore, Deadline Duration // when they may decide in place of an approver

	Witnesses []string // places that get checkpoints, in words, sorted

	Within Duration            // when what nobody was named for is handed over
	Lapses map[string]Duration // task -> so long after it was due a case goes on without it; not there: never
}

// Grant gives one role to one person or one group.
type Grant struct {
	Role   string
	Person string // login
	Group  string
	Scope  string // as written in the file; empty covers everybody
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
	r := Rules{Links: maps.Clone(c.Link.Attributes), Email: sorted(c.Link.Email), Deny: sorted(c.Deny), Limits: c.Limits, Locks: map[string]bool{}}
	r.Announced = sorted(c.Emergency.Announce)
	r.Told, r.Truth, r.Watch = c.Mail.ConfirmDecisions, c.truth(), c.Watch
	r.Policy, r.Retention, r.Erase = c.sayings(), c.Retention, c.Erase
	r.Fallback, r.FallbackBefore, r.Deadline = sorted(c.Approvals.Fallback), c.Approvals.FallbackBefore, c.Approvals.Deadline
	r.Witnesses = c.Checkpoints.places()
	r.Within, r.Lapses = c.Answers.Within, c.lapses()
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
		r.Locks[k.ID] = k.Lock
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

// truth are the lines by which the directory and the chats are found and read. How
// the directory is reached may change: an address must be correctable while
// nobody can be asked.
func (c *Config) truth() []string {
	directory := "systems[" + c.Directory + "]."
	reach := []string{"settings.url", "settings.ca_file", "settings.server_name", "settings.bind_dn", "settings.bind_password", "settings.timeout", "title", "limit", "actions"}
	var out []string
	for _, l := range c.lines {
		path, _, _ := strings.Cut(l, ": ")
		key, of := strings.CutPrefix(path, directory)
		if path == "directory" || slices.Contains([]string{"slack.api_url", "discord.api_url", "discord.guild"}, path) || of && !slices.Contains(reach, key) {
			out = append(out, l)
		}
	}
	return out
}

// Weakens says, a line each, what would be weaker under r than under the rules
// in force.
func (r Rules) Weakens(inForce Rules) []string {
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
		out = append(out, "the kind "+id+" is confidential no more, or gone")
	}
	for _, id := range slices.Sorted(maps.Keys(r.Locks)) {
		if held, had := inForce.Locks[id]; had && !held && r.Locks[id] {
			out = append(out, "the kind "+id+": a lock-out needs fewer approvals at the cut-off")
		}
	}
	out = append(out, weakens(r.Policy, inForce.Policy)...)
	out = append(out, r.Limits.weakens(inForce.Limits)...)
	for _, role := range missing(inForce.Announced, r.Announced) {
		out = append(out, "the role "+role+" is not told of emergencies any more")
	}
	if inForce.Told && !r.Told {
		out = append(out, "decisions are not told by mail to those in whose name they are made")
	}
	out = append(out, r.weakensApprovals(inForce)...)
	out = append(out, r.weakensAnswers(inForce)...)
	out = append(out, r.Watch.weakens(inForce.Watch)...)
	for _, place := range missing(inForce.Witnesses, r.Witnesses) {
		out = append(out, place+" gets no checkpoints of the log any more")
	}
	out = append(out, deletesSooner(r.Retention, inForce.Retention)...)
	out = append(out, erasesSooner(r.Erase, inForce.Erase)...)
	for _, l := range Difference(inForce.Truth, r.Truth) {
		out = append(out, "who is who: "+l)
	}
	return out
}

func (l Limits) weakens(inForce Limits) []string {
	var out []string
	if l.Window < inForce.Window {
		out = append(out, fmt.Sprintf("cases are counted over %s instead of %s", l.Window, inForce.Window))
	}
	if l.PerRequester > inForce.PerRequester {
		out = append(out, fmt.Sprintf("one person may open %d cases within %s instead of %d", l.PerRequester, l.Window, inForce.PerRequester))
	}
	if l.PerSource > inForce.PerSource {
		out = append(out, fmt.Sprintf("%d cases may come from one source within %s instead of %d", l.PerSource, l.Window, inForce.PerSource))
	}
	switch {
	case l.Percent == 0 && inForce.Percent != 0:
		out = append(out, "no percentage of the directory bounds how many cases are opened")
	case l.Percent > inForce.Percent && inForce.Percent != 0:
		out = append(out, fmt.Sprintf("cases of %d %% of the directory may be opened instead of %d %%", l.Percent, inForce.Percent))
	}
	return out
}

// missing lists what of the first is not in the second.
func missing(of, in []string) []string {
	return slices.DeleteFunc(slices.Clone(of), func(s string) bool { return slices.Contains(in, s) })
}
