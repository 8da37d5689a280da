package store

import "fmt"

// Refused is a rule's answer to a person: Text says what is wrong and what to
// do next. A person number in it ("P-3") is replaced by the name when it is
// shown. Every other error is not for people.
type Refused struct {
	Code  Code
	Text  string
	Field string // the field of a form that it is about, as the commands name it; may be empty

	trips *Tripped // recorded in the same commit: the breaker stops what was tried
}

// Error is the text.
func (r *Refused) Error() string { return r.Text }

// Code tells refusals apart for programs.
type Code string

// The codes.
const (
	NotYours  Code = "not yours" // no role for it, or not a case for them
	NotNow    Code = "not now"   // the case is not in a state for it
	Stale     Code = "stale"     // an old card, a superseded plan, a result nobody waits for
	Already   Code = "already"   // it has been done
	WhoIsIt   Code = "who"       // the person named cannot be used
	Malformed Code = "malformed" // a value is missing or makes no sense
	TooMany   Code = "too many"
	Suspended Code = "paused"
	Doubtful  Code = "clock" // the clock is in doubt
)

func refuse(code Code, format string, args ...any) *Refused {
	return &Refused{Code: code, Text: fmt.Sprintf(format, args...)}
}

// at says which field of a form a refusal is about.
func (r *Refused) at(field string) *Refused {
	if r != nil {
		r.Field = field
	}
	return r
}

// NoSuchCase is the answer for a case that is not there and for one that is
// not for the person who asks: the two must not differ in any byte.
func NoSuchCase(id CaseID) *Refused {
	return refuse(NotYours, "There is no case %s that you can see. /offboard list shows those you can.", id)
}

// neutral is the one text for "this person cannot be offboarded by you now",
// whatever the cause: it must not tell that a hidden case exists.
const neutral = "I can't open a case for this person. Please talk to the security team; they can see why."

// neutralHelper is the same for somebody who was named as approver or heir.
const neutralHelper = "%s can't take this on. Please choose somebody else."
