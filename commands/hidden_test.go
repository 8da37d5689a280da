package commands_test

import (
	"flag"
	"fmt"
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

// everything is what outsiders got: the answers in their order, and the
// messages place by place.
type everything struct {
	answers []string
	heard   map[string][]heard
}

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

func compare(deeds []deed, with, without everything) (differs []string) {
	n := 0
	for _, d := range deeds {
		if d.stage || d.pass != 0 {
			continue
		}
		a, b := anybody(with.answers[n]), anybody(without.answers[n])
		n++
		if a != b {
			differs = append(differs, fmt.Sprintf("%+v is answered\n%s\nand without the hidden case\n%s", d, a, b))
		}
	}
	places := map[string]bool{}
	for p := range with.heard {
		places[p] = true
	}
	for p := range without.heard {
		places[p] = true
	}
	for p := range places {
		a, b := with.heard[p], without.heard[p]
		for i := range max(len(a), len(b)) {
			var x, y heard
			if i < len(a) {
				x = a[i]
			}
			if i < len(b) {
				y = b[i]
			}
			if x.text != y.text || x.at.Sub(y.at).Abs() > 2*time.Second {
				differs = append(differs, fmt.Sprintf("message %d to %s is, at %s\n%s\nand without the hidden case, at %s\n%s", i, p, x.at, x.text, y.at, y.text))
				break
			}
		}
	}
	return differs
}

// anybody takes out of a refusal who it names: whoever it is that can't take
// something on.
func anybody(s string) string {
	for _, p := range staff() {
		s = strings.ReplaceAll(s, p.Name+" "+notTaken, "(somebody) "+notTaken)
	}
	return s
}

// about are what buttons and texts say of a case, after its number.
var about = []string{"", ":1", ":1:{scope}", ":1:0", ":1:{pending}", ":1:{pending}:no", ":1:vpn/lock/1", ":1:tasks/laptop/1", ":7:x"}

func object(name, rest string) string {
	return "{" + name + "}" + strings.ReplaceAll(strings.ReplaceAll(rest, "{scope}", "{"+name+":scope}"), "{pending}", "{"+name+":pending}")
}

func verbs() []string {
	out := []string{"", "unknown", "?search", "?cases", "?home"}
	for _, v := range store.Verbs() {
		out = append(out, string(v))
	}
	return out
}

func values(person string) map[string]string {
	return map[string]string{
		"reason": "r", "note": "n", "text": "t", "what": "all", "choice": "give", "heir": person, "person": person, "manager": person, "account": "U1",
		"cut-off": "at", "day": "2026-12-24", "time": "17:00", "kind": "resignation", "last day": "2026-12-24", "zone": "UTC", "name": "Joe Temp",
	}
}

// anyDeed draws what an outsider may think of.
func anyDeed(leaver string) *rapid.Generator[deed] {
	return rapid.Custom(func(t *rapid.T) deed {
		pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
		switch rapid.IntRange(0, 9).Draw(t, "sort") {
		case 0:
			return deed{stage: true}
		case 1:
			return deed{pass: rapid.SampledFrom([]time.Duration{time.Minute, 2 * time.Hour, 26 * time.Hour, 50 * time.Hour}).Draw(t, "pass")}
		}
		d := deed{who: pick("who", outsiders...), verb: pick("verb", verbs()...), form: rapid.Bool().Draw(t, "form")}
		if d.who != leaver && rapid.IntRange(0, 3).Draw(t, "role") == 0 { // who can do most
			d.who = pick("who can", "helge", "marco", "bo", "ivan", "ada")
		}
		person := pick("person", leaver, leaver, "aude", "jane", "bo", "helge", "anton")
		d.values = values(person)
		name := pick("case", "V1", "V2", "H", "N1", "N2")
		object := object(name, pick("about", about...))
		switch d.verb {
		case "start":
			d.object = pick("start", "dir:id-"+leaver, "dir:id-"+leaver, "dir:id-bo", "dir:id-jdorsey", "hand:", "")
			d.text = pick("search", leaver, "an", "", "nobody")
			d.values["manager"] = pick("manager", "marco", "bo", leaver, "aude")
			d.values["kind"] = pick("kind", "resignation", "termination")
		case "?search", "?cases":
			d.object = pick("for", verbs()...)
			d.text = pick("search", "", leaver, "j", "OFF", "an")
		case "link", "unfreeze", "pause", "config", "clock":
			d.object = pick("about itself", "", "-", "P-2:7", "P-2:7:no", "P-2:7:look", "P-99:7", "INST:7")
			d.text = pick("about itself, typed", "", "off", "agree P-2:7", "U7 "+leaver, leaver+" it was them")
		default:
			if rapid.Bool().Draw(t, "button") {
				d.object = object
			} else {
				d.text = object + pick("typed", "", " now", " {"+name+":scope}", " "+person, " laptop 4711", " at 2026-12-24 17:00")
				if d.verb == "delegate" && d.form {
					d.text = object
				}
			}
		}
		return d
	})
}

// few is how often it is drawn where nobody says otherwise: each time takes a
// second or two.
func few(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	if was := checks.Value.String(); was == checks.DefValue {
		_ = checks.Value.Set("15") // a number
		t.Cleanup(func() { _ = checks.Value.Set(was) })
	}
}

// Whatever outsiders do, and however far the hidden case has come.
func TestHiddenCaseChangesNothing(t *testing.T) {
	few(t)
	rapid.Check(t, func(rt *rapid.T) {
		leaver := rapid.SampledFrom([]string{"marco", "bo", "priya", "helge", "ivan", "ada"}).Draw(rt, "leaver")
		deeds := append([]deed{{stage: true}}, rapid.SliceOfN(anyDeed(leaver), 10, 60).Draw(rt, "deeds")...)
		w := world{leaver: leaver, press: rapid.Bool().Draw(rt, "press")}
		if differs := twice(t, w, deeds); len(differs) > 0 {
			rt.Fatal(strings.Join(differs[:1], "\n\n"))
		}
	})
}

// A verb for a case that one may not see is answered, byte for byte, as for a
// case that does not exist: every verb, by everybody, at each stage that may
// make a difference.
func TestHiddenCaseIsNoCase(t *testing.T) {
	w := world{leaver: "marco", hidden: true}
	inWorld(t, &w, func() {
		for _, stage := range stages {
			w.reach(stage)
			if !slices.Contains([]string{"proposed", "asked", "held"}, stage) {
				continue
			}
			before := mustCase(w.company, "OFF-4")
			for _, who := range outsiders {
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
				deed{who: "bo", verb: "delegate", text: "{V2} " + leaver})
		}
		if differs := twice(t, world{leaver: leaver}, deeds); len(differs) > 0 {
			t.Error(strings.Join(differs, "\n\n"))
		}
	}
}

// What can be guessed: the id of somebody else's delivery does not bring its
// case, and the number of a person does not say whether there is one.
func TestGuessedNumbersTellNothing(t *testing.T) {
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
		for _, v := range []string{"link", "unfreeze"} {
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
