package config

import (
	"fmt"
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
		each(Guards, r.roles(), "", " must approve too")
		for _, a := range r.Approvals {
			for n := 2; n <= a.Persons(); n++ { // so that another person is one more line
				say(Guards, fmt.Sprintf("%d people of %s must approve too", n, a.Role))
			}
		}
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
	sooner := destroysSooner(r, inForce)
	said := false // why it does
	for _, s := range inForce {
		gone := !slices.Contains(r, s)
		wider := s
		wider.When = ""
		if gone && (s.How == Guards && !slices.Contains(r, wider) || s.How == Tightens || s.How == Destroys && sooner) {
			out = append(out, "no rule says any more: "+s.Words())
			said = said || s.How == Destroys
		}
	}
	for _, s := range r {
		if !slices.Contains(inForce, s) && (s.How == Loosens || s.How == Destroys && sooner) {
			out = append(out, "a rule says: "+s.Words())
			said = said || s.How == Destroys
		}
	}
	// Nothing is new or gone, and yet another one is the last.
	moved := !slices.Equal(those(r, inForce, Tightens, Loosens), those(inForce, r, Tightens, Loosens))
	if moved || sooner && !said {
		out = append(out, "the rules of the policy stand in another order, and of those that disagree the last one counts")
	}
	return out
}

// destroysSooner reports whether something may be destroyed earlier than before,
// or at all. It is not where each rule keeps at least as long as the one in its
// place did, nor where there are only more rules that destroy nothing.
func destroysSooner(r, inForce []Saying) bool {
	before := those(inForce, inForce, Destroys)
	after := those(r, r, Destroys)
	rest := slices.DeleteFunc(slices.Clone(after), func(s Saying) bool { return s.Keep == 0 && !slices.Contains(before, s) })
	longer := func(s, was Saying) bool {
		return s.When == was.When && (s.Keep == 0 || was.Keep != 0 && s.Keep >= was.Keep)
	}
	return len(rest) > 0 && !slices.EqualFunc(after, before, longer) && !slices.EqualFunc(rest, before, longer)
}

// those are the sayings with one of these forces that the others have too.
func those(of, in []Saying, forces ...Force) []Saying {
	return slices.DeleteFunc(slices.Clone(of), func(s Saying) bool { return !slices.Contains(forces, s.How) || !slices.Contains(in, s) })
}
