package population

import (
	_ "embed"
	"io"
	"strconv"
	"strings"
	"time"

	"offboard/store/audit/look"
	"offboard/store/sheet"
)

// CSV writes the report as a table: a row for each line of the list, and one for
// each departure that is on none.
func (r Report) CSV(w io.Writer) error {
	zone := r.location()
	at := func(t time.Time) string { return look.Moment(t, zone) }
	t := sheet.NewTable("line", "who (list)", "last day (list)", "finding", "explanation", "person", "name (log)", "matched by", "case", "confidential", "end of the last day",
		"HR knew", "HR asked", "hours from knowing to asking", "hours asked before the end", "hours asked after the end", "approved", "cut-off", "began", "proven", "hours early", "hours late", "by a person's word",
		"delay of", "hours of HR", "hours of the approval", "hours of the cut-off asked for", "hours of the button", "hours of the systems", "notes")
	for _, f := range r.Findings {
		cells := []string{strconv.Itoa(f.Line), f.Who, string(f.LastDay), string(f.Verdict), f.Text, string(f.Person), f.Name, f.By}
		x := f.Timing
		if x == nil {
			cells = append(cells, make([]string, 21)...)
		} else {
			cells = append(cells, string(x.Case), sheet.YesNo(x.Confidential), at(x.Deadline), string(x.Known), at(x.Asked), number(x.HoursKnown, 1), number(x.HoursLead, 1), number(x.HoursLead, -1),
				at(x.Approved), at(x.Due), at(x.Begun), at(x.Proven), number(x.HoursOver, -1), number(x.HoursOver, 1), sheet.YesNo(x.ByWord), x.Whose.Words())
			for _, of := range []Whose{OfHR, OfApproval, OfTerms, OfPress, OfSystem} {
				var part *float64
				for _, p := range x.Delay {
					if p.Whose == of {
						part = &p.Hours
					}
				}
				cells = append(cells, number(part, 1))
			}
		}
		t.Row(append(cells, strings.Join(f.Notes, "; "))...)
	}
	for _, e := range r.Extra {
		t.Row("", "", string(e.LastDay), "not on the list", e.Text, string(e.Person), e.Name, "", string(e.Case), sheet.YesNo(e.Confidential),
			"", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "")
	}
	_, err := w.Write(t.Bytes())
	return err
}

// number is a number of hours if it has this sign: a table has no negative numbers,
// which begin with what a formula does.
func number(f *float64, sign float64) string {
	if f == nil || *f*sign < 0 {
		return ""
	}
	return strconv.FormatFloat(*f*sign, 'f', 2, 64)
}

//go:embed report.html
var reportText string

var reportPage = look.Page(reportText, "")

// group is the lines of one verdict.
type group struct {
	Verdict  Verdict
	Bad      bool
	Findings []Finding
}

// HTML writes the report as one page that needs nothing else.
func (r Report) HTML(w io.Writer) error {
	var groups []group
	for _, f := range r.Findings {
		if n := len(groups); n == 0 || groups[n-1].Verdict != f.Verdict {
			groups = append(groups, group{Verdict: f.Verdict, Bad: f.Verdict.mark() == "✖"})
		}
		g := &groups[len(groups)-1]
		g.Findings = append(g.Findings, f)
	}
	zone := r.location()
	return reportPage.Execute(w, struct {
		Report
		Groups []group
		Made   string
		Time   func(time.Time) string
	}{r, groups, r.At.In(zone).Format("2006-01-02 15:04 -07:00"), func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format("2006-01-02 15:04")
	}})
}
