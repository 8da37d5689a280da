package figures

import (
	"math"
	"slices"
	"time"

	"offboard/store"
)

// Grace is how long after the agreed moment access may end and count as on
// time: the bot looks at each system, takes the access and reads the proof.
const Grace = 15 * time.Minute

// Seconds is how long something took.
type Seconds int64

// Times are how long something took in N cases, each the time of a case: that in
// the middle, that which nine of ten did not exceed, and the longest (nearest
// rank). They are 0 where N is less than Smallest.
type Times struct {
	N      int     `json:"n"`
	Median Seconds `json:"median"`
	P90    Seconds `json:"p90"`
	Worst  Seconds `json:"worst"`
}

// Few reports whether the times are not told, because they would be those of a few
// persons.
func (t Times) Few() bool { return t.N < Smallest }

// Days are how many days before the last day of work N departures were asked for.
type Days struct {
	N      int `json:"n"`
	Median int `json:"median"`
	P10    int `json:"p10"`  // one of ten had no more
	Late   int `json:"late"` // asked for on the last day, or after it
}

// Ratings are what N people said of how it went. They are 0 where N is less than
// Smallest.
type Ratings struct {
	N    int `json:"n"`
	Good int `json:"good"`
	Fair int `json:"fair"`
	Poor int `json:"poor"`
}

// Few is Times.Few.
func (r Ratings) Few() bool { return r.N < Smallest }

func (r *Ratings) add(how store.Rating) {
	r.N++
	switch how {
	case store.Good:
		r.Good++
	case store.Fair:
		r.Fair++
	case store.Poor:
		r.Poor++
	}
}

// Few is Times.Few.
func (d Days) Few() bool { return d.N < Smallest }

// Totals are the figures of one period.
type Totals struct {
	Requests    int `json:"requests"`
	Listed      int `json:"listed"`
	Emergencies int `json:"emergencies"`
	Moves       int `json:"moves"`
	Declined    int `json:"declined"`
	Open        int `json:"open"` // at the end of the period

	Approval Times `json:"approval"`
	CutOff   Times `json:"cutOff"`
	Proof    Times `json:"proof"`
	LockOut  Times `json:"lockOut"`
	Lead     Days  `json:"lead"`

	OnTime     int   `json:"onTime"`
	Late       int   `json:"late"`
	Left       int   `json:"left"`
	LateBy     Times `json:"lateBy"`
	ByApproval int   `json:"byApproval"`
	ByBot      int   `json:"byBot"`
	BySystem   int   `json:"bySystem"`
	Overdue    int   `json:"overdue"` // at the end of the period: the agreed moment has passed, and access has not ended

	Tried     int `json:"tried"`
	First     int `json:"first"`
	Proven    int `json:"proven"`
	Confirmed int `json:"confirmed"`
	Skipped   int `json:"skipped"`
	Failures  int `json:"failures"`
	Retries   int `json:"retries"`

	Tasks       int `json:"tasks"` // that fell due
	TasksOnTime int `json:"tasksOnTime"`
	TasksLate   int `json:"tasksLate"`
	TasksOpen   int `json:"tasksOpen"`   // and are not done at the end of the period
	TasksUndone int `json:"tasksUndone"` // left out after they were due

	Closed     int `json:"closed"`
	AccessLeft int `json:"accessLeft"`
	Cancelled  int `json:"cancelled"`
	NotRight   int `json:"notRight"` // emergencies
	Stopped    int `json:"stopped"`

	Back      int   `json:"back"`
	BackTaken Times `json:"backTaken"`
	BackKept  int   `json:"backKept"`
	BackOpen  int   `json:"backOpen"`
	Restored  int   `json:"restored"`
	Rehired   int   `json:"rehired"`

	Requesters Ratings `json:"requesters"`
	Approvers  Ratings `json:"approvers"`

	Sweeps   int `json:"sweeps"`
	Strays   int `json:"strays"`   // accounts that sweeps have found for the first time
	Unswept  int `json:"unswept"`  // sweeps in which a system could not be read to its end
	Doubts   int `json:"doubts"`   // how often the clock was in doubt
	Doubtful int `json:"doubtful"` // times that are left out for that
}

// OnTimeOf is of how many cases it is known whether access ended on time.
func (t Totals) OnTimeOf() int { return t.OnTime + t.Late + t.Left }

func times(list []Seconds) Times {
	slices.Sort(list)
	out := Times{N: len(list)}
	if !out.Few() {
		out.Median, out.P90, out.Worst = rank(list, 0.5), rank(list, 0.9), list[len(list)-1]
	}
	return out
}

// rank is the nearest rank: the smallest of the values that this share of all
// does not exceed.
func rank[T any](sorted []T, share float64) T {
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}
