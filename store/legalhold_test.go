package store

import (
	"testing"
)

// Under a legal hold everything goes on but what can't be given back, and only
// its setter's role lifts it.
func TestLegalHold(t *testing.T) {
	o := newOffice(t)
	c := o.wiping(CutOff{Mode: Now})
	id, person := string(c.ID), string(c.Person)
	why := Seal("a lawsuit")
	if r := o.refused(person, "ivan", LegallyHeld{On: true, Reason: why}); r.Code != NotYours {
		t.Error(r)
	}
	_ = o.refused(person, "sasha", LegallyHeld{Reason: why})
	_ = o.refused(person, "sasha", LegallyHeld{On: true})
	o.do(person, "sasha", LegallyHeld{On: true, Reason: why})
	_ = o.refused(person, "hanna", LegallyHeld{On: true, Reason: why})
	if held, err := o.UnderHold(c.Person); !held || err != nil {
		t.Fatalf("held %v, %v", held, err)
	}
	o.bot(id, Started{Plan: 1})
	attempt := Attempted{Plan: 1, Step: "dir/wipe/1", Found: Seal("[]")}
	if _, err := o.Append(t.Context(), id, Bot("test"), attempt); refusal(t, err) == nil {
		t.Error("something was taken that can't be given back")
	}
	c = o.bot(id, Withheld{Plan: 1, Step: "dir/wipe/1"})
	if s := c.Plan(1).Step("dir/wipe/1"); !s.Withheld || !s.Legal {
		t.Errorf("the step is %+v", s)
	}
	if r := o.refused(person, "hanna", LegallyHeld{Reason: why}); r.Code != NotYours {
		t.Errorf("HR lifts what security has put there: %s", r)
	}
	o.do(person, "sasha", LegallyHeld{Reason: Seal("settled")})
	o.bot(id, attempt)
	if all, err := o.LegalHolds(); err != nil || len(all) != 0 {
		t.Errorf("there are %d, %v", len(all), err)
	}
}

func TestLegalHoldStopsDestruction(t *testing.T) {
	o := retaining(t, 1)
	c, id := o.left()
	o.do(string(c.Person), "hanna", LegallyHeld{On: true, Reason: Seal("a lawsuit")})
	destroy := o.destroy()
	if _, err := o.Append(t.Context(), id, Bot("test"), destroy); refusal(t, err) == nil {
		t.Error("it is proposed to destroy what is held")
	}
	o.do(string(c.Person), "helge", LegallyHeld{Reason: Seal("settled")})
	o.bot(id, destroy)
}
