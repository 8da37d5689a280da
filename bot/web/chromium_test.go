package web

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"
)

// need skips the test by name where something is missing, or fails it where
// nothing may be skipped.
func need(t testing.TB, have bool, what string) {
	t.Helper()
	if have {
		return
	}
	if os.Getenv("OFFBOARD_TEST_REQUIRE") == "all" {
		t.Fatalf("%s is missing, and OFFBOARD_TEST_REQUIRE=all", what)
	}
	t.Skipf("%s is missing", what)
}

// patience is how long anything may take that a person waits for.
const patience = 15 * time.Second

// screen is a person before a real browser.
type screen struct {
	t   *testing.T
	ctx context.Context
}

// look opens a headless Chromium. It reaches nothing but this machine.
func look(t *testing.T) *screen {
	t.Helper()
	path, err := exec.LookPath("chromium")
	need(t, err == nil, "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
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
	return &screen{t, ctx}
}

func (s *screen) do(actions ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, actions...); err != nil {
		s.fail(err.Error())
	}
}

func (s *screen) fail(what string) {
	s.t.Helper()
	seen, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	s.shot("failed")
	s.t.Fatalf("%s\n%s\n%v", what, seen, err)
}

// run runs a script in the page.
func (s *screen) run(script string) {
	s.t.Helper()
	s.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](script)(ctx, t)
		return chromedp.Void{}, err
	})
}

// size sets the window and the colours.
func (s *screen) size(width, height int64, scheme string) {
	s.t.Helper()
	s.do(chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}))
}

// holds waits until a condition in the page's own language is true. A page
// that goes away while it is asked is followed by another one.
func (s *screen) holds(condition string) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.ctx, patience)
	defer stop()
	ask := `new Promise((done) => { const ask = () => { (` + condition + `) ? done(true) : requestAnimationFrame(ask); }; ask(); })`
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](ask, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			s.fail("it never holds that " + condition + ": " + err.Error())
		}
	}
}

// sees waits until a text is in the element, and can be seen.
func (s *screen) sees(selector, text string) {
	s.t.Helper()
	s.holds(`[...document.querySelectorAll(` + quoted(selector) + `)].some(e => e.checkVisibility() && e.innerText.includes(` + quoted(text) + `))`)
}

// click presses the newest thing there that says the text, with the mouse.
func (s *screen) click(selector, text string) {
	s.t.Helper()
	s.sees(selector, text)
	s.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		at, err := chromedp.Evaluate[[2]float64](`{
			const e = [...document.querySelectorAll(`+quoted(selector)+`)].filter(e => e.checkVisibility() && e.innerText.includes(`+quoted(text)+`)).at(-1);
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

// set puts a value into a field, as a date picker does.
func (s *screen) set(selector, value string) {
	s.t.Helper()
	s.run(`{
		const e = document.querySelector(` + quoted(selector) + `);
		e.value = ` + quoted(value) + `;
		e.dispatchEvent(new Event("input", {bubbles: true}));
	}`)
}

// write types into a field.
func (s *screen) write(selector, text string) {
	s.t.Helper()
	s.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// press presses keys, wherever the focus is.
func (s *screen) press(keys string, modifiers ...chromedp.Modifier) {
	s.t.Helper()
	s.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// shot writes a picture to the folder OFFBOARD_SHOTS, if there is one.
func (s *screen) shot(name string) {
	s.t.Helper()
	dir := os.Getenv("OFFBOARD_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		s.t.Error(err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		s.t.Error(err)
	}
}

// open serves the toy company and lets the browser in.
func (s *screen) open(file string) (y *toy, base string) {
	s.t.Helper()
	c := s.company(file)
	base = listen(s.t, c, "127.0.0.1:0")
	y = runToy(s.t, c)
	s.do(chromedp.Navigate(base + "/?token=" + c.Token()))
	s.sees("#state", "Live")
	return y, base
}

func (s *screen) company(file string) *Chat {
	s.t.Helper()
	cfg := toyConfig(file)
	cfg.Log = zerolog.New(zerolog.NewTestWriter(s.t))
	c, err := New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}
