package main

import (
	"context"
	"net/url"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

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
