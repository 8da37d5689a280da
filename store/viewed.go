package store

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Viewed says that somebody has read evidence about others: the record of a case
// or of a person, how somebody else's case stands, or what a list of leavers is
// against the log. It is written before anything is shown, so that nobody reads
// it unseen. Reading the same again on the same day (UTC) leaves no second entry.
//
// What leaves none: verifying, which shows nobody; the people who work on a case
// and look at its card, which is their work; and lists and overviews, which show
// no more than that a case is there. Taking evidence away is Exported.
type Viewed struct {
	What View `json:"what"`
	// Of a ReconcileView:
	From  Date   `json:"from,omitempty"` // the period, in Zone, both included
	To    Date   `json:"to,omitempty"`
	Zone  string `json:"zone,omitempty"`
	Lines int    `json:"lines,omitempty"`
	Sum   string `json:"sum,omitempty"` // SHA-256 of the list, in hexadecimal
}

func (Viewed) kind() string { return "viewed" }

// View is what was read.
type View string

// The views.
const (
	RecordView    View = "record"    // who did what: of a case, or of a person by an operator
	CardView      View = "card"      // how a case stands, by an auditor who does not work on it
	ReconcileView View = "reconcile" // HR's list of leavers against the log, by an operator
)

// Viewing is who has read what on a day.
type Viewing struct {
	By   PersonID `json:"by,omitempty"`
	User string   `json:"user,omitempty"` // an operator's, of the operating system
	Day  Date     `json:"day"`            // UTC
	Read Viewed   `json:"read"`
}

func (b Viewed) viewing(e Event) Viewing {
	user, _ := e.Actor.OperatorUser()
	return Viewing{e.Actor.Person, user, Date(e.At.UTC().Format(time.DateOnly)), b}
}

// viewed adds to what was read on a day; earlier days are forgotten, since no rule
// asks for them.
func viewed(list []Viewing, b Viewed, e Event) []Viewing {
	v := b.viewing(e)
	return append(slices.DeleteFunc(slices.Clone(list), func(x Viewing) bool { return x.Day != v.Day }), v)
}

func (b Viewed) twice(list []Viewing, e Event) *Refused {
	if slices.Contains(list, b.viewing(e)) {
		return refuse(Already, "That you have read this today stands in the record already.")
	}
	return nil
}

// ReadsOnly reports whether a person with these configured roles sees the case as
// an auditor and in no other way: they neither work on it nor are asked about it.
func (c Case) ReadsOnly(p PersonID, configured []Role) bool {
	roles := c.RolesOf(p, configured)
	works := slices.ContainsFunc(roles, func(r Role) bool { return r != Auditor && r != Admin })
	return slices.Contains(roles, Auditor) && !works && p != c.Requester && p != c.Opener() && p != c.Asker()
}

// allowsViewed is about reading a case. An operator may: whoever uses the server's
// command line can read its files. Somebody whose decisions are refused may read
// on, and it is written down.
func (c Case) allowsViewed(b Viewed, e Event) *Refused {
	verb, known := map[View]Verb{RecordView: VerbAudit, CardView: VerbStatus}[b.What]
	switch {
	case c.ID == "":
		return NoSuchCase(CaseID(e.Subject))
	case !known || b != Viewed{What: b.What}:
		return refuse(Malformed, "That is nothing that is read of %s.", c.ID)
	case e.Actor.operator():
		return b.twice(c.Views, e)
	case !c.Visible(e.Actor.Person, e.Facts.Roles):
		return NoSuchCase(c.ID)
	case e.Facts.Own:
		return AccessEnded()
	case !Permitted(verb, c.roles(e)):
		return refuse(NotYours, "The record is for security and auditors. /offboard status %s shows how the case stands.", c.ID)
	}
	return b.twice(c.Views, e)
}

// allowsViewed is about the record of a person, which the command line shows.
func (p Person) allowsViewed(b Viewed, e Event) *Refused {
	if !e.Actor.operator() || b != (Viewed{What: RecordView}) {
		return refuse(NotYours, "The record of a person is read at the server's command line: offboard audit show %s.", p.ID)
	}
	return b.twice(p.Views, e)
}

// allowsViewed is about a list of leavers against the log: they may be anybody's.
func (s State) allowsViewed(b Viewed, e Event) *Refused {
	if !e.Actor.operator() || b.What != ReconcileView || len(b.Sum) != 64 || b.Lines < 1 {
		return refuse(NotYours, "A list of leavers is compared with the log at the server's command line: offboard audit reconcile.")
	}
	return b.twice(s.Views, e)
}

func (b Viewed) words() string {
	switch b.What {
	case RecordView:
		return "read the record"
	case CardView:
		return "read how it stands, as an auditor"
	case ReconcileView:
		return "compared a list of " + Count(b.Lines, "line", "lines") + " with the log, last days " + string(b.From) + " to " + string(b.To)
	}
	return "read " + string(b.What)
}

// View records that somebody reads about a subject, before they do. An error says
// that they must not be shown it: a *Refused that they may not, any other that it
// could not be written. What was recorded today already is no error.
func (s *Store) View(ctx context.Context, subject string, actor Actor, b Viewed) error {
	_, err := s.Append(ctx, subject, actor, b)
	if refused, ok := errors.AsType[*Refused](err); ok && refused.Code == Already {
		return nil
	}
	return err
}

// ReadOnly reports whether nothing can be written: a copy is only looked at.
func (s *Store) ReadOnly() bool { return s.opt.ReadOnly }
