package people_test

import (
	"strings"
	"testing"

	"offboard/store"
)

// What a directory says can't disturb a reader.
func TestCardsAreTidy(t *testing.T) {
	in(t, func(o *office) {
		evil := card("bo")
		evil.Name, evil.Title = "Bo\u202e\u0000 <!channel>\nDoe", "CE\u2066O"
		o.memory.SetPerson(evil)
		id, _, err := o.Resolve(o.t.Context(), "chat", "bo")
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Name(id); got != "Bo <!channel> Doe" {
			t.Errorf("the name reads %q", got)
		}
		if got := o.Line(id); got != "CEO · Design · bo" {
			t.Errorf("the line reads %q", got)
		}
		found, err := o.Search(o.t.Context(), "bo", 5)
		if err != nil || len(found) != 1 || found[0].Name != "Bo <!channel> Doe" {
			t.Errorf("the search finds %+v, %v", found, err)
		}
	})
}

// Numbers of persons read as names, and nothing else does.
func TestNames(t *testing.T) {
	in(t, func(o *office) {
		id, err := o.Meet(o.t.Context(), card("bo"))
		if err != nil || id != "P-1" {
			t.Fatal(id, err)
		}
		for text, want := range map[string]string{
			"P-1 is leaving too.":        "Bo Doe is leaving too.",
			"by P-1: ask P-1, not P-2":   "by Bo Doe: ask Bo Doe, not P-2", // unknown
			"P-01 P-0 UP-1 P-1a P-11 p1": "P-01 P-0 UP-1 P-1a P-11 p1",
			"OFF-1 is open":              "OFF-1 is open",
		} {
			if got := o.Names(text); got != want {
				t.Errorf("%q reads %q, want %q", text, got, want)
			}
		}
	})
}

// What the book opens is fit for one line and never empty, whatever was sealed.
func TestBookIsPlain(t *testing.T) {
	in(t, func(o *office) {
		evil := card("bo")
		evil.Name = "\u202e\u0000 "
		id, err := o.Meet(o.t.Context(), evil)
		if err != nil {
			o.t.Fatal(err)
		}
		if got := o.Name(id); got != string(id) {
			o.t.Errorf("a name of nothing reads %q", got)
		}
		for text, want := range map[string]string{"": "", "\u202e": "(nothing that can be shown)", "a\nb\u0000": "a b", strings.Repeat("x", 4000): strings.Repeat("x", 2999) + "…"} {
			if got := o.Text("OFF-1", store.Seal(text)); got != want {
				o.t.Errorf("%.20q reads %.20q", text, got)
			}
		}
		held := []store.Held{{ID: "1", Ref: "a", Label: "\u0007"}, {ID: "2", Ref: "b", Label: "group\nx"}}
		got := o.Held(store.Case{ID: "OFF-1"}, store.Step{StepPlan: store.StepPlan{Held: store.SealJSON(held)}})
		if len(got) != 2 || got[0].Label != "item 1" || got[1].Label != "group x" {
			o.t.Errorf("what is held reads %+v", got)
		}
	})
}
