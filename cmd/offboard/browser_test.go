package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"offboard/bot/web/webtest"

	"offboard/store"
)

// TestMain lets this test binary be the demo and its bot, which is started as a
// process of its own so that it can be killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "demo" {
		os.Exit(execute(root(outside{platforms, store.MachineClock()})))
	}
	os.Exit(m.Run())
}

// theatre is the demo running, with somebody before it.
type theatre struct {
	*webtest.Screen
	base string
	axe  bool // axe-core is there
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
			return &theatre{s, m[1], os.Getenv("OFFBOARD_AXE") != ""}
		}
	}
	t.Fatal("the demo ended without saying where it is")
	return nil
}

// look examines the screen at all sizes, in light and dark, and keeps pictures.
func (th *theatre) look(name string) {
	th.T.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 768, 1280} {
			th.Size(width, 900, scheme)
			th.Shot(fmt.Sprintf("%s-%d-%s", name, width, scheme))
			if th.axe {
				th.Examine()
			}
		}
	}
	th.Size(1280, 900, "light")
}

// breaks does what ends the bot, and waits until the page has noticed. The page
// itself takes note, for another bot may be there before anybody looks.
func (th *theatre) breaks(press func()) {
	th.T.Helper()
	th.Run(`{
		const state = document.querySelector("#state");
		window.broke = false;
		new MutationObserver(() => { window.broke ||= state.dataset.live === "no"; }).observe(state, {attributes: true});
	}`)
	press()
	th.Holds("window.broke")
}

// panel presses a button of the side panel without looking for it, until it has
// arrived: a bot that is killed takes a press with it, and breaks the page once
// too early.
func (th *theatre) panel(act string) {
	th.T.Helper()
	th.Run(`(async () => {
		window.pressed = false;
		while (!window.pressed) {
			window.broke = false;
			window.pressed = await fetch("/panel", {method: "POST", body: new URLSearchParams({act: ` + webtest.Quoted(act) + `})}).then(r => r.ok, () => false);
			await new Promise(r => setTimeout(r, 200));
		}
	})(); undefined`)
	th.Holds("window.pressed")
}

// next waits until it is said who does what next.
func (th *theatre) next(name, text string) {
	th.T.Helper()
	th.Sees("#next", name)
	th.Sees("#next", text)
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
