package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// CaseID names a case: "OFF-42".
type CaseID string

// PersonID names a person: "P-17". Rules compare persons, never chat ids.
type PersonID string

// Subjects that are not there yet; Append replaces them by the next number.
const (
	NewCase      = "OFF-new"
	NewPerson    = "P-new"
	Installation = "INST" // the subject of what concerns the whole installation
)

// StepID names a step within its plan: "directory/lock/1", at most 60 bytes.
type StepID string

const maxStepID = 60 // so that an Object with it stays below 100 bytes

// Date is a calendar day without a zone: "2026-11-30".
type Date string

// ParseDate reads a day as people and forms write it, "2026-11-30".
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%q is not a day; write it like 2026-11-30", s)
	}
	return Date(s), nil
}

// ParseDates reads the first and the last day of a period; either may be empty.
func ParseDates(from, to string) (Date, Date, error) {
	for _, d := range []string{from, to} {
		if d == "" {
			continue
		}
		if _, err := ParseDate(d); err != nil {
			return "", "", err
		}
	}
	if from != "" && to != "" && to < from {
		return "", "", fmt.Errorf("the period ends (%s) before it begins (%s): change one of them", to, from)
	}
	return Date(from), Date(to), nil
}

// ParseZone reads the name of a time zone of the IANA database. That of the
// machine ("Local") is none: another machine would read the same record otherwise.
func ParseZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("%.40q is not a time zone, which looks like Europe/Lisbon", name)
	}
	return zone, nil
}

func (d Date) valid() bool {
	_, err := ParseDate(string(d))
	return err == nil
}

// In is the start of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), zone)
	return t
}

// Role is what a person is to a case.
type Role string

// The roles. Approver is given by the case (its manager, or who was named
// instead), and so is Further; all others by the configuration.
const (
	HR       Role = "hr"
	Approver Role = "approver"
	Further  Role = "further approver" // decides by a role that the policy asks for, or in place of the approver
	IT       Role = "it"
	Security Role = "security"
	Auditor  Role = "auditor"
	Admin    Role = "admin"
)

// Words is how people call those who have the role.
func (r Role) Words() string {
	switch r {
	case HR:
		return "HR"
	case Approver:
		return "the approver"
	case Further:
		return "a further approver"
	case IT:
		return "IT"
	case Security:
		return "security"
	case Auditor:
		return "the auditors"
	case Admin:
		return "the administrators"
	}
	return string(r)
}

// Mode says how the cut-off of a plan comes about.
type Mode string

// The modes. There is no default: whoever asks must choose.
const (
	Now   Mode = "now"   // as soon as it is approved
	At    Mode = "at"    // at a moment
	Press Mode = "press" // everything is ready and waits for a press
)

// CutOff is when access ends.
type CutOff struct {
	Mode Mode      `json:"mode"`
	At   time.Time `json:"at,omitzero"`    // Mode At only
	Wish Wish      `json:"wish,omitempty"` // Mode At only: the time that was chosen, which At was made from
}

// CaseState is where a case stands.
type CaseState string

// The states of a case.
const (
	CaseDraft  CaseState = "draft"
	CaseOpen   CaseState = "open"
	CaseClosed CaseState = "closed"
)

// Outcome is how a closed case ended.
type Outcome string

// The outcomes.
const (
	Done       Outcome = "done"         // all that was approved is proven or confirmed
	AccessLeft Outcome = "access left"  // what takes access away at the cut-off was skipped or stopped
	Cancelled  Outcome = "cancelled"    // nothing was done
	Unratified Outcome = "not ratified" // an emergency that was not right, or was stopped before anybody said that it was: what is locked stays locked until it is given back
	Restored   Outcome = "restored"     // what could be given back was given back
	// PartRestored: one step was undone, or the undo was stopped.
	PartRestored Outcome = "partly restored"
)

// PlanKind is what a plan is for.
type PlanKind string

// The kinds of plans. The first one of a case is a leave or a move; all others
// follow a plan of the same case (Plan.Of).
const (
	Leave   PlanKind = "leave"
	Move    PlanKind = "move"    // a change of role: takes what the old one gave and the new one does not
	Restore PlanKind = "restore" // gives back what Of took
	Retake  PlanKind = "retake"  // takes again what has come back since
	Destroy PlanKind = "destroy" // deletes, after the retention, what Of left
)

// PlanState is where a plan stands.
type PlanState string

// The states of a plan, in the order of its life.
const (
	Surveying PlanState = "surveying"
	Proposed  PlanState = "proposed" // surveyed; the requester looks at it
	Asked     PlanState = "asked"    // submitted; the approver is asked
	Declined  PlanState = "declined" // back with the requester
	Approved  PlanState = "approved" // waits for its time, or for the press
	Begun     PlanState = "running"
	Over      PlanState = "over"
)

// StepState is where a step stands.
type StepState string

// The states of a step. Proven, Nothing, Confirmed, Skipped and Halted end it.
const (
	Waiting     StepState = "waiting"      // not tried yet, or waits for others
	Running     StepState = "running"      // an attempt is under way, or was when the process ended
	FailedAgain StepState = "failed"       // will be tried again by itself
	NeedsPerson StepState = "needs person" // will not be tried again by itself
	Accepted    StepState = "accepted"     // the vendor took the order; a person confirms
	Proven      StepState = "proven"       // a read has shown it
	Nothing     StepState = "nothing held" // there was nothing to take
	Confirmed   StepState = "confirmed"    // a person has confirmed it
	Skipped     StepState = "skipped"
	Halted      StepState = "stopped"
)

// Ended reports whether nothing more will happen to a step in this state.
func (s StepState) Ended() bool {
	switch s {
	case Proven, Nothing, Confirmed, Skipped, Halted:
		return true
	case Waiting, Running, FailedAgain, NeedsPerson, Accepted:
	}
	return false
}

// Done reports whether a step that ended in this state did what it is for: there
// is nothing left to take, by a read or by a person's word.
func (s StepState) Done() bool { return s == Proven || s == Nothing || s == Confirmed }

// Choice is what an approver decides about an item.
type Choice string

// The choices.
const (
	Give    Choice = "give"    // to an heir
	Keep    Choice = "keep"    // leave it until a date, for a reason
	Archive Choice = "archive" // nobody gets it; IT archives it
)

// Verb is something a person can ask for; the key of the permission table.
type Verb string

// The verbs.
const (
	VerbStart      Verb = "start"
	VerbMove       Verb = "move"
	VerbEmergency  Verb = "emergency"
	VerbHold       Verb = "hold"
	VerbErase      Verb = "erase"
	VerbUndo       Verb = "undo"
	VerbRehire     Verb = "rehire"
	VerbSubmit     Verb = "submit"
	VerbAmend      Verb = "amend"
	VerbApprove    Verb = "approve"
	VerbDecline    Verb = "decline"
	VerbDelegate   Verb = "delegate"
	VerbAnswer     Verb = "answer"
	VerbPress      Verb = "press"
	VerbReschedule Verb = "reschedule"
	VerbCancel     Verb = "cancel"
	VerbStop       Verb = "stop"
	VerbRetry      Verb = "retry"
	VerbTake       Verb = "take"
	VerbSkip       Verb = "skip"
	VerbSecond     Verb = "second"
	VerbConfirm    Verb = "confirm"
	VerbNote       Verb = "note"
	VerbStatus     Verb = "status"
	VerbList       Verb = "list"
	VerbInbox      Verb = "inbox"
	VerbAudit      Verb = "audit"
	VerbExport     Verb = "export"
	VerbFeedback   Verb = "feedback"
	VerbReport     Verb = "report"
	VerbLink       Verb = "link"
	VerbPause      Verb = "pause"
	VerbConfig     Verb = "config"
	VerbClock      Verb = "clock"
	VerbSweep      Verb = "sweep"
	VerbKnown      Verb = "known" // typed as a part of sweep
	VerbResume     Verb = "resume"
	VerbUnfreeze   Verb = "unfreeze"
	VerbBreaker    Verb = "breaker"
	VerbBatch      Verb = "batch"
	VerbHelp       Verb = "help"
)

// Object is what a button or a typed command is about: a case, and where it
// matters a plan of it and a detail, a scope or a step. Its text is at most
// 100 bytes; it names things and authorises nothing.
type Object struct {
	Case   CaseID
	Plan   int    // 0: the case's current plan
	Detail string // scope, step id or entry number; may be empty
}

// String is "OFF-42", "OFF-42:1" or "OFF-42:1:9f3ac1d2".
func (o Object) String() string {
	switch {
	case o.Plan == 0:
		return string(o.Case)
	case o.Detail == "":
		return fmt.Sprintf("%s:%d", o.Case, o.Plan)
	}
	return fmt.Sprintf("%s:%d:%s", o.Case, o.Plan, o.Detail)
}

// ParseObject reads what String wrote, and "42" or "off-42" as people type it.
func ParseObject(s string) (Object, error) {
	if len(s) > 100 {
		return Object{}, fmt.Errorf("that is not a case number; it looks like OFF-42")
	}
	id, rest, _ := strings.Cut(strings.TrimSpace(s), ":")
	n, ok := number("OFF-", id)
	if !ok {
		n, ok = number("", id)
	}
	if !ok {
		return Object{}, fmt.Errorf("that is not a case number; it looks like OFF-42")
	}
	o := Object{Case: caseID(n)}
	if rest != "" {
		plan, detail, _ := strings.Cut(rest, ":")
		p, err := strconv.Atoi(plan)
		if err != nil || p < 1 {
			return Object{}, fmt.Errorf("that is not a plan of %s; use the buttons of its card, or type just %s", o.Case, o.Case)
		}
		o.Plan, o.Detail = p, detail
	}
	return o, nil
}

func caseID(n uint64) CaseID     { return CaseID("OFF-" + strconv.FormatUint(n, 10)) }
func personID(n uint64) PersonID { return PersonID("P-" + strconv.FormatUint(n, 10)) }

// number reads the number of an id such as "OFF-42", without regard to case.
func number(prefix, id string) (uint64, bool) {
	if len(id) <= len(prefix) || !strings.EqualFold(id[:len(prefix)], prefix) {
		return 0, false
	}
	digits := id[len(prefix):]
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil && n > 0 && digits[0] != '0' && digits[0] != '+'
}
