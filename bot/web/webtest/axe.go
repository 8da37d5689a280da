package webtest

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeFile names axe-core: `npm pack axe-core@4` has it as package/axe.min.js.
const axeFile = "OFFBOARD_AXE"

// NeedAxe skips the test where axe-core is missing.
func NeedAxe(t testing.TB) {
	t.Helper()
	Need(t, os.Getenv(axeFile) != "", axeFile+", the path of axe.min.js,")
}

// Examine reports what axe-core finds on the page, and what is wider than the
// window. NeedAxe comes before it.
func (s *Screen) Examine() {
	s.T.Helper()
	axe, err := os.ReadFile(os.Getenv(axeFile))
	if err != nil {
		s.T.Fatal(err)
	}
	s.Run(string(axe) + ";0")
	found, err := chromedp.Run(s.Ctx, chromedp.Evaluate[[]string](
		`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.impact + "): " + v.help + "\n  " + n.html + "\n  " + n.failureSummary)))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		s.T.Fatal(err)
	}
	if len(found) > 0 {
		s.T.Errorf("axe-core finds %d:\n%s", len(found), strings.Join(found, "\n"))
	}
	wide, err := chromedp.Run(s.Ctx, chromedp.Evaluate[[]string](
		`[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.closest(".hidden, .skip, .sprite, svg") && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))`))
	if err != nil {
		s.T.Fatal(err)
	}
	if len(wide) > 0 {
		s.T.Errorf("wider than the window:\n%s", strings.Join(wide, "\n"))
	}
}
