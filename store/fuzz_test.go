package store

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// What ParseObject takes, it writes so that it reads the same again; and what
// it writes fits a button.
func FuzzParseObject(f *testing.F) {
	for _, s := range []string{"OFF-42", "off-42", "42", "OFF-42:1", "OFF-42:1:9f3ac1d2", "OFF-42:1:a:b", "OFF-0", "OFF-042", "+42", "OFF-", ":", "OFF-42:", "OFF-42:0", "OFF-18446744073709551616", " 7 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := ParseObject(s)
		if err != nil {
			if o != (Object{}) {
				t.Errorf("%q is refused and is %+v", s, o)
			}
			return
		}
		if n, ok := number("OFF-", string(o.Case)); !ok || string(caseID(n)) != string(o.Case) || o.Plan < 0 {
			t.Errorf("%q is %+v", s, o)
		}
		again, err := ParseObject(o.String())
		if err == nil && again != o || err != nil && len(o.String()) <= 100 {
			t.Errorf("%q is %+v, and again %+v, %v", s, o, again, err)
		}
	})
}

// A day that is taken is a day, and reads the same everywhere.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-30", "2026-02-29", "0000-01-01", "2026-1-1", "2026-11-30T00:00:00Z", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		if got := d.In(time.UTC).Format("2006-01-02"); got != s || len(s) != 10 || !d.valid() {
			t.Errorf("%q is %q", s, got)
		}
	})
}

// decode never panics, and what it reads it would write with the same meaning.
func FuzzDecode(f *testing.F) {
	for _, b := range []Body{
		Drafted{Person: "P-1", Systems: []string{"dir"}},
		Surveyed{Plan: 1, Steps: steps()},
		Decided{Plan: 1, Approve: true},
		Requested{Change: Change{Verb: VerbLink, Account: &Account{ID: Seal("U1")}}},
		Met{},
		Paused{},
		Disowned{Entry: 1, Person: "P-1"},
		Frozen{Subject: "OFF-1", Entry: 1},
	} {
		entry, err := encode(Event{Seq: 1, Subject: "OFF-1", Body: b})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(entry)
		f.Add(entry[:len(entry)/2])
		f.Add(append(entry, entry...))
	}
	f.Add([]byte(`{"v":1,"kind":"paused","body":null}`))
	f.Add([]byte(`{"v":2}`))
	f.Fuzz(func(t *testing.T, entry []byte) {
		e, err := decode(entry)
		if err != nil {
			return
		}
		first, err := encode(e)
		if err != nil {
			if len(entry) < MaxEntry/8 && !strings.Contains(err.Error(), "year") {
				t.Fatalf("%s can't be written: %v", entry, err)
			}
			return
		}
		again, err := decode(first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		second, err := encode(again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("written\n%s\nand again\n%s (%v)", first, second, err)
		}
		Case{}.Apply(e)
		Person{}.Apply(e)
	})
}

// openBlob opens what sealBlob made and nothing else, and never panics.
func FuzzOpenBlob(f *testing.F) {
	key, err := aead(make([]byte, 32))
	if err != nil {
		f.Fatal(err)
	}
	p := Seal("a reason")
	good := sealBlob(key, p)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(good[:12])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, blob []byte) {
		got, err := openBlob(key, p.commit, blob)
		if (err == nil) != bytes.Equal(blob, good) || err == nil && got.text != "a reason" {
			t.Errorf("%x opens to %q, %v", blob, got.text, err)
		}
		if other := Seal("a reason"); bytes.Equal(blob, good) {
			if _, err := openBlob(key, other.commit, blob); err == nil {
				t.Error("it opens for another commitment")
			}
		}
	})
}
