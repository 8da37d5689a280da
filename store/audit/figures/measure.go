// Package figures counts what the log says about how departures went: how long
// they took, how late access ended, what failed, what came back. It folds each
// case once (Measure), adds what it found to the figures of a period and of the
// one before it (Tally), and says what was counted and how (Report). It reads no
// sealed text, so it holds no name, and whoever was erased counts on.
package figures

import (
	"time"

	"offboard/store"
)

// Measures are what is counted of one case. Everything in it has the time at
// which it counts, so that the same measures serve every period. It names nobody.
type Measures struct {
	Kind      string // of departure; store.MoveKind of a change of role
	Move      bool
	Emergency bool
	Listed    bool      // approved with a list
	Asked     time.Time // the request: the first submission, the decision about its list, or the lock-out of an emergency; zero of a draft
	Zone      *time.Location

	Declined []time.Time
	Approval *Span // from the request to the approval; not of emergencies, lists and changes of role
	CutOff   *Span // from the request to the cut-off; not of emergencies and changes of role
	Proof    *Span // from the request to the last step of a system that was proven, once none is open; not of emergencies and changes of role
	LockOut  *Span // of an emergency: from its beginning to the end of access
	Lead     *Lead
	End      *End

	Over    time.Time     // when its first plan was over; zero while it is not
	Outcome store.Outcome // with which it closed then
	Stopped bool

	Steps    []Step
	Failures []Failure
	Retries  []Retry
	Tasks    []Task
	Back     []Back
	Ratings  []Rating
	Restored []time.Time // when what was taken had been given back
	Rehired  time.Time
}

// Span is how long something took. It counts in the period in which it ended.
// Doubtful means that the clock was in doubt at one of its ends.
type Span struct {
	From, To time.Time
	Doubtful bool
}

// Lead is how many days before the last day of work a departure was asked for,
// counted in the leaver's zone; less than 0 after it.
type Lead struct {
	At   time.Time
	Days int
}

// End is the end of access against the cut-off that was agreed last.
type End struct {
	Due       time.Time // the moment that was agreed; of "now" and of a press, that of the approval or the press
	At        time.Time // when the last step that takes access away was done, or left out; zero while one is open
	Left      bool      // one was skipped or stopped
	Unstarted bool      // the moment has passed and nobody has approved
	Doubtful  bool
	Why       Cause // of a delay
}

// Cause is why access ended late.
type Cause string

// The causes.
const (
	ByApproval Cause = "approval" // it came after the agreed time
	ByBot      Cause = "bot"      // the bot did not run, was paused, or its clock was wrong
	BySystem   Cause = "system"   // a system failed, did not answer, or a step waited for a person
)

// Step is a step of a system that was tried, or skipped, and has ended.
type Step struct {
	System    string
	At        time.Time
	Tried     bool
	First     bool // proven at the first try, without any failure
	Proven    bool
	Confirmed bool // its system shows no proof, so a person has confirmed it
	Skipped   bool // it was to take access away, and was skipped
}

// Failure is an attempt, or the read before one, that proved nothing.
type Failure struct {
	System string
	At     time.Time
	Why    store.Why
}

// Retry is an attempt after the first one.
type Retry struct {
	System string
	At     time.Time
}

// Task is a task of people that has a due time.
type Task struct {
	Owner  store.Role
	Due    time.Time
	Ended  time.Time // zero while it is open
	Done   bool      // somebody has confirmed it
	Lapsed bool      // the case went on without it
}

// Back is access that was found to have come back, all that was found at once.
type Back struct {
	At    time.Time
	Taken time.Time // when all of it had been taken again; zero if it was not
	Kept  bool      // somebody has decided that some of it stays
	Open  bool      // nobody has decided yet, or it is not taken yet
}

// Rating is how somebody said that it went, the last time they said it.
type Rating struct {
	Role store.Role // store.HR for whoever asked for it, else store.Approver
	At   time.Time
	How  store.Rating
}
