package store

import "time"

// Early reports whether the step is a task that is to be done before the cut-off.
func (s StepPlan) Early() bool { return s.Manual != nil && s.Manual.Due < 0 }

// TaskDue is by when a person should have done a task, as far as that is known;
// zero if it is not, or for no task. What is due before the cut-off is not due
// before it was approved.
func (p Plan) TaskDue(s Step) time.Time {
	switch {
	case s.Manual == nil || s.Manual.Due == 0:
		return time.Time{}
	case !s.Early() && p.State == Begun:
		return p.Begun.Add(s.Manual.Due)
	case !s.Early() || p.Due.IsZero() || p.State != Approved && p.State != Begun:
		return time.Time{}
	}
	due := p.Due.Add(s.Manual.Due)
	if p.Decision != nil && due.Before(p.Decision.At) {
		due = p.Decision.At
	}
	return due
}
