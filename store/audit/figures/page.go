package figures

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"offboard/store"
	"offboard/store/audit/look"
)

var (
	//go:embed page.css
	pageCSS string
	//go:embed page.html
	pageText string

	pageTemplate = look.Page(pageText, pageCSS)
)

// page is what the page shows.
type page struct {
	Report
	Made       string
	Verdict    string
	Good       bool
	Headlines  []Figure
	Attention  []string
	Course     *columns
	Times      *bars
	Charts     []*bars
	Sections   []Section
	Rules      []Rule
	Confidence string
}

// bars is a chart of one bar below the other. Everything in it is in percent of
// its width, so it fits a telephone and a sheet of paper, and its text stays as
// large as other text.
type bars struct {
	ID     string
	Title  string
	Says   string // what it shows, in a sentence
	Legend []swatch
	Ticks  []tick
	Rows   []barRow
	Table  *Table
	Head   string // of the table's first column
	Note   string
}

type barRow struct {
	Label, Value, More string
	Parts              []part
	Dot                string // of times: the median; empty for none
	End                string // of times: the longest
}

type part struct{ Mark, X, W string }

type swatch struct{ Mark, Label string }

type tick struct{ X, Anchor, Label string }

// columns is the chart of how access ended over time.
type columns struct {
	Says   string
	Legend []swatch
	Bars   []column
	Divide string // where the period begins
	Rows   []Stretch
}

type column struct {
	X, W, Middle string
	Top          string
	Parts        []stacked
	Label        string // empty where there is no place for it
	Share        string
	Before       bool
}

type stacked struct{ Mark, Y, H string }

func pct(x float64) string { return fmt.Sprintf("%.2f%%", x) }

// HTML writes the report as one page that needs nothing else.
func (r Report) HTML(w io.Writer) error {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	p := page{
		Report: r, Made: r.Made.In(zone).Format("2 January 2006, 15:04 -07:00"), Headlines: r.Headlines(), Attention: r.Attention(),
		Sections: r.Sections(), Rules: Rules, Course: r.courseChart(), Times: r.timesChart(), Confidence: r.Scope.Words(),
	}
	p.Verdict, p.Good = r.Verdict()
	for _, c := range []*bars{r.lateChart(), r.systemsChart(), r.rolesChart(), r.ratingsChart(), r.kindsChart()} {
		if c != nil {
			p.Charts = append(p.Charts, c)
		}
	}
	return pageTemplate.Execute(w, p)
}

// Verdict is the report in one sentence, and whether nothing needs attention.
func (r Report) Verdict() (string, bool) {
	n := r.Now
	good := len(r.Attention()) == 0
	switch {
	case n.OnTimeOf() == 0:
		return fmt.Sprintf("No access ended in this period. %s asked for.", store.Count(n.Requests, "departure was", "departures were")), good
	case n.OnTime == n.OnTimeOf():
		return fmt.Sprintf("Access ended on time for %s.", store.Count(n.OnTimeOf(), "departure, and none was late", "departures, and none was late")), good
	}
	return fmt.Sprintf("Access ended on time for %d of %s; %d late, %d with access left.", n.OnTime, store.Count(n.OnTimeOf(), "departure", "departures"), n.Late, n.Left), good
}

var (
	onTime = swatch{"ok", "on time"}
	late   = swatch{"late", "late"}
	left   = swatch{"left", "access left"}
)

// courseChart is nil where there are too few cases to show.
func (r Report) courseChart() *columns {
	if len(r.Course) == 0 {
		return nil
	}
	most, n := 0, len(r.Course)
	for _, s := range r.Course {
		most = max(most, s.Ended())
	}
	out := &columns{Legend: []swatch{onTime, late, left}, Rows: r.Course}
	out.Says = fmt.Sprintf("Access ended on time for %d of %d departures (%s)", r.Now.OnTime, r.Now.OnTimeOf(), share(r.Now.OnTime, r.Now.OnTimeOf()))
	if r.Was.OnTimeOf() > 0 {
		out.Says += fmt.Sprintf("; in the period before for %d of %d (%s)", r.Was.OnTime, r.Was.OnTimeOf(), share(r.Was.OnTime, r.Was.OnTimeOf()))
	}
	out.Says += ". The height of a column is the number of departures whose access ended then; the percentage above it is the part that ended on time."
	const top, floor = 12.0, 88.0 // percent of the height, with place for words
	width := 100 / float64(n)
	labelled := (n + 7) / 8
	for i, s := range r.Course {
		x := float64(i) * width
		c := column{X: pct(x + width*0.15), W: pct(width * 0.7), Middle: pct(x + width/2), Before: s.Before, Share: percent(s.OnTime, s.Ended())}
		if i%labelled == 0 {
			c.Label = s.Name
		} else {
			c.Share = ""
		}
		if i > 0 && r.Course[i-1].Before && !s.Before {
			out.Divide = pct(x)
		}
		y := floor
		for _, x := range []struct {
			mark string
			n    int
		}{{onTime.Mark, s.OnTime}, {late.Mark, s.Late}, {left.Mark, s.Left}} {
			if h := (floor - top) * float64(x.n) / float64(most); h > 0 {
				y -= h
				c.Parts = append(c.Parts, stacked{x.mark, pct(y), pct(h)})
			}
		}
		c.Top = pct(y)
		out.Bars = append(out.Bars, c)
	}
	return out
}

// scale are the marks of the axis of times, which grows by powers.
var scale = []struct {
	at    time.Duration
	label string
}{{time.Minute, "1 min"}, {time.Hour, "1 h"}, {24 * time.Hour, "1 day"}, {7 * 24 * time.Hour, "1 week"}, {30 * 24 * time.Hour, "30 days"}, {365 * 24 * time.Hour, "1 year"}}

// timesChart is nil where nothing took a time that may be told.
func (r Report) timesChart() *bars {
	n := r.Now
	out := &bars{ID: "times", Title: "How long it took"}
	var longest Seconds
	rows := []struct {
		label string
		t     Times
	}{{"Request to approval", n.Approval}, {"Request to cut-off", n.CutOff}, {"Request to last proven step", n.Proof}, {"Late ones: how late", n.LateBy}, {"Emergency: to end of access", n.LockOut}, {"Came back: until taken", n.BackTaken}}
	for _, x := range rows {
		longest = max(longest, x.t.Worst)
	}
	if longest == 0 {
		return nil
	}
	first, last := math.Log(scale[0].at.Seconds()), math.Log(scale[len(scale)-1].at.Seconds())
	for _, s := range scale {
		if last = math.Log(s.at.Seconds()); s.at.Seconds() >= float64(longest) {
			break
		}
	}
	at := func(s Seconds) float64 {
		return 100 * min(1, max(0, (math.Log(max(1, float64(s)))-first)/(last-first)))
	}
	for _, s := range scale {
		if math.Log(s.at.Seconds()) <= last {
			anchor := "middle"
			switch at(seconds(s.at)) {
			case 0:
				anchor = "start"
			case 100:
				anchor = "end"
			}
			out.Ticks = append(out.Ticks, tick{pct(at(seconds(s.at))), anchor, s.label})
		}
	}
	for _, x := range rows {
		if x.t.Few() {
			continue
		}
		m, p := at(x.t.Median), at(x.t.P90)
		out.Rows = append(out.Rows, barRow{Label: x.label, Value: x.t.Median.Words(), More: spread(x.t), Parts: []part{{"range", pct(m), pct(max(p-m, 0.5))}}, Dot: pct(m), End: pct(at(x.t.Worst))})
	}
	if !n.Approval.Few() {
		out.Says = fmt.Sprintf("Half of the requests were approved within %s, and nine of ten within %s. ", n.Approval.Median.Words(), n.Approval.P90.Words())
	}
	out.Says += "The dot is the case in the middle, the bar ends where nine of ten cases were through, and the stroke is the longest. Each mark of the scale is many times the one before it."
	return out
}

// parted is a row whose parts add up to a whole.
func parted(label, value string, whole int, marks []string, counts ...int) barRow {
	out := barRow{Label: label, Value: value}
	x := 0.0
	for i, n := range counts {
		if w := 100 * float64(n) / float64(max(1, whole)); w > 0 {
			out.Parts = append(out.Parts, part{marks[i], pct(x), pct(w)})
			x += w
		}
	}
	return out
}

// lateChart says why the late ones were late.
func (r Report) lateChart() *bars {
	n := r.Now
	if n.Late < Smallest {
		return nil
	}
	out := &bars{ID: "late", Title: "Why access ended late"}
	for _, x := range []struct {
		label string
		n     int
	}{{"The approval came after the agreed time", n.ByApproval}, {"A system or a step held it up", n.BySystem}, {"The bot did not run", n.ByBot}} {
		out.Rows = append(out.Rows, parted(x.label, fmt.Sprint(x.n), n.Late, []string{"late"}, x.n))
	}
	out.Says = fmt.Sprintf("Of %d departures whose access ended late, %d waited for the approval, %d for a system or a step, and %d for the bot.", n.Late, n.ByApproval, n.BySystem, n.ByBot)
	return out
}

func (r Report) systemsChart() *bars {
	t := r.Systems
	out := &bars{ID: "systems", Title: "Systems", Head: "System", Table: &t, Legend: []swatch{{"ok", "proven at the first try"}, {"late", "not at the first try"}}}
	worst, of := "", 2.0
	for _, row := range t.Rows {
		tried, first, failures := row.Values[0], row.Values[1], row.Values[2]
		if tried == 0 {
			continue
		}
		out.Rows = append(out.Rows, parted(row.Name, fmt.Sprintf("%s, %d failed", percent(first, tried), failures), tried, []string{"ok", "late"}, first, tried-first))
		if s := float64(first) / float64(tried); s < of && first < tried {
			worst, of = fmt.Sprintf(" %s is the lowest, with %s.", row.Name, percent(first, tried)), s
		}
	}
	out.Says = fmt.Sprintf("Of %d steps that were tried, %d were proven at the first try (%s); in the period before %s.%s", r.Now.Tried, r.Now.First, share(r.Now.First, r.Now.Tried), share(r.Was.First, r.Was.Tried), worst)
	return out.noted("systems")
}

func (r Report) rolesChart() *bars {
	t := r.Roles
	out := &bars{ID: "tasks", Title: "Tasks of people", Head: "Role", Table: &t, Legend: []swatch{{"ok", "on time"}, {"late", "late"}, {"left", "not done"}}}
	for _, row := range t.Rows {
		due, undone := row.Values[0], row.Values[3]+row.Values[4]
		out.Rows = append(out.Rows, parted(row.Name, fmt.Sprintf("%s on time", percent(row.Values[1], max(1, due))), due, []string{"ok", "late", "left"}, row.Values[1], row.Values[2], undone))
	}
	n := r.Now
	out.Says = fmt.Sprintf("Of %d tasks that fell due, %d were done on time and %d late; at the end %d were overdue and %d left undone.", n.Tasks, n.TasksOnTime, n.TasksLate, n.TasksOpen, n.TasksUndone)
	return out.noted("roles")
}

// ratingsChart is nil where too few have said how it went.
func (r Report) ratingsChart() *bars {
	out := &bars{ID: "ratings", Title: "How it went", Legend: []swatch{{"ok", "well"}, {"late", "so-so"}, {"left", "badly"}}}
	var says []string
	for _, x := range []struct {
		label    string
		now, was Ratings
	}{{"Whoever asked for it", r.Now.Requesters, r.Was.Requesters}, {"Whoever approved it", r.Now.Approvers, r.Was.Approvers}} {
		if x.now.Few() {
			continue
		}
		out.Rows = append(out.Rows, parted(x.label, x.now.words()+" well", x.now.N, []string{"ok", "late", "left"}, x.now.Good, x.now.Fair, x.now.Poor))
		says = append(says, fmt.Sprintf("%s said of %d of %d departures that it went well (%s; in the period before %s).", x.label, x.now.Good, x.now.N, x.now.words(), x.was.words()))
	}
	if len(out.Rows) == 0 {
		return nil
	}
	out.Says = strings.Join(says, " ")
	return out
}

func (r Report) kindsChart() *bars {
	t := r.Kinds
	out := &bars{ID: "kinds", Title: "Kinds of departure", Head: "Kind", Table: &t}
	most := 0
	for _, row := range t.Rows {
		most = max(most, row.Values[0])
	}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, parted(row.Name, fmt.Sprint(row.Values[0]), most, []string{"plain"}, row.Values[0]))
	}
	out.Says = fmt.Sprintf("%d departures were asked for, in the period before %d.", r.Now.Requests, r.Was.Requests)
	return out.noted("kinds")
}

// noted says what is folded, and forgets a chart with nothing in it.
func (b *bars) noted(groups string) *bars {
	switch t := b.Table; {
	case t.Few:
		b.Note = fmt.Sprintf("There are too few cases to show them by %s.", strings.ToLower(b.Head))
		b.Table, b.Legend, b.Rows = nil, nil, nil
	case len(t.Rows) == 0:
		return nil
	case t.Folded > 0:
		b.Note = fmt.Sprintf("%d small %s are counted together as others.", t.Folded, groups)
	}
	return b
}
