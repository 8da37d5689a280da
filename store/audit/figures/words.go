package figures

import (
	"fmt"
	"time"

	"offboard/store"
)

// Words writes how long something took as people say it.
func (s Seconds) Words() string {
	d := time.Duration(s) * time.Second
	two := func(big int, one, many string, small int, one2, many2 string) string {
		if small == 0 {
			return store.Count(big, one, many)
		}
		return store.Count(big, one, many) + " " + store.Count(small, one2, many2)
	}
	switch {
	case d < 2*time.Minute:
		return store.Count(int(s), "second", "seconds")
	case d < 2*time.Hour:
		return store.Count(int(d.Minutes()), "minute", "minutes")
	case d < 48*time.Hour:
		return two(int(d.Hours()), "hour", "hours", int(d.Minutes())%60, "minute", "minutes")
	}
	return two(int(d.Hours())/24, "day", "days", int(d.Hours())%24, "hour", "hours")
}

// Figure is one figure in words, with that of the period before.
type Figure struct {
	Label  string
	Value  string
	Before string
	More   string // what belongs to it
}

// tooFew is said in the place of a time of fewer than Smallest cases.
const tooFew = "too few to say"

// share is a part of a whole. Of fewer than Smallest it is no percentage.
func share(part, whole int) string {
	switch {
	case whole == 0:
		return "none"
	case whole < Smallest:
		return fmt.Sprintf("%d of %d", part, whole)
	}
	return percent(part, whole)
}

// percent rounds away from 100 and from 0: only all are 100 %.
func percent(part, whole int) string {
	p := (200*part + whole) / (2 * whole)
	switch {
	case p == 100 && part < whole:
		p = 99
	case p == 0 && part > 0:
		p = 1
	}
	return fmt.Sprintf("%d%%", p)
}

func middle(t Times) string {
	switch {
	case t.N == 0:
		return "none"
	case t.Few():
		return tooFew
	}
	return t.Median.Words()
}

// spread says the times beside the median.
func spread(t Times) string {
	if t.Few() {
		return ""
	}
	return fmt.Sprintf("nine of ten within %s, the longest %s", t.P90.Words(), t.Worst.Words())
}

func (r Ratings) words() string {
	switch {
	case r.N == 0:
		return "none"
	case r.Few():
		return tooFew
	}
	return percent(r.Good, r.N)
}

func (r Ratings) spread() string {
	if r.Few() {
		return ""
	}
	return fmt.Sprintf("%d said well, %d so-so, %d badly", r.Good, r.Fair, r.Poor)
}

// Headlines are the five figures that matter.
func (r Report) Headlines() []Figure {
	n, w := r.Now, r.Was
	unless := func(none bool, text string) string {
		if none {
			return ""
		}
		return text
	}
	return []Figure{
		{"Access ended on time", share(n.OnTime, n.OnTimeOf()), share(w.OnTime, w.OnTimeOf()), unless(n.OnTimeOf() == 0, fmt.Sprintf("%d of %s, within %d minutes of the agreed time", n.OnTime, store.Count(n.OnTimeOf(), "departure", "departures"), int(Grace.Minutes())))},
		{"From request to approval", middle(n.Approval), middle(w.Approval), spread(n.Approval)},
		{"From request to the last proven step", middle(n.Proof), middle(w.Proof), spread(n.Proof)},
		{"Steps proven at the first try", share(n.First, n.Tried), share(w.First, w.Tried), unless(n.Tried == 0, fmt.Sprintf("%d of %s", n.First, store.Count(n.Tried, "step", "steps")))},
		{"Closed with access left", fmt.Sprint(n.AccessLeft), fmt.Sprint(w.AccessLeft), unless(n.Closed == 0, "of "+store.Count(n.Closed, "closed case", "closed cases"))},
	}
}

// Attention says what somebody should look at, the worst first.
func (r Report) Attention() []string {
	n := r.Now
	var out []string
	say := func(count int, one, many string) {
		switch {
		case count == 1:
			out = append(out, one)
		case count > 1:
			out = append(out, fmt.Sprintf(many, count))
		}
	}
	say(n.Overdue, "At the end 1 person still had access after the agreed time.", "At the end %d people still had access after the agreed time.")
	say(n.AccessLeft, "1 case was closed with access left.", "%d cases were closed with access left.")
	say(n.BackOpen, "Access that came back was still there at the end, once.", "Access that came back was still there at the end, %d times.")
	say(n.BackKept, "Access that came back was left once.", "Access that came back was left %d times.")
	say(n.NotRight, "1 emergency was not right.", "%d emergencies were not right.")
	say(n.TasksOpen, "At the end 1 task was overdue.", "At the end %d tasks were overdue.")
	say(n.TasksUndone, "1 task was left undone.", "%d tasks were left undone.")
	say(n.Unswept, "1 sweep could not read a system to its end.", "%d sweeps could not read a system to its end.")
	say(n.Doubts, "The clock was in doubt once.", "The clock was in doubt %d times.")
	return out
}

// Section is figures that belong together.
type Section struct {
	Title   string
	Figures []Figure
}

// Sections are all figures.
func (r Report) Sections() []Section {
	n, w := r.Now, r.Was
	count := func(label string, now, before int, more string) Figure {
		return Figure{label, fmt.Sprint(now), fmt.Sprint(before), more}
	}
	took := func(label string, now, before Times) Figure {
		return Figure{label, middle(now), middle(before), spread(now)}
	}
	lead := func(d Days) string {
		switch {
		case d.N == 0:
			return "none"
		case d.Few():
			return tooFew
		}
		return store.Count(d.Median, "day", "days")
	}
	more := fmt.Sprintf("%d on the last day or later", n.Lead.Late)
	if !n.Lead.Few() {
		more = fmt.Sprintf("one of ten had %s or less; %s", store.Count(n.Lead.P10, "day", "days"), more)
	}
	why := ""
	if n.Late > 0 {
		why = fmt.Sprintf("%d because the approval came later, %d because the bot did not run, %d because of a system or a step", n.ByApproval, n.ByBot, n.BySystem)
	}
	rated := func(label string, now, before Ratings) Figure {
		return Figure{label, now.words(), before.words(), now.spread()}
	}
	return []Section{
		{"Cases", []Figure{
			count("Departures asked for", n.Requests, w.Requests, fmt.Sprintf("%d of them with a list", n.Listed)),
			count("Changes of role asked for", n.Moves, w.Moves, ""),
			count("Emergencies", n.Emergencies, w.Emergencies, fmt.Sprintf("%d were not right", n.NotRight)),
			count("Sent back by an approver", n.Declined, w.Declined, ""),
			count("Closed", n.Closed, w.Closed, fmt.Sprintf("%d given up before they began, %d stopped", n.Cancelled, n.Stopped)),
			count("Closed with access left", n.AccessLeft, w.AccessLeft, ""),
			count("Open at the end", n.Open, w.Open, ""),
		}},
		{"Time", []Figure{
			{"HR's lead time before the last day", lead(n.Lead), lead(w.Lead), more},
			took("From request to approval", n.Approval, w.Approval),
			took("From request to the cut-off", n.CutOff, w.CutOff),
			took("From request to the last proven step", n.Proof, w.Proof),
			took("Emergency: to the end of access", n.LockOut, w.LockOut),
		}},
		{"Against the agreed time", []Figure{
			count("Access ended on time", n.OnTime, w.OnTime, ""),
			count("Access ended late", n.Late, w.Late, why),
			{"How late the late ones were", middle(n.LateBy), middle(w.LateBy), spread(n.LateBy)},
			count("Access left where it was", n.Left, w.Left, ""),
			count("Access not ended yet, at the end", n.Overdue, w.Overdue, ""),
		}},
		{"Steps", []Figure{
			{"Proven at the first try", share(n.First, n.Tried), share(w.First, w.Tried), fmt.Sprintf("%d of %s that were tried; %d were proven in the end", n.First, store.Count(n.Tried, "step", "steps"), n.Proven)},
			count("Confirmed by a person, where a system shows no proof", n.Confirmed, w.Confirmed, ""),
			count("Failures", n.Failures, w.Failures, ""),
			count("Tried again", n.Retries, w.Retries, ""),
			count("Lock-outs skipped", n.Skipped, w.Skipped, ""),
		}},
		{"Tasks of people", []Figure{
			count("Fell due", n.Tasks, w.Tasks, ""),
			count("Done on time", n.TasksOnTime, w.TasksOnTime, ""),
			count("Done late", n.TasksLate, w.TasksLate, ""),
			count("Overdue at the end", n.TasksOpen, w.TasksOpen, ""),
			count("Left undone", n.TasksUndone, w.TasksUndone, ""),
		}},
		{"How it went", []Figure{
			rated("Whoever asked for it says: well", n.Requesters, w.Requesters),
			rated("Whoever approved it says: well", n.Approvers, w.Approvers),
		}},
		{"Afterwards", []Figure{
			count("Access came back", n.Back, w.Back, fmt.Sprintf("%d left as it is, %d still there at the end", n.BackKept, n.BackOpen)),
			took("Until it was taken again", n.BackTaken, w.BackTaken),
			count("Given back", n.Restored, w.Restored, ""),
			count("Hired again", n.Rehired, w.Rehired, ""),
			count("Sweeps of all accounts", n.Sweeps, w.Sweeps, fmt.Sprintf("%d could not read a system to its end", n.Unswept)),
			count("Accounts that sweeps found", n.Strays, w.Strays, ""),
			count("Times left out because the clock was in doubt", n.Doubtful, w.Doubtful, ""),
		}},
	}
}
