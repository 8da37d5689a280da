package population

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"offboard/store"
	"offboard/store/sheet"
)

// Reconcile compares a list with a log. It reads nothing but these two and what
// the request asks of the directory.
func Reconcile(list List, log Log, r Request) Report {
	out := Report{
		Company: r.Company, Program: r.Program, At: log.At, Zone: r.Zone.String(), From: r.From, To: r.To, Entries: log.Entries,
		Lines: len(list.Leavers) + len(list.Problems), Count: map[Verdict]int{}, Findings: []Finding{}, Extra: []Extra{}, Unused: list.Unused,
	}
	out.bound(list)
	p := index(log, r.Directory)
	of := map[store.PersonID][]Departure{}
	for _, d := range log.Departures {
		of[d.Person] = append(of[d.Person], d)
	}
	w := &work{report: &out, people: p, of: of, first: map[string]Leaver{}, listed: map[store.CaseID]bool{}, maybe: map[store.PersonID]int{}, zone: r.Zone}
	for _, problem := range list.Problems {
		out.Findings = append(out.Findings, Finding{Line: problem.Line, Who: problem.Column, Verdict: Unread, Text: problem.Text})
	}
	for _, l := range list.Leavers {
		out.Findings = append(out.Findings, w.finding(l))
	}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int {
		return cmp.Or(slices.Index(Verdicts, a.Verdict)-slices.Index(Verdicts, b.Verdict), a.Line-b.Line)
	})
	for _, f := range out.Findings {
		out.Count[f.Verdict]++
		if f.Timing != nil && f.Confidential {
			out.Hidden++
		}
	}
	out.lead()
	w.extra(log)
	out.Asked = r.Directory != nil && !p.silent
	return out
}

// bound is the period: the days of the list where none was asked for.
func (r *Report) bound(list List) {
	var first, last store.Date
	for _, l := range list.Leavers {
		if l.LastDay == "" {
			continue
		}
		if first == "" || l.LastDay < first {
			first = l.LastDay
		}
		last = max(last, l.LastDay)
	}
	r.From, r.To = cmp.Or(r.From, first), cmp.Or(r.To, last)
}

func (r *Report) within(d store.Date) bool { return d >= r.From && d <= r.To }

// work is one comparison under way.
type work struct {
	report *Report
	people *people
	of     map[store.PersonID][]Departure
	first  map[string]Leaver // person or text, and case -> the first line about it
	listed map[store.CaseID]bool
	maybe  map[store.PersonID]int // who an unclear line may mean -> that line
	zone   *time.Location
}

func (w *work) finding(l Leaver) Finding {
	f := Finding{Line: l.Line, Who: l.who(), LastDay: l.LastDay}
	var m match
	if f.Who != "" {
		m = w.people.find(l)
	}
	f.Person, f.By, f.Notes, f.Name = m.person, m.by, m.notes, w.people.name(m.person)
	day := l.LastDay
	if l.Wrong != "" {
		f.Verdict, f.Text = Unread, l.Wrong
		if m.person != "" { // their case is then not said to be in nobody's list
			for _, d := range w.of[m.person] {
				w.listed[d.Case] = true
			}
		}
		return f
	}
	if m.unclear != "" {
		f.Verdict, f.Text = Ambiguous, m.unclear
		for _, id := range m.may {
			w.maybe[id] = l.Line
		}
		if !w.report.within(day) {
			f.Verdict, f.Text = Outside, w.outside()
		}
		return f
	}
	found, other := nearest(w.of[m.person], day)
	key := string(m.person)
	if key == "" {
		key = "\x00" + folded(f.Who)
	}
	if found != nil {
		key += "\x00" + string(found.Case)
		w.listed[found.Case] = true
	} else {
		key += "\x00" + string(day)
	}
	earlier, twice := w.first[key]
	if !twice {
		w.first[key] = l
	}
	switch {
	case !w.report.within(day):
		f.Verdict, f.Text = Outside, w.outside()
	case twice:
		f.Verdict, f.Text = Duplicate, fmt.Sprintf("they are in line %d already", earlier.Line)
		if earlier.LastDay != day {
			f.Text += fmt.Sprintf(", with the last day %s: correct the one that is wrong", earlier.LastDay)
		}
	case found == nil:
		f.Verdict, f.Text = Missing, w.missing(l, m, other)
	default:
		var t Timing
		f.Verdict, f.Text, t = judge(*found, l, w.report.At, w.zone)
		f.Timing = &t
		f.Notes = append(f.Notes, notes(*found, l)...)
	}
	return f
}

func (w *work) outside() string {
	return fmt.Sprintf("the period is %s to %s", w.report.From, w.report.To)
}

// notes are what else an auditor would ask.
func notes(d Departure, l Leaver) []string {
	var out []string
	if d.LastDay != l.LastDay {
		out = append(out, fmt.Sprintf("the case has another last day: %s", d.LastDay))
	}
	if d.Back > 0 {
		out = append(out, "access has come back, and is not settled")
	}
	if !d.Rehired.IsZero() {
		out = append(out, "hired again, as was said on "+d.Rehired.Format(time.DateOnly))
	}
	if d.Outcome == store.Unratified {
		out = append(out, "an emergency that was not said to be right: what is locked stays locked until it is given back")
	}
	if d.Legal {
		out = append(out, "there is a legal hold on them")
	}
	return out
}

// missing says whether somebody whom nobody has offboarded is still known as
// active, and what to do.
func (w *work) missing(l Leaver, m match, other *Departure) string {
	if !m.asked { // the log knows them: whether they are active is the directory's to say
		text := cmp.Or(l.ID, l.Login, l.Mail)
		if i, ok := w.people.at[m.person]; ok {
			text = w.people.log.People[i].Card.ID
		}
		if st, ok := w.people.standing(cmp.Or(text, l.Person, l.Name)); ok {
			m.found, m.asked = st, true
		}
	}
	out := "nobody opened a case"
	if left := deadline(l.LastDay, w.zone).Sub(w.report.At); left > 0 {
		out += " so far; the last day ends in " + Span(left)
	}
	switch {
	case !m.asked:
		out += "; the directory was not asked whether they can sign in"
		if m.person == "" {
			out += ", and the log does not know them"
		}
	case m.found.Several:
		out += "; the directory has several people who are called this"
	case !m.found.Found && m.person != "":
		out += "; the directory does not have them any more. Accounts elsewhere may be left"
	case !m.found.Found:
		out += "; the directory has nobody like this: either the line is wrong, or their account is gone. Accounts elsewhere may be left"
	case m.found.Card.Disabled:
		out += "; the directory has them, and they can't sign in. Accounts elsewhere may be left: open a case"
	default:
		out += "; the directory has them as ACTIVE: they can still sign in. Open a case now: /offboard start"
	}
	if other != nil {
		out += fmt.Sprintf(". %s is about an earlier or later departure, last day %s", other.Case, other.LastDay)
	}
	return out
}

// lead is how long before the end of the last day HR asked.
func (r *Report) lead() {
	var all []float64
	for _, f := range r.Findings {
		if f.Timing == nil || f.HoursLead == nil {
			continue
		}
		all = append(all, *f.HoursLead)
		switch h := *f.HoursLead; {
		case h < 0:
			r.Lead.After++
		case h < 24:
			r.Lead.Day++
		default:
			r.Lead.Before++
		}
	}
	if r.Lead.Cases = len(all); len(all) > 0 {
		slices.Sort(all)
		r.Lead.Median = all[(len(all)-1)/2]
	}
}

// extra lists the departures of the period that are on no line.
func (w *work) extra(log Log) {
	for _, d := range log.Departures {
		if w.listed[d.Case] || !w.report.within(d.LastDay) || d.State == store.CaseDraft || d.State == store.CaseClosed && d.Outcome == store.Cancelled {
			continue
		}
		e := Extra{Case: d.Case, Confidential: d.Confidential, Person: d.Person, Name: w.people.name(d.Person), LastDay: d.LastDay, Kind: sheet.Line(d.Kind), Erased: w.people.erased(d.Person)}
		switch {
		case d.Outcome == store.Restored:
			e.Text = "access was taken and given back"
		case !d.Proven.IsZero():
			e.Text = "access ended " + d.Proven.In(w.zone).Format("2006-01-02 15:04")
		case !d.Begun.IsZero():
			e.Text = "access is being taken since " + d.Begun.In(w.zone).Format("2006-01-02 15:04")
		default:
			e.Text = "asked for, and not begun"
		}
		if line, ok := w.maybe[d.Person]; ok {
			e.Text += fmt.Sprintf("; line %d may mean them", line)
		}
		if e.Erased {
			w.report.Erased++
			e.Text += "; erased, so no name is left: they may be on a line that is missing"
		}
		if d.Confidential {
			w.report.Hidden++
		}
		w.report.Extra = append(w.report.Extra, e)
	}
}
