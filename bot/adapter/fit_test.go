package adapter

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"offboard/bot"
)

// drawn is a message as text, with what of it can be pressed.
func drawn(parts []bot.Part, f Fit) string {
	p := &pen{}
	for _, part := range parts {
		switch part := part.(type) {
		case bot.Prose:
			Text(p, part.Text, f.Text)
		case bot.Checklist:
			Checklist(p, part, f)
		case bot.Buttons:
			for _, b := range part {
				p.Say("("+b.Label+")", false)
			}
		}
		p.Say("\n", false)
	}
	return p.out
}

// TestLargest: whatever the room, what is shown fits, uses the room that there
// is, and keeps what can be pressed.
func TestLargest(t *testing.T) {
	list := bot.Checklist{Title: "VPN"}
	for n := range 40 {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Open, Text: bot.T(fmt.Sprint("row ", n)), Detail: bot.T(strings.Repeat("d", 300))})
	}
	parts := []bot.Part{bot.Prose{Text: bot.T(strings.Repeat("p", 3000))}, list, bot.Buttons{{Label: "Approve"}}}
	for n := range 100 {
		parts = append(parts, bot.Prose{Text: bot.T(fmt.Sprint("paragraph ", n))})
	}
	before := Fit{}
	for _, room := range []int{20_000, 12_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_700, 1_000, 300} {
		var used Fit
		got := Largest("Chat", 40, parts, func(parts []bot.Part, f Fit) (string, bool) {
			s := drawn(parts, f)
			if len(s) <= room {
				used = f
			}
			return s, len(s) <= room
		})
		if got == "" || len(got) > room || !strings.Contains(got, "(Approve)") {
			t.Errorf("%d bytes of %d:\n%s", len(got), room, got)
		}
		if cut := strings.HasPrefix(got, "Chat has no room for all of this: "); cut != (room < 1_600) {
			t.Errorf("in %d bytes parts are left out: %v", room, cut)
		}
		if room == 20_000 && used != Roomy(40) || before != (Fit{}) && (used.Rows > before.Rows || used.Detail > before.Detail || used.Text > before.Text) {
			t.Errorf("in %d bytes %+v, before %+v", room, used, before)
		}
		before = used
	}
}

// TestShorter: a message that is refused loses its details, then its buttons,
// and says what to type.
func TestShorter(t *testing.T) {
	m := bot.Message{Summary: "s", About: "OFF-1", Notify: []bot.User{{ID: "U1"}}, Parts: []bot.Part{bot.Heading{Text: "h"}, bot.Buttons{{Label: "Approve"}}}}
	got := Shorter("Chat", "bye", m)
	said, rest := bot.Prose{Text: bot.T("s")}, bot.Fine{Text: bot.T("Chat does not show all of this message. Type /bye status OFF-1 to see it.")}
	want := [][]bot.Part{m.Parts, {said, m.Parts[1], rest}, {said, rest}}
	for i, m := range got {
		if !reflect.DeepEqual(m.Parts, want[i]) || m.Summary != "s" || m.About != "OFF-1" || len(m.Notify) != 1 {
			t.Errorf("the %d. is %+v", i, m)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d messages", len(got))
	}
}
