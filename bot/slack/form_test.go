package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	api "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/bottest/samples"
)

// What Slack sends back for a form is read as the other platforms give it. The
// shape is that of Slack's documentation (view_submission).
func TestValues(t *testing.T) {
	var state api.ViewState
	sent := `{"values": {
		"kind": {"kind": {"type": "static_select", "selected_option": {"text": {"type": "plain_text", "text": "Resignation", "emoji": false}, "value": "resignation"}}},
		"confidential": {"confidential": {"type": "static_select", "selected_option": null}},
		"last day": {"last day": {"type": "datepicker", "selected_date": "2026-11-30"}},
		"end": {"end": {"type": "datepicker", "selected_date": null}},
		"time": {"time": {"type": "timepicker", "selected_time": "17:00"}},
		"manager": {"manager": {"type": "external_select", "selected_option": {"text": {"type": "plain_text", "text": "Marco"}, "value": "P-2"}}},
		"zone": {"zone": {"type": "plain_text_input", "value": "UTC"}},
		"reason": {"reason": {"type": "plain_text_input", "value": null}}}}`
	if err := json.Unmarshal([]byte(sent), &state); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"kind": "resignation", "confidential": "", "last day": "2026-11-30", "end": "", "time": "17:00", "manager": "P-2", "zone": "UTC", "reason": "",
	}
	if diff := cmp.Diff(want, values(&state)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := values(nil); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}

// Any form that passes Check is one that Slack takes.
func TestModal_anyForm(t *testing.T) {
	kinds := []bot.FieldKind{bot.Line, bot.Paragraph, bot.Choice, bot.DateField, bot.TimeField, bot.PersonField}
	rapid.Check(t, func(r *rapid.T) {
		f := bot.Form{Verb: "v", Title: samples.UpTo(bot.MaxTitle).Draw(r, "title"), Submit: samples.UpTo(bot.MaxTitle).Draw(r, "submit")}
		if rapid.Bool().Draw(r, "introduced") {
			f.Intro = samples.Text(bot.User{Platform: name, ID: "U0ANN"}).Draw(r, "intro")
		}
		for i := range rapid.IntRange(1, 4).Draw(r, "fields") {
			fd := bot.Field{Name: strings.Repeat("n", i+1), Label: samples.UpTo(bot.MaxField).Draw(r, "label"), Kind: rapid.SampledFrom(kinds).Draw(r, "kind"), Required: rapid.Bool().Draw(r, "required")}
			switch fd.Kind {
			case bot.Choice, bot.PersonField:
				fd.Options = []bot.Option{{Value: "1", Label: samples.UpTo(75).Draw(r, "option"), Hint: samples.UpTo(75).Draw(r, "hint")}, {Value: "2", Label: "two"}}
				fd.Value = rapid.SampledFrom([]string{"", "1", "2"}).Draw(r, "value")
			case bot.DateField:
				fd.Value = rapid.SampledFrom([]string{"", "2026-11-30"}).Draw(r, "value")
			case bot.TimeField:
				fd.Value = rapid.SampledFrom([]string{"", "17:00"}).Draw(r, "value")
			case bot.Line, bot.Paragraph:
				fd.Value = strings.Repeat(samples.Hostile.Draw(r, "value"), rapid.IntRange(0, 20).Draw(r, "times"))
			}
			f.Fields = append(f.Fields, fd)
		}
		if err := f.Check(); err != nil {
			r.Fatal(err)
		}
		v := modal(f, "{}")
		failed := &bottest.Recorder{TB: t}
		within(failed, v)
		conforms(failed, "ModalView", v)
		if failed.Errors() > 0 {
			r.Fatal(failed)
		}
	})
}

func TestModal(t *testing.T) {
	v := modal(bot.Form{Verb: "start", Title: "t", Submit: "s", Fields: []bot.Field{
		{Name: "who", Label: "l", Kind: bot.PersonField, Value: "typed text", Options: []bot.Option{{Value: "P-1", Label: "Tom"}}},
		{Name: "line", Label: "l", Kind: bot.Line, Value: "two\nlines", Required: true},
	}}, "private")
	if v.CallbackID != "start" || v.PrivateMetadata != "private" || v.NotifyOnClose || len(v.Blocks.BlockSet) != 2 {
		t.Errorf("%+v", v)
	}
	who := v.Blocks.BlockSet[0].(*api.InputBlock)
	if e := who.Element.(*api.SelectBlockElement); e.InitialOption != nil || *e.MinQueryLength != 1 || e.ActionID != "who" || who.BlockID != "who" || !who.Optional {
		t.Errorf("%+v", who) // an option that is not among the options is refused
	}
	line := v.Blocks.BlockSet[1].(*api.InputBlock)
	if e := line.Element.(*api.PlainTextInputBlockElement); e.InitialValue != "two lines" || line.Optional {
		t.Errorf("%+v", line)
	}
}

// A heading that fits is the title of the modal, and is not there twice.
func TestNote(t *testing.T) {
	for _, c := range []struct {
		parts       []bot.Part
		title, seen string
	}{
		{nil, "Offboard", "s"},
		{[]bot.Part{bot.Heading{Text: "OFF-1 · Jane Doe"}, bot.Prose{Text: bot.T("p")}}, "OFF-1 · Jane Doe", "p"},
		{[]bot.Part{bot.Heading{Text: "OFF-1 · Jane Doe"}}, "Offboard", "# OFF-1 · Jane Doe"}, // a modal needs a block
		{[]bot.Part{bot.Heading{Text: strings.Repeat("x", 25)}, bot.Prose{Text: bot.T("p")}}, "Offboard", "# " + strings.Repeat("x", 25) + "\np"},
	} {
		v := note(bot.Message{Summary: "s", Parts: c.parts})
		if got := sees(t, v.Blocks); v.Title.Text != c.title || got != c.seen {
			t.Errorf("%q: %q, want %q: %q", v.Title.Text, got, c.title, c.seen)
		}
		fitsView(t, "ModalView", v)
	}
	if v := loading(strings.Repeat("x", 30)); len([]rune(v.Title.Text)) != bot.MaxTitle {
		t.Errorf("title %q", v.Title.Text)
	}
}
