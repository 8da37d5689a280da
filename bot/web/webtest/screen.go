// Package webtest is a person before a real, headless Chromium. Only tests use
// it: those of the browser chat, and those of what is shown in it.
package webtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Need skips the test by name where something is missing, or fails it where
// nothing may be skipped.
func Need(t testing.TB, have bool, what string) {
	t.Helper()
	if have {
		return
	}
	if os.Getenv("OFFBOARD_TEST_REQUIRE") == "all" {
		t.Fatalf("%s is missing, and OFFBOARD_TEST_REQUIRE=all", what)
	}
	t.Skipf("%s is missing", what)
}

// Patience is how long anything may take that a person waits for, also on a
// machine with other work.
const Patience = 3 * time.Minute

// Screen is a person before a real browser.
type Screen struct {
	T   *testing.T
	Ctx context.Context // of the browser
}

// Look opens a headless Chromium. It reaches nothing but this machine.
func Look(t *testing.T) *Screen {
	t.Helper()
	path, err := exec.LookPath("chromium")
	Need(t, err == nil, "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(Patience),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	// The browser lives as long as the context of the first action.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &Screen{t, ctx}
}

// Do does browser actions, and fails the test if one does not end.
func (s *Screen) Do(actions ...chromedp.Action[chromedp.Void]) {
	s.T.Helper()
	ctx, stop := context.WithTimeout(s.Ctx, Patience)
	defer stop()
	if err := chromedp.Do(ctx, actions...); err != nil {
		s.Fail(err.Error())
	}
}

// Fail ends the test with what the page shows.
func (s *Screen) Fail(what string) {
	s.T.Helper()
	seen, err := chromedp.Run(s.Ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	s.Shot("failed")
	s.T.Fatalf("%s\n%s\n%v", what, seen, err)
}

// Run runs a script in the page.
func (s *Screen) Run(script string) {
	s.T.Helper()
	s.Do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](script)(ctx, t)
		return chromedp.Void{}, err
	})
}

// Size sets the window and the colours.
func (s *Screen) Size(width, height int64, scheme string) {
	s.T.Helper()
	s.Do(chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}))
}

// Holds waits until a condition in the page's own language is true. A page
// that goes away while it is asked is followed by another one.
func (s *Screen) Holds(condition string) {
	s.T.Helper()
	ctx, stop := context.WithTimeout(s.Ctx, Patience)
	defer stop()
	ask := `new Promise((done) => { const ask = () => { (` + condition + `) ? done(true) : requestAnimationFrame(ask); }; ask(); })`
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](ask, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			s.Fail("it never holds that " + condition + ": " + err.Error())
		}
	}
}

// Sees waits until a text is in the element, and can be seen.
func (s *Screen) Sees(selector, text string) {
	s.T.Helper()
	s.Holds(`[...document.querySelectorAll(` + Quoted(selector) + `)].some(e => e.checkVisibility() && e.innerText.includes(` + Quoted(text) + `))`)
}

// Click presses the newest thing there that says the text, with the mouse.
func (s *Screen) Click(selector, text string) {
	s.T.Helper()
	s.Sees(selector, text)
	s.Holds(`document.querySelector("#state").dataset.live`) // before that the page still scrolls by itself
	s.Do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		at, err := chromedp.Evaluate[[2]float64](`{
			const e = [...document.querySelectorAll(`+Quoted(selector)+`)].filter(e => e.checkVisibility() && e.innerText.includes(`+Quoted(text)+`)).at(-1);
			e.scrollIntoViewIfNeeded();
			const r = e.getBoundingClientRect();
			[r.left + r.width / 2, r.top + r.height / 2];
		}`)(ctx, t)
		if err != nil {
			return chromedp.Void{}, err
		}
		return chromedp.MouseClickXY(at[0], at[1])(ctx, t)
	})
}

// Set puts a value into a field, as a date picker does.
func (s *Screen) Set(selector, value string) {
	s.T.Helper()
	s.Run(`{
		const e = document.querySelector(` + Quoted(selector) + `);
		e.value = ` + Quoted(value) + `;
		e.dispatchEvent(new Event("input", {bubbles: true}));
	}`)
}

// Write types into a field, once the page has come to rest: before that it may
// be drawn anew under the hands.
func (s *Screen) Write(selector, text string) {
	s.T.Helper()
	s.Holds(`document.querySelector("#state").dataset.live && document.querySelector(` + Quoted(selector) + `)`)
	s.Run(`document.querySelector(` + Quoted(selector) + `).focus()`)
	s.Press(text)
}

// Press presses keys, wherever the focus is.
func (s *Screen) Press(keys string, modifiers ...chromedp.Modifier) {
	s.T.Helper()
	s.Do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// FocusOn presses Tab until the focus is on something that says the text.
func (s *Screen) FocusOn(selector, text string) {
	s.T.Helper()
	s.Sees(selector, text)
	is := `document.activeElement.matches(` + Quoted(selector) + `) && document.activeElement.innerText.includes(` + Quoted(text) + `)`
	for range 150 {
		on, err := chromedp.Run(s.Ctx, chromedp.Evaluate[bool](is))
		if err != nil {
			s.Fail(err.Error())
		}
		if on {
			return
		}
		s.Press(kb.Tab)
	}
	s.Fail("Tab never reaches " + selector + " " + text)
}

// Shot writes a picture to the folder OFFBOARD_SHOTS, if there is one.
func (s *Screen) Shot(name string) {
	s.T.Helper()
	dir := os.Getenv("OFFBOARD_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(s.Ctx, chromedp.CaptureScreenshot())
	if err != nil {
		s.T.Error(err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		s.T.Error(err)
	}
}

// Quoted is a text as it stands in a script.
func Quoted(s string) string { return strconv.Quote(s) }
