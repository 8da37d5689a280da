package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"offboard/store/audit/figures"
)

// reports makes figures as text, JSON, a page and a table; what is wrong with the
// question is said before anything is read.
func (o *office) reports(t *testing.T, file func(string) string) {
	t.Helper()
	o.run("report").want(t, 0, "Departures, last 90 days", "Departures asked for", "Times are those of Europe/Lisbon", "Confidential cases are left out")
	var r figures.Report
	o.run("report", "this", "year", "--zone", "Asia/Tokyo", "--confidential", "--json").want(t, 0).decode(t, &r)
	if r.Company != "Lumen Works" || r.Zone != "Asia/Tokyo" || r.Scope != figures.All || r.Period.From == "" {
		t.Errorf("got %+v", r)
	}
	o.run("report", "--from", "2026-01-01", "--html", file("f.html"), "--csv", file("f.csv")).want(t, 0, "f.html is written.", "f.csv is written.")
	for name, want := range map[string]string{"f.html": "How it is counted", "f.csv": `"all","","requests","0","0"`} {
		b, err := os.ReadFile(file(name))
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s lacks %s: %v", name, want, err)
		}
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"next", "week"}, "last 90 days, or two days such as"},
		{[]string{"--period", "2026-09-30 2026-07-01"}, "before it begins"},
		{[]string{"2026", "--from", "2026-01-01"}, "give the period once"},
		{[]string{"--to", "2026-01-01"}, "--to needs --from"},
		{[]string{"--zone", "Mars"}, `"Mars" is not a time zone`},
		{[]string{"--html", file("f.html")}, "is there already"},
	} {
		o.run(append([]string{"report"}, tt.args...)...).want(t, codeUsage, tt.want)
	}
}

// figures opens the page of the figures, on screens, on paper, and as somebody
// sees it who sees no colours.
func (th *theatre) figures() {
	th.T.Helper()
	page, err := filepath.Abs(filepath.Join("..", "..", "store", "audit", "figures", "testdata", "report.html"))
	if err != nil {
		th.T.Fatal(err)
	}
	th.Do(chromedp.Navigate((&url.URL{Scheme: "file", Path: page}).String()))
	th.Sees("h1", "Departures, Q3 2026")
	th.Sees("figcaption", "Access ended on time for")
	th.Holds(`document.scripts.length == 0 && performance.getEntriesByType("resource").length == 0`)
	th.Holds(`[...document.querySelectorAll("svg:not(.sprite)")].every(e => e.ariaHidden == "true" || document.getElementById(e.getAttribute("aria-describedby")).innerText.length > 40)`)
	th.look("figures")
	th.Size(1000, 4000, "light")
	th.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedVisionDeficiency, emulation.SetEmulatedVisionDeficiencyParams{Type: emulation.SetEmulatedVisionDeficiencyTypeAchromatopsia})
		return err
	}))
	th.Shot("figures-grey")
	th.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	th.Holds(`getComputedStyle(document.querySelector("details")).display == "none"`)
	th.Shot("figures-print")
}
