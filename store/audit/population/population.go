// Package population compares who left, by the list of the people who know it
// (HR), with who was taken out, by the log: the completeness that auditors ask for
// first.
//
// The nouns are List (HR's, as it was read), Log (what the log says of persons and
// of their departures), Departure (one leave, as far as it matters here), Finding
// (what became of a line of the list) and Report. Nothing here writes the log, and
// Reconcile only compares.
package population

import (
	"time"

	"offboard/store"
	"offboard/store/sheet"
)

// Request is what is asked for.
type Request struct {
	From, To store.Date     // of Zone, both included; empty: as the list has it
	Zone     *time.Location // in which a last day of work ends, and times are shown
	Company  string
	Program  string // version

	// Directory looks somebody up by a login, mail address, id or name; nil where
	// it can't be asked. It is asked about those only of whom the log says too little.
	Directory func(text string) Standing
}

// Standing is what the directory says of somebody now.
type Standing struct {
	Silent  bool // it does not answer
	Several bool // more than one person is called this
	Found   bool
	Card    store.Card
}

// Verdict is what became of a line of the list.
type Verdict string

// The verdicts, the worst first.
const (
	Missing    Verdict = "missing"     // nobody opened a case
	AccessLeft Verdict = "access left" // the case is closed, or a lock-out was left out, and access stays
	Stopped    Verdict = "stopped"     // the case was cancelled or stopped
	Held       Verdict = "on hold"     // no step begins until two people let it go on
	Late       Verdict = "late"        // proven after the last day of work, or still not proven
	Draft      Verdict = "draft"       // a case is there, and nobody has been asked
	GivenBack  Verdict = "given back"  // access ended, and was given back
	Ambiguous  Verdict = "ambiguous"   // several people may be meant
	Unread     Verdict = "unread"      // the line can't be read
	Pending    Verdict = "under way"   // not proven yet, and the last day of work is not over
	InTime     Verdict = "in time"
	Duplicate  Verdict = "duplicate" // the same departure as an earlier line
	Outside    Verdict = "outside"   // the last day is not in the period
)

// Verdicts in the order of a report.
var Verdicts = []Verdict{Missing, AccessLeft, Stopped, Held, Late, Draft, GivenBack, Ambiguous, Unread, Pending, InTime, Duplicate, Outside}

// Words is the verdict for people.
func (v Verdict) Words() string {
	switch v {
	case Missing:
		return "missing: nobody opened a case"
	case AccessLeft:
		return "closed with access left"
	case Stopped:
		return "cancelled or stopped"
	case Held:
		return "on hold"
	case Late:
		return "late"
	case Draft:
		return "only a draft: nobody was asked"
	case GivenBack:
		return "access was given back"
	case Ambiguous:
		return "ambiguous: several people may be meant"
	case Unread:
		return "can't be read"
	case Pending:
		return "under way, and not late"
	case InTime:
		return "in time"
	case Duplicate:
		return "there twice"
	case Outside:
		return "outside the period"
	}
	return string(v)
}

// Finding is a line of the list and what the log says of it.
type Finding struct {
	Line    int            `json:"line"`
	Who     string         `json:"who"` // as the list calls them
	LastDay store.Date     `json:"lastDay,omitempty"`
	Verdict Verdict        `json:"verdict"`
	Text    string         `json:"text"`             // why, and what to do
	Person  store.PersonID `json:"person,omitempty"` // that was matched
	Name    string         `json:"name,omitempty"`   // as the log has it
	By      string         `json:"by,omitempty"`     // by which column or how they were matched
	*Timing
	Notes []string `json:"notes,omitempty"`
}

// Timing is how a departure stands to the end of the last day of work. Hours are
// before it where they are negative.
type Timing struct {
	Case         store.CaseID `json:"case"`
	Confidential bool         `json:"confidential,omitempty"`
	Deadline     time.Time    `json:"deadline"` // the end of the last day of work
	Known        store.Date   `json:"known,omitempty"`
	Asked        time.Time    `json:"asked,omitzero"`
	Approved     time.Time    `json:"approved,omitzero"`
	Due          time.Time    `json:"due,omitzero"` // when access was to end
	Begun        time.Time    `json:"begun,omitzero"`
	Proven       time.Time    `json:"proven,omitzero"`
	ByWord       bool         `json:"byWord,omitempty"`     // a person has said so, of at least one lock-out
	HoursOver    *float64     `json:"hoursOver,omitempty"`  // from the deadline to the proof, or until now where it is late
	HoursLead    *float64     `json:"hoursLead,omitempty"`  // from HR's asking to the deadline
	HoursKnown   *float64     `json:"hoursKnown,omitempty"` // from the start of the day on which HR knew to its asking
	Whose        Whose        `json:"whose,omitempty"`      // the largest part of a delay
	Delay        []Part       `json:"delay,omitempty"`
}

// Whose is whose a delay was.
type Whose string

// Whose a delay can be.
const (
	OfHR       Whose = "hr"       // it had not asked yet
	OfApproval Whose = "approver" // it was not approved yet
	OfTerms    Whose = "cut-off"  // HR asked for a later moment
	OfPress    Whose = "press"    // it was ready, and nobody pressed the button
	OfSystem   Whose = "system"   // access was due to end, and had not been proven to
)

// Part is how much of a delay was whose.
type Part struct {
	Whose Whose   `json:"whose"`
	Hours float64 `json:"hours"`
	span  time.Duration
}

// Extra is a departure that HR's list does not have.
type Extra struct {
	Case         store.CaseID   `json:"case"`
	Confidential bool           `json:"confidential,omitempty"`
	Person       store.PersonID `json:"person"`
	Name         string         `json:"name,omitempty"` // empty: erased
	LastDay      store.Date     `json:"lastDay"`
	Kind         string         `json:"kind"`
	Text         string         `json:"text"`
	Erased       bool           `json:"erased,omitempty"`
}

// Report is what the two say together.
type Report struct {
	Company  string          `json:"company"`
	Program  string          `json:"program"`
	At       time.Time       `json:"at"`
	Zone     string          `json:"zone"`
	From     store.Date      `json:"from"`
	To       store.Date      `json:"to"`
	Lines    int             `json:"lines"`   // of the list, with those that can't be read
	Entries  uint64          `json:"entries"` // the log had
	Count    map[Verdict]int `json:"count"`
	Lead     Lead            `json:"lead"`
	Findings []Finding       `json:"findings"`
	Extra    []Extra         `json:"extra"`
	Erased   int             `json:"erased"`           // departures of the period whose person was erased, not matched
	Unused   []string        `json:"unused,omitempty"` // columns
	Asked    bool            `json:"directoryAsked"`
	Hidden   int             `json:"confidential"` // confidential cases that it names

	Unrecorded bool `json:"unrecorded,omitempty"` // whoever reads it read a copy, and the log does not say so
}

// Lead is how long before the end of the last day HR asked, over all lines with a
// case that was asked for.
type Lead struct {
	Cases  int     `json:"cases"`
	After  int     `json:"after"`  // after the last day
	Day    int     `json:"day"`    // less than a day before its end
	Before int     `json:"before"` // earlier
	Median float64 `json:"medianHours"`
}

// Order is which number comes first in days with slashes.
type Order = sheet.Order

// List is HR's.
type List struct {
	Leavers  []Leaver
	Problems []sheet.Problem // lines that can't be read, and what to do
	Unused   []string        // columns that are not read
}

// Log is what the log says.
type Log struct {
	At         time.Time
	Entries    uint64
	People     []store.Acquaintance
	Departures []Departure
}
