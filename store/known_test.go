package store

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// An account may stay until a day, through it, and no longer than is configured.
func TestKnownAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)))
		opt := testOptions(t.TempDir())
		opt.Limits = func() Limits { return Limits{Known: 30 * 24 * time.Hour} }
		o := openOffice(t, opt)
		a := o.SystemAccount("dir", "4711", "backup")
		say := func(until Date, why string) Explained {
			b := Explained{Account: a, Until: until}
			if why != "" {
				b.Reason = Seal(why)
			}
			return b
		}
		for _, tt := range []struct {
			who   string
			b     Explained
			code  Code
			field string
		}{
			{"hanna", say("2026-12-01", "why"), NotYours, ""},
			{"aude", say("2026-12-01", "why"), NotYours, ""},
			{"ivan", say("2026-11-22", "why"), Malformed, "until"},
			{"ivan", say("2026-12-24", "why"), Malformed, "until"},
			{"ivan", say("soon", "why"), Malformed, "until"},
			{"ivan", say("2026-12-01", ""), Malformed, "reason"},
			{"ivan", Explained{Until: "2026-12-01", Reason: Seal("why")}, Malformed, ""},
			{"ivan", say("", ""), Already, ""}, // there is nothing to forget
		} {
			if r := o.refused(Installation, tt.who, tt.b); r.Code != tt.code || r.Field != tt.field {
				t.Errorf("%s %+v: %s %s at %q", tt.who, tt.b.Until, r.Code, r, r.Field)
			}
		}
		if _, err := o.Append(t.Context(), Installation, Bot("watch"), say("2026-12-01", "why")); refusal(t, err) == nil {
			t.Error("the bot itself has said that an account is known")
		}
		known := func() bool {
			st, err := o.State()
			if err != nil {
				t.Fatal(err)
			}
			_, ok := st.KnownAccount(a, o.Now())
			return ok
		}
		o.do(Installation, "ivan", say("2026-12-23", "why"))
		o.do(Installation, "sasha", say("2026-11-24", "it ends sooner")) // instead of the other
		time.Sleep(time.Until(time.Date(2026, 11, 24, 23, 59, 59, 0, time.UTC)))
		if !known() {
			t.Error("it is not known on its last day")
		}
		time.Sleep(time.Second)
		if known() {
			t.Error("it is known after its day")
		}
		o.do(Installation, "ivan", say("2026-12-01", "again"))
		o.do(Installation, "ivan", say("", ""))
		if known() {
			t.Error("it is known although it was forgotten")
		}
		o.do(Installation, "ivan", say("2026-12-01", "a thief's word"))
		if o.disowned(o.Last()); known() {
			t.Error("it is known by a decision that was disowned")
		}
	})
}

// An account is one person's, by the word of IT or security, and never by one's
// own; it is found by the person from then on.
func TestOwnedAccounts(t *testing.T) {
	o := newOffice(t)
	a, jane, bo := o.SystemAccount("dir", "4711", "adm-old"), string(o.people["jane"]), string(o.people["bo"])
	_ = o.refused(jane, "hanna", Owned{Account: a})
	_ = o.refused(jane, "ivan", Owned{})
	if r := o.refused(string(o.people["ivan"]), "ivan", Owned{Account: a}); r.Code != NotYours {
		t.Errorf("one's own: %s", r)
	}
	if r := o.refused(jane, "ivan", Owned{Account: a, Off: true}); r.Code != Already {
		t.Errorf("taken back from nobody: %s", r)
	}
	o.do(jane, "ivan", Owned{Account: a})
	for subject, code := range map[string]Code{jane: Already, bo: WhoIsIt} {
		if r := o.refused(subject, "sasha", Owned{Account: o.SystemAccount("dir", "4711", "renamed")}); r.Code != code {
			t.Errorf("linked again to %s: %s", subject, r)
		}
	}
	id, card, err := o.OwnerOf(a)
	list, errList := o.OwnedBy(id)
	all, errAll := o.OwnedAccounts()
	if err != nil || errList != nil || errAll != nil || string(id) != jane || card.Login != "jane" || len(list) != 1 || len(all) != 1 || list[0].ID != "4711" || list[0].Login != "adm-old" || all[0].Person != id {
		t.Errorf("it is %s's (%v): %+v, %+v, %v, %v", id, err, list, all, errList, errAll)
	}
	if r := o.refused(bo, "sasha", Owned{Account: a, Off: true}); r.Code != Already {
		t.Errorf("taken back from somebody else: %s", r)
	}
	o.do(jane, "sasha", Owned{Account: a, Off: true})
	o.do(bo, "sasha", Owned{Account: a})
	o.disowned(o.Last())
	if id, _, err := o.OwnerOf(a); err != nil || id != "" {
		t.Errorf("by a decision that was disowned it is %s's (%v)", id, err)
	}
}

// Each time of the schedule is swept for once, and news is remembered until the
// next.
func TestSweptOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		first := o.Now()
		time.Sleep(time.Hour)
		of := func(due time.Time) Swept {
			return Swept{Due: due, Systems: []SweptSystem{{System: "dir", Looked: 3}}}
		}
		b := of(first)
		b.Tell, b.Found = true, SealJSON(SweepReport{Strays: []Stray{{Login: "backup"}}})
		o.bot(Installation, b)
		news := o.Last()
		for name, b := range map[string]Swept{"twice": of(first), "of before": of(first.Add(-time.Minute)), "of the future": of(o.Now().Add(time.Minute)), "of nothing": {Due: o.Now()}} {
			_ = o.botRefused(Installation, b)
			if o.Last() != news {
				t.Errorf("a sweep %s left an entry", name)
			}
		}
		_ = o.refused(Installation, "ivan", of(o.Now()))
		if report, err := o.LastSweep(); err != nil || len(report.Strays) != 1 || report.Strays[0].Login != "backup" {
			t.Errorf("%+v, %v", report, err)
		}
		o.bot(Installation, of(o.Now()))
		if st, err := o.State(); err != nil || st.Sweep.News != news || st.Sweep.Entry != o.Last() {
			t.Errorf("%+v, %v", st.Sweep, err)
		}
	})
}

// What an account is to somebody depends on what they may know.
func TestStrayKind(t *testing.T) {
	over, open := Summary{ID: "OFF-1", State: CaseClosed, Begun: true}, Summary{ID: "OFF-1", State: CaseOpen}
	here := Stray{Owner: "d", Case: "OFF-1"}
	gone, planned, given := here, here, here
	gone.Gone, planned.Planned, given.Given = true, true, true
	retaken := open
	retaken.Begun, retaken.PlanKind = true, Retake
	for name, tt := range map[string]struct {
		x          Stray
		row        Summary
		sees, hide StrayKind
	}{
		"over":                        {here, over, Remains, NoStray},
		"over, and the directory too": {gone, over, Remains, OfGone},
		"over, this one given back":   {given, over, NoStray, NoStray},
		"to be taken again":           {planned, retaken, Remains, NoStray},
		"open":                        {here, open, OfLeaving, NoStray},
		"open, and still looked at":   {here, Summary{ID: "OFF-1", State: CaseDraft, Plan: Surveying}, NoStray, NoStray},
		"open, in the plan":           {planned, open, NoStray, NoStray},
		"open, and locked":            {gone, open, OfGone, OfGone},
		"given back":                  {here, Summary{ID: "OFF-1", State: CaseClosed}, NoStray, NoStray},
		"no case":                     {Stray{Owner: "d", Gone: true}, Summary{}, OfGone, OfGone},
		"nobody's":                    {Stray{}, Summary{}, OfNobody, OfNobody},
	} {
		if a, b := tt.x.Kind(tt.row, true), tt.x.Kind(tt.row, false); a != tt.sees || b != tt.hide {
			t.Errorf("%s: %d and %d, want %d and %d", name, a, b, tt.sees, tt.hide)
		}
	}
}

// Whatever is said in whatever order: an account is known or not as the last word
// says, it is one person's, and the log checks (when the test ends).
func TestAnySequenceOfKnownAccounts(t *testing.T) {
	o := newOffice(t)
	rapid.Check(t, func(rt *rapid.T) {
		known, owners := map[int]bool{}, map[int]string{}
		base := o.Last()
		account := func(n int) SystemAccount {
			return o.SystemAccount("dir", fmt.Sprint(base, "-", n), "login")
		}
		for range rapid.IntRange(1, 12).Draw(rt, "events") {
			n := rapid.IntRange(0, 2).Draw(rt, "account")
			who := rapid.SampledFrom([]string{"ivan", "hanna", "sasha"}).Draw(rt, "who")
			off := rapid.Bool().Draw(rt, "off")
			may := who != "hanna"
			if rapid.Bool().Draw(rt, "explained") {
				b := Explained{Account: account(n), Until: Date(o.Now().Format(time.DateOnly)), Reason: Seal("r")}
				if off {
					b.Until = ""
				}
				_, err := o.Append(t.Context(), Installation, o.actor(who), b)
				if ok := err == nil; ok != (may && (!off || known[n])) {
					rt.Fatalf("%s %+v: %v", who, b, err)
				} else if ok {
					known[n] = !off
				}
				continue
			}
			to := rapid.SampledFrom([]string{"jane", "bo", "ivan"}).Draw(rt, "to")
			_, err := o.Append(t.Context(), string(o.people[to]), o.actor(who), Owned{Account: account(n), Off: off})
			if ok := err == nil; ok != (may && who != to && (off && owners[n] == to || !off && owners[n] == "")) {
				rt.Fatalf("%s says that %d is %s's (off %t), which is %q's: %v", who, n, to, off, owners[n], err)
			} else if ok {
				owners[n] = map[bool]string{false: to}[off]
			}
		}
		st, err := o.State()
		if err != nil {
			rt.Fatal(err)
		}
		for n := range 3 {
			id, _, err := o.OwnerOf(account(n))
			if _, ok := st.KnownAccount(account(n), o.Now()); err != nil || ok != known[n] || id != o.people[owners[n]] {
				rt.Errorf("%d is known: %t, and %s's (%v)", n, ok, id, err)
			}
			if id != "" { // nobody has too many
				o.do(string(id), "sasha", Owned{Account: account(n), Off: true})
			}
			if known[n] {
				o.do(Installation, "ivan", Explained{Account: account(n)})
			}
		}
	})
}
