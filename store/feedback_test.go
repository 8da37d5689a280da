package store

import (
	"testing"
	"time"
)

var feedbackRules = []rule{
	{"feedback: it is not over", (*office).begun, "hanna", is(Rated{Rating: Good}), NotNow},
	{"feedback: what it can't be", wasLeft, "hanna", is(Rated{Rating: "great"}), Malformed}, // it stands in the log in the clear
	{"feedback: somebody else of HR", wasLeft, "helge", is(Rated{Rating: Good}), NotYours},
	{"feedback: IT", wasLeft, "ivan", is(Rated{Rating: Good}), NotYours},
	{"feedback: the bot", wasLeft, "", is(Rated{Rating: Good}), NotYours},
	{"feedback: whoever left", wasLeft, "leaver", is(Rated{Rating: Good}), NotYours},
	{"feedback: nobody who may know", wasLeft, "tom", is(Rated{Rating: Good}), NotYours},
	{"feedback: the same again", then(wasLeft, "hanna", is(Rated{Rating: Good})), "hanna", is(Rated{Rating: Good}), Already},
	{"feedback: frozen", iced(wasLeft, "hanna"), "hanna", is(Rated{Rating: Good}), NotYours},
	{"feedback: an emergency", func(o *office) Case {
		e := o.emergency()
		e.Systems = []string{"dir"}
		c := o.do(NewCase, "hanna", e)
		o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: locks("dir")[:1]})
		c = o.attempt(c.ID, "dir/lock/1")
		return o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	}, "hanna", is(Rated{Rating: Good}), NotNow},
	{"feedback: confidential", func(o *office) Case {
		t := o.terms()
		t.Confidential = true
		c := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: t, Systems: []string{"dir"}})
		c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
		o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
		o.bot(string(c.ID), Started{Plan: 1})
		return o.attempt(c.ID, "dir/lock/1")
	}, "marco", is(Rated{Rating: Good}), NotNow},
}

// Who asked and who approved say how it went, each once; what they say again
// within the week takes the place of what they said, and opens nothing again.
func TestFeedback(t *testing.T) {
	o := newOffice(t)
	c, id := o.left()
	o.do(id, "hanna", Rated{Rating: Poor})
	o.do(id, "marco", Rated{Rating: Good})
	o.do(id, "hanna", Rated{Rating: Poor, Comment: Seal("it took a day")})
	got := o.do(id, "marco", Rated{Rating: Fair})
	if got.State != CaseClosed || !got.Closed.Equal(c.Closed) || len(got.Feedback) != 2 {
		t.Fatalf("it is %s, closed at %s, with %+v", got.State, got.Closed, got.Feedback)
	}
	for name, want := range map[string]Feedback{"hanna": {Role: HR, Rating: Poor}, "marco": {Role: Approver, Rating: Fair}} {
		if f, ok := got.RatedBy(o.people[name]); !ok || f.Role != want.Role || f.Rating != want.Rating {
			t.Errorf("%s said %+v", name, f)
		}
	}
	f, _ := got.RatedBy(o.people["hanna"])
	if text, err := o.Reveal(id, f.Comment); err != nil || text != "it took a day" {
		t.Errorf("the comment is %q, %v", text, err)
	}
	// An undo is asked for by others, and is not what was asked about.
	o.do(id, "sasha", o.undo())
	o.do(id, "hanna", Rated{Rating: Good})

	e := Event{Subject: id, Actor: o.actor("marco"), Facts: Facts{Roles: o.roles("marco")}, Body: Rated{Rating: Good}}
	for at, late := range map[time.Time]bool{got.FeedbackUntil(): false, got.FeedbackUntil().Add(time.Microsecond): true} {
		e.At = at
		if r := refusal(t, got.Allows(e)); (r != nil) != late {
			t.Errorf("at %s: %v", at, r)
		}
	}
	e.At, e.Facts.Own = got.Closed, true
	if r := refusal(t, got.Allows(e)); r == nil || r.Text != AccessEnded().Text {
		t.Errorf("somebody who left: %v", r)
	}
}
