package store

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// No system shows all that somebody leaves behind. So a leave asks its approver
// what they know of (Question), as one step of the plan: beside who gets what, from
// their question on, and until the case is closed. What they say becomes a task of
// IT. It changes nothing of what was approved, and holds up no other step.

// Question is asked of the approver; its words come from the configuration.
type Question struct {
	ID    string `json:"id"`
	Label string `json:"label"` // over the field of a form
	Ask   string `json:"ask"`   // {name} stands for the leaver
	Task  string `json:"task"`  // what IT does about the answer, as an order
}

// Replied is what the approver says to some of the questions.
type Replied struct {
	Plan    int     `json:"plan"`
	Replies []Reply `json:"replies"`
}

// Reply is the answer to one question: that there is nothing, or what there is.
type Reply struct {
	Question string  `json:"question"`
	None     bool    `json:"none,omitempty"`
	Text     Private `json:"text,omitzero"`
}

func (Replied) kind() string { return "replied" }

// Said is the last reply to a question.
type Said struct {
	Reply
	By PersonID
	N  int // how often the question was answered, for the id of the task
}

// usuallyAsked is how long the approver is asked, where the step does not say it.
const usuallyAsked = 72 * time.Hour

// AsksFor is how long after the approval the questions are asked.
func (s StepPlan) AsksFor() time.Duration { return cmp.Or(s.Manual.Lapse, usuallyAsked) }

// Asks reports whether the step is the questions to the approver.
func (s StepPlan) Asks() bool { return len(s.Questions()) > 0 }

// Enquiry is the step with the questions; the zero Step where nothing is asked.
func (p Plan) Enquiry() Step {
	if i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Asks() }); i >= 0 {
		return p.Steps[i]
	}
	return Step{}
}

// SaidTo is what was said to a question.
func (p Plan) SaidTo(question string) (Said, bool) {
	i := slices.IndexFunc(p.Said, func(s Said) bool { return s.Question == question })
	if i < 0 {
		return Said{}, false
	}
	return p.Said[i], true
}

// Unsaid are the questions that nobody has answered.
func (p Plan) Unsaid() []Question {
	s := p.Enquiry()
	if s.ID == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Questions()), func(q Question) bool { _, ok := p.SaidTo(q.ID); return ok })
}

// Replies reports whether the questions can be answered now, or what was said
// changed: from when the approver is asked until the plan is over. Of an emergency
// it is asked after somebody has said that it was right.
func (p Plan) Replies() bool {
	s := p.Enquiry()
	return s.ID != "" && !s.Drift && p.Stopped == nil && p.Wrong == nil && (p.State == Asked || p.State == Approved || p.State == Begun)
}

// Wondering reports whether, after the approval, the approver is still asked.
func (p Plan) Wondering() bool {
	return p.Replies() && p.State != Asked && !p.Enquiry().State.Ended()
}

// Shown reports whether an approver was shown the questions with what they decided;
// else somebody else approved in their place, and they are asked by themselves.
func (p Plan) Shown() bool {
	if p.Emergency { // of which it is asked afterwards
		return false
	}
	for _, d := range slices.Concat(p.Approvals, p.Later, decisions(p.Decision)) {
		if slices.Contains(p.Approvers, d.By) {
			return true
		}
	}
	return false
}

func decisions(d *Decision) []Decision {
	if d == nil {
		return nil
	}
	return []Decision{*d}
}

func (c Case) allowsReplied(b Replied, p Plan) *Refused {
	switch {
	case p.Enquiry().ID == "":
		return refuse(NotNow, "Nothing is asked in %s.", c.ID)
	case !p.Replies():
		return refuse(NotNow, "The questions of %s can't be answered now: nobody is asked yet, or it is over. /offboard note %s keeps what you know.", c.ID, c.ID)
	case len(b.Replies) == 0:
		return refuse(Malformed, "Write an answer to at least one question, or \"none\".")
	}
	seen := map[string]bool{}
	for _, r := range b.Replies {
		known := slices.ContainsFunc(p.Enquiry().Questions(), func(q Question) bool { return q.ID == r.Question })
		switch {
		case !known || seen[r.Question]:
			return stale(c.ID)
		case r.None != r.Text.IsZero():
			return refuse(Malformed, "Write what there is, or \"none\".")
		}
		seen[r.Question] = true
	}
	return nil
}

// replied keeps what was said. What a task that nobody has done yet was about is
// not so any more: it goes.
func (p *Plan) replied(b Replied, e Event) {
	p.Said, p.Steps = slices.Clone(p.Said), slices.Clone(p.Steps)
	for _, r := range b.Replies {
		said := Said{Reply: r, By: e.Actor.Person, N: 1}
		if old, ok := p.SaidTo(r.Question); ok {
			said.N = old.N + 1
			p.Said = slices.DeleteFunc(p.Said, func(s Said) bool { return s.Question == r.Question })
			if i := p.index(saidID(old)); i >= 0 && !p.Steps[i].State.Ended() {
				p.Steps = slices.Delete(p.Steps, i, i+1)
			}
		}
		p.Said = append(p.Said, said)
	}
	p.hear(e)
}

// saidID is the task that a reply becomes.
func saidID(s Said) StepID { return StepID(fmt.Sprintf("said/%s/%d", s.Question, s.N)) }

// hear makes the tasks of what was said, from the approval on: before it the plan
// is what its approver was shown. Once all was said, nobody is asked any more.
func (p *Plan) hear(e Event) {
	s := p.Enquiry()
	if !p.Replies() || p.State == Asked {
		return
	}
	for _, q := range s.Questions() {
		said, ok := p.SaidTo(q.ID)
		if !ok || said.None || p.index(saidID(said)) >= 0 {
			continue
		}
		p.Steps = append(slices.Clone(p.Steps), Step{State: Waiting, StepPlan: StepPlan{
			ID: saidID(said), System: s.System, Words: q.Task,
			Manual: &Manual{Owner: IT, Due: saidDue, Proof: "who owns it now, and what was changed", Detail: said.Text},
		}})
	}
	if i := p.index(s.ID); len(p.Unsaid()) == 0 && !p.Steps[i].State.Ended() {
		p.Steps = slices.Clone(p.Steps)
		p.Steps[i].end(Confirmed, e)
		p.Steps[i].By = p.Said[len(p.Said)-1].By // not whoever approves: they may have been asked nothing
	}
}

// saidDue is how long after the cut-off IT has for what the approver said.
const saidDue = 24 * time.Hour

// unheard are the questions of a case that was approved with a list: whoever
// approves many at once is not asked about each of them.
func (c *Case) unheard(e Event) {
	if c.Covered == 0 {
		return
	}
	if s := c.Plan(0).Enquiry(); s.ID != "" && !s.Asked.IsZero() && !s.State.Ended() {
		c.step(0, s.ID, func(_ *Plan, s *Step) { s.lapse(e) })
	}
}

// askAnew gives whoever stands in for the approver their time too.
func (p *Plan) askAnew(e Event) {
	if i := p.index(p.Enquiry().ID); p.Wondering() {
		p.Steps = slices.Clone(p.Steps)
		p.Steps[i].Asked = e.At
	}
}

// Questions are those of the step; none where it asks nothing.
func (s StepPlan) Questions() []Question {
	if s.Manual == nil {
		return nil
	}
	return s.Manual.Questions
}
