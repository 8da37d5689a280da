package bot_test

import (
	"testing"

	"offboard/bot"
)

func TestChecklist_Fold(t *testing.T) {
	var c bot.Checklist
	for _, m := range []bot.Mark{bot.Proven, bot.Open, bot.Proven, bot.Failed, bot.Running} {
		c.Rows = append(c.Rows, bot.Row{Mark: m})
	}
	if got, want := c.Counts(), "5: 1 failed, 1 running, 1 open, 2 proven"; got != want {
		t.Errorf("Counts is %q, want %q", got, want)
	}
	for _, s := range []struct {
		limit  int
		want   string // marks of the rows shown
		hidden int
	}{
		{5, "proven open proven failed running ", 0},
		{4, "proven open failed running ", 1}, // the order stays
		{2, "failed running ", 3},
		{0, "", 5},
		{-1, "", 5},
	} {
		rows, hidden := c.Fold(s.limit)
		got := ""
		for _, r := range rows {
			got += string(r.Mark) + " "
		}
		if got != s.want || hidden != s.hidden {
			t.Errorf("Fold(%d) = %q, %d, want %q, %d", s.limit, got, hidden, s.want, s.hidden)
		}
	}
	if m := bot.Mark("x").Word(); m != "unknown" {
		t.Errorf("a mark that does not exist is %q", m)
	}
}

func TestCommand(t *testing.T) {
	for in, want := range map[string][2]string{
		"start jane doe":     {"start", "jane doe"},
		"  Start   jane doe": {"start", "jane doe"}, // as a phone writes it
		"overview":           {"overview", ""},
		"":                   {"", ""},
		"START Jane":         {"start", "Jane"}, // names keep their case
	} {
		verb, rest := bot.Command(in)
		if got := [2]string{verb, rest}; got != want {
			t.Errorf("Command(%q) = %q, want %q", in, got, want)
		}
	}
}
