package web

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"offboard/bot"
)

// tomorrow is a last day that is not over.
func tomorrow() string { return time.Now().AddDate(0, 0, 1).Format(time.DateOnly) }

// TestStory_mouse plays the toy company by mouse, and looks at every step.
func TestStory_mouse(t *testing.T) {
	s := look(t)
	s.Size(1280, 800, "light")
	y, base := s.open(filepath.Join(t.TempDir(), "chat.db"))
	s.Shot("01-welcome")
	s.Click("main a", "Be Hanna Berg")
	s.Sees(".empty", "Nothing has been said")
	s.Shot("02-empty")

	s.Write("#composer", "start jane")
	s.Click(".composer button", "Send")
	s.Sees("dialog", "Last day of work")
	s.Shot("03-form")
	s.Set("dialog select", "resignation")
	s.Set("dialog input[type=date]", "2020-01-31")
	s.Write("dialog textarea", "Going to study")
	s.Click("dialog button.primary", "See what will happen")
	s.Sees("dialog .problem", "That day is over")
	s.Holds(`document.activeElement.type === "date" && document.querySelector("dialog textarea").value === "Going to study"`)
	s.Shot("04-form-problem")

	// A reload loses nothing, not even what was typed and not sent.
	s.Set("dialog input[type=time]", "17:30")
	s.Do(chromedp.Reload())
	s.Sees("dialog .problem", "That day is over")
	s.Holds(`document.querySelector("dialog input[type=time]").value === "17:30"`)
	s.Set("dialog input[type=date]", tomorrow())
	s.Click("dialog button.primary", "See what will happen")
	s.Sees("#log", "OFF-1 is a draft")
	s.Holds(`!document.querySelector("dialog.form")`)
	s.Shot("05-draft")

	s.Click("#log button", "Discard")
	s.Sees("dialog.ask", "Discard the draft?")
	s.Shot("06-question")
	s.Click("dialog.ask button", "Cancel")
	s.Click("#log button", "Submit")
	s.Sees("#log", "Submitted.")
	s.Sees("#next", "Marco Reyes")
	s.Shot("07-submitted")

	s.Click("#next a", "Marco Reyes")
	s.Sees("#log", "asks for your approval")
	s.Set("#log select", "P-8")
	s.Click("#log .menu button", "Choose")
	s.Sees("#log", "Tom Okafor gets the design system")
	s.Click("#log button", "Approve")
	s.Sees("dialog.ask", "Take Jane Doe out?")
	s.Shot("08-approve")
	s.Click("dialog.ask button", "Approve")
	s.Sees("#working", "working on it")
	s.Shot("09-working")
	s.Do(chromedp.Navigate(base + "/as/ines/channel/it-offboarding"))
	s.Sees("#log", "It has begun.")
	s.Shot("10-channel")
	close(y.gate)
	s.Sees("#log", "Jane Doe is out.")
	s.Holds(`document.querySelector(".edited") && document.querySelector(".thread").open`)

	// Who reads further up is not torn away, but told.
	s.Run(`document.querySelector("#log").scrollTop = 0`)
	y.post(channel("it-offboarding"), toyCard("Something else.", bot.Open), "", "else")
	s.Sees("#newer", "New messages below")
	s.Holds(`document.querySelector("#log").scrollTop === 0 && document.querySelector("#say").innerText.includes("Something else.")`)
	s.Click("#newer", "New messages below")
	s.Holds(`!document.querySelector("#newer").checkVisibility() && document.querySelector("#log").scrollTop > 0`)
	s.Click("#panel button", "Break the directory")
	s.Sees("#panel", "refuses connections")
	s.Shot("11-edited")
	s.Size(1280, 800, "dark")
	s.Shot("12-dark")
}

// TestStory_keyboard plays the toy company without a mouse.
func TestStory_keyboard(t *testing.T) {
	s := look(t)
	s.Size(1280, 800, "light")
	y, _ := s.open(filepath.Join(t.TempDir(), "chat.db"))
	close(y.gate)
	s.FocusOn("main a", "Be Hanna Berg")
	s.Press(kb.Enter)
	s.Sees(".empty", "Nothing has been said")

	s.FocusOn(".skip", "Skip to the command line")
	s.Shot("20-keyboard-skip")
	s.Press(kb.Enter)
	s.Press("start jane" + kb.Enter)
	s.Sees("dialog", "Last day of work")
	s.Holds(`document.activeElement.matches("dialog select")`)
	s.Press("R" + kb.Tab + "01312020" + kb.Enter)
	s.Sees("dialog .problem", "That day is over")
	s.Holds(`document.activeElement.type === "date"`)
	s.Press(kb.ArrowLeft + kb.ArrowLeft + time.Now().AddDate(0, 0, 1).Format("01022006") + kb.Enter)
	s.Sees("#log", "OFF-1 is a draft")
	s.Holds(`document.activeElement !== document.body`)

	s.FocusOn("#log button", "Discard")
	s.Press(kb.Enter)
	s.Sees("dialog.ask", "Discard the draft?")
	s.Holds(`document.activeElement.innerText === "Cancel"`) // what takes nothing away comes first
	s.Press(kb.Escape)
	s.Holds(`document.activeElement.innerText === "Discard…" && !document.querySelector("dialog[open]")`)
	s.FocusOn("#log button", "Submit")
	s.Press(kb.Enter)
	s.Sees("#log", "Submitted.")
	s.Holds(`document.activeElement.matches("article")`) // the button is gone; the answer has the focus

	s.FocusOn("#next a", "Marco Reyes")
	s.Press(kb.Enter)
	s.Sees("#log", "asks for your approval")
	s.FocusOn("#log select", "")
	s.Press("T")
	s.FocusOn("#log .menu button", "Choose")
	s.Press(kb.Enter)
	s.Sees("#log", "Tom Okafor gets the design system")
	s.FocusOn("#log button", "Approve")
	s.Shot("21-keyboard-focus")
	s.Press(kb.Enter)
	s.Sees("dialog.ask", "Take Jane Doe out?")
	s.FocusOn("dialog.ask button", "Approve")
	s.Press(kb.Enter)
	s.Sees("#log", "Done, and proven.")
	s.FocusOn("article.only .dismiss button", "Dismiss")
	s.Press(kb.Enter)
	s.Holds(`!document.querySelector("#log").innerText.includes("gets the design system")`)

	// A form that is given up with Escape is gone, here and after a reload.
	s.FocusOn(".skip", "Skip to the command line")
	s.Press(kb.Enter)
	s.Press("/offboard start jane" + kb.Enter)
	s.Sees("dialog.form", "Last day of work")
	s.Press(kb.Escape)
	s.Holds(`!document.querySelector("dialog.form")`)
	s.Do(chromedp.Reload())
	s.Sees("#state", "Live")
	s.Holds(`!document.querySelector("dialog.form")`)
}

// TestStory_half kills the server after the page and before what the page
// fetches: nobody is left with a page that does nothing.
func TestStory_half(t *testing.T) {
	for _, gone := range []string{"/static/chat.js", "/static/merge.js", "/static/layout.css"} {
		s := look(t)
		c := s.company(filepath.Join(t.TempDir(), "chat.db"))
		var once sync.Once
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == gone {
				once.Do(func() { panic(http.ErrAbortHandler) })
			}
			c.Handler().ServeHTTP(w, r)
		})}
		go func() { _ = server.Serve(l) }()
		t.Cleanup(func() {
			if err := errors.Join(server.Close(), c.Close()); err != nil {
				t.Error(err)
			}
		})
		s.Do(chromedp.Navigate("http://" + l.Addr().String() + "/?token=" + c.Token()))
		s.Sees("#state", "Live")
		s.Holds(`getComputedStyle(document.querySelector("header.top")).display === "flex"`)
	}
}

// TestStory_restart kills the server under an open page. What is clicked in
// the meantime arrives once.
func TestStory_restart(t *testing.T) {
	s := look(t)
	s.Size(1280, 800, "light")
	file := filepath.Join(t.TempDir(), "chat.db")
	c := s.company(file)
	var there atomic.Pointer[Chat]
	there.Store(c)
	// The address is not given back meanwhile: somebody else might have it then.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := there.Load()
		if c == nil {
			panic(http.ErrAbortHandler)
		}
		c.Handler().ServeHTTP(w, r)
	}))
	kill := func() {
		t.Helper()
		c := there.Swap(nil)
		server.CloseClientConnections()
		if c == nil {
			return
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() {
		kill()
		server.Close()
	})
	s.Do(chromedp.Navigate(server.URL + "/?token=" + c.Token()))
	s.Click("main a", "Be Hanna Berg")
	s.Sees("#state", "Live")
	draft, err := c.Post(t.Context(), direct("hanna"), toyDraft(), "draft")
	if err != nil {
		t.Fatal(err)
	}
	s.Sees("#log button", "Submit")
	kill()
	s.Sees("#state", "Reconnecting")
	s.Click("#log button", "Submit")
	s.Sees("#toast", "sent as soon as it is back")
	s.Shot("30-reconnecting")

	c = s.company(file)
	if _, err := c.Post(t.Context(), direct("hanna"), bot.Message{Summary: "While you were away"}, "away"); err != nil {
		t.Fatal(err)
	}
	y := newToy(t, c)
	y.draft = draft // before the page can reach it
	there.Store(c)
	y.run()
	s.Sees("#state", "Live")
	s.Sees("#log", "While you were away")
	s.Sees("#log", "Submitted.")
	if i := <-y.got; i.Verb != "submit" || i.Object != "OFF-1" {
		t.Errorf("got %+v", i)
	}
	if len(y.got) > 0 {
		t.Errorf("it arrived again: %+v", <-y.got)
	}
	s.Shot("31-reconnected")
}
