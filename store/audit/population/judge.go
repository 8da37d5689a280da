package population

import (
	"fmt"
	"math"
	"strings"
	"time"

	"offboard/store"
)

// deadline is what comes after the end of the last day of work: the midnight after it,
// in the zone of the report. Of the day itself nobody says when work ended.
func deadline(day store.Date, zone *time.Location) time.Time {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}
	}
	return store.Date(t.AddDate(0, 0, 1).Format(time.DateOnly)).In(zone)
}

// judge says how a departure stands to a line of the list.
func judge(d Departure, l Leaver, now time.Time, zone *time.Location) (Verdict, string, Timing) {
	end := deadline(l.LastDay, zone)
	t := Timing{
		Case: d.Case, Confidential: d.Confidential, Deadline: end, Known: l.Known,
		Asked: d.Asked, Approved: d.Approved, Due: d.Due, Begun: d.Begun, Proven: d.Proven, ByWord: d.ByWord > 0,
	}
	until := now
	if !d.Proven.IsZero() {
		until = d.Proven
	}
	if !d.Asked.IsZero() {
		t.HoursLead = new(hours(end.Sub(d.Asked)))
		if l.Known != "" {
			t.HoursKnown = new(hours(d.Asked.Sub(l.Known.In(zone))))
		}
	}
	v := d.verdict(until.After(end))
	if v == Late || v == InTime || v == GivenBack && !d.Proven.IsZero() {
		t.HoursOver = new(hours(until.Sub(end)))
	}
	if v == Late {
		t.Delay = d.delay(end, until)
		var most time.Duration
		for _, p := range t.Delay {
			if p.span > most {
				t.Whose, most = p.Whose, p.span
			}
		}
	}
	return v, d.explain(v, t, until), t
}

func (d Departure) verdict(late bool) Verdict {
	switch {
	case d.State == store.CaseDraft:
		return Draft
	case d.Outcome == store.Restored, d.Outcome == store.PartRestored:
		return GivenBack
	case d.Outcome == store.AccessLeft, d.Left > 0 && !d.Stopped:
		return AccessLeft
	case d.Outcome == store.Cancelled, (d.Stopped || d.Outcome == store.Unratified) && d.Proven.IsZero():
		return Stopped
	case d.Held && d.Proven.IsZero():
		return Held
	case late:
		return Late
	case d.Proven.IsZero():
		return Pending
	}
	return InTime
}

// explain says it for people, with what to do where somebody has to.
func (d Departure) explain(v Verdict, t Timing, until time.Time) string {
	over := "access ended and was proven " + fromEnd(until.Sub(t.Deadline))
	switch {
	case d.Nothing:
		over = "no access was found to take, as was said " + fromEnd(until.Sub(t.Deadline))
	case d.ByWord > 0:
		over += ", in part by a person's word"
	case d.Proven.IsZero() && until.After(t.Deadline):
		over = "access is still not proven to have ended, " + fromEnd(until.Sub(t.Deadline))
	case d.Proven.IsZero():
		over = fmt.Sprintf("not proven yet; the last day ends in %s", Span(t.Deadline.Sub(until)))
	}
	switch v {
	case Draft:
		return "a draft: nobody was asked to approve it. Submit it, or give it up"
	case Stopped:
		if d.Outcome == store.Cancelled {
			return "cancelled: nothing was taken. If they have left, open a new case"
		}
		return "stopped before all access was taken. If they have left, open a new case"
	case AccessLeft:
		if d.Left > 0 {
			return fmt.Sprintf("%s left out: that access stays. Ask why, or open a case that takes it", store.Count(d.Left, "lock-out was", "lock-outs were"))
		}
		return "closed with access left. Ask why, or open a case that takes it"
	case GivenBack:
		return over + ", and was given back since. If they have left, open a new case"
	case Held:
		return "held, because a decision was disowned: two people let it go on (/offboard resume)"
	case Late:
		if len(t.Delay) == 0 {
			return over
		}
		return over + ": " + shares(t.Delay, d)
	case InTime, Pending, Missing, Ambiguous, Unread, Duplicate, Outside:
	}
	return over
}

// delay says whose the time from the end of the last day to the proof was. The
// stages follow each other: HR asks, it is approved, its moment comes, and the
// systems do it. One that has not come yet lasts until now.
func (d Departure) delay(from, until time.Time) []Part {
	terms := OfTerms
	if d.Press {
		terms = OfPress
	}
	// An approval may come after the beginning (an emergency, or a fallback), and
	// does not hold it up then.
	approved := d.Approved
	if !d.Begun.IsZero() && (approved.IsZero() || approved.After(d.Begun)) {
		approved = d.Begun
	}
	var out []Part
	for _, stage := range []struct {
		whose Whose
		end   time.Time
	}{{OfHR, d.Asked}, {OfApproval, approved}, {terms, d.Due}, {OfSystem, until}} {
		end := stage.end
		if end.IsZero() || end.After(until) {
			end = until
		}
		if span := end.Sub(from); span > 0 {
			out = append(out, Part{stage.whose, hours(span), span})
			from = end
		}
	}
	return out
}

// shares says whose each part of a delay was.
func shares(parts []Part, d Departure) string {
	var out []string
	for _, p := range parts {
		long := Span(p.span)
		switch p.Whose {
		case OfHR:
			out = append(out, long+" until HR asked")
		case OfApproval:
			if d.Approved.IsZero() && d.Begun.IsZero() {
				out = append(out, long+" without an approval so far")
			} else {
				out = append(out, long+" until it was approved")
			}
		case OfTerms:
			out = append(out, long+" until the cut-off that was asked for")
		case OfPress:
			out = append(out, long+" until the button was pressed")
		case OfSystem:
			if d.Proven.IsZero() {
				out = append(out, long+" in which the systems have not shown it")
			} else {
				out = append(out, long+" until the systems had shown it")
			}
		}
	}
	return strings.Join(out, ", ")
}

// Words is whose a delay was, for people.
func (w Whose) Words() string {
	switch w {
	case OfHR:
		return "HR asked late"
	case OfApproval:
		return "waited for the approval"
	case OfTerms:
		return "the cut-off was asked for later"
	case OfPress:
		return "waited for the button"
	case OfSystem:
		return "the systems, or what they waited for"
	}
	return ""
}

// fromEnd is a time against the end of the last day.
func fromEnd(d time.Duration) string {
	switch {
	case d.Abs() < time.Minute:
		return "as the last day ended"
	case d < 0:
		return Span(-d) + " before the end of the last day"
	}
	return Span(d) + " after the end of the last day"
}

// Span is how long something took: its two largest units, cut off.
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return units(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	days := int(d.Hours()) / 24
	unit := "days"
	if days == 1 {
		unit = "day"
	}
	return units(days, unit, int(d.Hours())%24, "h")
}

func units(a int, of string, b int, rest string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, of)
	}
	return fmt.Sprintf("%d %s %d %s", a, of, b, rest)
}

// hours has two decimals.
func hours(d time.Duration) float64 { return math.Round(d.Hours()*100) / 100 }
