package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// What people do who are curious: kill it while a form is open, write novels,
// press everything there is, and let a manager wait for a week.
func TestDemoOddThings(t *testing.T) {
	t.Parallel()
	th := openTheatre(t)
	th.be("hanna", "direct")
	th.Write("#composer", "start jane.doe@example.com\r")
	th.Write("#composer", "start jane\r")
	th.Click("#log button", "Choose Jane Doe")
	th.Sees("dialog.form", "Last day of work")
	novel := strings.Repeat("Ein sehr langer Grund, <b>der</b> nicht endet 🚪 ", 30) + strings.Repeat("x", 300)
	th.Set("dialog textarea", novel)
	th.breaks(func() { th.panel("bot/kill") })
	th.Sees("#state", "Live")
	th.Sees("dialog.form", "Last day of work")
	th.Do(chromedp.Reload())
	th.Sees("dialog.form", "Last day of work")
	th.Holds(`document.querySelector("dialog textarea").value.startsWith("Ein sehr langer Grund")`)
	th.fill(map[string]string{"Kind": "Resignation", "Last day": time.Now().AddDate(0, 0, 20).Format(time.DateOnly), "Access ends": "At a time", "Time on": "17:00"})
	th.Sees("#log", "This is what will happen")
	th.look("31-novel")

	// A double click submits once, and what is pressed too late is refused in words.
	th.Run(`{ const b = [...document.querySelectorAll("#log button")].find(b => b.innerText === "Submit"); b.click(); b.click(); }`)
	th.next("Marco Reyes", "approve or decline")
	th.Sees("#panel", "Access of OFF-1 ends")

	// Everything at once.
	th.Run(`for (const b of document.querySelectorAll("#panel button:not([disabled])")) b.form.requestSubmit(b)`)
	th.Run(`Promise.allSettled(["directory/lie", "vpn/down", "badge/slow", "bot/kill", "time/1h", "directory/repair", "vpn/repair", "badge/repair", "nothing/such"].map((act) =>
		fetch("/panel", {method: "POST", body: new URLSearchParams({act})}))).then(() => { document.body.dataset.settled = "yes" }); undefined`)
	th.Holds("document.body.dataset.settled && !document.querySelector('#panel [aria-busy=true]')")
	// A bot is ended a moment after its answer. Those that were pressed before
	// come before this one; the next page is asked for when all are over.
	th.breaks(func() { th.panel("bot/kill") })
	th.Sees("#state", "Live")
	th.be("marco", "direct")
	for _, server := range []string{"Company directory", "VPN", "Door badges"} {
		th.Run(`{ const b = [...document.querySelectorAll('#panel [aria-label="` + server + `"] button')].find(b => b.innerText === "Repair it"); b?.click(); }`)
		th.Sees(`#panel [aria-label="`+server+`"]`, "Make it lie")
	}
	th.panel("time/168h")
	th.Sees("#state", "Live")
	th.Sees("#log", "still waits")
	th.next("You", "approve or decline")
	th.look("32-reminded")
}
