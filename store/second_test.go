package store

import (
	"fmt"
	"testing"
	"time"
)

// What needs a second person, and what does not. A change that needs one does
// nothing before somebody of another role agrees.
func TestSecondPerson(t *testing.T) {
	later := CutOff{Mode: At, At: future.At.Add(time.Hour)}
	earlier := CutOff{Mode: At, At: future.At.Add(-time.Hour)}
	reschedule := func(c CutOff) Change { return Change{Verb: VerbReschedule, Plan: 1, CutOff: c} }
	skip := func(id StepID) Change { return Change{Verb: VerbSkip, Plan: 1, Step: id, Reason: Seal("r")} }
	cancel := Change{Verb: VerbCancel, Plan: 1}
	press := func(o *office) Case { return o.approvedAt(CutOff{Mode: Press}) }
	for _, tt := range []struct {
		name   string
		state  func(*office) Case
		who    string
		change Change
		alone  bool
	}{
		{"skip a lock-out step", failedStep, "ivan", skip("dir/lock/1"), false},
		{"skip a lock-out step that will be tried again", failedAgain, "ivan", skip("dir/lock/1"), false},
		{"skip a lock-out step that nobody has proven", accepted, "ivan", skip("dir/lock/1"), false},
		{"skip another step", failedOwner, "ivan", skip("dir/owner/1"), true},
		{"skip a task", (*office).begun, "ivan", skip("tasks/laptop/1"), true},
		{"postpone what was approved", (*office).approvedLater, "hanna", reschedule(later), false},
		{"postpone to a press", (*office).approvedLater, "hanna", reschedule(CutOff{Mode: Press}), false},
		{"a press to a time", press, "hanna", reschedule(future), false}, // it could have been pressed before
		{"now to a time", (*office).approved, "hanna", reschedule(future), false},
		{"bring forward", (*office).approvedLater, "hanna", reschedule(earlier), true},
		{"the same time", (*office).approvedLater, "hanna", reschedule(future), true},
		{"now", (*office).approvedLater, "hanna", reschedule(CutOff{Mode: Now}), true},
		{"a press to now", press, "hanna", reschedule(CutOff{Mode: Now}), true},
		{"postpone what is not approved", (*office).asked, "hanna", reschedule(later), true},
		{"cancel what was approved", (*office).approved, "hanna", cancel, false},
		{"cancel what was asked", (*office).asked, "hanna", cancel, true},
		{"cancel a draft", func(o *office) Case { return o.draft("hanna") }, "hanna", cancel, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			c := tt.state(o)
			id := string(c.ID)
			if got := c.Alone(tt.change); got != tt.alone {
				t.Errorf("Alone is %v, want %v", got, tt.alone)
			}
			asked := o.do(id, tt.who, Requested{Change: tt.change})
			if tt.alone {
				if len(asked.Pending) != 0 || !changed(c, asked, tt.change) {
					t.Fatalf("it is not in force: pending %d", len(asked.Pending))
				}
				return
			}
			if len(asked.Pending) != 1 || changed(c, asked, tt.change) {
				t.Fatalf("it is in force, or forgotten: pending %d", len(asked.Pending))
			}
			if r := o.refused(id, tt.who, Seconded{Entry: asked.Seq, Agree: true}); r.Code != NotYours {
				t.Errorf("agreeing with oneself: %s", r)
			}
			same := map[string]string{"ivan": "ines", "hanna": "helge"}[tt.who]
			if r := o.refused(id, same, Seconded{Entry: asked.Seq, Agree: true}); r.Code != NotYours {
				t.Errorf("a second person of the same role: %s", r)
			}
			no := o.do(id, same, Seconded{Entry: asked.Seq}) // "don't" by anybody
			if len(no.Pending) != 0 || changed(c, no, tt.change) {
				t.Fatal("\"don't\" did not end it")
			}
			again := o.do(id, tt.who, Requested{Change: tt.change})
			own := o.do(id, tt.who, Seconded{Entry: again.Seq}) // also by who asked
			if len(own.Pending) != 0 || changed(c, own, tt.change) {
				t.Fatal("who asked could not call it off")
			}
			last := o.do(id, tt.who, Requested{Change: tt.change})
			done := o.do(id, "sasha", Seconded{Entry: last.Seq, Agree: true})
			if len(done.Pending) != 0 || !changed(c, done, tt.change) {
				t.Error("agreed, and it is not in force")
			}
		})
	}
}

// changed reports whether a change is in force in a case.
func changed(_, now Case, ch Change) bool {
	p := now.Plan(1)
	switch ch.Verb {
	case VerbSkip:
		return p.Step(ch.Step).State == Skipped
	case VerbReschedule:
		return p.CutOff.Mode == ch.CutOff.Mode && p.CutOff.At.Equal(ch.CutOff.At)
	case VerbCancel:
		return now.State == CaseClosed && now.Outcome == Cancelled
	default:
		return false
	}
}

// A change that waits for a second person ends with the plan that it is about.
func TestPendingEndsWithItsPlan(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(o *office, c Case) Case
	}{
		{"the rest is done", func(o *office, c Case) Case {
			o.do(string(c.ID), "ines", Retried{Plan: 1, Step: "dir/lock/1"})
			o.attempt(c.ID, "dir/lock/1")
			o.attempt(c.ID, "dir/owner/1")
			return o.do(string(c.ID), "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("n")})
		}},
		{"stopped", func(o *office, c Case) Case { return o.do(string(c.ID), "hanna", Stopped{Plan: 1}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			c := skipAsked(o)
			entry := c.Seq
			if c = tt.end(o, c); c.State != CaseClosed || len(c.Pending) != 0 {
				t.Errorf("the case is %s, and %d changes wait", c.State, len(c.Pending))
			}
			if r := o.refused(string(c.ID), "sasha", Seconded{Entry: entry, Agree: true}); r.Code != NotNow {
				t.Errorf("after its end: %s", r)
			}
		})
	}
	// Nothing waits today when a case is amended; in an old log it may.
	o := newOffice(t)
	c := o.asked()
	c.Pending = []Pending{{Entry: 7}}
	if c = c.Apply(Event{Seq: c.Seq + 1, Subject: string(c.ID), Actor: o.actor("hanna"), Body: Amended{Terms: o.terms()}}); len(c.Pending) != 0 {
		t.Error("after an amendment it still waits")
	}
}

// An account is tied by an administrator and a second person, and belongs to one person.
func TestLinking(t *testing.T) {
	o := newOffice(t)
	bo, tom := string(o.people["bo"]), string(o.people["tom"])
	account := func(id string) *Account { a := o.Account("slack", id); return &a }
	ask := func(id string) Requested { return Requested{Change: Change{Verb: VerbLink, Account: account(id)}} }
	for _, tt := range []struct {
		name, subject, who string
		body               Body
		code               Code
	}{
		{"by HR", bo, "hanna", ask("U1"), NotYours},
		{"to oneself", string(o.people["ada"]), "ada", ask("U1"), NotYours},
		{"no account", bo, "ada", Requested{Change: Change{Verb: VerbLink}}, Malformed},
		{"not a link", bo, "ada", Requested{Change: Change{Verb: VerbSkip, Account: account("U1")}}, Malformed},
		{"to somebody unknown", "P-4711", "ada", ask("U1"), WhoIsIt},
		{"to nobody", NewPerson, "ada", ask("U1"), WhoIsIt},
		{"without a second person", bo, "ada", Linked{Account: *account("U1"), How: ByAdmin}, NotYours},
		{"on a person's word", bo, "ada", Linked{Account: *account("U1"), How: ByAttribute}, NotYours},
		{"a card by a person", bo, "ada", Met{Lookup: "x"}, NotYours},
		{"what is not about a person", bo, "ada", Noted{Text: Seal("n")}, Malformed},
		{"agree to nothing", bo, "anton", Seconded{Entry: 1, Agree: true}, Already},
	} {
		if r := o.refused(tt.subject, tt.who, tt.body); r.Code != tt.code {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
	if _, err := o.Append(t.Context(), bo, Bot("test"), Linked{Account: *account("U1"), How: ByAdmin}); refusal(t, err) == nil {
		t.Error("the bot linked as an administrator")
	}
	if _, err := o.Append(t.Context(), bo, Bot("test"), Met{Lookup: "somebody else", Card: Seal("{}")}); refusal(t, err) == nil {
		t.Error("a person became another one")
	}

	o.do(bo, "ada", ask("U1"))
	first := o.Last()
	for who, code := range map[string]Code{"ada": NotYours, "tom": NotYours, "bo": NotYours} {
		if r := o.refused(bo, who, Seconded{Entry: first, Agree: true}); r.Code != code {
			t.Errorf("second by %s: %+v", who, r)
		}
	}
	if p, _, err := o.Owner("slack", "U1"); err != nil || p != "" {
		t.Fatalf("linked before anybody agreed: %s, %v", p, err)
	}
	o.do(tom, "anton", ask("U1")) // asked for two persons at once
	second := o.Last()
	o.do(bo, "anton", Seconded{Entry: first, Agree: true})
	if p, card, err := o.Owner("slack", "U1"); err != nil || p != o.people["bo"] || card.Name != "bo" {
		t.Errorf("the owner is %s (%s), %v", p, card.Name, err)
	}
	p, _, err := o.Person(o.people["bo"])
	if err != nil || len(p.Links) != 1 || p.Links[0].How != ByAdmin || p.Links[0].By != o.people["ada"] || p.Links[0].Second != o.people["anton"] {
		t.Errorf("the link is %+v, %v", p.Links, err)
	}
	if r := o.refused(tom, "hanna", Seconded{Entry: second, Agree: true}); r.Code != WhoIsIt {
		t.Errorf("linked to two persons: %+v", r)
	}
	o.do(tom, "hanna", Seconded{Entry: second}) // "don't"
	if r := o.refused(tom, "ada", ask("U1")); r.Code != WhoIsIt {
		t.Errorf("asked for an account of somebody else: %+v", r)
	}
	if r := o.refused(bo, "ada", ask("U1")); r.Code != Already {
		t.Errorf("asked for what is linked: %+v", r)
	}
	o.bot(tom, Linked{Account: *account("U2"), How: ByAttribute})
	if p, _, err := o.Owner("slack", "U2"); err != nil || p != o.people["tom"] {
		t.Errorf("the owner by attribute is %s, %v", p, err)
	}
	if p, _, err := o.Owner("discord", "U2"); err != nil || p != "" {
		t.Errorf("the same id on another platform is %s's, %v", p, err)
	}
}

// One person has one open leave. Who may see it is shown it; else the text is
// the same, byte for byte, as for somebody who is protected.
func TestOneOpenLeave(t *testing.T) {
	o := newOffice(t)
	start := func(_, leaver string, edit func(*Terms)) Body {
		terms := o.terms()
		if edit != nil {
			edit(&terms)
		}
		return Drafted{Person: o.people[leaver], Terms: terms, Systems: []string{"dir"}}
	}
	c := o.do(NewCase, "hanna", start("hanna", "jane", func(t *Terms) { t.Confidential = true }))
	shown := o.refused(NewCase, "hanna", start("hanna", "jane", nil))
	if shown.Code != Already || o.named(shown.Text) != "OFF-x is already open for <leaver>. Type /offboard status OFF-x to see it." {
		t.Errorf("who asked for it is told %q", shown)
	}
	denied := o.refused(NewCase, "helge", start("helge", "breakglass", nil))
	hidden := o.refused(NewCase, "helge", start("helge", "jane", nil))
	if *denied != *hidden {
		t.Errorf("protected reads %+v and hidden %+v", denied, hidden)
	}
	// What is wrong with the request comes first: else a request that is
	// malformed on purpose would tell them apart, and leave no trace.
	for name, edit := range map[string]func(*Terms){
		"zone": func(t *Terms) { t.Zone = "x" }, "kind": func(t *Terms) { t.Kind = "" }, "cut-off": func(t *Terms) { t.CutOff = CutOff{} },
	} {
		free := o.refused(NewCase, "helge", start("helge", "bo", edit))
		for _, who := range []string{"jane", "breakglass"} {
			if got := o.refused(NewCase, "helge", start("helge", who, edit)); *got != *free {
				t.Errorf("%s: %s reads %+v and anybody %+v", name, who, got, free)
			}
		}
	}
	// Closed, there may be another one.
	o.do(string(c.ID), "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
	o.do(NewCase, "helge", start("helge", "jane", nil))
}

// A typed or tampered subject never opens a case or a person out of turn.
func TestTamperedSubjects(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	o.another()
	for _, subject := range []string{string(c.ID), "OFF-99", "off-1", "OFF-01", "OFF-", "", "P-1", "P-99", "p-1", "garbage"} {
		for _, body := range []Body{
			Drafted{Person: o.people[o.leaver], Terms: o.terms(), Systems: []string{"dir"}},
			Seconded{Entry: 1, Agree: true},
			Noted{Text: Seal("n")},
		} {
			if _, note := body.(Noted); note && subject == string(c.ID) {
				continue
			}
			before := o.Last()
			_, err := o.Append(t.Context(), subject, o.actor("hanna"), body)
			if err == nil || o.Last() != before {
				t.Errorf("%T of %q: %v", body, subject, err)
			}
			_, err = o.Append(t.Context(), subject, Bot("test"), body)
			if err == nil || o.Last() != before {
				t.Errorf("%T of %q by the bot: %v", body, subject, err)
			}
		}
	}
	if _, err := o.Append(t.Context(), "P-99", Bot("test"), Met{Lookup: "x", Card: Seal("{}")}); refusal(t, err) == nil {
		t.Error("a person was made out of turn")
	}
	if _, err := o.Append(t.Context(), NewCase, o.actor("hanna"), Noted{Text: Seal("n")}); refusal(t, err) == nil {
		t.Error("a case began with a note")
	}
	if got, err := o.Case(c.ID); err != nil || got.Seq != c.Seq {
		t.Errorf("the case was touched: %d, %v", got.Seq, err)
	}
}

// Who may know that somebody named leaves too is a matter of the roles over
// that person, not of those over the leaver: a role that ends at a department
// tells nothing of the next one.
func TestSecretByTheRolesOverThatPerson(t *testing.T) {
	over := func(role Role, department string) Claim {
		return Claim{Role: role, Scope: func(c Card) bool { return c.Department == department }}
	}
	for _, tt := range []struct {
		name         string
		confidential bool
		draft        bool
		claims       []Claim // jane is of Design, who is named of Finance
		told         bool
	}{
		{"security over the leaver only", true, false, []Claim{over(Security, "Design")}, false},
		{"security over the leaver only, not confidential", false, false, []Claim{over(Security, "Design")}, true}, // it is no secret
		{"security over the leaver only, a draft", true, true, []Claim{over(Security, "Design")}, false},
		{"security over the leaver only, a draft, not confidential", false, true, []Claim{over(Security, "Design")}, false}, // nobody was told yet
		{"HR over both, a draft, not confidential", false, true, []Claim{over(HR, "Design"), over(HR, "Finance")}, true},
		{"security over both", true, false, []Claim{over(Security, "Design"), over(Security, "Finance")}, true},
		{"security over everybody", true, false, []Claim{{Role: Security}}, true},
		{"HR over the leaver, security over who is named", true, true, []Claim{over(HR, "Design"), over(Security, "Finance")}, true},
		{"HR over both", true, false, []Claim{over(HR, "Design"), over(HR, "Finance")}, false},
		{"HR over both, not confidential", false, false, []Claim{over(HR, "Design"), over(HR, "Finance")}, true},
		{"security over the leaver, HR over who is named", true, false, []Claim{over(Security, "Design"), over(HR, "Finance")}, false},
		{"security over the leaver, IT over who is named", true, false, []Claim{over(Security, "Design"), over(IT, "Finance")}, false}, // it has not begun
		{"security over the leaver, IT over who is named, not confidential", false, false, []Claim{over(Security, "Design"), over(IT, "Finance")}, true},
		{"security over the leaver, IT over who is named, a draft", false, true, []Claim{over(Security, "Design"), over(IT, "Finance")}, false},
		{"security over the leaver, approver by the configuration", true, false, []Claim{over(Security, "Design"), over(Approver, "Finance")}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			fin, err := o.Meet(t.Context(), Bot("test"), Card{ID: "id-fin", Name: "fin", Login: "fin", Department: "Finance"})
			if err != nil {
				t.Fatal(err)
			}
			o.people["fin"], o.leaver = fin, "fin"
			o.opened(tt.confidential, tt.draft)
			o.leaver = "bo" // has left for good, which is no news and must read like a secret
			gone := o.begun2(o.onlyAsked(steps()[0]))
			o.attempt(gone.ID, "dir/lock/1")
			o.leaver = "jane"
			o.people["scoped"], o.claims["scoped"] = o.meet("scoped"), tt.claims
			text := func(person string) string { return fmt.Sprintf(neutralHelper, o.people[person]) }
			expect := func(what string, got, like *Refused) {
				t.Helper()
				want := text("fin")
				if tt.told {
					want = fmt.Sprintf("%s is leaving too. Please choose somebody else.", fin)
				}
				if got.Code != WhoIsIt || got.Text != want {
					t.Errorf("%s: %+v, want %q", what, got, want)
				}
				if like.Code != WhoIsIt || like.Text != text("bo") || like.Field != got.Field {
					t.Errorf("%s: who has left for good reads %+v", what, like)
				}
			}
			terms := func(manager string) Terms {
				t := o.terms()
				t.Manager = o.people[manager]
				return t
			}
			start := func(manager string) *Refused {
				return o.refused(NewCase, "scoped", Drafted{Person: o.people["jane"], Terms: terms(manager), Systems: []string{"dir"}})
			}
			expect("start", start("fin"), start("bo"))
			c := o.asked()
			id := string(c.ID)
			amend := func(manager string) *Refused { return o.refused(id, "scoped", Amended{Terms: terms(manager)}) }
			expect("amend", amend("fin"), amend("bo"))
			o.do(id, "marco", Delegated{Plan: 1, To: o.people["scoped"]})
			delegate := func(to string) *Refused { return o.refused(id, "scoped", Delegated{Plan: 1, To: o.people[to]}) }
			expect("delegate", delegate("fin"), delegate("bo"))
			answer := func(heir string) *Refused {
				return o.refused(id, "scoped", Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{{Choice: Give, Heir: o.people[heir]}}})
			}
			expect("answer", answer("fin"), answer("bo"))
		})
	}
}

// Who leaves in secret, or of whom there is a draft, is not told so by naming
// themself; of a leave that is no secret they are.
func TestLeaverNamesThemself(t *testing.T) {
	for _, tt := range []struct {
		confidential, submitted, refused bool
	}{{true, false, false}, {true, true, false}, {false, false, false}, {false, true, true}} {
		o := newOffice(t)
		c := o.asked()
		terms := o.terms()
		terms.Manager, terms.Confidential = o.people["priya"], tt.confidential
		own := o.do(NewCase, "hanna", Drafted{Person: o.people["marco"], Terms: terms, Systems: []string{"dir"}})
		own = o.bot(string(own.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		if tt.submitted {
			o.do(string(own.ID), "hanna", Submitted{Plan: 1, Scope: own.Plan(1).Scope})
		}
		for _, body := range []Body{
			Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{{Choice: Give, Heir: o.people["marco"]}}},
			Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true},
		} {
			_, err := o.Append(t.Context(), string(c.ID), o.actor("marco"), body)
			_, answered := body.(Answered)
			if r := refusal(t, err); (r != nil) != tt.refused || r != nil && answered && r.Text != string(o.people["marco"])+" is leaving too. Please choose somebody else." {
				t.Errorf("%+v, %T: %v", tt, body, r)
			}
		}
	}
}
