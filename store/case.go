package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Case is one person's departure. It is a value: Apply returns the next one
// and never changes the one it is called on, so a Case may be read by many
// goroutines while it goes on.
//
// Its life: a draft is surveyed and shown to its requester, who submits it;
// then it is open until its plan is over, and closed after that.
type Case struct {
	ID        CaseID
	State     CaseState
	Outcome   Outcome // once it has been closed; while a further plan is open, that of the plans before it
	Person    PersonID
	ByHand    bool
	Requester PersonID
	From      BatchID    `json:",omitempty"` // the list that it was opened for
	Batch     BatchID    `json:",omitempty"` // the same, as long as it is approved with it; empty once it was taken out
	Covered   uint64     `json:",omitempty"` // the decision about the list by which it was approved
	Changers  []PersonID // who else set its terms or its time; like the requester they never decide
	Terms     Terms
	Ruling    Ruling `json:",omitzero"` // what the policy said about these terms
	Plans     []Plan
	Pending   []Pending // changes that wait for a second person
	Notes     []Note
	Returns   []Return   `json:",omitempty"` // access that came back
	Rehired   *Rehire    `json:",omitempty"` // they were hired again
	Feedback  []Feedback `json:",omitempty"` // how it went, one of each person
	Decided   []PersonID `json:",omitempty"` // who decided about a plan, or about an earlier state of one: they may still see what
	Holds     []Hold     // decisions that were disowned; see Held
	Opened    time.Time
	Submitted time.Time // first time
	Closed    time.Time
	Erased    *Erasure `json:",omitempty"` // its person was erased
	Seq       uint64   // last entry
	Last      time.Time

	Views []Viewing `json:",omitempty"` // of the last day on which there were any
}

// Plan is a body of work that is surveyed, approved and carried out as one.
type Plan struct {
	No         int
	Kind       PlanKind
	Emergency  bool     // it locks out first, and is approved afterwards
	Careful    bool     `json:",omitempty"` // an emergency of somebody who is not of security: accounts that a system needs wait for the approval
	Of         int      // the plan that it follows; 0 for a leave
	Only       []StepID // the steps of Of that it is about; empty: all
	By         PersonID // who asks for it; empty if the bot does
	Reason     Private  // why, of a plan that follows another
	State      PlanState
	Systems    []string   // surveyed or to be surveyed
	Surveys    []Surveyed // what was found, without the steps
	Steps      []Step
	Rev        int    // counts amendments and refusals, so that no old card fits again
	Scope      string // what an approval covers, as a hash; set once surveyed
	Approvers  []PersonID
	Asked      time.Time
	Delegated  []Delegation
	Given      []Decision  `json:",omitempty"` // approvals so far, while others are outstanding
	Void       []Decision  `json:",omitempty"` // approvals of what has changed since; see Plan.void
	Fallback   *Fallback   `json:",omitempty"` // who may decide in place of the approver
	Replaced   []Standing  `json:",omitempty"` // who left, and who stands in for them
	Asking     PersonID    `json:",omitempty"` // asks for it now, in place of somebody who left
	Heir       PersonID    `json:",omitempty"` // gets what nobody was named for, where that is not the manager any more
	Decision   *Decision   // the approval with which it was approved: the last one
	Approvals  []Decision  `json:",omitempty"` // those before Decision
	Wrong      *Decision   // that an emergency was not right
	Later      []Decision  // about what was found after Decision and waited for its own approval
	HeirsAsked time.Time   `json:",omitzero"`  // since when, after the approval, it is asked who gets what; see Plan.HeirsOpen
	Said       []Said      `json:",omitempty"` // to the questions; see questions.go
	Defaulted  *Delegation `json:",omitempty"` // who got what nobody was named for in time
	Declined   *Decision   // the last refusal, until it is submitted again
	CutOff     CutOff
	Press      time.Time // when it was pressed
	Due        time.Time // when it was due; zero until that is known
	Begun      time.Time
	Delay      Delay // why it began late; empty where that is not known
	Over       time.Time
	Stopped    *Stop
	Looked     time.Time `json:",omitzero"`  // when its systems were last surveyed, all of them
	LookedFor  time.Time `json:",omitzero"`  // the cut-off that this was repeated for
	Unread     []Private `json:",omitempty"` // what could not be read when it was repeated
	Drifted    time.Time `json:",omitzero"`  // when something was last found that waits for an approval of its own
}

// Decision is who decided, when, and why.
type Decision struct {
	By     PersonID
	At     time.Time
	Reason Private
	Role   Role `json:",omitempty"` // in which they approved; empty: as the approver, or in their place
}

// Stop is who stopped a plan.
type Stop = Decision

// Pending is a change that waits for a second person.
type Pending struct {
	Entry  uint64
	Change Change
	By     PersonID
	Roles  []Role
	At     time.Time
}

// Note is a remark of a person.
type Note struct {
	By   PersonID
	At   time.Time
	Text Private
}

// Asker is who asks for what the current plan does: whoever opened the case,
// unless a person has asked for a further plan, or stands in for one who left.
func (c Case) Asker() PersonID {
	p := c.Plan(0)
	return cmp.Or(p.Asking, p.By, c.Opener())
}

// Opener is who asks for the case: whoever opened it, or stands in for them since
// they left.
func (c Case) Opener() PersonID { return cmp.Or(c.Plan(1).Asking, c.Requester) }

// Plan returns the plan of that number; 0 is the current one. The zero Plan
// means that there is none.
func (c Case) Plan(no int) Plan {
	if no == 0 {
		no = len(c.Plans)
	}
	if no < 1 || no > len(c.Plans) {
		return Plan{}
	}
	return c.Plans[no-1]
}

// Step returns the step of that id; the zero Step means that there is none.
func (p Plan) Step(id StepID) Step {
	if i := p.index(id); i >= 0 {
		return p.Steps[i]
	}
	return Step{}
}

func (p Plan) index(id StepID) int {
	return slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
}

var zoneFiles sync.Map // name -> *time.Location: to read one is to open a file

// Zone is the leaver's time zone; UTC where the recorded one is not known here.
func (c Case) Zone() *time.Location {
	if z, ok := zoneFiles.Load(c.Terms.Zone); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(c.Terms.Zone)
	if err != nil {
		return time.UTC
	}
	zoneFiles.Store(c.Terms.Zone, z)
	return z
}

// Unsurveyed lists the systems whose survey is still missing.
func (p Plan) Unsurveyed() []string {
	if p.State != Surveying && (!p.Emergency || p.State != Begun || p.Stopped != nil) {
		return nil
	}
	var out []string
	for _, s := range p.Systems {
		if !slices.ContainsFunc(p.Surveys, func(x Surveyed) bool { return x.System == s }) {
			out = append(out, s)
		}
	}
	return out
}

// Ready reports whether a step may be tried as far as its plan is concerned:
// the plan runs, what must end first has ended, what it needs was done, and its
// answers are there.
// Time (Again) is the caller's to look at.
func (p Plan) Ready(s Step) bool {
	if p.State != Begun || s.ID == "" || s.Manual != nil || s.Drift {
		return false
	}
	switch s.State {
	case Waiting, Running, FailedAgain:
	case NeedsPerson, Accepted, Proven, Nothing, Confirmed, Skipped, Halted:
		return false
	}
	for _, id := range s.After {
		if before := p.Step(id); before.ID != "" && !before.State.Ended() && !before.Spreads { // what is not in the plan would be waited for for ever
			return false
		}
	}
	return p.Lacks(s) == "" && !s.Unanswered()
}

// Come reports whether a plan's time has come. What ends "now" or was pressed
// has come whatever the clock says: it may have been wrong when that was said.
func (p Plan) Come(now time.Time) bool {
	if p.State != Approved || p.Due.IsZero() {
		return false
	}
	return p.CutOff.Mode != At || !p.CutOff.At.After(now)
}

// NextDue is the earliest time at which a loop has to look at the case again;
// zero if only an event can make something of it.
func (c Case) NextDue() time.Time {
	var due time.Time
	earliest := func(t time.Time) {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	p := c.Plan(0)
	switch p.State {
	case Approved:
		earliest(p.Due)
	case Begun:
		for _, s := range p.Steps {
			if s.State == FailedAgain {
				earliest(s.Again)
			}
		}
	case Asked:
		if p.CutOff.Mode == At {
			earliest(p.CutOff.At) // missing approvals at the cut-off are paged
		}
	case "", Surveying, Proposed, Declined, Over:
	}
	return due
}

// CutOffPassed reports whether the person's access has ended, or should have,
// so that they hold no role any more. What nobody has approved has no cut-off:
// else whoever may open a case could take a colleague's roles away alone.
func (c Case) CutOffPassed(now time.Time) bool { return c.Summary().CutOffPassed(now) }

// Late reports whether the time has passed at which access was to end, and
// nobody has approved.
func (c Case) Late(now time.Time) bool {
	p := c.Plan(0)
	return p.State == Asked && p.CutOff.Mode == At && !now.Before(p.CutOff.At)
}

// Active reports whether the case is the one open leave of its person.
func (c Case) Active() bool { return c.State == CaseDraft || c.State == CaseOpen }

// drifted reports whether something waits for an approval of its own.
func (p Plan) drifted() bool {
	if p.Unratified() {
		return len(p.Unsurveyed()) == 0
	}
	return p.Stopped == nil && (p.State == Approved || p.State == Begun) && slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Drift })
}

// scope hashes what an approval covers: the accounts, the actions with their
// options, every item that cannot be given back, the time. 64 bits, because a
// requester who can try salts must not find two plans with one hash.
func (p Plan) scope() string {
	type row struct {
		ID          StepID
		Account     Private
		LockOut     bool
		Items       int
		Irrevocable []string
	}
	var rows []row
	drifted := p.drifted()
	for _, s := range p.Steps {
		if drifted && !s.Drift {
			continue // approved already
		}
		r := row{ID: s.ID, Account: s.Account, LockOut: s.LockOut, Items: len(s.Items)}
		for _, i := range s.Items {
			if i.Irreversible {
				r.Irrevocable = append(r.Irrevocable, i.ID)
			}
		}
		rows = append(rows, r)
	}
	b, _ := json.Marshal(struct {
		No, Rev int
		CutOff  CutOff
		Rows    []row
	}{p.No, p.Rev, p.CutOff, rows}) // no type in it can fail
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
