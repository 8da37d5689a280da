package policy

import (
	"fmt"
	"slices"
	"time"

	"offboard/actions"
	"offboard/store"
)

// Verdict is what the rules say about one person who leaves in one way.
type Verdict struct {
	Ruling     store.Ruling
	CutOff     string // time of day, where a rule has one
	Choices    []Choice
	Approvals  []Approval
	Protection []Reason // who may not be touched, and why
	Undecided  []Reason // rules of which nobody can say whether they are about this person

	by map[topic]string // the rule that decided a single value
}

// Choice is whether a system is looked at, an action planned, a task given.
type Choice struct {
	What string // "slack", "corp/groups", "tasks/laptop"
	Left bool   // it is not
	Rule string // that decided; empty where none does
}

// Approval is somebody who must approve beside the manager.
type Approval struct {
	store.Seats
	Reasons []Reason // of each rule that asks for it; the largest number counts
}

// Reason is a rule, and what it gives as its reason; that may be empty.
type Reason struct{ Rule, Why string }

type topic string

const (
	missing      topic = "missing"
	cutOff       topic = "cut-off"
	retention    topic = "retention"
	confidential topic = "confidential"
)

// denyList is the name under which the deny list stands among the rules; no
// rule can have it.
const denyList = "the deny list"

// Decide asks every rule, in their order. What protects adds up: who must
// approve, who is refused, what is confidential. Of everything else there is one
// answer for each thing, and the last rule that says something about it has it.
//
// A rule of which nobody can say whether it is about this person counts as far as
// it protects, and not as far as it loosens something.
func (b *Book) Decide(p store.Card, kindID string) Verdict {
	v := Verdict{by: map[topic]string{}}
	v.Ruling.Missing, v.Ruling.Needed = b.kind(kindID).Missing, b.guard()
	v.Ruling.Retention = b.kind(kindID).Retention
	v.Choices = b.choices()
	if b.Deny(p.Login) {
		v.Ruling.Refused = true
		v.Protection = append(v.Protection, Reason{denyList, ""})
	}
	for _, r := range b.rules {
		applies, err := r.applies(p, kindID)
		if err != nil {
			v.Undecided = append(v.Undecided, Reason{r.Name, err.Error()})
		}
		if err != nil || applies {
			v.tighten(r, b.approvals(r))
		}
		switch {
		case err != nil:
			v.keepLonger(r)
		case applies:
			v.loosen(r)
		}
	}
	for _, r := range b.rules {
		if v.decided(r.Name) {
			v.Ruling.Rules = append(v.Ruling.Rules, r.Name)
		}
	}
	return v
}

// choices are all that there is to choose from, in the order of the file.
func (b *Book) choices() []Choice {
	var out []Choice
	for _, s := range b.Systems {
		out = append(out, Choice{What: s.Name})
		for _, a := range s.Actions {
			out = append(out, Choice{What: s.Name + "/" + a.Name})
		}
	}
	for _, t := range b.Tasks {
		out = append(out, Choice{What: actions.Tasks + "/" + t.Name})
	}
	return out
}

// tighten does what of a rule protects.
func (v *Verdict) tighten(r rule, approvals []store.Role) {
	v.choose(r.Name, false, r.Systems, r.Actions, r.Tasks)
	for _, s := range store.Tally(approvals) {
		v.approvedBy(s, Reason{r.Name, r.Why})
	}
	if r.Protect == Refuse {
		v.Ruling.Refused = true
		v.Protection = append(v.Protection, Reason{r.Name, r.Why})
	}
	if r.Confidential {
		v.Ruling.Confidential = true
		v.by[confidential] = r.Name
	}
	if r.Missing == store.MissingHold {
		v.Ruling.Missing, v.by[missing] = r.Missing, r.Name
	}
}

// loosen does the rest.
func (v *Verdict) loosen(r rule) {
	v.choose(r.Name, true, r.NotSystems, r.NotActions, r.NotTasks)
	if r.Missing == store.MissingLock {
		v.Ruling.Missing, v.by[missing] = r.Missing, r.Name
	}
	if r.CutOff != "" {
		v.CutOff, v.by[cutOff] = r.CutOff, r.Name
	}
	if r.Retention != nil {
		v.Ruling.Retention, v.by[retention] = *r.Retention, r.Name
	}
}

// keepLonger takes over a retention that destroys later, or nothing.
func (v *Verdict) keepLonger(r rule) {
	now := v.Ruling.Retention
	if r.Retention != nil && now != 0 && (*r.Retention == 0 || *r.Retention > now) {
		v.Ruling.Retention, v.by[retention] = *r.Retention, r.Name
	}
}

// choose is what a rule says about systems, actions and tasks.
func (v *Verdict) choose(rule string, left bool, systems, acts, tasks []string) {
	set := func(what string) {
		if i := slices.IndexFunc(v.Choices, func(c Choice) bool { return c.What == what }); i >= 0 {
			v.Choices[i].Left, v.Choices[i].Rule = left, rule
		}
	}
	for _, s := range slices.Concat(systems, acts) {
		set(s)
	}
	for _, t := range tasks {
		set(actions.Tasks + "/" + t)
	}
}

// approvedBy adds approvals. Those of one role that several rules ask for are the
// same ones, so the largest number counts.
func (v *Verdict) approvedBy(s store.Seats, why Reason) {
	i := slices.IndexFunc(v.Approvals, func(a Approval) bool { return a.Role == s.Role })
	if i < 0 {
		i = len(v.Approvals)
		v.Approvals = append(v.Approvals, Approval{Seats: store.Seats{Role: s.Role}})
	}
	a := &v.Approvals[i]
	for ; a.Count < s.Count; a.Count++ {
		v.Ruling.Also = slices.Sorted(slices.Values(append(v.Ruling.Also, s.Role)))
	}
	a.Reasons = append(a.Reasons, why)
}

// decided reports whether the ruling rests on a rule of this name.
func (v *Verdict) decided(name string) bool {
	is := func(r Reason) bool { return r.Rule == name }
	return slices.ContainsFunc(v.Protection, is) ||
		slices.ContainsFunc(v.Approvals, func(a Approval) bool { return slices.ContainsFunc(a.Reasons, is) }) ||
		v.by[missing] == name || v.by[retention] == name || v.by[confidential] == name
}

// span is a duration as the file writes it.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == 0:
		return "never"
	case d%(7*day) == 0 && d >= 8*7*day:
		return fmt.Sprintf("%dw", d/(7*day))
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}
