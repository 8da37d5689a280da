package store

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A case keeps what the policy said when its terms were set, whatever it says
// later, and over a restart.
func TestRulingIsKept(t *testing.T) {
	var asked []Card
	say := func(t Terms) Ruling {
		if t.Kind == "death" {
			return Ruling{Missing: MissingHold, Rules: []string{"b"}}
		}
		return Ruling{Also: []Role{Security}, Needed: IT, Missing: MissingLock, Confidential: true, Retention: 24 * time.Hour, Rules: []string{"a"}}
	}
	opt := testOptions(t.TempDir())
	opt.Policy = func(c Card, t Terms) Ruling {
		asked = append(asked, c)
		return say(t)
	}
	o := openOffice(t, opt)
	if _, err := o.Meet(t.Context(), Bot("test"), Card{ID: "id-jane", Login: "jane", Groups: []string{"board"}, Admin: true, Employment: "contractor"}); err != nil {
		t.Fatal(err)
	}
	c := o.draft("hanna")
	id := string(c.ID)
	if diff := cmp.Diff(say(o.terms()), c.Ruling); diff != "" || !c.Terms.Confidential || !c.Summary().Confidential {
		t.Errorf("confidential %t; %s", c.Terms.Confidential, diff)
	}
	if len(asked) != 1 || !slices.Equal(asked[0].Groups, []string{"board"}) || !asked[0].Admin || asked[0].Employment != "contractor" {
		t.Errorf("asked about %+v", asked)
	}
	before := say
	say = func(Terms) Ruling { return Ruling{} }
	if c = o.do(id, "hanna", Noted{Text: Seal("a remark")}); !cmp.Equal(c.Ruling, before(o.terms())) {
		t.Errorf("another event changes it: %+v", c.Ruling)
	}
	events, err := o.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	again := Case{}
	for _, e := range events {
		entry, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if e, err = decode(entry); err != nil {
			t.Fatal(err)
		}
		again = again.Apply(e)
		if _, ok := e.Body.(Drafted); ok && Words(e) != "opened for "+string(c.Person)+", resignation (by a; security approves too)" {
			t.Errorf("the record says %q", Words(e))
		}
		if name := []byte("contractor"); bytes.Contains(entry, name) {
			t.Errorf("the entry tells about the person: %s", entry)
		}
	}
	if diff := cmp.Diff(c.Ruling, again.Ruling); diff != "" {
		t.Errorf("a restart changes it: %s", diff)
	}

	// New terms are ruled anew; nothing of the old ruling stays.
	say = before
	terms := o.terms()
	terms.Kind = "death"
	c = o.do(id, "hanna", Amended{Terms: terms, Systems: []string{"dir", "crm"}})
	if diff := cmp.Diff(Ruling{Missing: MissingHold, Rules: []string{"b"}}, c.Ruling); diff != "" || c.Terms.Confidential {
		t.Errorf("after an amendment: confidential %t; %s", c.Terms.Confidential, diff)
	}
	if got := c.Plan(0).Unsurveyed(); !slices.Equal(got, []string{"dir", "crm"}) {
		t.Errorf("looked at is %q", got)
	}
	if c = o.do(id, "hanna", Amended{Terms: terms}); len(c.Plan(0).Unsurveyed()) != 2 {
		t.Errorf("without systems looked at is %q", c.Plan(0).Unsurveyed())
	}
}

// Somebody who is protected by now gets no new terms, with the words of a draft
// and only after all that is wrong with the terms themselves.
func TestAmendProtected(t *testing.T) {
	protected := false
	opt := testOptions(t.TempDir())
	opt.Policy = func(Card, Terms) Ruling { return Ruling{Refused: protected} }
	o := openOffice(t, opt)
	c := o.draft("hanna")
	protected = true
	r := o.refused(string(c.ID), "hanna", Amended{Terms: o.terms()})
	o.leaver = "tom"
	d := o.refused(NewCase, "hanna", Drafted{Person: o.people["tom"], Terms: o.terms(), Systems: []string{"dir"}})
	if r.Text != neutral || *r != *d {
		t.Errorf("an amendment says %q, a draft %q", r.Text, d.Text)
	}
	bad := o.terms()
	bad.Kind = ""
	if r := o.refused(string(c.ID), "hanna", Amended{Terms: bad}); r.Code != Malformed {
		t.Errorf("wrong terms say %q", r.Text)
	}
}

// An account that is needed takes one more approval before anybody is asked.
func TestNeededAccount(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ruling Ruling
		want   []Role
	}{
		{"no ruling", Ruling{}, []Role{Security}},
		{"nobody is security", Ruling{Needed: IT}, []Role{IT}},
		{"who approves anyway", Ruling{Needed: Security, Also: []Role{Security}}, []Role{Security}},
		{"beside others", Ruling{Needed: IT, Also: []Role{HR, Security}}, []Role{HR, IT, Security}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := testOptions(t.TempDir())
			opt.Policy = func(Card, Terms) Ruling { return tt.ruling }
			o := openOffice(t, opt)
			c := o.draft("hanna")
			if !slices.Equal(c.Ruling.Also, tt.ruling.Also) {
				t.Fatalf("before the survey: %v", c.Ruling.Also)
			}
			also := slices.Clone(tt.ruling.Also)
			found := steps()
			found[0].Needed = Seal("the last administrator")
			c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: found})
			if p := c.Plan(0); p.State != Proposed || !slices.Equal(c.Ruling.Also, tt.want) {
				t.Errorf("it is %s, and approved too by %v, want %v", p.State, c.Ruling.Also, tt.want)
			}
			if !slices.Equal(tt.ruling.Also, also) {
				t.Error("the ruling of the policy was changed")
			}
			// It is looked at anew after an amendment.
			if c = o.do(string(c.ID), "hanna", Amended{Terms: o.terms()}); !slices.Equal(c.Ruling.Also, tt.ruling.Also) {
				t.Errorf("after an amendment: %v", c.Ruling.Also)
			}
		})
	}
}

func TestMissingWords(t *testing.T) {
	if MissingLock.Words() == MissingHold.Words() || Missing("").Words() != MissingHold.Words() {
		t.Error("lock and hold must differ, and hold is usual")
	}
}
