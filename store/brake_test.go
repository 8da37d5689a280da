package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// braked is an office with limits that are soon reached.
func braked(t *testing.T, l Limits) *office {
	t.Helper()
	opt := testOptions(t.TempDir())
	opt.Limits = func() Limits { return l }
	return openOffice(t, opt)
}

// start opens a case of somebody new.
func (o *office) start(who, via string, confidential bool) error {
	o.t.Helper()
	o.another()
	terms := o.terms()
	terms.Confidential = confidential
	a := o.actor(who)
	a.Via = via
	_, err := o.Append(o.t.Context(), NewCase, a, Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
	return err
}

func (o *office) starts(n int, who, via string, confidential bool) {
	o.t.Helper()
	for range n {
		if err := o.start(who, via, confidential); err != nil {
			o.t.Fatal(err)
		}
	}
}

// stopped is the one brake that stops something.
func (o *office) stopped() Brake {
	o.t.Helper()
	var out []Brake
	for _, b := range o.state().Brakes {
		if b.Stops() {
			out = append(out, b)
		}
	}
	if len(out) != 1 {
		o.t.Fatalf("%d brakes stop something: %+v", len(out), o.state().Brakes)
	}
	return out[0]
}

func (o *office) stoppedBy(entry uint64) Brake {
	o.t.Helper()
	b, ok := o.state().Brake(entry)
	if !ok {
		o.t.Fatalf("entry %d stops nothing", entry)
	}
	return b
}

func (o *office) asksLift(who string, b Brake) uint64 {
	o.t.Helper()
	o.do(Installation, who, lift(b))
	return o.Last()
}

func lift(b Brake) Requested {
	return Requested{Change: Change{Verb: VerbBreaker, Of: b.Entry, Reason: Seal("they all leave")}}
}

// Within the window a person opens at most so many cases. The window slides as
// long as nobody tries one too many; then nobody opens any for that person until
// two others have agreed, and all that runs goes on.
func TestRequesterIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := braked(t, Limits{Window: 24 * time.Hour, Requester: 3, Source: 100})
		for range 3 {
			o.starts(1, "hanna", "slack", false)
			time.Sleep(time.Hour)
		}
		time.Sleep(21 * time.Hour) // the first is 24 hours ago
		o.starts(1, "hanna", "discord", false)
		runs := o.begunOf("helge")
		last := o.Last()
		r := refusal(t, o.start("hanna", "slack", false))
		if r == nil || r.Code != TooMany || !strings.Contains(r.Text, "Nothing was changed") || !strings.Contains(r.Text, "neither can be you") {
			t.Fatalf("the one too many: %v", r)
		}
		b := o.stopped()
		if b.Person != o.people["hanna"] || b.Cases != 3 || b.Limit != 3 || b.Entry != last+2 { // +1 is who would have left
			t.Errorf("it says %+v, after entry %d", b, last)
		}
		o.starts(1, "helge", "slack", false)
		o.attempt(runs.ID, "dir/lock/1")
		time.Sleep(100 * 24 * time.Hour)
		if again := refusal(t, o.start("hanna", "web", false)); again == nil || again.Text != r.Text {
			t.Errorf("a hundred days later: %v", again)
		}
		if n := len(o.state().Brakes); n != 1 {
			t.Errorf("it has tripped %d times", n)
		}
		entry := o.asksLift("sasha", b)
		o.do(Installation, "ada", Seconded{Entry: entry, Agree: true})
		o.starts(3, "hanna", "slack", false)
		if refusal(t, o.start("hanna", "slack", false)) == nil {
			t.Error("it is never stopped again")
		}
		if b := o.stopped(); b.Entry <= entry {
			t.Errorf("an old brake: %+v", b)
		}
	})
}

// begunOf is a case of somebody else's that runs.
func (o *office) begunOf(who string) Case {
	o.t.Helper()
	o.another()
	c := o.draft(who)
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
	o.do(string(c.ID), who, Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	return o.bot(string(c.ID), Started{Plan: 1})
}

// A source is stopped for everybody, and no other one is.
func TestSourceIsStopped(t *testing.T) {
	o := braked(t, Limits{Window: time.Hour, Requester: 100, Source: 4})
	o.claims["sasha"] = []Claim{{Role: Security}}
	o.starts(2, "hanna", "slack", false)
	o.starts(2, "helge", "slack", false)
	r := refusal(t, o.start("sasha", "slack", false))
	if r == nil || r.Code != TooMany || !strings.Contains(r.Text, "may come from slack within 1 hour (4)") {
		t.Fatalf("the fifth: %v", r)
	}
	b := o.stopped()
	if b.Source != "slack" || b.Person != "" || b.By != o.people["sasha"] || b.Cases != 4 {
		t.Errorf("it says %+v", b)
	}
	if r := refusal(t, o.start("hanna", "slack", false)); r == nil || strings.Contains(r.Text, "neither can be you") {
		t.Errorf("somebody else is told %v", r)
	}
	o.starts(1, "hanna", "discord", false)
	for who, body := range map[string]Body{
		"sasha": lift(b), // it was her start
		"hanna": lift(b), "ivan": lift(b), "tom": lift(b),
		"ada": Requested{Change: Change{Verb: VerbBreaker, Of: b.Entry}}, // no reason
	} {
		_ = o.refused(Installation, who, body)
	}
	_ = o.refused(Installation, "ada", lift(Brake{Entry: b.Entry - 1}))
	entry := o.asksLift("ada", b)
	_ = o.refused(Installation, "anton", lift(b)) // it waits already
	for _, who := range []string{"ada", "sasha", "tom", "aude"} {
		_ = o.refused(Installation, who, Seconded{Entry: entry, Agree: true})
	}
	if o.start("helge", "slack", false) == nil {
		t.Error("a request alone has lifted it")
	}
	o.do(Installation, "sasha", Seconded{Entry: entry}) // anybody may say no
	_ = o.refused(Installation, "anton", Seconded{Entry: entry, Agree: true})
	entry = o.asksLift("ada", o.stopped())
	o.do(Installation, "hanna", Seconded{Entry: entry, Agree: true})
	o.starts(4, "hanna", "slack", false)
	if refusal(t, o.start("hanna", "slack", false)) == nil {
		t.Error("it is never stopped again")
	}
}

// Whoever may not know of confidential cases gets the same answers, byte for
// byte, whether there are some or not; and they are bounded all the same.
func TestConfidentialStartsAreCountedApart(t *testing.T) {
	answers := func(hidden int) (out []string, o *office) {
		o = braked(t, Limits{Window: time.Hour, Requester: 100, Source: 3})
		o.starts(hidden, "helge", "slack", true)
		for range 5 {
			text := "opened"
			if r := refusal(t, o.start("hanna", "slack", false)); r != nil {
				text = fmt.Sprintf("%+v", *r)
				text = text[:strings.LastIndex(text, " ")] // the pointer at its end
			}
			out = append(out, text)
		}
		return out, o
	}
	with, o := answers(3)
	without, _ := answers(0)
	if !slices.Equal(with, without) || without[2] != "opened" || without[3] == "opened" {
		t.Fatalf("with:\n%q\nwithout:\n%q", with, without)
	}
	secret := refusal(t, o.start("helge", "slack", true))
	protected := o.refused(NewCase, "helge", Drafted{Person: o.people["breakglass"], Terms: o.terms(), Systems: []string{"dir"}})
	if secret == nil || secret.Text != protected.Text || secret.Code != protected.Code || secret.Field != protected.Field {
		t.Fatalf("one confidential case too many: %v; and somebody who is protected: %v", secret, protected)
	}
	st := o.state()
	hidden := st.Brakes[1]
	if !hidden.Hidden || hidden.Source != "slack" {
		t.Fatalf("%+v", st.Brakes)
	}
	if again := refusal(t, o.start("hanna", "slack", true)); again == nil || again.Text != neutral {
		t.Errorf("and then: %v", again)
	}
	// Those who may not know of them can do nothing about it either.
	if r := o.refused(Installation, "ada", lift(hidden)); r.Text != o.refused(Installation, "ada", lift(Brake{Entry: 1})).Text {
		t.Errorf("an administrator is told %q", r.Text)
	}
	entry := o.asksLift("sasha", hidden)
	if r := o.refused(Installation, "ada", Seconded{Entry: entry, Agree: true}); r.Text != o.refused(Installation, "ada", Seconded{Entry: 1, Agree: true}).Text {
		t.Errorf("an administrator is told %q", r.Text)
	}
	o.do(Installation, "ivan", Seconded{Entry: entry, Agree: true})
	o.starts(1, "helge", "slack", true)
}

// What a person may open counts all that they have opened; that some of it is
// confidential is not told to those who may not know.
func TestHiddenRequester(t *testing.T) {
	o := braked(t, Limits{Window: time.Hour, Requester: 3, Source: 100})
	o.starts(2, "hanna", "slack", false)
	o.starts(1, "hanna", "slack", true)
	if r := refusal(t, o.start("hanna", "slack", false)); r == nil || r.Code != TooMany || strings.Contains(r.Text, "administrator") {
		t.Errorf("she is told %v", r)
	}
	if b := o.stopped(); !b.Hidden || b.Known([]Role{Admin, HR}) || !b.Known([]Role{Security}) {
		t.Errorf("%+v", b)
	}
}

// A percentage of the directory bounds both, but never below a few.
func TestPercentOfTheDirectory(t *testing.T) {
	for _, tt := range []struct{ percent, people, cases, want int }{
		{5, 0, 30, 30}, // nobody knows how many there are
		{5, 10000, 30, 30},
		{5, 400, 30, 20},
		{5, 401, 30, 21},
		{5, 40, 30, fewest},
		{5, 40, 2, 2},
		{0, 40, 30, 30}, // switched off
		{100, 8, 30, 8},
	} {
		if got := (Limits{Percent: tt.percent}).of(tt.cases, tt.people); got != tt.want {
			t.Errorf("%d %% of %d people, %d cases: %d, want %d", tt.percent, tt.people, tt.cases, got, tt.want)
		}
	}
	o := braked(t, Limits{Window: time.Hour, Requester: 100, Source: 100, Percent: 5})
	_ = o.refused(Installation, "ivan", Counted{People: 1 << 20})
	o.bot(Installation, Counted{People: 120})
	o.starts(6, "hanna", "slack", false)
	if o.start("hanna", "slack", false) == nil {
		t.Error("more than 5 % of 120 people")
	}
}

// Who asked is frozen, or a lift is disowned: the brake holds again.
func TestDisownedLift(t *testing.T) {
	for _, which := range []string{"asked", "agreed"} {
		o := braked(t, Limits{Window: time.Hour, Requester: 1, Source: 100})
		o.starts(1, "hanna", "slack", false)
		_ = o.start("hanna", "slack", false)
		entry := o.asksLift("sasha", o.stopped())
		o.do(Installation, "ada", Seconded{Entry: entry, Agree: true})
		if which == "agreed" {
			entry = o.Last()
		}
		e, err := o.Event(entry)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Disown(t.Context(), o.DisownToken(e)); err != nil {
			t.Fatal(err)
		}
		if b := o.stopped(); b.Person != o.people["hanna"] || b.Asker != "" {
			t.Errorf("%s: %+v", which, b)
		}
		if o.start("hanna", "slack", false) == nil {
			t.Error("she may open cases")
		}
	}
	o := braked(t, Limits{Window: time.Hour, Requester: 1, Source: 100})
	o.starts(1, "hanna", "slack", false)
	_ = o.start("hanna", "slack", false)
	entry := o.asksLift("sasha", o.stopped())
	o.bot(string(o.people["sasha"]), Frozen{Subject: Installation, Entry: entry})
	if r := o.refused(Installation, "ada", Seconded{Entry: entry, Agree: true}); r.Code != NotNow {
		t.Errorf("agreed with somebody who is frozen: %v", r)
	}
}

// The trip is in the commit of the refusal: a kill leaves both or neither, and
// the same start sent again is refused again, and trips nothing more.
func TestTripAndKill(t *testing.T) {
	for _, at := range []string{"before", "after"} {
		opt := testOptions(t.TempDir())
		opt.Limits = func() Limits { return Limits{Window: time.Hour, Requester: 1, Source: 100} }
		dead := ""
		opt.Fault = func(b string) error {
			if b == dead {
				return errors.New("killed")
			}
			return nil
		}
		o := openOffice(t, opt)
		o.starts(1, "hanna", "slack", false)
		o.another()
		start := func() error {
			a := o.actor("hanna")
			a.Once = "slack/1"
			_, err := o.Append(t.Context(), NewCase, a, Drafted{Person: o.people[o.leaver], Terms: o.terms(), Systems: []string{"dir"}})
			return err
		}
		dead = at
		err := start()
		dead = ""
		if err == nil || isRefusal(err) {
			t.Errorf("killed %s the commit: %v", at, err)
		}
		if n := len(o.state().Brakes); n != map[string]int{"before": 0, "after": 1}[at] {
			t.Errorf("killed %s the commit, and it has tripped %d times", at, n)
		}
		for range 2 {
			if r := refusal(t, start()); r == nil || r.Code != TooMany {
				t.Errorf("again: %v", r)
			}
		}
		_ = o.stopped()
	}
}

// A start costs the same after 100,000 others: the count ends at the limit.
func TestCountEndsAtTheLimit(t *testing.T) {
	o := braked(t, Limits{Window: 24 * time.Hour, Requester: 10, Source: 30})
	var n int
	err := o.db.Update(func(tx *bolt.Tx) error {
		for i := range 5000 {
			if err := (table{tx}).put(bucketStarts, startKey("via/slack", time.Unix(1e9, int64(i)*1000), uint64(i)), nil); err != nil {
				return err
			}
		}
		n, _ = table{tx}.starts("via/slack", startKey("via/slack", time.Unix(1e9, 0), 0), time.Unix(1e9+10, 0), 30)
		return errors.New("nothing of it is kept")
	})
	if n != 30 || err == nil {
		t.Errorf("counted %d, %v", n, err)
	}
}

// Whatever is tried in whatever order, over whatever time: no more cases than
// the limit come from one source, or of one person, since the beginning of the
// window or since two people have lifted it.
func TestAnyStarts(t *testing.T) {
	l := Limits{Window: time.Hour, Requester: 3, Source: 5}
	k := newClocks()
	opt := testOptions(t.TempDir())
	opt.Clock, opt.Limits = k.clock(), func() Limits { return l }
	o := openOffice(t, opt)
	type start struct {
		at  time.Time
		seq uint64
		who string // person or source
	}
	rapid.Check(t, func(rt *rapid.T) {
		k.pass(2 * l.Window)                  // what was before counts no more
		for _, x := range o.state().Pending { // of the run before
			o.do(Installation, "sasha", Seconded{Entry: x.Entry})
		}
		for _, b := range o.state().Brakes {
			if b.Stops() {
				entry := o.asksLift("sasha", b)
				o.do(Installation, "ada", Seconded{Entry: entry, Agree: true})
			}
		}
		var begun []start
		lifted := map[string]uint64{}
		for range rapid.IntRange(5, 20).Draw(rt, "events") {
			who := rapid.SampledFrom([]string{"hanna", "helge"}).Draw(rt, "who")
			via := rapid.SampledFrom([]string{"slack", "discord"}).Draw(rt, "via")
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			default:
				if o.start(who, via, false) == nil {
					begun = append(begun, start{o.Now(), o.Last(), who}, start{o.Now(), o.Last(), via})
				}
			case 0:
				k.pass(time.Duration(rapid.IntRange(1, 50).Draw(rt, "minutes")) * time.Minute)
			case 1:
				first := rapid.SampledFrom([]string{"sasha", "ada", "hanna", "ivan"}).Draw(rt, "first")
				second := rapid.SampledFrom([]string{"sasha", "ada", "hanna", "tom"}).Draw(rt, "second")
				for _, b := range o.state().Brakes {
					_, err := o.Append(t.Context(), Installation, o.actor(first), lift(b))
					if err != nil {
						continue
					}
					if _, err = o.Append(t.Context(), Installation, o.actor(second), Seconded{Entry: o.Last(), Agree: true}); err != nil {
						continue
					}
					if first == second || o.people[first] == b.By || o.people[second] == b.By || second == "tom" || first == "hanna" || first == "ivan" {
						rt.Fatalf("%s and %s have lifted what %s tripped", first, second, b.By)
					}
					of := b.Source
					for name, id := range o.people {
						if id == b.Person {
							of = name
						}
					}
					lifted[of] = o.Last()
				}
			}
			for of, limit := range map[string]int{"hanna": l.Requester, "helge": l.Requester, "slack": l.Source, "discord": l.Source} {
				n := 0
				for _, s := range begun {
					if s.who == of && s.at.After(o.Now().Add(-l.Window)) && s.seq > lifted[of] {
						n++
					}
				}
				if n > limit {
					rt.Fatalf("%d cases of %s within the window", n, of)
				}
			}
		}
	})
}
