package bottest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/bottest"
)

func everything() bot.Message {
	marco := &bot.User{Platform: "chat", ID: "U2", Name: "Marco Leone"}
	var rows []bot.Row
	for _, m := range []bot.Mark{bot.Failed, bot.Running, bot.Amber, bot.Open, bot.Proven, bot.Skipped, bot.Nothing, bot.Info} {
		rows = append(rows, bot.Row{Mark: m, Text: bot.T("A row that is " + m.Word())})
	}
	rows[0].Detail = bot.T("The server says: insufficient access rights. Ask the owner of the directory for the right to write userPassword.")
	menu := bot.Menu{Label: "Heir of the repository", Verb: "heir", Object: "o", Field: "who"}
	for i := range 12 {
		menu.Options = append(menu.Options, bot.Option{Value: fmt.Sprint(i), Label: fmt.Sprintf("Person %d", i), Hint: "Design"})
	}
	return bot.Message{Summary: "Everything", Parts: []bot.Part{
		bot.Heading{Text: "OFF-1 · Jane Doe leaves"},
		bot.Prose{Text: bot.Join(bot.T("Two lines.\nThe second mentions "), bot.Text{{Plain: "Marco", User: marco}},
			bot.T(", links to "), bot.Text{{Plain: "the log", URL: "https://example.com/log"}},
			bot.T(" and names "), bot.Text{{Plain: "Monday at six", Time: time.Unix(0, 0)}}, bot.B(", a moment that has no reader here."))},
		bot.Facts{
			{Label: "Who", Value: bot.T("Jane Doe")},
			{Label: "Last working day", Value: bot.T(strings.Repeat("a long value ", 12))},
			{Label: "A label that is longer than the column may be", Value: bot.T("x")},
		},
		bot.Checklist{Title: "Directory", Rows: rows},
		menu,
		bot.Buttons{
			{Label: "Approve", Verb: "approve", Object: "o", Confirm: &bot.Confirm{Title: "t", Text: "t", Yes: "y"}},
			{Label: "Decline…", Verb: "decline", Object: "o"},
		},
		bot.Heading{Text: "A second section"},
		bot.Fine{Text: bot.T(strings.Repeat("unbreakable", 20))},
	}}
}

func TestRender(t *testing.T) {
	m := everything()
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	got := bottest.Render(m)
	bottest.Golden(t, "testdata/render.txt", got)
	for line := range strings.SplitSeq(got, "\n") {
		if n := utf8.RuneCountInString(line); n > bottest.Width {
			t.Errorf("a line has %d characters: %q", n, line)
		}
	}
}

func TestRender_longChecklist(t *testing.T) {
	var list bot.Checklist
	for i := range 120 {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Proven, Text: bot.T(fmt.Sprint("row ", i))})
	}
	list.Rows[119].Mark = bot.Failed
	got := bottest.Render(bot.Message{Summary: "x", Parts: []bot.Part{list}})
	for _, want := range []string{"120: 1 failed, 119 proven\n✔ row 0", "✖ row 119\n… and 70 more"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestRender_summaryAlone(t *testing.T) {
	if got := bottest.Render(bot.Message{Summary: "Only this"}); got != "Only this" {
		t.Errorf("got %q", got)
	}
}

func TestRenderForm(t *testing.T) {
	f := *leaving("P-1")
	f.Fields[1].Value = "2026-11-30"
	f.Fields[3].Value = "first line\nsecond line"
	f.Fields = append(f.Fields,
		bot.Field{Name: "at", Label: "Time", Kind: bot.TimeField},
		bot.Field{Name: "line", Label: "Reference", Kind: bot.Line, Value: "HR-7"})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	bottest.Golden(t, "testdata/form.txt", bottest.RenderForm(f))
}
