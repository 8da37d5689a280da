package population

import (
	"bytes"
	_ "embed"
	"html/template"
	"strconv"
	"strings"
	"time"

	"offboard/store/audit/look"
	"offboard/store/sheet"
)

// CSV is the report as a table: a row for each line of the list, and one for each
// departure that is on none.
func (r Report) CSV() []byte {
	zone := r.location()
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format("2006-01-02 15:04:05 -07:00")
	}
	t := sheet.NewTable("line", "who (list)", "last day (list)", "finding", "explanation", "person", "name (log)", "matched by", "case", "confidential", "end of the last day",
		"HR knew", "HR asked", "hours from knowing to asking", "hours asked before the end", "hours asked after the end", "approved", "cut-off", "began", "proven", "hours early", "hours late", "by a person's word",
		"delay of", "hours of HR", "hours of the approval", "hours of the cut-off asked for", "hours of the button", "hours of the systems", "notes")
	for _, f := range r.Findings {
		cells := []string{strconv.Itoa(f.Line), f.Who, string(f.LastDay), string(f.Verdict), f.Text, string(f.Person), f.Name, f.By}
		x := f.Timing
		if x == nil {
			cells = append(cells, make([]string, 21)...)
		} else {
			cells = append(cells, string(x.Case), yes(x.Confidential), at(x.Deadline), string(x.Known), at(x.Asked), number(x.HoursKnown, 1), number(x.HoursLead, 1), number(x.HoursLead, -1),
				at(x.Approved), at(x.Due), at(x.Begun), at(x.Proven), number(x.HoursOver, -1), number(x.HoursOver, 1), yes(x.ByWord), x.Whose.Words())
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
		t.Row("", "", string(e.LastDay), "not on the list", e.Text, string(e.Person), e.Name, "", string(e.Case), yes(e.Confidential),
			"", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "")
	}
	return t.Bytes()
}

// number is a number of hours if it has this sign: a table has no negative numbers,
// which begin with what a formula does.
func number(f *float64, sign float64) string {
	if f == nil || *f*sign < 0 {
		return ""
	}
	return strconv.FormatFloat(*f*sign, 'f', 2, 64)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

//go:embed report.html
var reportText string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(look.CSS) }}).Parse(reportText))

// group is the lines of one verdict.
type group struct {
	Verdict  Verdict
	Bad      bool
	Findings []Finding
}

// HTML is the report as one page that needs nothing else: no script, and nothing
// is fetched.
func (r Report) HTML() ([]byte, error) {
	var groups []group
	for _, f := range r.Findings {
		if n := len(groups); n == 0 || groups[n-1].Verdict != f.Verdict {
			groups = append(groups, group{Verdict: f.Verdict, Bad: f.Verdict.mark() == "✖"})
		}
		g := &groups[len(groups)-1]
		g.Findings = append(g.Findings, f)
	}
	zone := r.location()
	var b bytes.Buffer
	err := reportPage.Execute(&b, struct {
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
	return b.Bytes(), err
}
