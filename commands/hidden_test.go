package commands_test

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offboard/bot"
	"offboard/commands"
	"offboard/store"
)

// Nothing a person may not see changes an answer they get (design.md). Two
// companies are the same but for a confidential case that only one has. What
// outsiders do in both is answered alike, byte for byte, and they and the
// channels get the same messages at the same times, until the cut-off.

// twice plays in both worlds and reports how they differ.
func twice(t *testing.T, w world, deeds []deed) (differs []string) {
	t.Helper()
	var got [2]everything
	for i, hidden := range []bool{true, false} {
		w := w
		w.hidden = hidden
		inWorld(t, &w, func() {
			n := 0
			for _, d := range deeds {
				switch {
				case d.stage && n == len(stages):
				case d.stage:
					w.reach(stages[n])
					n++
				case d.pass != 0:
					time.Sleep(d.pass)
					w.rest()
				default:
					if !hidden {
						d = w.inPlace(d, got[0].answers[len(got[1].answers)])
					}
					got[i].answers = append(got[i].answers, w.answer(d))
					w.rest()
				}
			}
			got[i].heard = w.heard()
		})
	}
	return compare(deeds, got[0], got[1])
}

// The two refusals that a confidential case causes; others get them too.
const notOpened, notTaken = "I can't open a case for this person.", "can't take this on."

// inPlace puts somebody else in the place of the leaver where the answer with
// the case was one of these refusals: without it that would be no refusal.
func (w *world) inPlace(d deed, with string) deed {
	other := ""
	switch {
	case d.who == w.leaver: // who must not be told so either
	case strings.Contains(with, notOpened):
		other = denied
		d.object = strings.Replace(d.object, w.leaver, other, 1)
	case strings.Contains(with, notTaken):
		other = locked
		d.text = strings.Replace(d.text, " "+w.leaver, " "+other, 1)
		d.values = maps.Clone(d.values)
		for k, v := range d.values {
			if v == w.leaver {
				d.values[k] = other
			}
		}
	}
	return d
}

// few is how often it is drawn where nobody says otherwise: each time takes a
// second or two.
func few(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	if was := checks.Value.String(); was == checks.DefValue {
		_ = checks.Value.Set("5") // a number
		t.Cleanup(func() { _ = checks.Value.Set(was) })
	}
}

// Whatever outsiders do, and however far the hidden case has come.
func TestHiddenCaseChangesNothing(t *testing.T) {
	t.Parallel()
	few(t)
	rapid.Check(t, func(rt *rapid.T) {
		leaver := rapid.SampledFrom([]string{"marco", "bo", "priya", "helge", "ivan", "ada"}).Draw(rt, "leaver")
		deeds := append([]deed{{stage: true}}, rapid.SliceOfN(anyDeed(leaver), 10, 40).Draw(rt, "deeds")...)
		w := world{leaver: leaver, press: rapid.Bool().Draw(rt, "press")}
		if differs := twice(t, w, deeds); len(differs) > 0 {
			rt.Fatal(strings.Join(differs[:1], "\n\n"))
		}
	})
}

// A verb for a case that one may not see is answered, byte for byte, as for a
// case that does not exist: every verb, by each sort of outsider, when it waits
// for its approval and at its latest before the cut-off.
func TestHiddenCaseIsNoCase(t *testing.T) {
	t.Parallel()
	w := world{leaver: "marco", hidden: true}
	inWorld(t, &w, func() {
		for _, stage := range stages {
			w.reach(stage)
			if !slices.Contains([]string{"asked", "held"}, stage) {
				continue
			}
			before := mustCase(w.company, "OFF-4")
			for _, who := range []string{"helge", "marco", "bo", "ivan", "ada"} { // one of each sort that gets that far
				for _, v := range commands.Usage() {
					if len(v.Args) == 0 || v.Args[0].Kind != bot.CaseArg {
						continue
					}
					for n := range 2*len(about) + 1 {
						ask := func(number string) string {
							d := deed{who: who, verb: v.Name, form: n%2 == 1, values: values("bo")}
							if n < 2*len(about) {
								d.object = strings.ReplaceAll(w.fill(object("H", about[n/2])), "OFF-4", number)
							} else {
								d.text = number + " " + w.plan("OFF-4").Scope
							}
							return strings.ReplaceAll(w.answer(d), w.masked(number), "(it)")
						}
						if hidden, none := ask("OFF-4"), ask("OFF-94"); hidden != none {
							t.Errorf("%s: %s, %s %d:\n%s\n%s", stage, who, v.Name, n, hidden, none)
						}
					}
				}
			}
			if after := mustCase(w.company, before.ID); after.Seq != before.Seq {
				t.Errorf("%s: the case was touched", stage)
			}
		}
	})
}

// What is about no case, or about all of them, at every stage: lists, counts,
// searches, help, one's own page, and who can be named.
func TestHiddenCaseIsInNoList(t *testing.T) {
	t.Parallel()
	for _, leaver := range []string{"marco", "ivan"} {
		var deeds []deed
		for _, stage := range stages {
			deeds = append(deeds, deed{stage: true})
			if !slices.Contains([]string{"draft", "asked", "held"}, stage) {
				continue
			}
			for _, who := range outsiders {
				for _, v := range verbs() {
					if v == string(store.VerbPause) { // it would stop the hidden case too
						continue
					}
					deeds = append(deeds, deed{who: who, verb: v})
					if strings.HasPrefix(v, "?") {
						for _, text := range []string{leaver, "OFF"} {
							for _, about := range []string{"start", "status", "approve"} {
								deeds = append(deeds, deed{who: who, verb: v, object: about, text: text})
							}
						}
					}
				}
			}
			deeds = append(deeds,
				deed{who: "helge", verb: "start", object: "dir:id-" + leaver, form: true, values: values("aude")},
				deed{who: "helge", verb: "start", object: "dir:id-bo", form: true, values: values(leaver)},
				deed{who: "marco", verb: "answer", object: "{V1}:1:0", form: true, values: values(leaver)},
				deed{who: "marco", verb: "delegate", object: "{V1}:1", form: true, values: values(leaver)},
				deed{who: "bo", verb: "delegate", text: "{V2} " + leaver},
				deed{pass: 26 * time.Hour}, // all accounts are looked at, and IT reads of it
				deed{who: "ivan", verb: "sweep"},
				deed{who: "ines", verb: "sweep", text: "forget vpn scanner2"}, // of the stage before
				deed{who: "ivan", verb: "sweep", text: "look vpn adm-" + leaver},
				deed{who: "ines", verb: "sweep", text: "known vpn " + leaver + " until 2026-12-24 because r"},
				deed{who: "helge", verb: "sweep", text: "look vpn " + leaver},
				deed{who: "ines", verb: "sweep", text: "link vpn scanner2 is " + leaver},
				deed{who: "ivan", verb: "sweep"})
		}
		for _, who := range outsiders {
			deeds = append(deeds, deed{who: who, verb: "erase"}, deed{who: who, verb: "erase", text: leaver})
		}
		if differs := twice(t, world{leaver: leaver}, deeds); len(differs) > 0 {
			t.Error(strings.Join(differs, "\n\n"))
		}
	}
}

// What can be guessed: the id of somebody else's delivery does not bring its
// case, and the number of a person does not say whether there is one.
func TestGuessedNumbersTellNothing(t *testing.T) {
	t.Parallel()
	w := world{leaver: "marco", hidden: true}
	inWorld(t, &w, func() {
		start := func(login, leaver, manager, kind string) string {
			w.asked = 1000 // all have the same id
			v := values(manager)
			v["kind"] = kind
			return w.answer(deed{who: login, verb: "start", object: "dir:id-" + leaver, form: true, values: v})
		}
		if got := start("hanna", "marco", "clara", "termination"); !strings.Contains(got, "<H> is a draft") {
			t.Fatal(got)
		}
		if got := start("helge", "bo", "clara", "resignation"); !strings.Contains(got, "<N1> is a draft. I am looking at what Bo Nilsen has") {
			t.Error(got)
		}
		for _, v := range []string{"link", "unfreeze", "erase"} {
			for _, rest := range []string{":7", ":7:no", ":7:look"} {
				for _, who := range outsiders {
					known := w.answer(deed{who: who, verb: v, object: "P-2" + rest})
					nobody := w.answer(deed{who: who, verb: v, object: "P-99" + rest})
					if known != nobody {
						t.Errorf("%s, %s %s:\n%s\n%s", who, v, rest, known, nobody)
					}
				}
			}
		}
	})
}

func mustCase(c *company, id store.CaseID) store.Case {
	cs, err := c.store.Case(id)
	if err != nil {
		c.t.Fatal(err)
	}
	return cs
}
