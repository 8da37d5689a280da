package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// longGone is an office with a leaver whose case is not watched any more.
func longGone(t *testing.T, opt Options) (*office, Case) {
	t.Helper()
	o := openOffice(t, opt)
	o.bot(string(o.people["jane"]), Linked{Account: o.Account("slack", "UJANE"), How: ByAttribute})
	c, _ := o.left()
	time.Sleep(100 * 24 * time.Hour)
	return o, c
}

// erase has a person erased by two others, and their keys destroyed.
func (o *office) erase(p PersonID) {
	o.t.Helper()
	o.askToErase(p)
	if _, err := o.DestroyKeys(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) askToErase(p PersonID) {
	o.t.Helper()
	o.do(string(p), "helge", Requested{Change: Change{Verb: VerbErase}})
	o.do(string(p), "aude", Seconded{Entry: o.Last(), Agree: true})
}

// unreadable fails the test if anything of a person can be read.
func unreadable(t *testing.T, s *Store, c Case) {
	t.Helper()
	p, card, err := s.Person(c.Person)
	if err != nil || card.Name != ErasedName || card.ID != "" || card.Login != "" {
		t.Errorf("their card is %+v (%v)", card, err)
	}
	for subject, private := range map[string]Private{string(c.ID): c.Plan(1).Step("dir/lock/1").Held, string(p.ID): p.Card} {
		if text, err := s.Reveal(subject, private); !errors.Is(err, ErrErased) {
			t.Errorf("of %s can be read %q (%v)", subject, text, err)
		}
		if gone, err := s.Erased(subject); !gone || err != nil {
			t.Errorf("%s is erased: %v (%v)", subject, gone, err)
		}
	}
	if all, err := s.Everybody(t.Context()); err != nil || !slices.ContainsFunc(all, func(a Acquaintance) bool { return a.Person.ID == p.ID && a.Erased && a.Card.Name == "" }) {
		t.Errorf("the list of all persons has more than their number: %+v (%v)", all, err)
	}
	if id, err := s.Known("id-jane"); id != "" || err != nil {
		t.Errorf("the directory id leads to %q (%v)", id, err)
	}
	if id, _, err := s.Owner("slack", "UJANE"); id != "" || err != nil {
		t.Errorf("the chat account leads to %q (%v)", id, err)
	}
	if err := s.Check(); err != nil {
		t.Errorf("the log does not check: %v", err)
	}
}

// Two persons have somebody erased. Nothing of theirs can be read from the entry
// on, the keys are destroyed, and the log still verifies.
func TestErase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := longGone(t, testOptions(t.TempDir()))
		person := string(c.Person)
		before := read(t, o.opt.Keys)
		if _, card, err := o.Person(c.Person); err != nil || card.Name != "jane" { // it is in memory now
			t.Fatal(card, err)
		}
		for _, name := range []string{"ivan", "ada", "marco", "tom"} {
			if r := o.refused(person, name, Requested{Change: Change{Verb: VerbErase}}); r.Code != NotYours {
				t.Errorf("%s: %s", name, r)
			}
		}
		if r := o.refused(string(o.people["helge"]), "helge", Requested{Change: Change{Verb: VerbErase}}); !strings.Contains(r.Text, "yourself") {
			t.Errorf("who wants to erase themself is told %q", r)
		}
		o.do(person, "helge", Requested{Change: Change{Verb: VerbErase}})
		asked := o.Last()
		_ = o.refused(person, "sasha", Requested{Change: Change{Verb: VerbErase}}) // it waits
		_ = o.refused(person, "helge", Seconded{Entry: asked, Agree: true})        // who asked
		_ = o.refused(person, "ivan", Seconded{Entry: asked, Agree: true})
		o.do(person, "sasha", Seconded{Entry: asked}) // no
		if _, card, err := o.Person(c.Person); err != nil || card.Name != "jane" {
			t.Errorf("after a no the card is %+v (%v)", card, err)
		}
		o.never("without being asked", person, Malformed, Erased{Agreed: o.Last()})
		o.never("by a rule that is not there", person, NotNow, Erased{})
		o.never("as found", person, Malformed, Erased{Found: true})
		o.never("the case alone", string(c.ID), Malformed, Erased{Of: c.Person, Entry: o.Last()})
		o.askToErase(c.Person)
		unreadable(t, o.Store, c) // the keys are still there
		if n, err := o.DestroyKeys(t.Context()); n != 1 || err != nil {
			t.Errorf("destroyed %d (%v)", n, err)
		}
		if n, err := o.DestroyKeys(t.Context()); n != 0 || err != nil {
			t.Errorf("destroyed %d again (%v)", n, err)
		}
		unreadable(t, o.Store, c)
		changed := 0
		for i, after := 0, read(t, o.opt.Keys); i < len(before); i += slotSize {
			if !bytes.Equal(before[i:i+slotSize], after[i:i+slotSize]) {
				changed++
				if bytes.Contains(after, before[i+44:i+92]) {
					t.Error("a wrapped key is still in the file")
				}
			}
		}
		if changed != 2 {
			t.Errorf("%d slots have changed, want those of the person and of the case", changed)
		}
		p, _, err := o.Person(c.Person)
		if err != nil || p.Erased == nil || p.Erased.Proven.IsZero() || !slices.Equal(p.Erased.Subjects, []string{string(c.ID), person}) || p.Lookup != "" || len(p.Links) > 0 {
			t.Errorf("the person is %+v (%v)", p, err)
		}
		if c, err = o.Case(c.ID); err != nil || c.Erased == nil || !c.Summary().Erased {
			t.Errorf("the case is %+v (%v)", c.Erased, err)
		}
		for name, body := range map[string]Body{"helge": Noted{Text: Seal("x")}, "hanna": o.undo()} {
			if r := o.refused(string(c.ID), name, body); !strings.Contains(r.Text, "was erased on") {
				t.Errorf("%s is told %q", name, r)
			}
		}
		if r := o.refused(string(c.ID), "tom", Noted{Text: Seal("x")}); r.Text != NoSuchCase(c.ID).Text {
			t.Errorf("an outsider is told %q", r)
		}
		_ = o.refused(person, "sasha", LegallyHeld{On: true, Reason: Seal("too late")})
		o.do(string(c.ID), "aude", exported())
		o.do(string(c.ID), "aude", Viewed{What: RecordView})
		if _, err := o.Append(t.Context(), person, Operator("root"), Viewed{What: RecordView}); err != nil {
			t.Error(err)
		}
		// A form that was open meanwhile, or a list, opens nothing for them.
		for name, body := range map[string]Body{"hanna": Drafted{Person: c.Person, Terms: o.terms(), Systems: []string{"dir"}}, "sasha": o.emergency()} {
			if r := o.refused(NewCase, name, body); r.Code != WhoIsIt {
				t.Errorf("a case of theirs is answered %q", r)
			}
		}
		if gone, err := o.GonePersons(); len(gone) > 0 || err != nil {
			t.Errorf("who may be hired again are %v (%v)", gone, err)
		}
		// Who comes back is a new person.
		if again := o.meet("jane"); again == c.Person {
			t.Error("they have their old number")
		}
		if err := o.Check(); err != nil {
			t.Error(err)
		}
	})
}

// What is in the way is said, and what to do about it.
func TestEraseIsRefused(t *testing.T) {
	day := 24 * time.Hour
	for _, tt := range []struct {
		name  string
		ready func(o *office) PersonID
		want  string
	}{
		{"a legal hold", func(o *office) PersonID {
			c, _ := o.left()
			time.Sleep(100 * day)
			o.do(string(c.Person), "sasha", LegallyHeld{On: true, Reason: Seal("a lawsuit")})
			return c.Person
		}, "legal hold"},
		{"an open case", func(o *office) PersonID { return o.begun().Person }, "OFF-1 is still open"},
		{"watched", func(o *office) PersonID { c, _ := o.left(); return c.Person }, "still watched"},
		{"a deletion", func(o *office) PersonID {
			o.leaver = "fading"
			o.people["fading"] = o.meet("fading")
			c, _ := o.left()
			time.Sleep(100 * day)
			return c.Person
		}, "still to be deleted"},
		{"access left", func(o *office) PersonID {
			c := o.begun()
			o.do(string(c.ID), "ivan", Stopped{Plan: 1})
			time.Sleep(100 * day)
			return c.Person
		}, "access left"},
		{"somebody who is here", func(o *office) PersonID { return o.people["bo"] }, "still have access"},
		{"who asked for an open case", func(o *office) PersonID { o.asked(); return o.people["hanna"] }, eraseNeeded},
		{"who is to approve one", func(o *office) PersonID { o.asked(); return o.people["marco"] }, eraseNeeded},
		{"a role", func(o *office) PersonID { return o.people["ines"] }, eraseNeeded},
		{"a confidential case", func(o *office) PersonID {
			terms := o.terms()
			terms.Confidential = true
			o.do(NewCase, "hanna", Drafted{Person: o.people["jane"], Terms: terms, Systems: []string{"dir"}})
			return o.people["jane"]
		}, eraseNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opt := testOptions(t.TempDir())
				opt.Limits = func() Limits { return Limits{} }
				opt.Holds = func(c Card) []Role {
					if c.Login == "ines" {
						return []Role{IT}
					}
					return nil
				}
				o := openOffice(t, opt)
				p := tt.ready(o)
				r := o.refused(string(p), "helge", Requested{Change: Change{Verb: VerbErase}})
				if !strings.Contains(r.Text, tt.want) || strings.Contains(r.Text, "%!") {
					t.Errorf("the answer is %q", r.Text)
				}
				if tt.want == eraseNeeded && strings.Contains(r.Text, "OFF-") {
					t.Errorf("a case that is not theirs to know is named: %q", r.Text)
				}
				_, err := o.PreviewErase(p, o.actor("helge"))
				if got := refusal(t, err); got == nil || got.Text != r.Text {
					t.Errorf("the preview says %v", err)
				}
			})
		})
	}
}

// What has come in the way between the two words is looked for again.
func TestEraseLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := longGone(t, testOptions(t.TempDir()))
		o.do(string(c.Person), "helge", Requested{Change: Change{Verb: VerbErase}})
		asked := o.Last()
		o.do(string(c.Person), "sasha", LegallyHeld{On: true, Reason: Seal("a lawsuit")})
		last := o.Last()
		if r := o.refused(string(c.Person), "aude", Seconded{Entry: asked, Agree: true}); !strings.Contains(r.Text, "legal hold") || o.Last() != last {
			t.Errorf("the answer is %q", r)
		}
	})
}

// The rule erases nobody before its time, and nobody twice.
func TestEraseByTheRule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opt := testOptions(t.TempDir())
		opt.Limits = func() Limits { return Limits{Source: 1 << 20, Erase: 365 * 24 * time.Hour} }
		o, c := longGone(t, opt)
		due, next, err := o.EraseDue(o.Now())
		if len(due) > 0 || !next.Equal(c.Closed.Add(365*24*time.Hour)) || err != nil {
			t.Errorf("due are %v, the next at %s (%v)", due, next, err)
		}
		o.never("too early", string(c.Person), NotNow, Erased{})
		time.Sleep(next.Sub(o.Now()))
		o.do(string(c.Person), "sasha", LegallyHeld{On: true, Reason: Seal("a lawsuit")})
		o.never("under a hold", string(c.Person), NotNow, Erased{})
		o.do(string(c.Person), "sasha", LegallyHeld{Reason: Seal("settled")})
		if due, _, err = o.EraseDue(o.Now()); !slices.Equal(due, []PersonID{c.Person}) || err != nil {
			t.Errorf("due are %v (%v)", due, err)
		}
		p, _, err := o.Person(c.Person)
		if err != nil {
			t.Fatal(err)
		}
		for doubt, want := range map[bool]Code{true: Doubtful, false: ""} {
			e := Event{Subject: string(p.ID), At: o.Now(), Actor: Bot("watch"), Body: Erased{}, Facts: Facts{Doubt: doubt, Erase: &EraseFacts{Subjects: []string{string(p.ID)}, Closed: c.Closed, After: 365 * 24 * time.Hour}}}
			if r := refusal(t, p.Allows(e)); (r == nil) != (want == "") || r != nil && r.Code != want {
				t.Errorf("a clock in doubt (%v): %v", doubt, r)
			}
		}
		o.bot(string(c.Person), Erased{})
		if due, _, err = o.EraseDue(o.Now()); len(due) > 0 || err != nil {
			t.Errorf("due are still %v (%v)", due, err)
		}
		if _, err := o.DestroyKeys(t.Context()); err != nil {
			t.Error(err)
		}
		unreadable(t, o.Store, c)
	})
}

// A crash at any boundary, of the commits and of what is done to the key file,
// leaves a log that checks and in which either all of a person can be read or
// nothing; and the next start ends it.
func TestEraseCrashAtEveryBoundary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crash := errors.New("crash")
		first := testOptions(t.TempDir())
		o, c := longGone(t, first)
		o.do(string(c.Person), "helge", Requested{Change: Change{Verb: VerbErase}})
		asked := o.Last()
		log, keys := read(t, first.Path), read(t, first.Keys)
		for k := 1; ; k++ {
			opt := testOptions(t.TempDir())
			write(t, opt.Path, log)
			write(t, opt.Keys, keys)
			calls := 0
			opt.Fault = func(string) error {
				if calls++; calls >= k {
					return crash
				}
				return nil
			}
			s := reopen(t, opt)
			_, err := s.Append(t.Context(), string(c.Person), o.actor("aude"), Seconded{Entry: asked, Agree: true})
			if err == nil {
				_, err = s.DestroyKeys(t.Context())
			}
			if err := errors.Join(s.Check(), s.Close()); err != nil {
				t.Fatalf("after crash %d: %v", k, err)
			}
			if err != nil && !errors.Is(err, crash) {
				t.Fatal(k, err)
			}
			opt.Fault = nil
			s = reopen(t, opt)
			if _, card, readable := s.Person(c.Person); readable != nil || card.Name != "jane" && card.Name != ErasedName {
				t.Fatalf("after crash %d the card is %+v (%v)", k, card, readable)
			}
			if _, err := s.DestroyKeys(t.Context()); err != nil {
				t.Fatalf("after crash %d: %v", k, err)
			}
			if p, _, _ := s.Person(c.Person); p.Erased != nil {
				unreadable(t, s, c)
				if p.Erased.Proven.IsZero() {
					t.Errorf("after crash %d nothing says that the keys are gone", k)
				}
			} else if k > 1 {
				t.Errorf("after crash %d nobody is erased", k)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err == nil {
				if k < 8 {
					t.Errorf("only %d boundaries", k)
				}
				return
			}
		}
	})
}

// What was erased stays so after old copies of either file, or of both, were put
// back.
func TestErasedStaysErased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := testOptions(t.TempDir())
		o, c := longGone(t, first)
		oldLog, oldKeys := read(t, first.Path), read(t, first.Keys)
		o.erase(c.Person)
		for _, tt := range []struct {
			name            string
			log, keys, list []byte
			again           bool // the key was there, and is destroyed again
			unsaid          int
		}{
			{"an old log", oldLog, read(t, first.Keys), read(t, gonePath(first.Keys)), false, 2},
			{"an old log, without the list", oldLog, read(t, first.Keys), nil, false, 2},
			{"an old key file", read(t, first.Path), oldKeys, read(t, gonePath(first.Keys)), true, 0},
			{"an old key file, without the list", read(t, first.Path), oldKeys, nil, true, 0},
			{"both old", oldLog, oldKeys, read(t, gonePath(first.Keys)), false, 2},
			{"both old, and half a line in the list", oldLog, oldKeys, append(read(t, gonePath(first.Keys)), "0123"...), false, 2},
		} {
			t.Log(tt.name)
			opt := testOptions(t.TempDir())
			write(t, opt.Path, tt.log)
			write(t, opt.Keys, tt.keys)
			if tt.list != nil {
				write(t, gonePath(opt.Keys), tt.list)
			}
			opt.ReadOnly = true
			s := reopen(t, opt)
			got, err := s.Unsaid()
			if len(got) != tt.unsaid || err != nil {
				t.Errorf("unsaid are %v (%v)", got, err)
			}
			if err := s.Check(); (err != nil) != (tt.again && tt.list == nil) {
				t.Errorf("read only: %v", err)
			} else if err == nil {
				unreadable(t, s, c)
			}
			opt.ReadOnly = false
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = reopen(t, opt)
			if n, err := s.DestroyKeys(t.Context()); n != 1 || err != nil {
				t.Errorf("destroyed %d (%v)", n, err)
			}
			unreadable(t, s, c)
			p, _, err := s.Person(c.Person)
			if err != nil || p.Erased == nil || p.Erased.Proven.IsZero() || p.Erased.Found != (tt.unsaid > 0) {
				t.Errorf("the person is %+v (%v)", p.Erased, err)
			}
			if left, err := s.Unsaid(); len(left) > 0 || err != nil {
				t.Errorf("unsaid are still %v (%v)", left, err)
			}
			again := &office{Store: s, t: t, opt: opt, people: map[string]PersonID{}}
			if id := again.meet("jane"); id == c.Person {
				t.Error("who comes back has the old number")
			}
			if b := read(t, opt.Keys); bytes.Contains(b, oldKeys[len(oldKeys)-slotSize+44:len(oldKeys)-slotSize+92]) {
				t.Error("the wrapped key is in the file again")
			}
			if err := errors.Join(s.Check(), s.Close()); err != nil {
				t.Error(err)
			}
		}
	})
}

// A case that was open when the copy was made is over once it is known that its
// keys are gone: nothing of it could be done any more.
func TestErasedWhileOpenInAnOldCopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := testOptions(t.TempDir())
		o := openOffice(t, first)
		c := o.begun()
		oldLog := read(t, first.Path)
		o.attempt(c.ID, "dir/lock/1")
		o.attempt(c.ID, "dir/owner/1")
		c = o.do(string(c.ID), "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
		time.Sleep(100 * 24 * time.Hour)
		o.erase(c.Person)
		opt := testOptions(t.TempDir())
		write(t, opt.Path, oldLog)
		write(t, opt.Keys, read(t, first.Keys))
		s := reopen(t, opt)
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if _, err := s.DestroyKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		unreadable(t, s, c)
		if c, err := s.Case(c.ID); err != nil || c.State != CaseClosed || c.Erased == nil {
			t.Errorf("the case is %s (%v)", c.State, err)
		}
		if rows, err := s.OpenCases(); len(rows) > 0 || err != nil {
			t.Errorf("open are %v (%v)", rows, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A slot that says it was erased is believed only if whoever wrote it had the
// secret; any other change is damage.
func TestATombstoneIsNoDamage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := testOptions(t.TempDir())
		o, c := longGone(t, first)
		o.erase(c.Person)
		keys := read(t, first.Keys)
		slot := slices.IndexFunc(keys, func(byte) bool { return true })
		for i := 0; i < len(keys); i += slotSize {
			if keys[i+holdsAt] == tomb {
				slot = i
			}
		}
		for name, change := range map[string]func(b []byte){
			"a bit of it":        func(b []byte) { b[50] ^= 1; finish(b) },
			"its mark":           func(b []byte) { b[holdsAt] = 0; finish(b) },
			"its sum":            func(b []byte) { b[slotSize-1] ^= 1 },
			"zeros":              func(b []byte) { clear(b) },
			"another's name":     func(b []byte) { b[0] = 'X'; finish(b) },
			"a key that says so": func(b []byte) { copy(b[32:92], keys[32:92]); finish(b) },
		} {
			b := slices.Clone(keys)
			change(b[slot : slot+slotSize])
			opt := testOptions(t.TempDir())
			write(t, opt.Path, read(t, first.Path))
			write(t, opt.Keys, b)
			opt.ReadOnly = true
			s := reopen(t, opt)
			if err := s.Check(); err == nil {
				t.Errorf("%s: the log checks", name)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		// What the log says is erased is destroyed again, whatever is in the slot.
		opt := testOptions(t.TempDir())
		write(t, opt.Path, read(t, first.Path))
		b := slices.Clone(keys)
		clear(b[slot+10 : slot+60])
		write(t, opt.Keys, b)
		s := reopen(t, opt)
		if _, err := s.DestroyKeys(t.Context()); err != nil {
			t.Error(err)
		}
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(gonePath(opt.Keys)); err == nil {
			t.Error("what was no key is in the list")
		}
	})
}

// ending is a context that ends the so many-th time that it is asked.
type ending struct {
	context.Context
	left int
}

func (c *ending) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// Whoever asks may go away in the middle: somebody is erased with all their cases,
// or not at all.
func TestErasedAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := longGone(t, testOptions(t.TempDir()))
		person := string(c.Person)
		o.do(person, "helge", Requested{Change: Change{Verb: VerbErase}})
		asked := o.Last()
		for n := 0; ; n++ {
			_, err := o.Append(&ending{t.Context(), n}, person, o.actor("aude"), Seconded{Entry: asked, Agree: true})
			p, _, failed := o.Person(c.Person)
			if failed != nil {
				t.Fatal(failed)
			}
			if err == nil {
				if n < 3 || p.Erased == nil {
					t.Errorf("it went well after %d looks, and they are %+v", n, p.Erased)
				}
				break
			}
			if p.Erased != nil || o.Last() != asked {
				t.Errorf("after %d looks it failed (%v), and the log has %d entries instead of %d", n, err, o.Last(), asked)
				break
			}
		}
		if _, err := o.DestroyKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		unreadable(t, o.Store, c)
	})
}
