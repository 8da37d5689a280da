package figures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/store"
)

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var titles = map[string]string{"resignation": "Resignation", "end-of-contract": "End of contract", "directory": "Company directory", "mail": "Mail", "vpn": "VPN", "wiki": "Wiki"}

// Two quarters of a company as a page, a table, a text and JSON.
func TestReport(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		src := Source{Store: o.Store, Company: "Lumen Works", Kinds: titles, Systems: titles}
		told := 0
		read := func(q Query) Report {
			q.Zone = mustZone(t, "Europe/Lisbon")
			r, err := src.Read(t.Context(), q, func(done, total int) { told = total - done })
			if err != nil || told != 0 {
				t.Fatal(err, told)
			}
			return r
		}
		r := read(Query{Period: "2026-Q3", Scope: Open})
		var page, again bytes.Buffer
		if err := r.HTML(&page); err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "report.json", append(text, '\n'))
		golden(t, "report.html", page.Bytes())
		golden(t, "report.txt", []byte(r.Text()))
		var table bytes.Buffer
		for _, row := range r.Rows() {
			table.WriteString(strings.Join(row, ",") + "\n")
		}
		golden(t, "report.csv", table.Bytes())

		// What goes over a socket is the same page.
		var back Report
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if err := back.HTML(&again); err != nil || !bytes.Equal(page.Bytes(), again.Bytes()) {
			t.Errorf("the page of the report that was sent differs: %v", err)
		}
		for _, out := range []string{string(text), page.String(), r.Text(), table.String()} {
			if m := regexp.MustCompile(`leaver\d|Name of|P-\d|OFF-\d|hanna|marco|a reason`).FindString(out); m != "" {
				t.Errorf("it has %q in it", m)
			}
		}
		if now := read(Query{Period: "last 2 days"}).Now; now.Overdue != 1 || now.Open != 1 { // nothing has happened there for weeks
			t.Errorf("got %+v", now)
		}
		o.secrets(read)
		o.folded(r)
		o.rows(src)
		o.erased(read)
	})
}

// erased: the figures are what they were after a dozen people were erased.
func (o *company) erased(read func(Query) Report) {
	o.t.Helper()
	time.Sleep(200 * 24 * time.Hour) // nothing is watched any more
	q := []Query{{Period: "2026", Scope: All}, {Period: "2026-Q3", Scope: Open}, {Period: "last 90 days", Scope: All}}
	var want []Report
	for _, q := range q {
		want = append(want, read(q))
	}
	n := 0
	for i := 0; i < 64 && n < 12; i++ {
		id := string(o.people[fmt.Sprintf("leaver%d", i)])
		asks := store.Actor{Person: o.people["sasha"], Via: "web", Claims: claims["sasha"]}
		if _, err := o.Append(o.t.Context(), id, asks, store.Requested{Change: store.Change{Verb: store.VerbErase}}); err == nil {
			agrees := store.Actor{Person: o.people["hanna"], Via: "web", Claims: claims["hanna"]}
			if _, err := o.Append(o.t.Context(), id, agrees, store.Seconded{Entry: o.Last(), Agree: true}); err != nil {
				o.t.Fatal(err)
			}
			n++
		}
	}
	if keys, err := o.DestroyKeys(o.t.Context()); n < 12 || keys != n || err != nil {
		o.t.Fatalf("%d were erased, the keys of %d destroyed (%v)", n, keys, err)
	}
	for i, q := range q {
		if got := read(q); !reflect.DeepEqual(got, want[i]) {
			o.t.Errorf("%+v: after %d were erased it is\n%+v\nand was\n%+v", q, n, got, want[i])
		}
	}
}

// secrets: who may not see confidential cases gets the figures of a log without
// them.
func (o *company) secrets(read func(Query) Report) {
	o.t.Helper()
	rows, err := o.AllCases()
	if err != nil {
		o.t.Fatal(err)
	}
	hidden := 0
	for _, row := range rows {
		if row.Confidential {
			hidden++
		}
	}
	open, all := read(Query{Period: "2026", Scope: Open}), read(Query{Period: "2026", Scope: All})
	if hidden < 3 || all.Now.Requests != open.Now.Requests+hidden {
		o.t.Errorf("%d of %d with all, and %d are hidden", open.Now.Requests, all.Now.Requests, hidden)
	}
	if seen := read(Query{Period: "2026", Scope: Seen, Sees: func(store.Summary) (bool, error) { return true, nil }}); seen.Now != all.Now {
		o.t.Errorf("who sees all cases reads something else:\n%+v\n%+v", seen.Now, all.Now)
	}
	seen := read(Query{Period: "2026", Scope: Seen, Sees: func(row store.Summary) (bool, error) { return !row.Confidential, nil }})
	if seen.Scope = Open; !reflect.DeepEqual(seen, open) {
		o.t.Errorf("who sees no confidential case reads something else:\n%+v\n%+v", seen, open)
	}
}

// folded: what is shown of small groups does not tell them.
func (o *company) folded(r Report) {
	o.t.Helper()
	for name, t := range map[string]Table{"kinds": r.Kinds, "systems": r.Systems} {
		if t.Folded < 2 || t.Rows[len(t.Rows)-1].Name != Others {
			o.t.Errorf("%s: %+v", name, t)
		}
		for _, row := range t.Rows {
			if row.Cases < Smallest || row.Name == "erp" || row.Name == "garden-leave" {
				o.t.Errorf("%s shows %+v", name, row)
			}
		}
	}
	for _, s := range r.Course {
		if s.Ended() < Smallest {
			o.t.Errorf("%+v", s)
		}
	}
}

// rows: the figures of two quarters add up to those of the half year, where they
// are counts of what happened.
func (o *company) rows(src Source) {
	o.t.Helper()
	totals := func(period string) map[string]int {
		r, err := src.Read(o.t.Context(), Query{Period: period, Zone: time.UTC, Scope: All}, func(int, int) {})
		if err != nil {
			o.t.Fatal(err)
		}
		out := map[string]int{}
		v := reflect.ValueOf(r.Now)
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.Int {
				out[v.Type().Field(i).Name] = int(v.Field(i).Int())
			}
		}
		return out
	}
	half, second, third := totals("2026-04-01 2026-09-30"), totals("2026-Q2"), totals("2026-Q3")
	stock := []string{"Open", "Overdue", "TasksOpen", "TasksLate", "BackOpen"} // what is so at the end
	for _, name := range slices.Sorted(maps.Keys(half)) {
		if !slices.Contains(stock, name) && half[name] != second[name]+third[name] {
			o.t.Errorf("%s: %d in the half year, %d and %d in its quarters", name, half[name], second[name], third[name])
		}
	}
}

func TestSecondsInWords(t *testing.T) {
	t.Parallel()
	for s, want := range map[Seconds]string{0: "0 seconds", 1: "1 second", 119: "119 seconds", 120: "2 minutes", 3600: "60 minutes", 7200: "2 hours", 7260: "2 hours 1 minute", 172800: "2 days", 176400: "2 days 1 hour"} {
		if got := s.Words(); got != want {
			t.Errorf("%d: %q, want %q", s, got, want)
		}
	}
}

// Only all are 100 %, and only none 0 %.
func TestPercent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		part, whole int
		want        string
	}{{999, 1000, "99%"}, {1, 1000, "1%"}, {1000, 1000, "100%"}, {0, 1000, "0%"}, {1, 2, "50%"}, {2, 3, "67%"}, {995, 1000, "99%"}} {
		if got := percent(tt.part, tt.whole); got != tt.want {
			t.Errorf("%d of %d: %s, want %s", tt.part, tt.whole, got, tt.want)
		}
	}
}

// README.md states the rules as the report does.
func TestRulesInReadme(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Rules {
		if !strings.Contains(string(b), "* **"+r.Figure+"**: "+r.Text) {
			t.Errorf("README.md lacks:\n* **%s**: %s", r.Figure, r.Text)
		}
	}
}

// BenchmarkRead: how many entries a second are read from a database and counted.
// Wanted: 100,000, on two processors.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	s, err := store.Open(store.Options{Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only", Limits: func() store.Limits { return store.Limits{Requester: 100, Source: 100} }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	o := &company{Store: s, t: b, people: map[string]store.PersonID{}, rand: rand.New(rand.NewPCG(4, 2)), quick: true}
	o.staff()
	for i := range 60 {
		o.begin(one{who: fmt.Sprintf("leaver%d", i), kind: "resignation", asked: time.Now(), systems: []string{"directory", "mail", "vpn"}, rating: store.Good})
	}
	o.live()
	src := Source{Store: s}
	entries := 0
	for b.Loop() {
		if _, err := src.Read(b.Context(), Query{Period: "today", Zone: time.UTC, Scope: All}, func(int, int) {}); err != nil {
			b.Fatal(err)
		}
		entries += int(s.Last())
	}
	b.ReportMetric(float64(entries)/b.Elapsed().Seconds(), "entries/s")
}
