package store

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func (o *office) linkWish(account string) Requested {
	a := o.Account("slack", account)
	return Requested{Change: Change{Verb: VerbLink, Account: &a}}
}

// settled links somebody, so that the installation is not being founded.
func (o *office) settled() {
	o.t.Helper()
	o.bot(string(o.people["jane"]), Linked{Account: o.Account("slack", "U0"), How: ByAttribute})
}

// The first link of a log in which nothing has happened needs nobody else:
// there is nobody yet. It is so once.
func TestOperatorFounds(t *testing.T) {
	o := newOffice(t)
	for i, name := range []string{"hanna", "ada"} {
		id := o.people[name]
		if _, err := o.Append(t.Context(), string(id), Operator("root"), o.linkWish("U"+name)); err != nil {
			t.Fatal(err)
		}
		p, _, err := o.Person(id)
		if err != nil || len(p.Links) != 1-i || len(p.Pending) != i {
			t.Errorf("%s: %d links, %d pending, %v", name, len(p.Links), len(p.Pending), err)
		}
	}
	o = newOffice(t)
	o.asked()
	if _, err := o.Append(t.Context(), string(o.people["hanna"]), Operator("root"), o.linkWish("U1")); err != nil {
		t.Fatal(err)
	}
	if p, _, err := o.Person(o.people["hanna"]); err != nil || len(p.Links) != 0 {
		t.Errorf("linked alone although there is a case: %+v, %v", p, err)
	}
}

// An operator may ask for a link and for nothing else, and whoever agrees must
// not be one who could be that operator.
func TestOperatorAsksForALink(t *testing.T) {
	o := newOffice(t)
	o.claims["max"] = []Claim{{Role: HR}, {Role: IT, Scope: func(Card) bool { return false }}} // IT of others
	o.people["max"] = o.meet("max")
	tom := o.people["tom"]
	o.settled()
	if _, err := o.Append(t.Context(), string(tom), Operator("root"), o.linkWish("U1")); err != nil {
		t.Fatal(err)
	}
	p, _, err := o.Person(tom)
	if err != nil || len(p.Pending) != 1 || p.Pending[0].By != "" || len(p.Links) != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	entry := p.Pending[0].Entry
	for _, tt := range []struct{ who, why string }{
		{"ivan", "neither IT nor an administrator"}, // may be the operator
		{"ada", "neither IT nor an administrator"},
		{"max", "neither IT nor an administrator"}, // IT, whatever else
		{"aude", "Somebody with a role"},
		{"tom", "Somebody with a role"},
	} {
		if r := o.refused(string(tom), tt.who, Seconded{Entry: entry, Agree: true}); !strings.Contains(r.Text, tt.why) {
			t.Errorf("%s: %s", tt.who, r.Text)
		}
	}
	o.do(string(tom), "sasha", Seconded{Entry: entry, Agree: true})
	if p, _, err = o.Person(tom); err != nil || len(p.Links) != 1 || p.Links[0].How != ByOperator || p.Links[0].Second != o.people["sasha"] {
		t.Fatalf("%+v, %v", p, err)
	}
	events, err := o.Events(t.Context(), string(tom))
	if err != nil {
		t.Fatal(err)
	}
	user, ok := events[1].Actor.OperatorUser()
	if !ok || user != "root" || events[1].Actor.Person != "" {
		t.Errorf("the log says %+v", events[1].Actor)
	}
	if _, ok := events[0].Actor.OperatorUser(); ok {
		t.Error("a loop is taken for an operator")
	}
	if owner, _, err := o.Owner("slack", "U1"); err != nil || owner != tom {
		t.Errorf("%s, %v", owner, err)
	}
}

// HR's own account: the one whose it is does not agree, even with the role.
func TestOperatorsLinkIsNotAgreedToByItsPerson(t *testing.T) {
	o := newOffice(t)
	hanna := o.people["hanna"]
	o.settled()
	if _, err := o.Append(t.Context(), string(hanna), Operator("root"), o.linkWish("U1")); err != nil {
		t.Fatal(err)
	}
	p, _, err := o.Person(hanna)
	if err != nil {
		t.Fatal(err)
	}
	if r := o.refused(string(hanna), "hanna", Seconded{Entry: p.Pending[0].Entry, Agree: true}); r.Code != NotYours {
		t.Errorf("got %q", r.Text)
	}
	o.do(string(hanna), "ivan", Seconded{Entry: p.Pending[0].Entry}) // anybody with a role may say no
	o.do(string(hanna), "ada", o.linkWish("U2"))                     // an administrator is no operator
	if p, _, err = o.Person(hanna); err != nil {
		t.Fatal(err)
	}
	o.do(string(hanna), "ivan", Seconded{Entry: p.Pending[0].Entry, Agree: true})
	if p, _, err = o.Person(hanna); err != nil || p.Links[0].How != ByAdmin {
		t.Errorf("%+v, %v", p, err)
	}
}

// Every other event of an operator is refused.
func TestOperatorMayDoNothingElse(t *testing.T) {
	o := newOffice(t)
	c := o.begun()
	tom := o.people["tom"]
	account := o.Account("slack", "U9")
	for _, x := range []struct {
		subject string
		body    Body
	}{
		{string(tom), Linked{Account: account, How: ByAttribute}},
		{string(tom), Linked{Account: account, How: ByOperator}},
		{string(tom), Met{Lookup: "x", Card: Seal("{}")}},
		{string(tom), Requested{Change: Change{Verb: VerbSkip}}},
		{string(tom), Seconded{Entry: 1, Agree: true}},
		{Installation, Paused{On: true}},
		{Installation, Doubted{}},
		{Installation, Trusted{}},
		{NewCase, Drafted{Person: tom, Terms: o.terms(), Systems: []string{"dir"}}},
		{string(c.ID), Surveyed{Plan: 1, System: "dir"}},
		{string(c.ID), Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("x")}},
		{string(c.ID), Finished{Plan: 1, Step: "dir/lock/1"}},
		{string(c.ID), Stopped{Plan: 1}},
		{string(c.ID), Noted{Text: Seal("x")}},
		{string(c.ID), o.linkWish("U9")},
	} {
		_, err := o.Append(t.Context(), x.subject, Operator("root"), x.body)
		if _, ok := errors.AsType[*Refused](err); !ok {
			t.Errorf("%s %T: %v", x.subject, x.body, err)
		}
	}
	if _, err := o.Append(t.Context(), string(tom), Bot("people"), Linked{Account: account, How: ByOperator}); err == nil {
		t.Error("a loop linked in an operator's name")
	}
}

// A snapshot of a live log opens with its keys, is whole, and can only be read.
func TestSnapshot(t *testing.T) {
	o := newOffice(t)
	o.approved()
	var b bytes.Buffer
	err := o.Snapshot(func(db io.WriterTo, size int64) error {
		o.meet("during") // appends go on, and are not in it
		n, err := db.WriteTo(&b)
		if n != size {
			t.Errorf("%d bytes, %d announced", n, size)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	opt := o.opt
	opt.Path, opt.ReadOnly = filepath.Join(t.TempDir(), "copy.db"), true
	if err := os.WriteFile(opt.Path, b.Bytes(), 0o400); err != nil {
		t.Fatal(err)
	}
	s, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	var last, total int
	if d := s.Inspect(func(done, of int) { last, total = done, of }); len(d) > 0 || last != total || total == 0 {
		t.Errorf("%v, %d of %d", d, last, total)
	}
	if s.Last() != o.Last()-1 {
		t.Errorf("%d entries, the log has %d", s.Last(), o.Last())
	}
	if _, err := s.Append(t.Context(), Installation, Bot("test"), Paused{On: true}); err == nil {
		t.Error("a copy that is only read was written")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(opt.Path); err != nil || !bytes.Equal(now, b.Bytes()) {
		t.Errorf("reading has changed the copy (%v)", err)
	}
}

// Reading makes nothing: no log, no keys.
func TestReadOnlyMakesNothing(t *testing.T) {
	opt := testOptions(t.TempDir())
	opt.ReadOnly = true
	for _, content := range []string{"-", "", strings.Repeat("rubbish ", 2000)} {
		if content != "-" {
			if err := os.WriteFile(opt.Path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Open(opt); err == nil || len(content) < 2 && !errors.Is(err, ErrNoLog) {
			t.Errorf("%.10q: %v", content, err)
		}
		if _, err := os.Stat(opt.Keys); err == nil {
			t.Fatal("a key file was made")
		}
	}
}

// Every log extends each of its own checkpoints and no other log's.
func TestExtends(t *testing.T) {
	o := newOffice(t)
	type kept struct {
		text string
		n    uint64
	}
	var all []kept
	keep := func() {
		text, err := o.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, kept{text, o.Last()})
	}
	keep()
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		o.meet(name)
		keep()
	}
	for _, k := range all {
		if n, err := o.Extends(k.text); err != nil || n != k.n {
			t.Errorf("%d: %d, %v", k.n, n, err)
		}
	}
	other := openOffice(t, testOptions(t.TempDir())) // not a copy of the same log
	foreign, err := other.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{foreign, "", "rubbish", strings.Replace(all[0].text, "\n14\n", "\n13\n", 1), all[0].text[:40]} {
		if _, err := o.Extends(text); !errors.Is(err, ErrForeignCheckpoint) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
