package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Reached is how the systems of a case that waits for a press were found when
// they were last read. The zero Reached means that they were not yet.
type Reached struct {
	At      time.Time
	Systems int      // how many were read
	Silent  []string // names of those that did not answer
	Unread  []string // of those that answered, and could not be read
}

// Armed reports whether a case is approved and waits for a press.
func Armed(c store.Case) bool {
	p := c.Plan(0)
	_, held := c.Held()
	return p.State == store.Approved && p.CutOff.Mode == store.Press && p.Press.IsZero() && !held
}

// reached says how ready a case is before anybody presses.
func (v View) reached(c store.Case) []bot.Part {
	r := v.Reached
	switch {
	case !Armed(c), !r.At.IsZero() && r.Systems == 0: // people do all of it
		return nil
	}
	if r.At.IsZero() {
		return []bot.Part{bot.Prose{Text: bot.T("I am looking whether every system answers. You can press before that; what does not answer is tried again until it does.")}}
	}
	// A message that stands says when: how long ago would be wrong a minute later.
	text := bot.Join(bot.T("Ready, checked "), Moment(r.At, c.Zone()))
	switch ago := v.When.Now.Sub(r.At); {
	case !v.When.Exact:
	case ago < time.Minute:
		text = bot.T("Ready, checked just now")
	case ago < 2*time.Minute:
		text = bot.T("Ready, checked a minute ago")
	default:
		text = bot.T("Ready, checked " + length(ago) + " ago")
	}
	list := func(systems []string) string {
		var titles []string
		for _, n := range systems {
			titles = append(titles, v.system(n))
		}
		return bot.Clean(names(titles), 200)
	}
	if len(r.Silent) > 0 {
		text = bot.Join(text, bot.T(fmt.Sprintf("; %s did not answer: %s", store.Count(len(r.Silent), "system", "systems"), list(r.Silent))))
	}
	if len(r.Unread) > 0 {
		text = bot.Join(text, bot.T(fmt.Sprintf("; %s could not be read: %s", store.Count(len(r.Unread), "system", "systems"), list(r.Unread))))
	}
	if len(r.Silent)+len(r.Unread) > 0 {
		return []bot.Part{bot.Prose{Text: bot.Join(text, bot.T(". I look again every ten minutes. You can press all the same: the others end at once, and these are tried until they do."))}}
	}
	return []bot.Part{bot.Prose{Text: bot.Join(text, bot.T(fmt.Sprintf("; %s answered.", store.Count(r.Systems, "system", "systems"))))}}
}

// measured says how long after the press, the cut-off or the emergency the last lock-out
// was proven, and all that the bot proves; empty while a lock-out is open or was not
// done. It is counted from when it was to be, not from when the bot began.
func measured(p store.Plan) string {
	if p.Begun.IsZero() || p.Kind == store.Move {
		return ""
	}
	if p.Emergency && len(p.Unsurveyed()) > 0 {
		return "" // more lock-outs may be found
	}
	from, since := p.Due, "the cut-off"
	switch {
	case !p.Press.IsZero():
		from, since = p.Press, "the press"
	case p.Emergency:
		since = "it was asked for"
	case ApprovedLate(p):
		since = fmt.Sprintf("the approval, which came %s after the cut-off", length(p.Due.Sub(p.CutOff.At)))
	}
	locked, all := from, from
	lockOuts, open, byHand := 0, 0, 0
	for _, s := range p.Steps {
		done := s.State == store.Proven || s.State == store.Nothing
		if s.LockOut {
			lockOuts++
			locked = later(locked, s.Ended)
			switch {
			case s.State == store.Confirmed:
				byHand++
			case !done:
				return ""
			}
		}
		if s.Manual != nil {
			continue
		}
		all = later(all, s.Ended)
		if !done {
			open++
		}
	}
	if lockOuts == 0 {
		return ""
	}
	text := fmt.Sprintf("%s after %s", length(locked.Sub(from)), since)
	if byHand > 0 {
		text += fmt.Sprintf(", %d confirmed by a person, not by a read", byHand)
	}
	if open == 0 {
		text += fmt.Sprintf("; everything proven after %s", length(all.Sub(from)))
	}
	return text
}
