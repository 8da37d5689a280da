package web

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"offboard/bot"
	"offboard/bot/web/webtest"
)

// TestAxe has axe-core look at every kind of screen.
func TestAxe(t *testing.T) {
	webtest.NeedAxe(t)
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
					s.Examine()
				})
			}
		}
	}
}
