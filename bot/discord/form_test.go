package discord

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/bottest"
	"offboard/bot/bottest/samples"
	"offboard/bot/discord/wire"
)

// Fields stay in their order, and pages are even.
func TestPages(t *testing.T) {
	for what, want := range map[string]string{
		"1": "1", "5": "5", "6": "3 3", "7": "4 3", "9": "5 4", "10": "5 5",
		"1 and an introduction": "1", "4 and an introduction": "4", "5 and an introduction": "2 3", "9 and an introduction": "4 5", "10 and an introduction": "3 4 3",
	} {
		f := bot.Form{Title: "t"}
		n := 0
		if _, err := fmt.Sscan(what, &n); err != nil {
			t.Fatal(err)
		}
		var names []string
		for i := range n {
			f.Fields = append(f.Fields, bot.Field{Name: fmt.Sprint(i), Label: "l", Kind: bot.Line})
			names = append(names, fmt.Sprint(i))
		}
		if strings.Contains(what, "introduction") {
			f.Intro = bot.T("Please")
		}
		var got, kept []string
		list := pages(f)
		for i, p := range list {
			got = append(got, fmt.Sprint(len(p.fields)))
			for _, fd := range p.fields {
				kept = append(kept, fd.Name)
			}
			m := p.modal("id", i+1, len(list), nil)
			fitsModal(t, m)
			if introduced := m.Components[0].Type == wire.TextDisplay; introduced != (i == 0 && f.Intro != nil) {
				t.Errorf("%s: the introduction is not on the first page", what)
			}
		}
		if strings.Join(got, " ") != want || strings.Join(kept, " ") != strings.Join(names, " ") {
			t.Errorf("%s: pages of %v with %v, want %s", what, got, kept, want)
		}
	}
}

// Any form that passes Check is one that Discord takes, and comes back as it was
// shown.
func TestModal_anyForm(t *testing.T) {
	kinds := []bot.FieldKind{bot.Line, bot.Paragraph, bot.Choice, bot.DateField, bot.TimeField, bot.PersonField}
	rapid.Check(t, func(r *rapid.T) {
		f := bot.Form{Verb: "v", Title: samples.UpTo(bot.MaxTitle).Draw(r, "title"), Submit: samples.UpTo(bot.MaxTitle).Draw(r, "submit")}
		if rapid.Bool().Draw(r, "introduced") {
			f.Intro = samples.Text(ann).Draw(r, "intro")
		}
		problems, want := map[string]string{}, map[string]string{}
		for i := range rapid.IntRange(1, bot.MaxFields).Draw(r, "fields") {
			fd := bot.Field{Name: fmt.Sprintf("n %d", i), Label: samples.UpTo(bot.MaxField).Draw(r, "label"), Kind: rapid.SampledFrom(kinds).Draw(r, "kind"), Required: rapid.Bool().Draw(r, "required")}
			switch fd.Kind {
			case bot.Choice, bot.PersonField:
				fd.Options = []bot.Option{{Value: "1", Label: "one " + samples.UpTo(70).Draw(r, "option"), Hint: samples.UpTo(75).Draw(r, "hint")}, {Value: "2", Label: "two"}}
				fd.Value = rapid.SampledFrom([]string{"", "1", "2"}).Draw(r, "value")
			case bot.DateField:
				fd.Value = rapid.SampledFrom([]string{"", "2026-11-30"}).Draw(r, "value")
			case bot.TimeField:
				fd.Value = rapid.SampledFrom([]string{"", "17:00"}).Draw(r, "value")
			case bot.Line, bot.Paragraph:
				fd.Value = strings.Repeat(samples.Hostile.Draw(r, "value"), rapid.IntRange(0, 20).Draw(r, "times"))
			}
			want[fd.Name] = fd.Value
			switch fd.Kind {
			case bot.Line:
				want[fd.Name] = adapter.Shorten(adapter.Line(fd.Value), maxInput)
			case bot.Paragraph:
				want[fd.Name] = adapter.Shorten(fd.Value, maxInput)
			default:
			}
			if rapid.Bool().Draw(r, "wrong") {
				problems[fd.Name] = samples.Hostile.Draw(r, "problem")
			}
			f.Fields = append(f.Fields, fd)
		}
		if err := f.Check(); err != nil {
			r.Fatal(err)
		}
		failed := &bottest.Recorder{TB: t}
		got := map[string]string{}
		list := pages(f)
		for i, p := range list {
			m := p.with(problems).modal("id", i+1, len(list), nil)
			fitsModal(failed, m)
			sees(failed, m.Components)
			for k, v := range p.read(untouched(m)) {
				got[k] = v
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Errorf("-want +got\n%s", diff)
		}
		if failed.Errors() > 0 {
			r.Fatal(failed)
		}
	})
}

// untouched is what Discord sends when somebody sends a modal as it is shown.
func untouched(m wire.Modal) wire.Data {
	d := wire.Data{CustomID: m.CustomID}
	for _, c := range m.Components {
		if c.Component == nil {
			d.Components = append(d.Components, wire.Component{Type: c.Type})
			continue
		}
		in := wire.Component{Type: c.Component.Type, CustomID: c.Component.CustomID, Value: c.Component.Value}
		for _, o := range c.Component.Options {
			if o.Default {
				in.Values = append(in.Values, o.Value)
			}
		}
		d.Components = append(d.Components, wire.Component{Type: c.Type, Component: &in})
	}
	return d
}

// What Discord sends back for a modal is read as the other platforms give it.
// The shape is that of its documentation (components/reference, interaction
// response structures).
func TestPage_read(t *testing.T) {
	people := []bot.Option{{Value: "P-1", Label: "Tom Okafor", Hint: "Design"}, {Value: "P-2", Label: "Tom Okafor", Hint: "Sales"}, {Value: "P-3", Label: "Marco"}}
	p := page{fields: []bot.Field{
		{Name: "kind", Kind: bot.Choice, Options: []bot.Option{{Value: "resignation", Label: "Resignation"}}},
		{Name: "confidential", Kind: bot.Choice},
		{Name: "last day", Kind: bot.DateField},
		{Name: "end", Kind: bot.DateField},
		{Name: "time", Kind: bot.TimeField},
		{Name: "manager", Kind: bot.PersonField, Options: people},
		{Name: "heir", Kind: bot.PersonField, Options: people},
		{Name: "other", Kind: bot.PersonField, Options: people},
		{Name: "zone", Kind: bot.Line},
		{Name: "reason", Kind: bot.Paragraph},
		{Name: "gone", Kind: bot.Line},
	}}
	var d wire.Data
	sent := `{"custom_id": "f1", "components": [{"type": 10, "id": 1},
		{"type": 18, "id": 2, "component": {"type": 3, "id": 3, "custom_id": "kind", "values": ["resignation"]}},
		{"type": 18, "id": 4, "component": {"type": 3, "id": 5, "custom_id": "confidential", "values": []}},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "last day", "value": " 30.11.2026 "}},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "end", "value": ""}},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "time", "value": "5 PM"}},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "manager", "value": "marco "}},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "heir", "value": "Tom Okafor — Sales"}},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "other", "value": "Tom Okafor"}},
		{"type": 1, "id": 8, "components": [{"type": 4, "id": 9, "custom_id": "zone", "value": "UTC"}]},
		{"type": 18, "id": 6, "component": {"type": 4, "id": 7, "custom_id": "reason", "value": " a\nb "}}]}`
	if err := json.Unmarshal([]byte(sent), &d); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"kind": "resignation", "confidential": "", "last day": "2026-11-30", "end": "", "time": "17:00", "manager": "P-3", "heir": "P-2", "other": "Tom Okafor", "zone": "UTC", "reason": " a\nb ", "gone": "",
	}
	if diff := cmp.Diff(want, p.read(d)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := p.read(wire.Data{}); len(got) != len(want) {
		t.Errorf("%v of nothing", got)
	}
}

func TestModal(t *testing.T) {
	list := pages(bot.Form{Title: "Offboarding", Fields: []bot.Field{
		{Name: "kind", Label: "Kind", Kind: bot.Choice, Options: []bot.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}, Value: "a"},
		{Name: "who", Label: "Who", Kind: bot.PersonField, Value: "P-2", Options: []bot.Option{{Value: "P-1", Label: "Tom", Hint: "Design"}, {Value: "P-2", Label: "Tom", Hint: "Sales"}}},
		{Name: "day", Label: "Day", Hint: "When", Kind: bot.DateField, Required: true, Value: "2026-11-30"},
	}})
	m := list[0].with(map[string]string{"day": "There is no such day.\nWrite it again."}).modal("f:1", 1, 1, map[string]string{"kind": "b", "day": "tomorrow", "who": "P-1"})
	fitsModal(t, m)
	want := "Kind\n  [B v]\nWho\n  [Tom — Design]\nDay *\n  There is no such day. Write it again.\n  [tomorrow]"
	if got := sees(t, m.Components); got != want || m.Title != "Offboarding" || m.CustomID != "f:1" {
		t.Errorf("%s: %s: %s, want %s", m.CustomID, m.Title, got, want)
	}
	if m := list[0].modal("x", 2, 3, nil); m.Title != "Offboarding (2 of 3)" {
		t.Errorf("title %q", m.Title)
	}
}

// Days and times are read as people write them, unless it could be another one.
func TestMoments(t *testing.T) {
	for typed, want := range map[string]string{
		"2026-11-30": "2026-11-30", " 2026-1-2 ": "2026-01-02", "2026/11/30": "2026-11-30", "30.11.2026": "2026-11-30", "1. 2. 2026": "2026-02-01", "30 Nov 2026": "2026-11-30",
		"30  november 2026": "2026-11-30", "Nov 30, 2026": "2026-11-30", "Mon 30 November 2026": "2026-11-30", "11/12/2026": "11/12/2026", "2026-02-30": "2026-02-30", "tomorrow": "tomorrow", "": "", "30.11.": "30.11.",
	} {
		if got := day(typed); got != want {
			t.Errorf("the day %q is read as %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]string{
		"17:00": "17:00", "7:05": "07:05", "17.30": "17:30", "5pm": "17:00", "5:30 PM": "17:30", "5 p.m.": "17:00", "12am": "00:00", "17h": "17:00", "17h30": "17:30", "noon": "noon", "25:00": "25:00", "5": "5", "": "",
	} {
		if got := clock(typed); got != want {
			t.Errorf("the time %q is read as %q, want %q", typed, got, want)
		}
	}
}
