package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"offboard/bot/web/webtest"
)

// TestMain lets this test binary be the bot of the demo, which is started as a
// process of its own so that it can be killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "demo" && os.Args[2] == "bot" {
		os.Exit(execute(root(platforms)))
	}
	os.Exit(m.Run())
}

// theatre is the demo running, with somebody before it.
type theatre struct {
	*webtest.Screen
	base string
}

func openTheatre(t *testing.T) *theatre {
	t.Helper()
	s := webtest.Look(t)
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- openDemo(ctx, w, 0) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if m := regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/\?token=\w+`).FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, r) }() // what it says later must not hold it up
			s.Size(1280, 900, "light")
			s.Do(chromedp.Navigate(m[0]))
			s.Sees("#state", "Live")
			return &theatre{s, m[1]}
		}
	}
	t.Fatal("the demo ended without saying where it is")
	return nil
}

// be plays somebody else.
func (th *theatre) be(login, place string) {
	th.T.Helper()
	th.Do(chromedp.Navigate(th.base + "/as/" + login + "/" + place))
	th.Sees("#state", "Live")
}

// fill sets the fields of the open form, found by their labels.
func (th *theatre) fill(values map[string]string) {
	th.T.Helper()
	for label, value := range values {
		th.Run(`{
			const l = [...document.querySelectorAll("dialog label")].find(l => l.innerText.startsWith(` + webtest.Quoted(label) + `));
			const e = l.control ?? l.querySelector("input,select,textarea");
			const o = e.options && [...e.options].find(o => o.text.startsWith(` + webtest.Quoted(value) + `));
			e.value = o ? o.value : ` + webtest.Quoted(value) + `;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true}));
		}`)
	}
	th.Click("dialog.form button.primary", "")
	th.Holds(`!document.querySelector("dialog.form")`)
}

// The whole story in the demo: HR asks, the manager approves, the VPN is down,
// the bot is killed in the middle of it, and in the end Jane is locked out.
func TestDemoInTheBrowser(t *testing.T) {
	th := openTheatre(t)
	th.Shot("demo-01-welcome")
	th.Click("main a", "Hanna Berg")
	th.Sees("#talk", "Only Hanna Berg and the bot read this")
	th.Write("#composer", "start jane")
	th.Click(".composer button", "Send")
	th.Sees("#log", "Jane Dorsey")
	th.Shot("demo-02-namesakes")
	th.Click("#log button", "Choose Jane Doe")
	th.Sees("dialog.form", "Last day of work")
	th.Shot("demo-03-form")
	th.fill(map[string]string{
		"Kind": "Resignation", "Last day": time.Now().AddDate(0, 0, 8).Format(time.DateOnly), "Access ends": "Now", "Reason": "Going to study",
	})
	th.Sees("#log", "This is what will happen")
	th.Shot("demo-04-survey")
	th.Click("#log button", "Submit")
	th.Sees("#next", "Marco Reyes")
	th.be("marco", "direct")
	th.Sees("#log", "asks for your approval")
	th.Shot("demo-05-approval")
	th.Click("#panel button", "Take it down") // the last one: the doors
	th.Sees("#panel", "It is down now")
	th.Click("#log button", "Approve")
	th.Click("dialog.ask button", "Yes, approve")
	th.Sees("#log", "under way")
	th.be("ivan", "channel/it-offboarding")
	th.Sees("#log", "Door badges does not answer")
	th.Sees("#panel", "jane is locked")
	th.Holds(`document.scrollingElement.scrollHeight <= innerHeight`) // the parts scroll, not the page
	th.Shot("demo-06-working")

	// A power cut, with the page open.
	th.Click("#panel button", "Kill me now")
	th.Holds(`!document.querySelector("#state").innerText.includes("Live")`)
	th.Shot("demo-07-killed")
	th.Sees("#state", "Live")
	th.Sees("#log", "Door badges does not answer")
	th.Click("#panel button", "Repair it")
	th.Holds(`![...document.querySelectorAll("#panel")].some(e => e.innerText.includes("is down"))`)
	th.Sees("#log", "12 proven")
	for _, task := range []string{"laptop", "keycard"} {
		th.Write("#composer", "confirm OFF-1 "+task+" in the cabinet")
		th.Click(".composer button", "Send")
		th.Sees("#log", "OFF-1")
	}
	th.Sees("#log", "has no access any more")
	th.Shot("demo-08-closed")
	th.be("hanna", "direct")
	th.Sees("#log", "Checkpoint of the audit log")
	th.Size(1280, 900, "dark")
	th.Shot("demo-09-closing")
	th.be("jane", "direct")
	th.Holds(`!document.querySelector("#log").innerText.includes("OFF-1")`)

	// Time passes, and it is the same for everybody.
	th.Click("#panel button", "Next week")
	th.Sees("#panel", strings.TrimPrefix(time.Now().AddDate(0, 0, 7).Format("Mon 2 January"), "0"))
	th.Sees("#state", "Live")
}
