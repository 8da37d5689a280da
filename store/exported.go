package store

import "slices"

// Exported says that evidence was taken out of the log: of one case, on that
// case, or of several, on the installation. It is written before anything is
// handed over, so nothing leaves the log without an entry.
type Exported struct {
	Form ExportForm `json:"form"`
	// Of several cases: what they have in common. Empty is any.
	From         Date     `json:"from,omitempty"` // in Zone; something happened in the case from this day on
	To           Date     `json:"to,omitempty"`   // through this day
	System       string   `json:"system,omitempty"`
	Requester    PersonID `json:"requester,omitempty"`
	Confidential bool     `json:"confidential,omitempty"` // confidential cases too

	Zone       string      `json:"zone"`                 // IANA zone in which days count and times are shown
	Withheld   []TextClass `json:"withheld,omitempty"`   // what is not opened
	Identities bool        `json:"identities,omitempty"` // the cards of everybody who is named, not of the leavers only
	Cases      int         `json:"cases"`
	Entries    int         `json:"entries"` // that were handed over
	Size       uint64      `json:"size"`    // of the log when they were chosen
	// Sum is the SHA-256, in hexadecimal, of those entries, each followed by a
	// line feed: none can be taken out of them afterwards.
	Sum string `json:"sum"`
}

func (Exported) kind() string { return "exported" }

// ExportForm is the form in which evidence was handed over.
type ExportForm string

// The forms.
const (
	AsPack ExportForm = "pack" // everything, with proofs
	AsCSV  ExportForm = "csv"
	AsOCSF ExportForm = "ocsf"
)

// allowsExported is about taking the evidence of one case. An operator may:
// whoever uses the server's command line can read its files.
func (c Case) allowsExported(b Exported, e Event) *Refused {
	switch {
	case c.ID == "":
		return NoSuchCase(CaseID(e.Subject))
	case !b.valid():
		return refuse(Malformed, "That is no export of %s.", c.ID)
	case e.Actor.operator():
		return nil
	case !c.Visible(e.Actor.Person, e.Facts.Roles):
		return NoSuchCase(c.ID)
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	case !Permitted(VerbExport, e.Facts.Roles):
		return refuse(NotYours, "Only auditors take the evidence away. /offboard status %s shows how the case stands.", c.ID)
	}
	return nil
}

// allowsExported is about several cases: their leavers may be anybody's, so no
// role in the chat is enough.
func (s State) allowsExported(b Exported, e Event) *Refused {
	if !e.Actor.operator() || !b.valid() {
		return refuse(NotYours, "Several cases are exported at the server's command line: offboard audit export.")
	}
	return nil
}

func (b Exported) valid() bool {
	return slices.Contains([]ExportForm{AsPack, AsCSV, AsOCSF}, b.Form) && len(b.Sum) == 64 && b.Cases > 0 && b.Entries > 0
}

// words says what was exported.
func (b Exported) words() string {
	out := "took the evidence away, as " + map[ExportForm]string{AsPack: "a pack", AsCSV: "a table (CSV)", AsOCSF: "events for a SIEM (OCSF)"}[b.Form]
	if b.Cases != 1 {
		out += ": " + Count(b.Cases, "case", "cases")
	}
	for _, c := range b.Withheld {
		out += ", without " + string(c)
	}
	return out
}
