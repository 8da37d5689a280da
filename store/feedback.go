package store

import (
	"slices"
	"time"
)

// FeedbackFor is how long after a departure is over it is taken how it went,
// the first time and again.
const FeedbackFor = 7 * 24 * time.Hour

// Rated is how a departure went, in the eyes of whoever asked for it or
// approved it. What they say again takes the place of what they said before.
type Rated struct {
	Rating  Rating  `json:"rating"`
	Comment Private `json:"comment,omitzero"`
}

func (Rated) kind() string { return "rated" }

// Rating is how it went.
type Rating string

// The ratings.
const (
	Good Rating = "good"
	Fair Rating = "fair"
	Poor Rating = "poor"
)

// Ratings lists the ratings, the best first.
var Ratings = []Rating{Good, Fair, Poor}

// Words is how people call a rating.
func (r Rating) Words() string {
	switch r {
	case Good:
		return "well"
	case Fair:
		return "so-so"
	case Poor:
		return "badly"
	}
	return string(r)
}

// Feedback is what one person has said last.
type Feedback struct {
	By      PersonID
	Role    Role // in which they were asked: HR for whoever asked for the case, else Approver
	At      time.Time
	Rating  Rating
	Comment Private
}

// AsksFeedback reports whether people are asked how the case went: a departure
// or a change of role that ran and is over. Not of an emergency and not of what
// is confidential, where the question would be out of place; and not of a case
// that was approved with its list, or somebody would be asked a hundred times.
func (c Case) AsksFeedback() bool {
	p := c.Plan(1)
	return p.State == Over && !p.Begun.IsZero() && !p.Emergency && !c.Terms.Confidential && c.Batch == ""
}

// Rater is in which role a person is asked how the case went: HR if they asked
// for it, Approver if they gave the approver's own approval; empty for
// everybody else. It does not know who has left.
func (c Case) Rater(p PersonID) Role {
	switch {
	case p == "" || p == c.Person || !c.AsksFeedback():
	case p == c.Opener():
		return HR
	case p == c.Plan(1).ApprovedBy():
		return Approver
	}
	return ""
}

// RatedBy is what a person has said about the case; false if nothing.
func (c Case) RatedBy(p PersonID) (Feedback, bool) {
	for _, f := range c.Feedback {
		if f.By == p {
			return f, true
		}
	}
	return Feedback{}, false
}

// FeedbackUntil is when it is not taken any more how the case went.
func (c Case) FeedbackUntil() time.Time { return c.Plan(1).Over.Add(FeedbackFor) }

func (c Case) allowsRated(b Rated, e Event) *Refused {
	before, said := c.RatedBy(e.Actor.Person)
	switch {
	case c.ID == "", !c.Visible(e.Actor.Person, e.Facts.Roles):
		return NoSuchCase(CaseID(e.Subject))
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	case c.Plan(1).State != Over && c.State != CaseClosed:
		return refuse(NotNow, "%s is not over yet. How it went is asked at the end.", c.ID)
	case !c.AsksFeedback():
		return refuse(NotNow, "It is not asked how %s went. Nothing was changed. /offboard note %s keeps a remark.", c.ID, c.ID)
	case c.Rater(e.Actor.Person) == "":
		return refuse(NotYours, "How %s went is asked of who asked for it and of who approved it. Nothing was changed.", c.ID)
	case e.At.After(c.FeedbackUntil()):
		return refuse(NotNow, "%s has been over for more than a week, so this is not taken any more. Nothing was changed.", c.ID)
	case !slices.Contains(Ratings, b.Rating):
		return refuse(Malformed, "How did it go? Type one word, and what you would like to add: /offboard feedback %s good (or fair, or poor).", c.ID)
	case said && before.Rating == b.Rating && b.Comment.IsZero():
		return refuse(Already, "You have said that already. Nothing was changed.")
	}
	return nil
}

// rate keeps what a person said, in the place of what they said before.
func (c *Case) rate(b Rated, e Event) {
	said := Feedback{By: e.Actor.Person, Role: c.Rater(e.Actor.Person), At: e.At, Rating: b.Rating, Comment: b.Comment}
	c.Feedback = append(slices.DeleteFunc(slices.Clone(c.Feedback), func(f Feedback) bool { return f.By == said.By }), said)
}
