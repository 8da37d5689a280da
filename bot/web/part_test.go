package web

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"offboard/bot"
	"offboard/bot/bottest"
)

// everyPart is one of each kind, with text that means something to HTML.
func everyPart() map[string]bot.Part {
	marco := bot.User{Platform: name, ID: "marco"}
	stranger := bot.User{Platform: "slack", ID: "marco"}
	var rows []bot.Row
	for _, m := range []bot.Mark{bot.Open, bot.Running, bot.Proven, bot.Amber, bot.Failed, bot.Skipped, bot.Nothing, bot.Info} {
		rows = append(rows, bot.Row{Mark: m, Text: bot.T("a row that is " + m.Word())})
	}
	rows[4].Detail = bot.T("the server says <no>")
	return map[string]bot.Part{
		"heading": bot.Heading{Text: "OFF-1 · <Jane> & co"},
		"prose": bot.Prose{Text: bot.Join(
			bot.T("Two lines,\nplain and "), bot.B("bold"), bot.Text{{Plain: "Marco", User: &marco}, {Plain: "@a stranger", User: &stranger}},
			bot.Text{{Plain: "a link", URL: "https://example.com/?a=b&c=d"}, {Plain: "at five", Time: time.Date(2026, 7, 1, 17, 0, 0, 0, time.UTC)}},
		)},
		"fine":      bot.Fine{Text: bot.T("small print")},
		"facts":     bot.Facts{{Label: "Last day", Value: bot.T("30 November")}, {Label: "Manager", Value: bot.Text{{Plain: "Marco", User: &marco}}}},
		"checklist": bot.Checklist{Title: "Company directory", Rows: rows},
		"buttons": bot.Buttons{
			{Label: "Approve", Verb: "approve", Object: "OFF-1:1:9f", Style: bot.Primary},
			{Label: "Stop…", Verb: "stop", Object: "OFF-1", Style: bot.Danger, Confirm: &bot.Confirm{Title: "Stop it?", Text: "What is done stays done.", Yes: "Stop"}},
			{Label: "Change…", Verb: "amend", Object: "OFF-1"},
		},
		"menu": bot.Menu{Label: "Heir", Verb: "heir", Object: "OFF-1:x", Field: "who", Options: []bot.Option{{Value: "P-1", Label: "Tom", Hint: "Design"}, {Value: "P-2", Label: "Ana"}}},
	}
}

func draw(t *testing.T, template string, data any) string {
	t.Helper()
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, template, data); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// reader is Marco, in Lisbon.
func reader(t *testing.T) drawer {
	t.Helper()
	c, err := New(toyConfig(filepath.Join(t.TempDir(), "chat.db")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c.drawer(c.person("marco"))
}

func TestPart_golden(t *testing.T) {
	d := reader(t)
	for kind, part := range everyPart() {
		t.Run(kind, func(t *testing.T) {
			bottest.Golden(t, "testdata/"+kind+".html", draw(t, "part", d.part(part, "m7", "m7-0")))
		})
	}
}

func TestForm_golden(t *testing.T) {
	f := &openForm{ID: "f3", Form: *toyForm()}
	f, wire := f.fill(func(field string) string {
		return map[string]string{"kind": "leave", "time": "17:30", "who": "clara okonkwo", "reason": "two\r\nlines <b>"}[field]
	})
	bottest.Golden(t, "testdata/form.html", draw(t, "form", reader(t).form(f)))
	if want := map[string]string{"kind": "leave", "day": "", "time": "17:30", "who": "P-1", "reason": "two\nlines <b>"}; !cmp.Equal(wire, want) {
		t.Error(cmp.Diff(want, wire))
	}
}

func TestContent_roundTrip(t *testing.T) {
	m := bot.Message{Summary: "all", Notify: []bot.User{{Platform: name, ID: "marco"}}}
	for _, p := range everyPart() {
		m.Parts = append(m.Parts, p)
	}
	data, err := json.Marshal(content{m})
	if err != nil {
		t.Fatal(err)
	}
	var got content
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, got.Message); diff != "" {
		t.Errorf("-wrote +read\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"parts":[{"kind":"picture","part":{}}]}`), &got); err == nil {
		t.Error("a part of an unknown kind was read")
	}
}

func TestAccept(t *testing.T) {
	twins := []bot.Option{{Value: "P-1", Label: "Jane Doe", Hint: "Design"}, {Value: "P-2", Label: "Jane Doe", Hint: "Finance"}, {Value: "P-3", Label: "Tom Okafor", Hint: "IT"}}
	for _, c := range []struct {
		field         bot.Field
		text, value   string
		problem, rule string
	}{
		{bot.Field{Kind: bot.Line}, " a\nb ", "a b", "", "a line has one line"},
		{bot.Field{Kind: bot.Paragraph}, " a\nb ", " a\nb ", "", "a paragraph is kept as it was written"},
		{bot.Field{Kind: bot.Paragraph, Required: true}, " \n ", "", "This is needed.", "blank is nothing"},
		{bot.Field{Kind: bot.Choice, Options: twins}, "P-9", "", "Choose one of the list.", "only what is offered"},
		{bot.Field{Kind: bot.DateField}, "31.1.2026", "", "Give a date, as 2026-11-30.", "dates as on the wire"},
		{bot.Field{Kind: bot.TimeField}, "5 pm", "", "Give a time of day, as 17:30.", "times as on the wire"},
		{bot.Field{Kind: bot.PersonField, Options: twins}, "Tom Okafor", "P-3", "", "a name that one person has"},
		{bot.Field{Kind: bot.PersonField, Options: twins}, "Jane Doe (Finance)", "P-2", "", "a namesake is told by the identity line"},
		{bot.Field{Kind: bot.PersonField, Options: twins}, "Jane Doe", "Jane Doe", "", "what is ambiguous is text for the search"},
		{bot.Field{Kind: bot.PersonField, Options: twins}, "somebody", "somebody", "", "free text is for the search"},
	} {
		if value, problem := accept(c.field, c.text); value != c.value || problem != c.problem {
			t.Errorf("%s: %q gives %q, %q", c.rule, c.text, value, problem)
		}
	}
}
