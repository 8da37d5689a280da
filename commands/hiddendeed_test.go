package commands_test

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"pgregory.net/rapid"

	"offboard/store"
)

// deed is one thing that an outsider does. In its texts {V1} is the number of a
// case, {V1:scope} what its approval covers, {V1:pending} a change that waits.
type deed struct {
	who, verb, object, text string
	values                  map[string]string
	form                    bool
	pass                    time.Duration // instead of all that
	stage                   bool          // instead: the hidden case goes on
}

var braces = regexp.MustCompile(`\{(\w+):?(\w*)\}`)

// fill names the cases as they are called here.
func (w *world) fill(s string) string {
	return braces.ReplaceAllStringFunc(s, func(m string) string {
		name := braces.FindStringSubmatch(m)
		id := w.number(name[1])
		switch name[2] {
		case "scope":
			if s := w.plan(id).Scope; s != "" {
				return s
			}
			return "9f3ac1d29f3ac1d2"
		case "pending":
			if cs, err := w.store.Case(store.CaseID(id)); err == nil && len(cs.Pending) > 0 {
				return fmt.Sprint(cs.Pending[0].Entry)
			}
			return "77"
		}
		return id
	})
}

// number is the number of a case; N1 is the first that an outsider opens.
func (w *world) number(name string) string {
	if id, ok := w.cases[name]; ok {
		return id
	}
	var n int
	if _, err := fmt.Sscanf(name, "N%d", &n); err != nil {
		w.t.Fatalf("there is no case %s", name)
	}
	return fmt.Sprintf("OFF-%d", w.opened()+n)
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
		case "sweep":
			d.object = pick("about an account", "", "-", "look", "known:77", "link:77")
			d.text = pick("about an account, typed", "", "known", "look vpn "+leaver, "known vpn "+leaver+" until 2026-12-24 because r", "link vpn scanner2 is "+leaver, "forget vpn "+leaver, "forget vpn scanner2")
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
