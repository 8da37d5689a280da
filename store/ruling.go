package store

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Missing is what happens if approvals are missing at the cut-off.
type Missing string

// The defaults for missing approvals. Empty is MissingHold.
const (
	MissingLock Missing = "lock" // HR's word and that of somebody in place of the approver are enough; else as MissingHold
	MissingHold Missing = "hold" // nothing is taken, and people are called
)

// Words is the default for a reader.
func (m Missing) Words() string {
	if m == MissingLock {
		return "others may decide in place of a silent approver before that; if nobody has, nothing is taken, and people are called"
	}
	return "nothing is taken, and people are called"
}

// Ruling is what the policy of the configuration says about one person who
// leaves on certain terms. Append stamps it into the Facts of Drafted and
// Amended, so that a case keeps what was ruled when its terms were set, whatever
// the file says later. The zero Ruling is that of an installation without rules.
type Ruling struct {
	Refused      bool          `json:"refused,omitempty"`      // nobody may open a case: the deny list, a break-glass or service account
	Also         []Role        `json:"also,omitempty"`         // who must approve too, one person each, beside the manager; sorted, and as often as persons of the role are needed
	Needed       Role          `json:"needed,omitempty"`       // who must approve too where a system needs one of the accounts; empty is Security
	Missing      Missing       `json:"missing,omitempty"`      // what happens if approvals are missing at the cut-off
	Confidential bool          `json:"confidential,omitempty"` // the case is confidential, whatever its terms say
	Retention    time.Duration `json:"retention,omitempty"`    // what is destroyed is destroyed so long after the cut-off; 0: nothing is
	Rules        []string      `json:"rules,omitempty"`        // names of the rules that decided, in the order of the file
}

// IsZero reports whether nothing was ruled.
func (r Ruling) IsZero() bool {
	return !r.Refused && len(r.Also) == 0 && r.Needed == "" && r.Missing == "" && !r.Confidential && r.Retention == 0 && len(r.Rules) == 0
}

// systems are what is surveyed after an amendment.
func (b Amended) systems(before []string) []string {
	if len(b.Systems) > 0 {
		return b.Systems
	}
	return before
}

// needed adds an approval where a survey finds that a system, or the bot itself,
// needs one of the accounts. It is known before anybody is asked, also where
// a repeated survey finds such an account.
func (c *Case) needed(steps []StepPlan) {
	if slices.ContainsFunc(steps, func(s StepPlan) bool { return !s.Needed.IsZero() }) {
		c.Ruling = c.Ruling.approvedBy(cmp.Or(c.Ruling.Needed, Security))
	}
}

// words says for the record which rules decided; nothing where none did.
func (r *Ruling) words() string {
	if r == nil || len(r.Rules) == 0 {
		return ""
	}
	out := " (by " + strings.Join(r.Rules, ", ")
	for _, s := range Tally(r.Also) {
		if s.Count == 1 {
			out += "; " + s.Words() + " approves too"
		} else {
			out += "; " + s.Words() + " approve too"
		}
	}
	return out + ")"
}

// approvedBy adds a role to those who must approve too.
func (r Ruling) approvedBy(role Role) Ruling {
	if !slices.Contains(r.Also, role) {
		r.Also = slices.Sorted(slices.Values(append(slices.Clone(r.Also), role)))
	}
	return r
}

// ruled is the ruling for the log; nil where there is nothing to keep.
func (s *Store) ruled(leaver Card, body Body) *Ruling {
	var t Terms
	switch b := body.(type) {
	case Drafted:
		t = b.Terms
	case Amended:
		t = b.Terms
	default:
		return nil
	}
	r := s.opt.Policy(leaver, t)
	if r.IsZero() {
		return nil
	}
	return &r
}

// refused reports whether nobody may open a case, or set new terms in one.
func (f Facts) refused() bool { return f.Ruling != nil && f.Ruling.Refused }

// allowsAmend refuses new terms for somebody who is protected by now with the
// words of a draft, and as late.
func (c Case) allowsAmend(b Amended, e Event) *Refused {
	if r := c.allowsTerms(b.Terms, c.Person, e); r != nil {
		return r
	}
	if e.Facts.refused() {
		return refuse(WhoIsIt, neutral)
	}
	return nil
}

// rule takes over the terms of a body and what the policy says about them.
func (c *Case) rule(t Terms, f Facts) {
	c.Terms, c.Ruling = t, Ruling{}
	if f.Ruling != nil {
		c.Ruling = *f.Ruling
	}
	c.Terms.Confidential = t.Confidential || c.Ruling.Confidential
}
