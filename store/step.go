package store

import (
	"slices"
	"time"
)

// Step is one action on one account in one system, or one manual task.
type Step struct {
	StepPlan
	State     StepState
	Drift     bool     // found after the plan was approved: it waits for an approval of its own
	Answers   []Answer // one per item that is not simply taken
	Attempts  int      // since a person last retried it
	Tries     int      // in all
	First     time.Time
	Entry     uint64    // the Attempted that is under way
	Befores   []Private // Found of every attempt, oldest first: what an undo gives back
	Again     time.Time // FailedAgain only
	Failed    time.Time // when it last did
	Withheld  bool      // it was ready while the clock was in doubt or a legal hold was there, and was not tried
	Legal     bool      // it was withheld for a legal hold
	Why       Why
	Message   Private // of the last failure
	Evidence  Private
	By        PersonID // who confirmed or skipped it
	Seconder  PersonID
	Note      Private
	Ended     time.Time
	Left      int       // new irreversible items found and not taken
	RetriedAt uint64    // entry of the last Retried
	Without   StepID    `json:",omitempty"` // it was left out, because it needs this step, and that was not done
	Lapsed    bool      `json:",omitempty"` // nobody has confirmed the task, and the case went on without it
	Spreads   bool      `json:",omitempty"` // done where the bot writes; other servers of the system do not show it yet
	Calls     bool      // a lock-out that has failed: people are called until it is settled
	Asked     time.Time `json:",omitzero"` // Asks only: since when, after the approval, it is asked
	Taker     PersonID
	TakenAt   time.Time // when Taker took it
}

// TakenFor is how long somebody who sees to a failed lock-out is left alone
// with it; then others are called again.
const TakenFor = 4 * time.Hour

// Had reports whether somebody sees to the step, so that nobody is called.
func (s Step) Had(now time.Time) bool {
	return s.Taker != "" && now.Before(s.TakenAt.Add(TakenFor))
}

// Rests reports whether the step waits before it is tried again. A failure in
// the future was stamped by a clock that was wrong, and holds nothing up.
func (s Step) Rests(now time.Time) bool {
	return s.State == FailedAgain && s.Again.After(now) && !s.Failed.After(now)
}

// Irreversible reports whether doing the step takes something that can't be
// given back.
func (s StepPlan) Irreversible() bool {
	return s.Loses != "" || slices.ContainsFunc(s.Items, func(i Item) bool { return i.Irreversible })
}

// Unanswered reports whether somebody must still say who gets an item.
func (s Step) Unanswered() bool {
	if !s.StepPlan.Answers || s.State.Ended() {
		return false
	}
	return slices.ContainsFunc(s.Items, func(i Item) bool {
		_, ok := s.Answer(i.ID)
		return i.Heir && !ok
	})
}

// Answer is what was decided about an item.
func (s Step) Answer(item string) (Answer, bool) {
	i := slices.IndexFunc(s.Answers, func(a Answer) bool { return a.Item == item })
	if i < 0 {
		return Answer{}, false
	}
	return s.Answers[i], true
}

// Takes reports whether the step takes the item away: an item that is kept or
// archived is left where it is.
func (s Step) Takes(item string) bool {
	a, ok := s.Answer(item)
	return !ok || a.Choice == Give
}

// Stuck reports whether a step cannot go on without a person.
func (s Step) Stuck() bool { return s.State == NeedsPerson || s.State == Accepted }
