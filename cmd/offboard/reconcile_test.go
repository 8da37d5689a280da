package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"offboard/store/audit/population"
)

// HR's list is compared with and without a server, in each form, and that it was
// is an entry; what is wrong is said, and leaves none.
func TestReconcile(t *testing.T) {
	o := newOffice(t)
	o.fill()
	list := o.write("hr.csv", "\ufeffName;Login;Letzter Arbeitstag;Kostenstelle\r\nJane;jane;30.11.2026;7\r\n\"Reyes, Marco\";;30.11.2026;7\r\nTom;tom;46356;7\r\n")
	for _, mode := range []string{"files", "server"} {
		t.Run(mode, func(t *testing.T) {
			o.t = t
			if mode == "server" {
				o.serving()
			}
			file := func(name string) string { return filepath.Join(o.dir, mode+name) }
			out := file("r.csv") // so that each mode is asked with a list of its own
			own := o.write(mode+".csv", content(t, list)+"Nobody;nobody;30.11.2026;"+mode+"\r\n")
			o.run("audit", "reconcile", own).want(t, 0,
				"4 lines, 1 case matched", "line 2  Jane, last day 2026-11-30, OFF-1", "a draft: nobody was asked",
				"line 4  Tom", "46356 is how a spreadsheet counts days", "line 5  Nobody", "Columns that were not used: Kostenstelle", "Late is what was proven to have ended after",
			)
			o.run("audit", "reconcile", own, "--out", out).want(t, 0, out+": 4 lines", "1 only a draft")
			if text := content(t, out); !strings.HasPrefix(text, "\ufeff\"line\",\"who (list)\"") || !strings.Contains(text, `"OFF-1"`) {
				t.Errorf("got %s", text)
			}
			o.run("audit", "reconcile", own, "--out", file("r.html")).want(t, 0)
			if text := content(t, file("r.html")); !strings.Contains(text, "Who left, by HR&#39;s list and by the log") {
				t.Errorf("got %s", text)
			}
			var r population.Report
			o.run("audit", "reconcile", own, "--json", "--zone", "Asia/Tokyo").want(t, 0).decode(t, &r)
			if r.Zone != "Asia/Tokyo" || r.Count[population.Draft] != 1 || r.Unrecorded {
				t.Errorf("got %+v", r)
			}
			// The same list on the same day is one entry, for each zone in which its days end.
			log := o.run("audit", "show", "installation").want(t, 0).out
			if n := strings.Count(log, "operator "+operator()+": compared a list of 4 lines with the log, last days 2026-11-30 to 2026-11-30"); n != 2*map[string]int{"files": 1, "server": 2}[mode] {
				t.Errorf("%d entries:\n%s", n, log)
			}
			for _, tt := range []struct {
				args []string
				want string
			}{
				{[]string{own, "--out", out}, "is there already"},
				{[]string{own, "--out", "r.pdf"}, "--out ends in .csv or .html"},
				{[]string{own, "--zone", "Mars"}, `"Mars" is not a time zone`},
				{[]string{own, "--from", "2026"}, `"2026" is not a day`},
				{[]string{own, "--from", "2026-12-01", "--to", "2026-11-01"}, "ends (2026-11-01) before it begins"},
				{[]string{own, "--dates", "year"}, "--dates is day or month"},
				{[]string{o.write("bad.csv", "person\njane\n")}, "the list needs a column last_day"},
				{[]string{o.write("open.csv", "person,last day\n\"jane,2026-11-30\n")}, "a quotation mark is missing"},
				{[]string{filepath.Join(o.dir, "none.csv")}, "no such file"},
				{nil, "name one file with HR's list"},
			} {
				o.run(append([]string{"audit", "reconcile"}, tt.args...)...).want(t, codeUsage, tt.want)
			}
			if again := o.run("audit", "show", "installation").want(t, 0).out; strings.Count(again, "compared") != strings.Count(log, "compared") {
				t.Errorf("what was refused left an entry:\n%s", again)
			}
		})
	}
}

// Reading a record is one entry a day, in the record itself; a copy that nobody
// can write is shown, and says that it is not recorded.
func TestReadingIsAnEntry(t *testing.T) {
	o := newOffice(t)
	o.fill()
	for range 2 {
		r := o.run("audit", "show", "OFF-1").want(t, 0, "OFF-1, 2 entries", "operator "+operator()+": read the record")
		if r.err != "" {
			t.Errorf("it says %s", r.err)
		}
	}
	o.run("audit", "show", "P-2").want(t, 0, "read the record")
	before := o.run("audit", "show", "installation").want(t, 0).out
	o.run("audit", "verify").want(t, 0)
	if after := o.run("audit", "show", "installation").want(t, 0).out; after != before || strings.Contains(after, "read the record") {
		t.Errorf("verifying, or reading what is about nobody, left an entry:\n%s", after)
	}
	cfg := o.config()
	for _, kept := range []string{cfg.Database, storeOptions(cfg).Keys} {
		t.Run(filepath.Base(kept), func(t *testing.T) {
			if err := os.Chmod(kept, 0o400); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.Chmod(kept, 0o600) }()
			was := content(t, cfg.Database)
			r := o.run("audit", "show", "OFF-1").want(t, 0, "OFF-1, 2 entries")
			if !strings.Contains(r.err, "that you have read this is not recorded") || strings.Contains(r.out, "not recorded") {
				t.Errorf("got %s%s", r.out, r.err)
			}
			r = o.run("audit", "reconcile", o.write("hr.csv", "person,last day\njane,2026-11-30\n")).want(t, 0, "OFF-1")
			if !strings.Contains(r.err, "not recorded") {
				t.Errorf("got %s%s", r.out, r.err)
			}
			if content(t, cfg.Database) != was {
				t.Error("a copy was written")
			}
		})
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
