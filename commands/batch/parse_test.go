package batch

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

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
		{"a spreadsheet in German", "\ufeffPerson;Kind;Last day;Cut-off;Reason\r\n\"jane\";resignation;2026-11-30;now;\r\n;;;;\r\n"},
		{"a spreadsheet's own first line", "sep=;\nperson;kind;last_day;cut_off\njane;resignation;2026-11-30;now\n"},
		{"the same with a comma", "sep=,\nperson,kind,last_day,cut_off\njane,resignation,2026-11-30,now\n"},
		{"Unicode text", wide("person\tkind\tlast_day\tcut_off\r\njane\tresignation\t2026-11-30\tnow\r\n", binary.LittleEndian)},
		{"the same, the other way round", wide("person,kind,last_day,cut_off\njane,resignation,2026-11-30,now\n", binary.BigEndian)},
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

// wide is a text as UTF-16 with its mark.
func wide(s string, order binary.AppendByteOrder) string {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// A list that is to wait for a press is refused before all else.
func TestArmed(t *testing.T) {
	for _, tt := range []struct {
		line, def string
		want      bool
	}{{"press", "", true}, {"Armed", "now", true}, {"", "When I press", true}, {"now", "press", false}, {"", "now", false}} {
		problems := armed([]Line{{No: 7, CutOff: tt.line}}, Line{CutOff: tt.def})
		if (len(problems) == 1) != tt.want || tt.want && !strings.HasPrefix(problems[0].String(), "line 7, cut_off: A list can't be armed") {
			t.Errorf("%+v: %v", tt, problems)
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
		{"nothing", "", []string{"line 1: the list is empty"}},
		{"empty lines alone", "\ufeff \r\n\r\n", []string{"line 1: the list is empty"}},
		{"a header alone", "person\n", []string{"line 1: there is a header, and nobody is on the list"}},
		{"no header", "jane,resignation\nbo,resignation\n", []string{"line 1, jane: this column is not known", "line 1, resignation: this column is not known", "line 1, person: this column is missing"}},
		{"a column without a name", "person,\njane,x\n", []string{"line 1, column 2: this column is not known"}},
		{"half of UTF-16", "\xff\xfep\x00e", []string{"line 1: the list is damaged"}},
		{"UTF-16 without its mark", "p\x00e\x00", []string{"line 1: this line is not UTF-8"}},
		{"dates of everywhere", "person,kind,last_day,cut_off\na,resignation,31/12/2026,now\nb,resignation,12/31/2026,now\nc,resignation,03/12/2026,now\nd,resignation,31.12.2026,31.12.2026 17:00\ne,resignation,2026-02-30,2026-11-30\nf,resignation,31/2/2026,now\ng,resignation,1/2/26,2026-11-30 25:00\nh,resignation,2026/12/31,now\n", []string{
			"line 2, last_day: write 31/12/2026 as 2026-12-31: with the day first",
			"line 3, last_day: write 12/31/2026 as 2026-12-31: with the month first",
			"line 4, last_day: 03/12/2026 can be read as 2026-12-03 or as 2026-03-12; write the one that is meant",
			"line 5, last_day: write 31.12.2026 as 2026-12-31",
			"line 5, cut_off: write 31.12.2026 as 2026-12-31: with the day first it could be mistaken for another day, and the time after it",
			"line 6, last_day: there is no day 2026-02-30",
			"line 6, cut_off: write the time of day too, like 2026-11-30 17:00",
			"line 7, last_day: there is no day 31/2/2026",
			"line 8, last_day: write the day like 2026-11-30, with the year in four digits",
			"line 8, cut_off: there is no time \"25:00\"",
			"line 9, last_day: write 2026/12/31 as 2026-12-31",
		}},
		{"no person", "kind,kind,what\nx,y,z\n", []string{"line 1, kind: this column stands there twice", "line 1, what: this column is not known", "line 1, person: this column is missing"}},
		{"a quotation mark", "person\n\"jane\n", []string{"line 2: this is no line of a table"}},
		{"not UTF-8", "person\nj\xe4ne\n", []string{"line 2: this line is not UTF-8; in the spreadsheet choose"}},
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
		"person,kind,last_day,cut_off\njane,resignation,2026-11-30,now\n", "\ufefflogin;when\n\"a\nb\";2026-11-30T17:00+01:00\n", "person\n\"", "person,zone\nx,Local\n", ",\n,\n", "person\tkind\n\t\n", "sep=;\nperson;last_day\nx;3/12/2026\n", wide("person\nj\n", binary.LittleEndian), "\xfe\xff\xd8",
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
