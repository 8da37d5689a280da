package store

import "time"

// A task that nobody confirms is asked for without end. Where the configuration
// says after how long (Manual.Lapse), the case goes on without it, and then it does
// not end as done.

// Lapsed says that nobody has confirmed a task for that long. The bot writes it.
type Lapsed struct {
	Plan int    `json:"plan"`
	Step StepID `json:"step"`
}

func (Lapsed) kind() string { return "lapsed" }

// Lapses is when the case goes on without a task; zero if it never does, or that
// is not known yet.
func (p Plan) Lapses(s Step) time.Time {
	if s.Asks() {
		if s.Asked.IsZero() || s.State.Ended() || s.Drift || p.State != Begun || p.Stopped != nil {
			return time.Time{}
		}
		return s.Asked.Add(s.AsksFor())
	}
	due := p.TaskDue(s)
	if due.IsZero() || s.Manual.Lapse <= 0 || s.Drift || s.State.Ended() || p.State != Begun || p.Stopped != nil {
		return time.Time{}
	}
	return due.Add(s.Manual.Lapse)
}

func (c Case) allowsLapsed(b Lapsed, e Event, late *Refused) *Refused {
	p := c.Plan(0)
	if at := p.Lapses(p.Step(b.Step)); b.Plan != p.No || at.IsZero() || e.At.Before(at) {
		return late
	}
	return c.waits(e)
}

// waits refuses what follows from the time alone while nobody knows what time it
// is, the bot is paused, or the case is held: nobody can take it back, and of a
// task it may be the end of the case, and so of the hold.
func (c Case) waits(e Event) *Refused {
	if e.Facts.Doubt {
		return refuse(Doubtful, "the clock is in doubt, so it is not known whether the time has come")
	}
	if e.Facts.Paused {
		return refuse(Suspended, "the bot is paused")
	}
	if _, held := c.Held(); held {
		return refuse(Suspended, "the case is held")
	}
	return nil
}

// lapse ends the task as left undone, by nobody.
func (s *Step) lapse(e Event) {
	s.end(Skipped, e)
	s.Lapsed = true
}
