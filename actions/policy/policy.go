// Package policy is the rule book: what of the configuration is done for whom,
// who must approve it, and who is protected.
//
// A Rule has a condition on the person and the kind of departure (in CEL) and
// chooses something where it holds. A Book is all rules; it gives a Verdict about
// one person, which says for each choice which rule made it. What a case keeps of
// it is a store.Ruling. The package reads nothing and writes nothing.
package policy

import (
	"slices"
	"time"

	"offboard/actions"
	"offboard/store"
)

// Protection is what keeps somebody from being offboarded like anybody else.
type Protection string

// The protections.
const (
	Refuse    Protection = "refuse"    // nobody may open a case
	Approvals Protection = "approvals" // others must approve too, and the requester is told why
)

// Rule chooses something for those for whom its condition holds. What it leaves
// empty it says nothing about.
type Rule struct {
	Name string // unique; people read it
	When string // condition in CEL over person and kind; empty is everybody

	Systems, NotSystems []string // names of systems
	Actions, NotActions []string // "system/action"
	Tasks, NotTasks     []string // names of manual tasks

	Approvals    []store.Role   // who must approve too; a role stands there as often as persons of it are needed
	Missing      store.Missing  // what happens if approvals are missing at the cut-off
	CutOff       string         // time of day that access ends, "18:00", where nobody chose one
	Retention    *time.Duration // after the cut-off; 0: nothing is destroyed
	Protect      Protection
	Why          string // of Protect, for the requester
	Confidential bool   // the case must be confidential
}

// Kind is a kind of departure, as far as the rules care.
type Kind struct {
	ID, Title    string
	Missing      store.Missing // where no rule says otherwise
	Retention    time.Duration // likewise; 0: nothing is destroyed
	Confidential bool          // a case of it is confidential unless its requester says otherwise
}

// Config is the rule book together with what its rules choose among.
type Config struct {
	Rules    []Rule
	Kinds    []Kind
	Systems  []actions.System
	Tasks    []actions.Task
	Deny     func(login string) bool // nil: nobody
	Given    []store.Role            // roles that the configuration gives somebody
	Profiles []Profile
}

// Book is the rule book in force. Its methods are pure.
type Book struct {
	Config
	rules    []rule
	profiles []profile
}

type rule struct {
	Rule
	when *condition // nil: everybody
}

// BadRule is a rule that can't be used.
type BadRule struct {
	Index   int   // in Config.Rules, or in Config.Profiles
	Profile bool  // it is a profile
	Err     error // often a *Mistake
}

// New compiles the rules. With a rule that can't be used the book is nil.
func New(cfg Config) (*Book, []*BadRule) {
	b := &Book{Config: cfg}
	if b.Deny == nil {
		b.Deny = func(string) bool { return false }
	}
	var wrong []*BadRule
	for i, r := range cfg.Rules {
		one := rule{Rule: r}
		if r.When != "" {
			var err error
			if one.when, err = compile(r.When, true); err != nil {
				wrong = append(wrong, &BadRule{Index: i, Err: err})
			}
		}
		b.rules = append(b.rules, one)
	}
	for i, p := range cfg.Profiles {
		one := profile{Profile: p}
		if p.When != "" {
			var err error
			if one.when, err = compile(p.When, false); err != nil {
				wrong = append(wrong, &BadRule{Index: i, Profile: true, Err: err})
			}
		}
		b.profiles = append(b.profiles, one)
	}
	if wrong != nil {
		return nil, wrong
	}
	return b, nil
}

// applies reports whether a rule is about somebody. An error says that this
// can't be decided.
func (r rule) applies(p store.Card, kind string) (bool, error) {
	if r.when == nil {
		return true, nil
	}
	return r.when.holds(p, kind)
}

// guard is the role that approves too where nobody says who: security, or IT
// where nobody is security.
func (b *Book) guard() store.Role {
	if slices.Contains(b.Given, store.Security) {
		return store.Security
	}
	return store.IT
}

// approvals are the roles that a rule adds.
func (b *Book) approvals(r rule) []store.Role {
	if len(r.Approvals) == 0 && r.Protect == Approvals {
		return []store.Role{b.guard()}
	}
	return r.Approvals
}

// kind is a kind by its id. One that is not configured any more asks for
// nothing to be done without approval.
func (b *Book) kind(id string) Kind {
	if i := slices.IndexFunc(b.Kinds, func(k Kind) bool { return k.ID == id }); i >= 0 {
		return b.Kinds[i]
	}
	return Kind{ID: id, Title: id, Missing: store.MissingHold}
}

// Ruling is what a case keeps; it is the store's Options.Policy.
func (b *Book) Ruling(leaver store.Card, t store.Terms) store.Ruling {
	r := b.Decide(leaver, t.Kind).Ruling
	if t.Move != nil { // nothing of whoever stays is destroyed, and nothing of it is urgent
		r.Retention, r.Missing = 0, store.MissingHold
	}
	return r
}

// Hour is the time of day at which access of somebody ends, "18:00", where
// nobody chose one; empty where no rule has one.
func (b *Book) Hour(leaver store.Card, kind string) string { return b.Decide(leaver, kind).CutOff }

// Left is what is not done for somebody, each with the rule that says so:
// "slack", "corp/groups", "tasks/laptop".
func (b *Book) Left(leaver store.Card, kind string) map[string]string {
	out := map[string]string{}
	for _, c := range b.Decide(leaver, kind).Choices {
		if c.Left {
			out[c.What] = c.Rule
		}
	}
	return out
}
