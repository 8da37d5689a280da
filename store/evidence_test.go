package store

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func exported() Exported {
	return Exported{Form: AsPack, Zone: "Europe/Lisbon", Cases: 1, Entries: 9, Size: 20, Sum: strings.Repeat("0", 64)}
}

// Every field with a sealed text has a class, so that a new one is thought of:
// what has none would be withheld with the reasons only.
func TestTextClasses(t *testing.T) {
	for kind, typ := range bodyTypes {
		var walk func(typ reflect.Type, path string)
		walk = func(typ reflect.Type, path string) {
			switch {
			case typ == privateType:
				name := path[strings.LastIndexByte(path, '.')+1:]
				if textClasses[path] == "" && textClasses[name] == "" {
					t.Errorf("%s has no class", path)
				}
			case typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer:
				walk(typ.Elem(), path)
			case typ.Kind() == reflect.Struct:
				for f := range typ.Fields() {
					if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name != "-" {
						walk(f.Type, path+"."+name)
					}
				}
			}
		}
		walk(typ, kind)
	}
	p := Seal("x")
	got := Texts(Event{Body: Requested{Change: Change{Account: &Account{ID: p}, Reason: p}}})
	if len(got) != 2 || got[0].Class != ReasonText || got[1].Class != IdentityText || got[1].Path != "change.account.id" {
		t.Errorf("got %+v", got)
	}
}

// What is read for somebody outside proves itself: the bytes are the leaf, the
// text is what was committed to, and nothing of it is there for a stranger.
func TestEvidence(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	c = o.do(string(c.ID), "hanna", Amended{Terms: func() Terms { x := o.terms(); x.Reason = Seal("a secret"); return x }()})
	size := o.Last()
	entries, err := o.Entries(t.Context(), string(c.ID), size)
	if err != nil || len(entries) != 2 {
		t.Fatal(len(entries), err)
	}
	seqs := []uint64{entries[0].Event.Seq, entries[1].Event.Seq}
	proofs, err := o.Prove(t.Context(), size, seqs)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := o.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	root, err := tlog.ParseHash(strings.Split(signed, "\n")[2])
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range entries {
		if err := tlog.CheckRecord(proofs[i], int64(size), root, int64(e.Event.Seq-1), tlog.RecordHash(e.Bytes)); err != nil {
			t.Errorf("entry %d: %v", e.Event.Seq, err)
		}
		if strings.Contains(string(e.Bytes), "a secret") {
			t.Error("the text is in the entry")
		}
	}
	sealed := Texts(entries[1].Event)[0]
	opened, err := o.Open(string(c.ID), sealed.Private)
	if err != nil || !opened.Opens(sealed.Private) || opened.Text != "a secret" || sealed.Path != "terms.reason" {
		t.Errorf("%+v, %v", opened, err)
	}
	opened.Text = "another"
	if opened.Opens(sealed.Private) {
		t.Error("another text opens the commitment")
	}
	if _, err := o.ProveExtends(size, size+1); err == nil {
		t.Error("a shorter log extends a longer one")
	}
	if one, err := o.Entry(seqs[0]); err != nil || !json.Valid(one.Bytes) || one.Event.Subject != string(c.ID) {
		t.Errorf("%+v, %v", one, err)
	}
	if _, err := o.Entry(size + 1); err == nil {
		t.Error("an entry that is not there was read")
	}
}

// Several cases are taken at the command line only, and a case by nobody but
// an auditor of its leaver, or an operator.
func TestExported(t *testing.T) {
	o := newOffice(t)
	c, _ := o.left()
	var err error
	all := exported()
	all.Cases = 3
	_ = o.refused(Installation, "aude", all)
	if _, err := o.Append(t.Context(), Installation, Operator("root"), all); err != nil {
		t.Error(err)
	}
	if _, err := o.Append(t.Context(), string(c.ID), Operator("root"), exported()); err != nil {
		t.Error(err)
	}
	bad := exported()
	bad.Sum = ""
	_ = o.refused(string(c.ID), "aude", bad)
	o.claims["paula"], o.people["paula"] = []Claim{{Role: Auditor, Scope: func(Card) bool { return false }}}, o.meet("paula")
	_ = o.refused(string(c.ID), "paula", exported()) // an auditor of others
	if got := o.refused("OFF-99", "aude", exported()); got.Text != NoSuchCase("OFF-99").Text {
		t.Errorf("got %q", got.Text)
	}
	if c, err = o.Case(c.ID); err != nil || c.State != CaseClosed {
		t.Errorf("%s, %v", c.State, err)
	}
	for want, f := range map[string]Facts{AccessEnded().Text: {Own: true}, "frozen": {Frozen: o.Now()}} {
		f.Roles = []Role{Auditor}
		for _, b := range []Body{exported(), Viewed{What: RecordView}} {
			r := refusal(t, c.Allows(Event{Subject: string(c.ID), At: o.Now(), Actor: o.actor("aude"), Facts: f, Body: b}))
			if _, views := b.(Viewed); views && !f.Own {
				continue // reads on, and it is written down
			} else if r == nil || !strings.Contains(r.Text, want) {
				t.Errorf("%T by somebody who may not any more: %v", b, r)
			}
		}
	}
	want := "took the evidence away, as a table (CSV): 3 cases, without reason"
	if got := Words(Event{Body: Exported{Form: AsCSV, Cases: 3, Withheld: []TextClass{ReasonText}}}); got != want {
		t.Errorf("got %q", got)
	}
}
