package bottest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"offboard/bot/bottest"
)

// grammar has every form of every step.
const grammar = `
# a comment
## A narration

hanna: /offboard start jane
"Hanna Berg" in #it-offboarding: /offboard start: jane "x"
hanna clicks "Choose" on "Senior Designer"
hanna clicks "Approve" twice
hanna clicks "Approve"
hanna cancels
hanna clicks "Approve" on "OFF-1"
hanna confirms
hanna clicks old "Approve"
hanna clicks old "Approve" on "OFF-1" back 2
hanna chooses "Heir" = "Tom Okafor"
hanna chooses "Heir" = "Tom Okafor" on "Figma"
hanna fills
  kind: Resignation
	last day: 2026-11-30
  note: "two\nlines: here"
  cut-off:
hanna closes the form
again
wait until #it-offboarding shows "text"
wait until marco does not see "text"
expect marco sees "text"
expect "Marco Leone" does not see "text"
expect #it does not show "text"
expect hanna's answer "text"
do lie badges "two words"
`

func TestScript(t *testing.T) {
	steps, err := bottest.Script(grammar)
	if err != nil {
		t.Fatal(err)
	}
	for i := range steps {
		steps[i].Line = 0
	}
	want := []bottest.Step{
		{Act: bottest.Narrates, Text: "A narration"},
		{Act: bottest.Types, Who: "hanna", Text: "/offboard start jane"},
		{Act: bottest.Types, Who: "Hanna Berg", Place: "it-offboarding", Text: `/offboard start: jane "x"`},
		{Act: bottest.Clicks, Who: "hanna", Text: "Choose", On: "Senior Designer"},
		{Act: bottest.Clicks, Who: "hanna", Text: "Approve", Twice: true},
		{Act: bottest.Clicks, Who: "hanna", Text: "Approve", Answer: "cancels"},
		{Act: bottest.Clicks, Who: "hanna", Text: "Approve", On: "OFF-1", Answer: "confirms"},
		{Act: bottest.Clicks, Who: "hanna", Text: "Approve", Back: 1},
		{Act: bottest.Clicks, Who: "hanna", Text: "Approve", On: "OFF-1", Back: 2},
		{Act: bottest.Chooses, Who: "hanna", Text: "Heir", Option: "Tom Okafor"},
		{Act: bottest.Chooses, Who: "hanna", Text: "Heir", Option: "Tom Okafor", On: "Figma"},
		{Act: bottest.Fills, Who: "hanna", Fields: []bottest.Entry{
			{Label: "kind", Value: "Resignation"},
			{Label: "last day", Value: "2026-11-30"},
			{Label: "note", Value: "two\nlines: here"},
			{Label: "cut-off"},
		}},
		{Act: bottest.Closes, Who: "hanna"},
		{Act: bottest.Again},
		{Act: bottest.Waits, Place: "it-offboarding", Text: "text"},
		{Act: bottest.Waits, Who: "marco", Text: "text", Not: true},
		{Act: bottest.Expects, Who: "marco", Text: "text"},
		{Act: bottest.Expects, Who: "Marco Leone", Text: "text", Not: true},
		{Act: bottest.Expects, Place: "it", Text: "text", Not: true},
		{Act: bottest.Expects, Who: "hanna", Text: "text", Reply: true},
		{Act: bottest.Does, Text: "lie", Args: []string{"badges", "two words"}},
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
}

func TestScript_errors(t *testing.T) {
	for script, want := range map[string]string{
		"\n\nhanna jumps":                         `script line 3: "hanna jumps": what is "jumps"?`,
		"hanna:":                                  "nothing is typed",
		"hanna in it: x":                          "#channel",
		`hanna clicks Approve`:                    "quotes",
		`hanna clicks "Approve" thrice`:           `what is "thrice" for?`,
		`hanna clicks "Approve`:                   "quotes",
		`hanna clicks ""`:                         "empty",
		`hanna clicks old "A" twice`:              "twice",
		`hanna clicks old "A" back 0`:             "number from 1",
		`hanna chooses "A" "B"`:                   `"menu" = "option"`,
		"  kind: x":                               "under somebody who fills",
		"hanna fills\n  kind":                     "label: value",
		"hanna fills\n  kind: \"x":                "quoted text",
		"hanna fills now":                         "what is",
		"hanna confirms":                          "nothing was clicked",
		"hanna clicks \"A\"\nmarco confirms":      "no click of marco",
		"hanna clicks \"A\" twice\nhanna cancels": "single click",
		"hanna closes it":                         "closes what?",
		"again and again":                         "what is",
		"wait for it":                             "wait until what?",
		`expect marco shows "x"`:                  "after marco comes",
		`expect #it sees "x"`:                     "after #it comes",
		`expect marco's reply "x"`:                "comes",
		`expect marco answer "x"`:                 "name's answer",
		`do`:                                      "do what?",
		`: x`:                                     "who does something",
	} {
		_, err := bottest.Script(script)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", script, err, want)
		}
	}
}

// FuzzScript checks that what was read can be written and read again.
func FuzzScript(f *testing.F) {
	f.Add(grammar)
	for line := range strings.SplitSeq(grammar, "\n") {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, script string) {
		steps, err := bottest.Script(script)
		if err != nil {
			return
		}
		for _, s := range steps {
			again, err := bottest.Script(s.String())
			if err != nil || len(again) != 1 {
				t.Fatalf("%#v is written %q, which reads as %#v, %v", s, s, again, err)
			}
			again[0].Line = s.Line
			if diff := cmp.Diff(s, again[0]); diff != "" {
				t.Fatalf("%q: %s", s, diff)
			}
		}
	})
}
