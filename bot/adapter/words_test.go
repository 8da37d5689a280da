package adapter

import (
	"testing"
	"time"

	"offboard/bot"
)

// pen writes bold in stars, links and moments in brackets.
type pen struct{ out string }

func (p *pen) Say(s string, bold bool) {
	if bold && s != "" {
		s = "*" + s + "*"
	}
	p.out += s
}

func (p *pen) Span(s bot.Span, limit int) {
	if s.URL != "" && len(s.URL) <= limit || !s.Time.IsZero() {
		p.out += "[" + s.Plain + "]"
		return
	}
	p.Say(s.Plain, s.Bold)
}

func TestText(t *testing.T) {
	at := time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)
	for rule, c := range map[string]struct {
		text bot.Text
		want string
	}{
		"what fits stays":          {bot.T("12345"), "12345"},
		"what is cut ends in …":    {bot.T("123456"), "1234…"},
		"over several spans":       {bot.Join(bot.T("123"), bot.B("456")), "123*4*…"},
		"half of a moment is none": {bot.Join(bot.T("12"), bot.Text{{Plain: "Monday", Time: at}}), "12…"},
		"characters, not bytes":    {bot.T("äöüß€"), "äöüß€"},
	} {
		var p pen
		if Text(&p, c.text, 5); p.out != c.want {
			t.Errorf("%s: %q, want %q", rule, p.out, c.want)
		}
	}
}

func TestChecklist(t *testing.T) {
	row := func(m bot.Mark, text, detail string) bot.Row {
		return bot.Row{Mark: m, Text: bot.T(text), Detail: bot.T(detail)}
	}
	for rule, c := range map[string]struct {
		list bot.Checklist
		fit  Fit
		want string
	}{
		"one mark stands in the title": {
			bot.Checklist{Title: "VPN", Rows: []bot.Row{row(bot.Proven, "a", ""), row(bot.Proven, "b", "gone")}},
			Roomy(40),
			"*VPN* — 2 proven\n✔ a\n✔ b — gone",
		},
		"different ones in the rows, failed ones in bold": {
			bot.Checklist{Title: "VPN", Rows: []bot.Row{row(bot.Failed, "a\nb", "again at 10:00"), row(bot.Open, "c", "")}},
			Roomy(40),
			"*VPN*\n*✖ **a b* — *failed* · again at 10:00\n○ c",
		},
		"a detail may begin with the word": {
			bot.Checklist{Rows: []bot.Row{row(bot.Failed, "a", "Failed: no answer"), row(bot.Nothing, "b", "")}},
			Roomy(40),
			"*✖ **a* — Failed: no answer\n· b — nothing",
		},
		"what is hidden is counted": {
			bot.Checklist{Title: "VPN", Rows: []bot.Row{row(bot.Proven, "a", ""), row(bot.Failed, "b", "")}},
			Roomy(1),
			"*VPN* — 2: 1 failed, 1 proven\n*✖ **b* — *failed*\nand 1 more",
		},
		"without room for details": {
			bot.Checklist{Rows: []bot.Row{row(bot.Amber, "a", "long"), row(bot.Info, "b", "long")}},
			Fit{Rows: 9, Text: 9},
			"◐ a — accepted\nℹ b",
		},
	} {
		var p pen
		if Checklist(&p, c.list, c.fit); p.out != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", rule, p.out, c.want)
		}
	}
}

func TestFacts(t *testing.T) {
	var p pen
	Facts(&p, bot.Facts{{Label: "Last\nday", Value: bot.T("30\nNov")}, {Label: "Manager", Value: bot.B("Ann")}, {Label: "Team", Value: bot.T("x")}}, Roomy(2))
	if want := "*Last day*: 30 Nov\n*Manager*: *Ann*\nand 1 more"; p.out != want {
		t.Errorf("%q, want %q", p.out, want)
	}
}
