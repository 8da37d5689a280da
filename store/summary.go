package store

import (
	"slices"
	"time"
)

// Summary is the row that is kept of a case, so that lists and rules about
// others need not fold it.
type Summary struct {
	ID           CaseID     `json:"id"`
	State        CaseState  `json:"state"`
	Outcome      Outcome    `json:"outcome,omitempty"`
	Plan         PlanState  `json:"plan"`
	PlanKind     PlanKind   `json:"planKind"`
	Person       PersonID   `json:"person"`
	ByHand       bool       `json:"byHand,omitempty"`
	Kind         string     `json:"kind"`
	Confidential bool       `json:"confidential,omitempty"`
	Requester    PersonID   `json:"requester"`
	Approvers    []PersonID `json:"approvers,omitempty"`
	Knowing      []PersonID `json:"knowing,omitempty"` // who else has decided, or may
	Asked        []Role     `json:"asked,omitempty"`   // whose approval is outstanding
	CutOff       CutOff     `json:"cutOff"`
	Begun        bool       `json:"begun,omitempty"` // their access was cut off, and has not been given back
	Move         bool       `json:"move,omitempty"`  // a change of role
	Moved        bool       `json:"moved,omitempty"` // that has begun, and has not given back what it took
	Rehired      bool       `json:"rehired,omitempty"`
	Erased       bool       `json:"erased,omitempty"`
	Due          time.Time  `json:"due,omitzero"`
	Opened       time.Time  `json:"opened"`
	Closed       time.Time  `json:"closed,omitzero"`
	Steps        int        `json:"steps"`
	Ended        int        `json:"ended"`
	Stuck        int        `json:"stuck"`
	Seq          uint64     `json:"seq"`

	Batch BatchID `json:"batch,omitempty"`
	Scope string  `json:"scope,omitempty"` // of the plan; with Batch only
	Lock  bool    `json:"lock,omitempty"`  // others may decide in place of a silent approver; with Batch only
}

// Summary is the row of the case.
func (c Case) Summary() Summary {
	p := c.Plan(0)
	s := Summary{
		ID: c.ID, State: c.State, Outcome: c.Outcome, Plan: p.State, Person: c.Person, ByHand: c.ByHand, Kind: c.Terms.Kind,
		Confidential: c.Terms.Confidential, Requester: c.Requester, Approvers: p.Approvers, CutOff: p.CutOff,
		PlanKind: p.Kind, Begun: c.cut(), Move: c.Moves(), Moved: c.moved(), Rehired: c.Rehired != nil, Erased: c.Erased != nil, Due: c.NextDue(), Opened: c.Opened, Closed: c.Closed, Steps: len(p.Steps), Seq: c.Seq,
	}
	if p.Asking != "" {
		s.Knowing = []PersonID{p.Asking}
	}
	if c.State != CaseDraft {
		s.Knowing = c.knowing()
		s.Asked = slices.Compact(slices.DeleteFunc(c.Outstanding(), func(r Role) bool { return r == Approver }))
	}
	if s.Batch = c.Batch; s.Batch != "" {
		s.Scope, s.Lock = p.Scope, c.Ruling.Missing == MissingLock
	}
	for _, st := range p.Steps {
		if st.State.Ended() {
			s.Ended++
		} else if st.Stuck() {
			s.Stuck++
		}
	}
	return s
}

// CutOffPassed is Case.CutOffPassed for a row.
func (s Summary) CutOffPassed(now time.Time) bool {
	if s.State == CaseClosed && s.Outcome == Cancelled {
		return false
	}
	return s.Begun || s.PlanKind == Leave && s.Plan == Approved && !s.Due.IsZero() && !now.Before(s.Due)
}
