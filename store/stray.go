package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Stray is an account that a sweep has found: it can be used, and belongs to
// nobody, to somebody who has left, or to somebody with a case. What it is worth
// depends on who reads of it: see Kind.
type Stray struct {
	System  string    `json:"system"` // as configured
	Title   string    `json:"title"`  // of the system, for people
	ID      string    `json:"id"`     // immutable, in the system
	Login   string    `json:"login"`
	Admin   bool      `json:"admin,omitempty"`
	Used    time.Time `json:"used,omitzero"`   // when it was last used, if the system says that
	Owner   string    `json:"owner,omitempty"` // directory id of whom it belongs to; empty: nobody
	Name    string    `json:"name,omitempty"`  // theirs
	Gone    bool      `json:"gone,omitempty"`  // the directory has locked them, or has them no more
	Linked  bool      `json:"linked,omitempty"`
	Case    CaseID    `json:"case,omitempty"`    // by which they leave, or have left
	Planned bool      `json:"planned,omitempty"` // a plan of Case is about this account
	Given   bool      `json:"given,omitempty"`   // of Case: it was given back since
	New     bool      `json:"new,omitempty"`     // nobody was told of it before, or it has become worse

	Told StrayKind `json:"told,omitempty"` // what it was to IT when it was written down
}

// StrayKind says why an account is one, the worst first.
type StrayKind int

// The kinds.
const (
	NoStray   StrayKind = iota // somebody works here and uses it, or their case sees to it
	Remains                    // their case is over and says that access has ended
	OfGone                     // the directory says that they have left
	OfNobody                   // it belongs to nobody
	OfLeaving                  // they leave, and no plan of their case is about it
)

// Kind is what an account is to somebody who may know of its case, or may not.
// Without the case the answer is what it would be if there were none.
func (x Stray) Kind(c Summary, sees bool) StrayKind {
	switch {
	case x.Case != "" && sees && x.Given:
		return NoStray
	case x.Case != "" && sees && c.Begun && (c.State == CaseClosed || c.PlanKind == Retake || c.PlanKind == Destroy):
		return Remains // also while somebody is asked whether it is taken again
	case x.Case != "" && sees && c.State != CaseClosed && x.Planned:
		return NoStray
	case x.Owner == "":
		return OfNobody
	case x.Gone:
		return OfGone
	case x.Case != "" && sees && c.State != CaseClosed && c.Plan != Surveying: // else it may yet be found
		return OfLeaving
	}
	return NoStray
}

// Ref names an account in a button. It is not secret, and tells nothing.
func (a SystemAccount) Ref() string {
	sum := sha256.Sum256([]byte(a.Lookup))
	return hex.EncodeToString(sum[:8])
}

// Compare orders accounts as people read them: by system and login, those that
// are privileged first.
func (x Stray) Compare(y Stray) int {
	rank := func(s Stray) int {
		if s.Admin {
			return 0
		}
		return 1
	}
	return cmp.Or(rank(x)-rank(y), cmp.Compare(x.Title, y.Title), cmp.Compare(x.Login, y.Login), cmp.Compare(x.ID, y.ID))
}

// KnownToIT reports whether all of IT may know of a case: what is written down for
// them must not tell of any other. P-0 is nobody.
func (s Summary) KnownToIT() bool { return s.ID != "" && s.Visible("P-0", []Role{IT}) }
