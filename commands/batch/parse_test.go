package batch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/store"
)

var kinds = map[string]bool{"resignation": false, "termination": true}

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// A table is read as people's programs write it.
func TestParse(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"commas", "person,kind,last_day,cut_off\njane,resignation,2026-11-30,now\n"},
		{"semicolons", "person;kind;last_day;cut_off\njane;resignation;2026-11-30;now\n"},
		{"tabs", "person\tkind\tlast_day\tcut_off\njane\tresignation\t2026-11-30\tnow\n"},
		{"a spreadsheet of Windows", "\ufeffperson,kind,last_day,cut_off\r\njane,resignation,2026-11-30,now\r\n"},
		{"other words", "E-Mail, Type ,Last day of work,ACCESS ENDS\njane, resignation ,2026-11-30, now\n"},
		{"another order", "when,last-day,login,kind\nnow,2026-11-30,jane,resignation"},
		{"empty lines", "person,kind,last_day,cut_off\n\njane,resignation,2026-11-30,now\n\n"},
		{"quotes", "\"person\",kind,last_day,cut_off\n\"jane\",\"resignation\",2026-11-30,now\n"},
		{"fewer values", "person,kind,last_day,cut_off,reason\njane,resignation,2026-11-30,now\n"},
	} {
		lines, problems := Parse([]byte(tt.text))
		if len(problems) > 0 || len(lines) != 1 {
			t.Errorf("%s: %v, %v", tt.name, lines, problems)
			continue
		}
		lines[0].No = 0
		if want := (Line{Person: "jane", Kind: "resignation", LastDay: "2026-11-30", CutOff: "now"}); lines[0] != want {
			t.Errorf("%s: %+v", tt.name, lines[0])
		}
	}
}

// What is wrong is said with line and column, all at once.
func TestProblems(t *testing.T) {
	const head = "person,kind,last_day,cut_off,zone,confidential\n"
	for _, tt := range []struct {
		name, text string
		want       []string // beginnings
	}{
		{"nothing", "", []string{"line 1: there is no header"}},
		{"a header alone", "person\n", []string{"line 1: nobody is on the list"}},
		{"no person", "kind,kind,what\nx,y,z\n", []string{"line 1, kind: this column stands there twice", "line 1, what: this column is not known", "line 1, person: this column is missing"}},
		{"a quotation mark", "person\n\"jane\n", []string{"line 2: this is no line of a table"}},
		{"not UTF-8", "person\nj\xe4ne\n", []string{"line 1: the list is not UTF-8"}},
		{"too large", "person\n" + strings.Repeat("x", MaxSize), []string{"line 1: the list has more than 1024 KiB"}},
		{"too many", "person\n" + strings.Repeat("x\n", store.MaxRows+1), []string{"line 1: 5001 people are on the list"}},
		{"everything", head + "jane,x,y,z,Local,maybe\n,resignation,2026-11-30,press,,\nbo,resignation,2026-11-30,2020-01-01 10:00,UTC,yes,1\n", []string{
			"line 4: 7 values", "line 2, kind", "line 2, last_day", "line 2, zone", "line 2, confidential", "line 2, cut_off", "line 3, person", "line 3, cut_off",
		}},
		{"a time that has passed", head + "jane,resignation,2026-11-30,2026-11-23 09:00,UTC,\n", []string{"line 2, cut_off: this time has passed"}},
		{"two minutes", head + "jane,resignation,2026-11-30,2026-11-30 17:00,Europe/Lisbon,\nbo,resignation,2026-11-30,2026-11-30 17:00,Europe/Berlin,\n", []string{"line 3, cut_off: all people of a list lose access at one minute"}},
		{"one minute in two zones", head + "jane,resignation,2026-11-30,2026-11-30 17:00,Europe/Lisbon,\nbo,resignation,2026-11-30,2026-11-30 18:00,Europe/Berlin,\n", nil},
	} {
		lines, problems := Parse([]byte(tt.text))
		_, more := Check(lines, Line{}, kinds, time.UTC, now)
		var got []string
		for _, p := range append(problems, more...) {
			got = append(got, p.String())
		}
		if !slices.EqualFunc(got, tt.want, strings.HasPrefix) {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

// What a line leaves out is taken from what was said for all; a wrong one is
// said once.
func TestDefaults(t *testing.T) {
	lines, _ := Parse([]byte("person,confidential\njane,\nbo,no\n"))
	terms, problems := Check(lines, Line{Kind: "termination", LastDay: "2026-11-30", CutOff: "2026-11-30 17:00+01:00"}, kinds, time.UTC, now)
	at := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)
	if len(problems) > 0 || terms.CutOff != (store.CutOff{Mode: store.At, At: at}) || !terms.Rows[0].Confidential || terms.Rows[1].Confidential {
		t.Errorf("%+v, %v", terms, problems)
	}
	lines, _ = Parse([]byte("person\njane\nbo\n"))
	if _, problems := Check(lines, Line{Kind: "termination", LastDay: "2026-11-30", CutOff: "soon"}, kinds, time.UTC, now); len(problems) != 1 {
		t.Errorf("%v", problems)
	}
}

// FuzzCSV: whatever is sent, it is read or refused with a line, and what is read
// has a person's name, days and kinds that are known, and one minute.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"person,kind,last_day,cut_off\njane,resignation,2026-11-30,now\n", "\ufefflogin;when\n\"a\nb\";2026-11-30T17:00+01:00\n", "person\n\"", "person,zone\nx,Local\n", ",\n,\n", "person\tkind\n\t\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines, problems := Parse([]byte(text))
		terms, more := Check(lines, Line{CutOff: "now", LastDay: "2026-11-30", Kind: "resignation"}, kinds, time.UTC, now)
		if len(lines) == 0 && len(problems) == 0 {
			t.Fatal("nobody is on it, and nothing is wrong")
		}
		for _, p := range append(problems, more...) {
			if p.Line < 1 || p.Text == "" || strings.ContainsAny(p.String(), "\n\x00") {
				t.Fatalf("%q", p)
			}
		}
		if len(terms.Rows) != len(lines) || len(lines) > store.MaxRows {
			t.Fatalf("%d rows of %d lines", len(terms.Rows), len(lines))
		}
		if len(problems)+len(more) > 0 {
			return
		}
		for i, r := range terms.Rows {
			_, known := kinds[r.Kind]
			if _, err := store.ParseDate(string(r.LastDay)); err != nil || !known || lines[i].Person == "" || terms.CutOff.Mode == store.Press || terms.CutOff.Mode == "" {
				t.Fatalf("%+v", r)
			}
		}
	})
}
