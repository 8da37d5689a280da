package store

import (
	"slices"
	"time"
)

// If the approver has not decided when the cut-off is near, others are asked
// who may decide in their place (MissingLock): then the word of whoever
// submitted it and theirs are enough. The approver may still decide first.

// FellBack says who may decide in place of the approver from now on. The bot
// writes it once for each cut-off; who they are was found in the directory.
type FellBack struct {
	Plan int        `json:"plan"`
	To   []PersonID `json:"to"`
}

// Fallback is who may decide in place of the approver, and since when.
type Fallback struct {
	To []PersonID
	At time.Time
}

func (FellBack) kind() string { return "fell back" }

func (f *Fallback) has(p PersonID) bool { return f != nil && p != "" && slices.Contains(f.To, p) }

// replaced puts who stands in for somebody in their place, unless they are asked
// already.
func (f *Fallback) replaced(b Replaced, approvers []PersonID) *Fallback {
	if f == nil {
		return nil
	}
	out := &Fallback{At: f.At}
	for _, id := range f.To {
		if id == b.From {
			id = b.To
		}
		if !slices.Contains(approvers, id) && !slices.Contains(out.To, id) {
			out.To = append(out.To, id)
		}
	}
	return out
}

// FallsBack reports whether others may be asked in place of the approver: the
// policy says so, the approver has not decided, and nobody has been asked.
func (c Case) FallsBack() bool {
	p := c.Plan(0)
	return p.State == Asked && p.Kind == Leave && c.Ruling.Missing == MissingLock && p.Fallback == nil && slices.Contains(c.Outstanding(), Approver)
}

func (c Case) allowsFellBack(b FellBack, late *Refused) *Refused {
	p := c.Plan(0)
	if b.Plan != p.No || !c.FallsBack() || len(b.To) == 0 {
		return late
	}
	for _, id := range b.To {
		if !c.Eligible(id) || slices.Contains(p.Approvers, id) {
			return refuse(Malformed, "%s can't decide about %s", id, c.ID)
		}
	}
	return nil
}
