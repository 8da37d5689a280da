package store

import "slices"

// permits is the one table of who may do what. A role counts only over the
// leavers in its scope (Claim.Scope); Approver is given by the case.
// Rules beyond the role, such as "not your own request", are in allows.go.
//
// VerbConfirm also needs the role that owns the task, VerbSecond a role that
// the first person did not have. VerbInbox and VerbHelp are for everybody.
// VerbFeedback is for whoever asked for the case and for whoever approved it (Case.Rater).
// VerbKnown is a part of VerbSweep: to say whose an account is, or that it may stay.
var permits = map[Verb][]Role{
	VerbStart:      {HR, Security},
	VerbMove:       {HR, Security},
	VerbEmergency:  {HR, Security},
	VerbHold:       {HR, Security, Auditor},
	VerbErase:      {HR, Security, Auditor},
	VerbUndo:       {HR, Security},
	VerbRehire:     {HR},
	VerbSubmit:     {HR, Security},
	VerbAmend:      {HR, Security},
	VerbApprove:    {Approver, Further},
	VerbDecline:    {Approver, Further},
	VerbDelegate:   {Approver},
	VerbAnswer:     {Approver},
	VerbPress:      {HR, IT, Security},
	VerbReschedule: {HR, Security},
	VerbCancel:     {HR, Security},
	VerbStop:       {HR, IT, Security},
	VerbRetry:      {IT, Security},
	VerbTake:       {IT, Security},
	VerbSkip:       {IT, Security},
	VerbSecond:     {HR, Approver, IT, Security, Admin},
	VerbConfirm:    {HR, IT, Security},
	VerbNote:       {HR, Approver, Further, IT, Security},
	VerbStatus:     {HR, Approver, Further, IT, Security, Auditor},
	VerbList:       {HR, IT, Security, Auditor},
	VerbInbox:      nil,
	VerbAudit:      {Security, Auditor},
	VerbExport:     {Auditor},
	VerbFeedback:   {HR, Approver, Security},
	VerbReport:     {HR, IT, Security, Auditor},
	VerbLink:       {Admin},
	VerbPause:      {IT, Security, Admin},
	VerbConfig:     {HR, IT, Security, Auditor, Admin},
	VerbClock:      {IT, Security, Admin},
	VerbSweep:      {IT, Security, Auditor},
	VerbKnown:      {IT, Security},
	VerbResume:     {HR, Security},
	VerbUnfreeze:   {Security, Admin},
	VerbBreaker:    {Security, Admin},
	VerbBatch:      {HR, Security},
	VerbHelp:       nil,
}

// Verbs lists every verb of the permission table, sorted.
func Verbs() []Verb {
	var out []Verb
	for v := range permits {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// Permitted reports whether one of the roles may do the verb. It is the table
// alone: Append asks the rules of the case too.
func Permitted(v Verb, roles []Role) bool {
	allowed, ok := permits[v]
	if !ok {
		return false
	}
	if v == VerbInbox || v == VerbHelp {
		return true
	}
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(allowed, r) })
}

// roles are all roles of the actor in this case.
func (c Case) roles(e Event) []Role { return c.RolesOf(e.Actor.Person, e.Facts.Roles) }

// RolesOf adds to the configured roles of a person what the case gives them.
func (c Case) RolesOf(p PersonID, configured []Role) []Role {
	out := slices.Clone(configured)
	if p != "" && slices.Contains(c.Plan(0).Approvers, p) {
		out = append(out, Approver)
	}
	if p != "" && c.further(p, configured) {
		out = append(out, Further)
	}
	return out
}

// Visible reports whether a person with these configured roles may know of the
// case. The leaver never may; a confidential case is for the people who work
// on it, not for all of HR, and for IT once it has begun.
func (c Case) Visible(p PersonID, configured []Role) bool {
	return c.Summary().Visible(p, configured)
}

// Visible is Case.Visible for a row.
func (s Summary) Visible(p PersonID, configured []Role) bool {
	has := func(roles ...Role) bool {
		return slices.ContainsFunc(configured, func(r Role) bool { return slices.Contains(roles, r) })
	}
	draft := s.State == CaseDraft
	switch {
	case p == "" || p == s.Person:
		return false
	case p == s.Requester, s.State == CaseDraft && slices.Contains(s.Knowing, p):
		return true
	case draft: // those who might open the same case; nobody else has been told yet
		return has(Security, Auditor) || has(HR) && !s.Confidential
	case slices.Contains(s.Approvers, p), slices.Contains(s.Knowing, p), has(s.Asked...):
		return true // who is asked, as oneself or by a role, is told what it is about
	case s.Confidential:
		// Somebody who is not in the directory is identified by IT before.
		return has(Security, Auditor) || has(IT) && (s.Begun || s.Moved || s.ByHand)
	}
	return Permitted(VerbStatus, configured)
}

// Alone reports whether a change needs no second person. Skipping a lock-out,
// postponing or cancelling what was approved, letting a held case go on, and
// what concerns a person do.
func (c Case) Alone(ch Change) bool {
	p := c.Plan(ch.Plan)
	approved := p.State == Approved || p.State == Begun
	switch ch.Verb {
	case VerbSkip:
		return !p.Step(ch.Step).LockOut
	case VerbReschedule:
		return !approved || ch.CutOff.earlier(p.CutOff)
	case VerbCancel:
		return !approved
	default:
		return false
	}
}

// earlier reports whether c is certainly not later than old.
func (c CutOff) earlier(old CutOff) bool {
	switch c.Mode {
	case Now:
		return true
	case At:
		return old.Mode == At && !c.At.After(old.At)
	case Press:
	}
	return false
}

// Seconders are the roles of which somebody may agree to a change that was asked
// for by somebody with the others: "a second person of another role".
func Seconders(first []Role) []Role {
	return slices.DeleteFunc([]Role{HR, IT, Security, Admin, Approver}, func(r Role) bool {
		return !slices.Contains(permits[VerbSecond], r) || slices.Contains(first, r)
	})
}

// MaySecond reports whether a person with these roles in the case may agree to a
// change that waits for it.
func (p Pending) MaySecond(id PersonID, roles []Role) bool {
	return id != p.By && otherRole(roles, p.Roles)
}

// otherRole reports whether somebody with these roles is "a second person of
// another role" for a change that was asked for by somebody with the others.
func otherRole(second, first []Role) bool {
	may := Seconders(first)
	return slices.ContainsFunc(second, func(r Role) bool { return slices.Contains(may, r) })
}
