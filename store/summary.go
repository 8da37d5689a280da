package store

import "time"

// Summary is the row that is kept of a case, so that lists and rules about
// others need not fold it.
type Summary struct {
	ID           CaseID     `json:"id"`
	State        CaseState  `json:"state"`
	Outcome      Outcome    `json:"outcome,omitempty"`
	Plan         PlanState  `json:"plan"`
	Person       PersonID   `json:"person"`
	Kind         string     `json:"kind"`
	Confidential bool       `json:"confidential,omitempty"`
	Requester    PersonID   `json:"requester"`
	Approvers    []PersonID `json:"approvers,omitempty"`
	CutOff       CutOff     `json:"cutOff"`
	Begun        bool       `json:"begun,omitempty"`
	Due          time.Time  `json:"due,omitzero"`
	Opened       time.Time  `json:"opened"`
	Closed       time.Time  `json:"closed,omitzero"`
	Steps        int        `json:"steps"`
	Ended        int        `json:"ended"`
	Stuck        int        `json:"stuck"`
	Seq          uint64     `json:"seq"`

	Batch BatchID `json:"batch,omitempty"`
	Scope string  `json:"scope,omitempty"` // of the plan; with Batch only
}

// Summary is the row of the case.
func (c Case) Summary() Summary {
	p := c.Plan(0)
	s := Summary{
		ID: c.ID, State: c.State, Outcome: c.Outcome, Plan: p.State, Person: c.Person, Kind: c.Terms.Kind,
		Confidential: c.Terms.Confidential, Requester: c.Requester, Approvers: p.Approvers, CutOff: p.CutOff,
		Begun: !p.Begun.IsZero(), Due: c.NextDue(), Opened: c.Opened, Closed: c.Closed, Steps: len(p.Steps), Seq: c.Seq,
	}
	if s.Batch = c.Batch; s.Batch != "" {
		s.Scope = p.Scope
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
	return s.Begun || s.Plan == Approved && !s.Due.IsZero() && !now.Before(s.Due)
}
