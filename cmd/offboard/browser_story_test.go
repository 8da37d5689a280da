package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// The whole story in the demo, by mouse: HR asks, the manager approves, the
// doors are down, the bot is killed in the middle of it, and in the end Jane
// is locked out.
func TestDemoInTheBrowser(t *testing.T) {
	t.Parallel()
	th := openTheatre(t)
	th.look("01-welcome")
	th.Click("main a", "Hanna Berg")
	th.Sees("#talk", "Only Hanna Berg and the bot read this")
	th.next("You", "/offboard start jane")
	th.look("02-hanna")
	th.Write("#composer", "start jane")
	th.Click(".composer button", "Send")
	th.Sees("#log", "Jane Dorsey")
	th.look("03-namesakes")
	th.Click("#log button", "Choose Jane Doe")
	th.Sees("dialog.form", "Last day of work")
	th.look("04-form")
	th.fill(map[string]string{
		"Kind": "Resignation", "Last day": time.Now().AddDate(0, 0, 8).Format(time.DateOnly), "Access ends": "Now", "Reason": "Going to study",
	})
	th.Sees("#log", "This is what will happen")
	th.next("You", "press Submit")
	th.look("05-survey")
	th.Click("#log button", "Submit")
	th.next("Marco Reyes", "approve or decline")
	th.look("06-submitted")
	th.Click("#next a", "Marco Reyes")
	th.Sees("#log", "asks for your approval")
	th.Holds(`document.querySelector("#me .badge").innerText.startsWith("1")`)
	th.look("07-approval")
	th.Click("#panel button", "Take down") // the last one: the doors
	th.Sees("#panel", "It is down")
	th.Click("#log button", "Approve")
	th.Sees("dialog.ask", "Yes, approve")
	th.look("08-question")
	th.Click("dialog.ask button", "Yes, approve")
	th.next("Ivan Petrov", "Take back the laptop")
	th.Click("#next a", "Ivan Petrov")
	th.Sees("#log", "Door badges does not answer")
	th.Sees("#panel", "jane is locked")
	th.Sees("#me", "3 things wait for you")
	th.Holds(`document.querySelector("#person-ines").textContent.includes("Take back the laptop")`) // she could do it too
	th.Holds(`document.scrollingElement.scrollHeight <= innerHeight`)                               // the parts scroll, not the page
	th.Click("#next a", "Show me")
	th.Holds(`location.hash && document.querySelector(":target").getBoundingClientRect().top < innerHeight / 2`)
	th.Size(1280, 980, "light")
	th.Shot("09-front")
	th.look("09-working")
	for _, view := range []string{"people", "panel"} {
		th.be("ivan", "channel/it-offboarding?view="+view)
		th.look("09-" + view)
	}
	th.be("ivan", "channel/it-offboarding")

	// A power cut, with the page open.
	th.breaks(func() { th.Click("#panel button", "Kill me now") })
	th.Shot("10-killed")
	th.Sees("#state", "Live")
	th.Sees("#log", "Door badges does not answer")
	th.Click("#panel button", "Repair it")
	th.Holds(`!document.querySelector("#panel").innerText.includes("It is down")`)
	th.Sees("#log", "12 proven")
	for _, task := range []string{"laptop", "keycard"} {
		th.Write("#composer", "confirm OFF-1 "+task+" in the cabinet")
		th.Click(".composer button", "Send")
		th.Sees("#log", "OFF-1")
	}
	for _, do := range []string{"skip OFF-1 questions Marco is on holiday", "confirm OFF-1 groups it is closed"} {
		th.Write("#composer", do)
		th.Click(".composer button", "Send")
		th.Sees("#log", "OFF-1")
	}
	th.Sees("#log", "has no access any more")
	th.next("Aude Martin", "audit OFF-1")
	th.look("11-closed")
	th.be("hanna", "direct")
	th.Sees("#log", "Checkpoint of the audit log")
	th.look("12-closing")
	th.Click("#next a", "Aude Martin")
	th.Sees("#me", "Nothing waits for you now")
	th.Click(".try button", "audit OFF-1")
	th.Sees("#log", "Marco Reyes")
	th.look("13-audit")
	th.be("jane", "direct")
	th.Sees("#me", "tells you nothing")
	th.Holds(`!document.querySelector("#log").innerText.includes("OFF-1")`)

	// Time passes, and it is the same for everybody.
	th.Sees("#panel", "No cut-off is ahead")
	th.Click("#panel button", "Next week")
	th.Sees("#panel", strings.TrimPrefix(time.Now().AddDate(0, 0, 7).Format("Mon 2 January"), "0"))
	th.Sees("#state", "Live")
}

// The whole story without a mouse. The doors lie, so it cannot end before
// somebody has repaired them; access ends at a time, which is gone to.
func TestDemoByKeyboard(t *testing.T) {
	t.Parallel()
	th := openTheatre(t)
	// press presses what says the text, and sees that the focus is not lost.
	press := func(selector, text string) {
		t.Helper()
		th.FocusOn(selector, text)
		th.Press(kb.Enter)
	}
	typed := func(field, text string) {
		t.Helper()
		th.FocusOn(`dialog [name="f.`+field+`"]`, "")
		th.Press(text)
	}
	press("main a", "Be Hanna Berg")
	th.Sees("#state", "Live")
	press(".try button", "/offboard start jane")
	press("#log button", "Choose Jane Doe")
	th.Sees("dialog.form", "Last day of work")
	th.Holds(`document.activeElement.matches("dialog select")`)
	typed("kind", "Resig")
	typed("last day", time.Now().AddDate(0, 0, 8).Format("01022006"))
	typed("cut-off", "At a")
	typed("time", "0500PM")
	th.Shot("20-keyboard-form")
	th.Press(kb.Enter)
	th.Sees("#log", "This is what will happen")
	th.keepsFocus()
	press("#log button", "Submit")
	th.next("Marco Reyes", "approve")
	th.keepsFocus()

	press("#next a", "Be Marco")
	th.Sees("#log", "asks for your approval")
	press("#log button", "Choose who gets what")
	th.Sees("dialog.form", "Who gets it")
	typed("what", "d")
	typed("heir", "Priya Nair")
	th.Press(kb.Enter)
	th.Holds(`!document.querySelector("dialog.form")`)
	th.Sees("#log", "Priya Nair")
	th.keepsFocus()
	press(`#panel [aria-label="Door badges"] button`, "Make it lie")
	th.Sees("#panel", "It lies")
	th.keepsFocus()
	press("#log button", "Approve")
	th.Sees("dialog.ask", "Yes, approve")
	th.Holds(`document.activeElement.innerText === "Cancel"`)
	press("dialog.ask button", "Yes, approve")
	th.next("", "To the cut-off")
	th.keepsFocus()
	th.Sees("#panel", "Access of OFF-1 ends")
	th.Shot("21-keyboard-approved")

	press(`#panel [aria-label="Time"] button`, "To the cut-off")
	th.Sees("#panel", "jane is locked")
	th.Sees("#panel", "No cut-off is ahead")
	th.next("Ivan Petrov", "a look shows that it is not")
	th.Sees("#state", "Live")
	press("#next a", "Be Ivan")
	th.Sees("#log", "not proven")
	th.Shot("22-keyboard-lie")
	th.breaks(func() { press(`#panel [aria-label="The bot"] button`, "Kill me now") })
	th.Sees("#state", "Live")
	th.keepsFocus()
	// It still lies, so another try proves nothing.
	press("#log button", "Retry")
	th.Holds(`!document.querySelector("#next").innerText.includes("press Retry")`)
	th.next("You", "press Retry")
	press(`#panel [aria-label="Door badges"] button`, "Repair it")
	th.Holds(`!document.querySelector("#panel").innerText.includes("It lies")`)
	th.keepsFocus()
	press("#log button", "Retry")
	th.Holds(`![...document.querySelectorAll("#log button")].some(b => b.innerText.startsWith("Retry"))`)
	th.keepsFocus()
	for _, do := range []string{"skip OFF-1 questions Marco is on holiday", "confirm OFF-1 groups it is closed"} {
		th.Write("#composer", do)
		th.Press(kb.Enter)
		th.Holds(`document.querySelector("#composer").value === ""`)
		th.keepsFocus()
	}
	for _, task := range []string{"laptop", "key ca"} {
		press("#log button", "Confirm: take back the "+task)
		th.Sees("dialog.form", "")
		th.Press("LW-2207" + kb.Enter)
		th.Holds(`!document.querySelector("dialog.form")`)
		th.keepsFocus()
	}
	th.Sees("#log", "has no access any more")
	press("#cast a", "Hanna Berg")
	th.Sees("#log", "Checkpoint of the audit log")
	press("#next a", "Be Aude")
	press(".try button", "audit OFF-1")
	th.Sees("#log", "Marco Reyes")
	th.keepsFocus()
}

// keepsFocus sees that who has no mouse is still somewhere.
func (th *theatre) keepsFocus() {
	th.T.Helper()
	th.Holds(`document.activeElement !== document.body && document.activeElement.checkVisibility()`)
}
