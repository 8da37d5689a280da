package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// A role counts over the leavers in its scope only, for every verb.
func TestRoleOutOfScopeGivesNothing(t *testing.T) {
	o := newOffice(t)
	for _, p := range players {
		for i, cl := range o.claims[p.name] {
			o.claims[p.name+"/pt"] = append(o.claims[p.name+"/pt"], Claim{Role: cl.Role, Scope: func(c Card) bool { return c.Country == "PT" }})
			o.claims[p.name+"/de"] = append(o.claims[p.name+"/de"], Claim{Role: o.claims[p.name][i].Role, Scope: func(c Card) bool { return c.Country == "DE" }})
		}
		o.people[p.name+"/pt"], o.people[p.name+"/de"] = o.people[p.name], o.people[p.name]
	}
	for _, r := range rows() {
		for _, p := range players {
			if p.name == "marco" {
				continue // the approver's role comes from the case
			}
			o.another()
			c := r.ready(o)
			body := r.body(o, c, p.role)
			_, errOut := o.Append(t.Context(), string(c.ID), o.actor(p.name+"/de"), body)
			if refusal(t, errOut) == nil {
				t.Errorf("%s %s: a role over other leavers is enough", p.role, r.verb)
				continue
			}
			// The same person with the same role over this leaver gets what the
			// role gives: the scope is what was refused.
			_, errIn := o.Append(t.Context(), string(c.ID), o.actor(p.name+"/pt"), body)
			_, errAll := o.Append(t.Context(), string(c.ID), o.actor(p.name), body)
			if in := refusal(t, errIn); in != nil && refusal(t, errAll) == nil {
				t.Errorf("%s %s: a role over this leaver is not enough: %v", p.role, r.verb, in)
			}
		}
	}
	terms := o.terms()
	o.another()
	if r := o.refused(NewCase, "helge/de", Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}}); r.Code != NotYours {
		t.Errorf("start out of scope: %s", r)
	}
	o.do(NewCase, "helge/pt", Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
}

// Nobody can be made an approver by the configuration: only a case does that.
func TestApproverByConfigurationGivesNothing(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	o.claims["tom"] = []Claim{{Role: Approver}}
	r := o.refused(string(c.ID), "tom", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	if r.Text != NoSuchCase(c.ID).Text {
		t.Errorf("got %q", r)
	}
}

// Who has left, or whose cut-off has come, holds no role any more, whether the
// configuration gave it or a case.
func TestOwnCutOffEndsEveryRole(t *testing.T) {
	for _, how := range []string{"begun", "closed"} {
		t.Run(how, func(t *testing.T) {
			o := newOffice(t)
			for _, p := range players {
				if p.role == "none" {
					continue
				}
				for _, r := range rows() {
					o.another()
					c := r.ready(o)
					o.leave(p.name, how)
					got := o.refused(string(c.ID), p.name, r.body(o, c, p.role))
					if got.Code != NotYours {
						t.Errorf("%s %s after their own cut-off: %s", p.role, r.verb, got)
					}
					o.people[p.name] = o.meet(p.name + o.leaver) // a successor with the same role
				}
				o.leave(p.name, how)
				o.another()
				terms := o.terms()
				terms.Manager = o.people["bo"]
				if got := o.refused(NewCase, p.name, Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}}); p.name != "marco" && p.role != "it" && p.role != "auditor" && p.role != "admin" && got.Text != AccessEnded().Text {
					t.Errorf("%s start: %s", p.role, got)
				}
				if got := o.refused(Installation, p.name, Paused{On: true}); got.Text != AccessEnded().Text {
					t.Errorf("%s pause: %s", p.role, got)
				}
				account := o.Account("slack", "U1")
				if got := o.refused(string(o.people["bo"]), p.name, Requested{Change: Change{Verb: VerbLink, Account: &account}}); got.Text != AccessEnded().Text {
					t.Errorf("%s link: %s", p.role, got)
				}
				o.people[p.name] = o.meet(p.name + "-last")
			}
		})
	}
}

// leave takes somebody's access away, by a case of their own.
func (o *office) leave(name, how string) {
	o.t.Helper()
	terms := o.terms()
	terms.Manager = o.people["priya"]
	was := o.people["hanna"]
	o.people["hanna"] = o.meet("hr-of-" + name)
	defer func() { o.people["hanna"] = was }()
	d := o.do(NewCase, "hanna", Drafted{Person: o.people[name], Terms: terms, Systems: []string{"dir"}})
	id := string(d.ID)
	d = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: d.Plan(1).Scope})
	o.do(id, "priya", Decided{Plan: 1, Scope: d.Plan(1).Scope, Approve: true})
	d = o.bot(id, Started{Plan: 1})
	if how == "closed" {
		o.attempt(d.ID, "dir/lock/1")
	}
}

// opened is a case that somebody asks for, as a draft or submitted.
func (o *office) opened(confidential, draft bool) Case {
	o.t.Helper()
	terms := o.terms()
	terms.Confidential = confidential
	c := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
	if draft {
		return c
	}
	return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

// What is not the person's to see and what is not there have one text. A draft
// is for those who might open the same case; who approves and who works on it
// learn of it when it is submitted.
func TestInvisibleCaseReadsAsMissing(t *testing.T) {
	for _, tt := range []struct {
		name                string
		confidential, draft bool
		sees                []string
	}{
		{"submitted", false, false, []string{"hanna", "marco", "helge", "ivan", "sasha", "aude"}},
		{"submitted, confidential", true, false, []string{"hanna", "marco", "sasha", "aude"}}, // not IT before it has begun
		{"a draft", false, true, []string{"hanna", "helge", "sasha", "aude"}},
		{"a draft, confidential", true, true, []string{"hanna", "sasha", "aude"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			c := o.opened(tt.confidential, tt.draft)
			if c.ID != "OFF-1" {
				t.Fatalf("the case is %s", c.ID)
			}
			// Never the leaver (jane), an administrator (ada) or anybody (tom).
			for _, name := range []string{"jane", "hanna", "marco", "helge", "ivan", "sasha", "aude", "ada", "tom"} {
				sees := slices.Contains(tt.sees, name)
				if got := c.Visible(o.people[name], o.roles(name)); got != sees {
					t.Errorf("%s sees the case: %v", name, got)
				}
				if got := c.Summary().Visible(o.people[name], o.roles(name)); got != sees {
					t.Errorf("%s sees the row: %v", name, got)
				}
				if sees {
					continue
				}
				for _, r := range rows() {
					body := r.body(o, c, "")
					there := o.refused("OFF-1", name, body)
					missing := o.refused("OFF-9", name, body)
					if want := strings.ReplaceAll(missing.Text, "OFF-9", "OFF-1"); there.Text != want || there.Code != missing.Code || there.Field != missing.Field {
						t.Errorf("%s %s: %+v for a hidden case and %+v for none", name, r.verb, there, missing)
					}
				}
			}
			if _, err := o.Case("OFF-9"); !errors.As(err, new(*Refused)) || err.Error() != NoSuchCase("OFF-9").Text {
				t.Errorf("Case of a missing one: %v", err)
			}
		})
	}
}

// The leaver never sees a draft, whatever else they are to it.
func TestLeaverNeverSeesADraft(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	all := []Role{HR, IT, Security, Auditor, Admin}
	if c.Visible(o.people["jane"], all) || c.Summary().Visible(o.people["jane"], all) || c.Visible("", all) {
		t.Error("the leaver, or nobody, sees the draft")
	}
}
