package population

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"offboard/store"
)

// location is the zone of the report; it was loaded when the report was made.
func (r Report) location() *time.Location {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Means says what the report calls late, and what it counts, in sentences.
func (r Report) Means() []string {
	out := []string{
		fmt.Sprintf("Late is what was proven to have ended after the last day of work was over: after the midnight that ends it, in %s. All times are in that zone.", r.Zone),
		"Proven is when the last of the lock-outs was shown by a read, or said by a person where no system shows it.",
		fmt.Sprintf("A case is about a line of the list if its last day of work is at most %d days from that of the line.", int(most.Hours()/24)),
		"A delay is whose it was until HR asked, until it was approved, until the cut-off that was asked for, until the button was pressed, and from then on the systems'.",
	}
	if !r.Asked {
		out = append(out, "The directory was not asked, or did not answer: who is missing may still be able to sign in, and namesakes whom the log never met are not seen.")
	}
	if r.Hidden > 0 {
		out = append(out, fmt.Sprintf("%s confidential: handle this report as you handle the record.", store.Count(r.Hidden, "case in it is", "cases in it are")))
	}
	if r.Erased > 0 {
		out = append(out, fmt.Sprintf("%s of persons who were erased: nothing is left that a line could be matched by. Lines that are missing may be theirs.", store.Count(r.Erased, "departure of the period is", "departures of the period are")))
	}
	if len(r.Unused) > 0 {
		out = append(out, "Columns that were not used: "+strings.Join(r.Unused, ", ")+".")
	}
	return out
}

// Title is what the report is about.
func (r Report) Title() string {
	return fmt.Sprintf("Who left, by HR's list and by the log: %s to %s", r.From, r.To)
}

// Summary is the counts in words, the worst first.
func (r Report) Summary() []string {
	out := []string{fmt.Sprintf("%s, %s matched", store.Count(r.Lines, "line", "lines"), store.Count(r.matched(), "case", "cases"))}
	for _, v := range Verdicts {
		if n := r.Count[v]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, v.Words()))
		}
	}
	return append(out, fmt.Sprintf("%d in the log and not on the list", len(r.Extra)))
}

func (r Report) matched() int {
	n := 0
	for _, f := range r.Findings {
		if f.Timing != nil {
			n++
		}
	}
	return n
}

// Words is how long before the end of the last day HR asked.
func (l Lead) Words() string {
	if l.Cases == 0 {
		return "HR asked for none of them"
	}
	d := time.Duration(l.Median * float64(time.Hour))
	return fmt.Sprintf("HR asked more than a day before the end of the last day for %d, on the last day for %d, and after it for %d; the median is %s", l.Before, l.Day, l.After, fromEnd(-d))
}

// Asking is when HR asked, in words; empty where nobody has.
func (t *Timing) Asking() string {
	if t == nil || t.HoursLead == nil {
		return ""
	}
	out := "HR asked " + fromEnd(t.Asked.Sub(t.Deadline))
	if t.HoursKnown != nil {
		if d := time.Duration(*t.HoursKnown * float64(time.Hour)); d >= 0 {
			out += ", " + Span(d) + " after the day began on which it knew"
		} else {
			out += ", before the day on which the list says that it knew"
		}
	}
	return out
}

// Marks of the verdicts: what is wrong, what somebody has to look at, what is well.
func (v Verdict) mark() string {
	switch v {
	case Missing, AccessLeft, Stopped, Held, Late:
		return "✖"
	case InTime, Pending:
		return "✔"
	case Draft, GivenBack, Ambiguous, Unread, Duplicate, Outside:
	}
	return "!"
}

// Text is the report for a terminal.
func (r Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", r.Title(), r.Company)
	for _, s := range r.Summary() {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	fmt.Fprintf(&b, "\n%s.\n", r.Lead.Words())
	last := Verdict("")
	for _, f := range r.Findings {
		if f.Verdict != last {
			fmt.Fprintf(&b, "\n%s %s (%d)\n", f.Verdict.mark(), f.Verdict.Words(), r.Count[f.Verdict])
			last = f.Verdict
		}
		fmt.Fprintf(&b, "  line %d  %s", f.Line, cmp.Or(f.Who, "(nobody)"))
		if f.LastDay != "" {
			fmt.Fprintf(&b, ", last day %s", f.LastDay)
		}
		if f.Timing != nil {
			fmt.Fprintf(&b, ", %s", f.Case)
			if f.Confidential {
				b.WriteString(" (confidential)")
			}
		}
		fmt.Fprintf(&b, "\n          %s\n", f.Text)
		if a := f.Asking(); a != "" {
			fmt.Fprintf(&b, "          %s\n", a)
		}
		for _, n := range f.Notes {
			fmt.Fprintf(&b, "          %s\n", n)
		}
	}
	if len(r.Extra) > 0 {
		fmt.Fprintf(&b, "\n! in the log and not on the list (%d)\n", len(r.Extra))
	}
	for _, e := range r.Extra {
		secret := ""
		if e.Confidential {
			secret = " (confidential)"
		}
		fmt.Fprintf(&b, "  %s%s  %s, last day %s, %s\n          %s\n", e.Case, secret, cmp.Or(e.Name, string(e.Person)), e.LastDay, e.Kind, e.Text)
	}
	b.WriteString("\n")
	for _, s := range r.Means() {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}
