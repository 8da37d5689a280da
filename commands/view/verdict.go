package view

import (
	"fmt"
	"slices"

	"offboard/store"
)

// verdict is the state of a case in one line.
func (v View) verdict(c store.Case) string {
	p := c.Plan(0)
	s := c.Summary()
	if h, held := c.Held(); held {
		return v.why(c, h)
	}
	switch p.State {
	case store.Approved:
		if p.CutOff.Mode == store.Press {
			return fmt.Sprintf("%s: approved by %s. It begins when somebody presses %q.", c.ID, v.approvedBy(p), v.Press(c))
		}
		if text := v.HeldBack(c); text != "" {
			return fmt.Sprintf("%s: approved by %s. %s", c.ID, v.approvedBy(p), text)
		}
		if p.CutOff.Mode == store.Now {
			return fmt.Sprintf("%s: approved by %s. %s now.", c.ID, v.approvedBy(p), v.named(v.wording(c).begins, c))
		}
		return fmt.Sprintf("%s: approved by %s. %s %s.", c.ID, v.approvedBy(p), v.named(v.wording(c).begins, c), v.cutOff(c))
	case store.Begun:
		if p.Emergency {
			return v.emergency(c)
		}
		text := fmt.Sprintf("%s: %d of %d done", c.ID, s.Ended, s.Steps)
		if s.Stuck > 0 {
			text += ", " + store.Count(s.Stuck, "step needs", "steps need") + " a person"
		}
		if n := len(waitForHold(p)); n > 0 && v.Legal(c.Person) != nil {
			text += ", " + store.Count(n, "step waits", "steps wait") + " for the end of a legal hold"
		}
		return text + "."
	case store.Over:
		return v.ended(c)
	case store.Surveying:
		return fmt.Sprintf("%s: I am looking at %s.", c.ID, v.named(v.wording(c).looking, c))
	case store.Proposed:
		if c.InBatch() {
			return fmt.Sprintf("%s: it is approved with the list %s.", c.ID, c.Batch)
		}
		return fmt.Sprintf("%s: %s has to read it and submit it.", c.ID, v.Name(c.Asker()))
	case store.Asked:
		return fmt.Sprintf("%s: %s.", c.ID, v.Asking(c))
	case store.Declined:
		return fmt.Sprintf("%s: %s has declined; %s has to correct it.", c.ID, v.Name(p.Declined.By), v.Name(c.Asker()))
	case "":
	}
	return fmt.Sprintf("%s: nothing is known yet.", c.ID)
}

func (v View) ended(c store.Case) string {
	p := c.Plan(0)
	name := v.Name(c.Person)
	switch {
	case c.Rehired != nil && (p.Kind != store.Restore || p.Over.Before(c.Rehired.At)):
		return fmt.Sprintf("%s is closed, and %s is back: %s said so on %s. Nothing of it is watched or taken any more.", c.ID, name, v.Name(c.Rehired.By), Moment(c.Rehired.At, c.Zone()))
	case p.Kind == store.Restore:
		return v.restored(c)
	case p.Kind == store.Destroy:
		return v.destroyed(c)
	}
	if slices.ContainsFunc(c.Returns, store.Return.Open) {
		return fmt.Sprintf("%s is closed, and %s HAS ACCESS AGAIN that was taken away.", c.ID, name)
	}
	switch c.Outcome {
	case store.Cancelled:
		by := "somebody"
		if p.Stopped != nil {
			by = v.Name(p.Stopped.By)
		}
		return fmt.Sprintf("%s was cancelled by %s. Nothing was taken from %s.", c.ID, by, name)
	case store.AccessLeft:
		if slices.ContainsFunc(c.Returns, func(r store.Return) bool { return r.Kept }) {
			return fmt.Sprintf("%s is closed WITH ACCESS LEFT: %s has something again that was taken away, and it stays, as was decided.", c.ID, name)
		}
		if c.Moves() {
			return fmt.Sprintf("%s is closed WITH ACCESS LEFT: %s may still have something that only the old role gave.", c.ID, name)
		}
		if text := v.undone(c); text != "" {
			return fmt.Sprintf("%s is closed WITH ACCESS LEFT: nobody has confirmed %s.", c.ID, text)
		}
		return fmt.Sprintf("%s is closed WITH ACCESS LEFT: %s may still be able to sign in.", c.ID, name)
	case store.Unratified:
		leave, rest := c.Plan(1), v.lockedStill(c)
		switch {
		case leave.Wrong != nil:
			return fmt.Sprintf("%s is closed: %s says that the emergency was not right. %s", c.ID, v.Name(leave.Wrong.By), rest)
		case leave.Stopped != nil:
			return fmt.Sprintf("%s is closed: %s stopped the emergency before anybody had said that it was right. %s", c.ID, v.Name(leave.Stopped.By), rest)
		}
	case store.Done, store.Restored, store.PartRestored:
	}
	text := fmt.Sprintf("%s is closed: %s has no access any more.", c.ID, name)
	switch {
	case c.Moves():
		text = fmt.Sprintf("%s is closed: what %s had by the old role only is taken away.", c.ID, name)
	case v.Kind(c.Terms.Kind).Neutral:
		text = fmt.Sprintf("%s is closed: the accounts of %s are closed.", c.ID, name)
	case v.Kind(c.Terms.Kind).Returns:
		text = fmt.Sprintf("%s is done: %s has no access %s.", c.ID, name, v.until(c))
	}
	if n := leftOut(p); n > 0 {
		text += " " + store.Count(n, "step was", "steps were") + " left out; see what remains."
	}
	return text
}

// leftOut counts the steps that were not done.
func leftOut(p store.Plan) (n int) {
	for _, s := range p.Steps {
		if s.State == store.Skipped || s.State == store.Halted || s.Left > 0 {
			n++
		}
	}
	return n
}
