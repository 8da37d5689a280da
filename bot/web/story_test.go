package web

import (
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"offboard/bot"
)

func quoted(s string) string { return strconv.Quote(s) }

// tomorrow is a last day that is not over.
func tomorrow() string { return time.Now().AddDate(0, 0, 1).Format(time.DateOnly) }

// TestStory_mouse plays the toy company by mouse, and looks at every step.
func TestStory_mouse(t *testing.T) {
	s := look(t)
	s.size(1280, 800, "light")
	y, base := s.open(filepath.Join(t.TempDir(), "chat.db"))
	s.shot("01-welcome")
	s.click("main a", "Be Hanna Berg")
	s.sees(".empty", "Nothing has been said")
	s.shot("02-empty")

	s.write("#composer", "start jane")
	s.click(".composer button", "Send")
	s.sees("dialog", "Last day of work")
	s.shot("03-form")
	s.set("dialog select", "resignation")
	s.set("dialog input[type=date]", "2020-01-31")
	s.write("dialog textarea", "Going to study")
	s.click("dialog button.primary", "See what will happen")
	s.sees("dialog .problem", "That day is over")
	s.holds(`document.activeElement.type === "date" && document.querySelector("dialog textarea").value === "Going to study"`)
	s.shot("04-form-problem")

	// A reload loses nothing, not even what was typed and not sent.
	s.set("dialog input[type=time]", "17:30")
	s.do(chromedp.Reload())
	s.sees("dialog .problem", "That day is over")
	s.holds(`document.querySelector("dialog input[type=time]").value === "17:30"`)
	s.set("dialog input[type=date]", tomorrow())
	s.click("dialog button.primary", "See what will happen")
	s.sees("#log", "OFF-1 is a draft")
	s.holds(`!document.querySelector("dialog.form")`)
	s.shot("05-draft")

	s.click("#log button", "Discard")
	s.sees("dialog.ask", "Discard the draft?")
	s.shot("06-question")
	s.click("dialog.ask button", "Cancel")
	s.click("#log button", "Submit")
	s.sees("#log", "Submitted.")
	s.sees("#next", "Marco Reyes")
	s.shot("07-submitted")

	s.click("#next a", "Marco Reyes")
	s.sees("#log", "asks for your approval")
	s.set("#log select", "P-8")
	s.click("#log .menu button", "Choose")
	s.sees("#log", "Tom Okafor gets the design system")
	s.click("#log button", "Approve")
	s.sees("dialog.ask", "Take Jane Doe out?")
	s.shot("08-approve")
	s.click("dialog.ask button", "Approve")
	s.sees("#working", "working on it")
	s.shot("09-working")
	s.do(chromedp.Navigate(base + "/as/ines/channel/it-offboarding"))
	s.sees("#log", "It has begun.")
	s.shot("10-channel")
	close(y.gate)
	s.sees("#log", "Jane Doe is out.")
	s.holds(`document.querySelector(".edited") && document.querySelector(".thread").open`)

	// Who reads further up is not torn away, but told.
	s.run(`document.querySelector("#log").scrollTop = 0`)
	y.post(channel("it-offboarding"), toyCard("Something else.", bot.Open), "", "else")
	s.sees("#newer", "New messages below")
	s.holds(`document.querySelector("#log").scrollTop === 0 && document.querySelector("#say").innerText.includes("Something else.")`)
	s.click("#newer", "New messages below")
	s.holds(`!document.querySelector("#newer").checkVisibility() && document.querySelector("#log").scrollTop > 0`)
	s.click("#panel button", "Break the directory")
	s.sees("#panel", "refuses connections")
	s.shot("11-edited")
	s.size(1280, 800, "dark")
	s.shot("12-dark")
}

// focusOn presses Tab until the focus is on something that says the text.
func (s *screen) focusOn(selector, text string) {
	s.t.Helper()
	s.sees(selector, text)
	is := `document.activeElement.matches(` + quoted(selector) + `) && document.activeElement.innerText.includes(` + quoted(text) + `)`
	for range 120 {
		on, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](is))
		if err != nil {
			s.fail(err.Error())
		}
		if on {
			return
		}
		s.press(kb.Tab)
	}
	s.fail("Tab never reaches " + selector + " " + text)
}

// TestStory_keyboard plays the toy company without a mouse.
func TestStory_keyboard(t *testing.T) {
	s := look(t)
	s.size(1280, 800, "light")
	y, _ := s.open(filepath.Join(t.TempDir(), "chat.db"))
	close(y.gate)
	s.focusOn("main a", "Be Hanna Berg")
	s.press(kb.Enter)
	s.sees(".empty", "Nothing has been said")

	s.focusOn(".skip", "Skip to the command line")
	s.shot("20-keyboard-skip")
	s.press(kb.Enter)
	s.press("start jane" + kb.Enter)
	s.sees("dialog", "Last day of work")
	s.holds(`document.activeElement.matches("dialog select")`)
	s.press("R" + kb.Tab + "01312020" + kb.Enter)
	s.sees("dialog .problem", "That day is over")
	s.holds(`document.activeElement.type === "date"`)
	s.press(kb.ArrowLeft + kb.ArrowLeft + time.Now().AddDate(0, 0, 1).Format("01022006") + kb.Enter)
	s.sees("#log", "OFF-1 is a draft")
	s.holds(`document.activeElement !== document.body`)

	s.focusOn("#log button", "Discard")
	s.press(kb.Enter)
	s.sees("dialog.ask", "Discard the draft?")
	s.holds(`document.activeElement.innerText === "Cancel"`) // what takes nothing away comes first
	s.press(kb.Escape)
	s.holds(`document.activeElement.innerText === "Discard…" && !document.querySelector("dialog[open]")`)
	s.focusOn("#log button", "Submit")
	s.press(kb.Enter)
	s.sees("#log", "Submitted.")
	s.holds(`document.activeElement.matches("article")`) // the button is gone; the answer has the focus

	s.focusOn("#next a", "Marco Reyes")
	s.press(kb.Enter)
	s.sees("#log", "asks for your approval")
	s.focusOn("#log select", "")
	s.press("T")
	s.focusOn("#log .menu button", "Choose")
	s.press(kb.Enter)
	s.sees("#log", "Tom Okafor gets the design system")
	s.focusOn("#log button", "Approve")
	s.shot("21-keyboard-focus")
	s.press(kb.Enter)
	s.sees("dialog.ask", "Take Jane Doe out?")
	s.focusOn("dialog.ask button", "Approve")
	s.press(kb.Enter)
	s.sees("#log", "Done, and proven.")
	s.focusOn("article.only .dismiss button", "Dismiss")
	s.press(kb.Enter)
	s.holds(`!document.querySelector("#log").innerText.includes("gets the design system")`)

	// A form that is given up with Escape is gone, here and after a reload.
	s.focusOn(".skip", "Skip to the command line")
	s.press(kb.Enter)
	s.press("/offboard start jane" + kb.Enter)
	s.sees("dialog.form", "Last day of work")
	s.press(kb.Escape)
	s.holds(`!document.querySelector("dialog.form")`)
	s.do(chromedp.Reload())
	s.sees("#state", "Live")
	s.holds(`!document.querySelector("dialog.form")`)
}

// TestStory_restart kills the server under an open page. What is clicked in
// the meantime arrives once.
func TestStory_restart(t *testing.T) {
	s := look(t)
	s.size(1280, 800, "light")
	file := filepath.Join(t.TempDir(), "chat.db")
	c := s.company(file)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: c.Handler()}
	go func() { _ = server.Serve(l) }()
	s.do(chromedp.Navigate("http://" + l.Addr().String() + "/?token=" + c.Token()))
	s.click("main a", "Be Hanna Berg")
	s.sees("#state", "Live")
	if _, err := c.Post(t.Context(), direct("hanna"), toyDraft(), "draft"); err != nil {
		t.Fatal(err)
	}
	s.sees("#log button", "Submit")
	if err := errors.Join(server.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
	s.sees("#state", "Reconnecting")
	s.click("#log button", "Submit")
	s.sees("#toast", "sent as soon as it is back")
	s.shot("30-reconnecting")

	c = s.company(file)
	if _, err := c.Post(t.Context(), direct("hanna"), bot.Message{Summary: "While you were away"}, "away"); err != nil {
		t.Fatal(err)
	}
	listen(t, c, l.Addr().String())
	y := runToy(t, c)
	y.mu.Lock()
	y.draft = c.records[0].ref()
	y.mu.Unlock()
	s.sees("#state", "Live")
	s.sees("#log", "While you were away")
	s.sees("#log", "Submitted.")
	if i := <-y.got; i.Verb != "submit" || i.Object != "OFF-1" {
		t.Errorf("got %+v", i)
	}
	if len(y.got) > 0 {
		t.Errorf("it arrived again: %+v", <-y.got)
	}
	s.shot("31-reconnected")
}
