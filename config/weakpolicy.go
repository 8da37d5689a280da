package config

import (
	"slices"
	"time"
)

// Saying is one thing that a rule of the policy says about those for whom its
// condition holds.
type Saying struct {
	What string // in words: "security must approve too"
	When string // condition; empty is everybody
	How  Force
	Keep time.Duration // of Destroys; 0 is never
}

// Force is what a Saying does to the safety of those it is about.
type Force int

// The forces. Guards add up over all rules; of the others the last one counts,
// so that their order matters.
const (
	Guards   Force = iota // protects somebody
	Tightens              // takes back what a rule above loosens
	Loosens               // leaves something out, or asks for less
	Destroys              // says when something is destroyed for good
)

// Words is the saying for a reader.
func (s Saying) Words() string {
	if s.When == "" {
		return s.What
	}
	return s.What + " where " + s.When
}

// sayings takes the rules apart, in their order.
func (c *Config) sayings() []Saying {
	var out []Saying
	for _, r := range c.Policy {
		say := func(how Force, what string) { out = append(out, Saying{What: what, When: r.When, How: how}) }
		each := func(how Force, names []string, before, after string) {
			for _, n := range names {
				say(how, before+n+after)
			}
		}
		if r.Protect == ProtectRefuse {
			say(Guards, "nobody can be offboarded")
		}
		if r.Protect == ProtectApprovals && len(r.Approvals) == 0 {
			say(Guards, "somebody more must approve")
		}
		each(Guards, r.Approvals, "", " must approve too")
		if r.Confidential {
			say(Guards, "cases are confidential")
		}
		each(Tightens, slices.Concat(r.Systems, r.Actions, r.Tasks), "", " is done")
		each(Loosens, slices.Concat(r.NotSystems, r.NotActions, r.NotTasks), "", " is left out")
		switch r.Missing {
		case Hold:
			say(Tightens, "without all approvals nothing is taken at the cut-off")
		case Lock:
			say(Loosens, "a lock-out needs fewer approvals at the cut-off")
		}
		if r.Retention != nil {
			say(Destroys, "what can be destroyed is destroyed after "+Duration(*r.Retention).String())
			out[len(out)-1].Keep = time.Duration(*r.Retention)
		}
	}
	return out
}

// weakens says, a line each, what the rules r guard less than those in force.
func weakens(r, inForce []Saying) []string {
	var out []string
	for _, s := range inForce {
		switch gone := !slices.Contains(r, s); s.How {
		case Guards:
			wider := s
			wider.When = ""
			if gone && !slices.Contains(r, wider) {
				out = append(out, "no rule says any more: "+s.Words())
			}
		case Tightens:
			if gone {
				out = append(out, "no rule says any more: "+s.Words())
			}
		case Destroys:
			if gone && slices.ContainsFunc(r, func(o Saying) bool { return o.How == Destroys && o.Keep != 0 }) && !keeps(r, s) {
				out = append(out, "no rule says any more: "+s.Words())
			}
		case Loosens:
		}
	}
	for _, s := range r {
		if s.How == Loosens && !slices.Contains(inForce, s) || s.How == Destroys && s.Keep != 0 && !kept(inForce, s) {
			out = append(out, "a rule says: "+s.Words())
		}
	}
	if a, b := ordered(r, inForce), ordered(inForce, r); !slices.Equal(a, b) {
		out = append(out, "the rules of the policy stand in another order, and of those that disagree the last one counts")
	}
	return out
}

// keeps reports whether a rule for the same people destroys no earlier than s.
func keeps(r []Saying, s Saying) bool {
	return slices.ContainsFunc(r, func(o Saying) bool {
		return o.How == Destroys && o.When == s.When && (o.Keep == 0 || s.Keep != 0 && o.Keep >= s.Keep)
	})
}

// kept reports whether a rule in force destroys for the same people as early as s.
func kept(inForce []Saying, s Saying) bool {
	return slices.ContainsFunc(inForce, func(o Saying) bool {
		return o.How == Destroys && o.When == s.When && o.Keep != 0 && o.Keep <= s.Keep
	})
}

// ordered are those sayings of which the last one counts and that both have.
func ordered(of, in []Saying) []Saying {
	return slices.DeleteFunc(slices.Clone(of), func(s Saying) bool { return s.How == Guards || !slices.Contains(in, s) })
}
