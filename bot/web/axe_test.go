package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"offboard/bot"
	"offboard/bot/web/webtest"
)

// TestAxe has axe-core look at every kind of screen. Its file is named by
// OFFBOARD_AXE: `npm pack axe-core@4` has it as package/axe.min.js.
func TestAxe(t *testing.T) {
	file := os.Getenv("OFFBOARD_AXE")
	webtest.Need(t, file != "", "OFFBOARD_AXE, the path of axe.min.js,")
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := look(t)
	y, base := s.open(filepath.Join(t.TempDir(), "chat.db"))
	y.draft = y.post(direct("hanna"), toyDraft(), "hanna", "draft")
	y.post(direct("marco"), toyApproval(), "marco", "approval")
	card := y.post(channel("it-offboarding"), toyCard("It has begun.", bot.Running), "", "card")
	below := card.Place
	below.Thread = card.ID
	y.post(below, toyCard("The details.", bot.Amber), "ines", "detail")
	y.edit(card, toyCard("It goes on.", bot.Running))
	s.Do(chromedp.Navigate(base + "/as/tom/direct"))
	s.Write("#composer", "start jane\r")
	s.Sees("dialog.form", "Last day of work")
	s.Click("dialog.form button.primary", "See what")
	s.Sees("dialog.form .problem", "This is needed")

	screens := []struct{ name, path, ready, prepare string }{
		{"welcome", "/", "[...document.querySelectorAll('h2')].length > 0", ""},
		{"chat", "/as/marco/direct", "document.querySelector('#log select')", ""},
		{"people", "/as/hanna/direct?view=people", "document.querySelector('#cast')", ""},
		{"company", "/as/ines/direct?view=panel", "document.querySelector('#panel button').checkVisibility()", ""},
		{"channel", "/as/ines/channel/it-offboarding", "document.querySelector('.thread article')", "document.querySelector('.thread').open = true"},
		{"question", "/as/hanna/direct", "document.querySelector('[data-opens]')", "document.querySelector('[data-opens]').click()"},
		{"form", "/as/tom/direct", "document.querySelector('dialog[open] [aria-invalid]')", ""},
		{"refused", "/as/nobody", "document.querySelector('h1')", ""},
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 800, 1280} {
			s.Size(width, 800, scheme)
			for _, at := range screens {
				t.Run(fmt.Sprintf("%s %d %s", at.name, width, scheme), func(t *testing.T) {
					s := &screen{&webtest.Screen{T: t, Ctx: s.Ctx}}
					s.Do(chromedp.Navigate(base + at.path))
					s.Holds(at.ready)
					if at.name != "refused" {
						s.Sees("#state", "Live")
					}
					s.Run(at.prepare + ";0")
					s.Shot(fmt.Sprintf("axe-%d-%s-%s", width, scheme, at.name))
					s.examine(string(axe))
				})
			}
		}
	}
}

// examine reports what axe-core finds, and what is wider than the window.
func (s *screen) examine(axe string) {
	s.T.Helper()
	s.Run(axe + ";0")
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
