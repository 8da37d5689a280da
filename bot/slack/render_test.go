package slack

import (
	"fmt"
	"strings"
	"testing"

	api "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/bottest/samples"
)

// A long list is folded: what needs somebody stays, and how much is missing is
// said.
func TestRendered_folds(t *testing.T) {
	list := bot.Checklist{Title: "Everything"}
	for i := range 120 {
		list.Rows = append(list.Rows, samples.Row(bot.Proven, fmt.Sprintf("item %03d %s", i, strings.Repeat("x", 100)), "proven by a read"))
	}
	list.Rows[97] = samples.Row(bot.Failed, "item 097", "the server says no")
	blocks, _ := rendered(bot.Message{Summary: "s", Parts: []bot.Part{list}}, "")
	fitsMessage(t, blocks)
	seen := sees(t, blocks)
	for _, want := range []string{"Everything — 120: 1 failed, 119 proven\n✔ item 000", "✖ item 097 — failed · the server says no", "\nand 80 more"} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q is not in\n%s", want, seen)
		}
	}
	if n := strings.Count(seen, "item "); n != 40 {
		t.Errorf("%d rows", n)
	}
}

// Rows go before details, and details before texts.
func TestRendered_shrinks(t *testing.T) {
	var lists []bot.Part
	for range 4 {
		var l bot.Checklist
		for range 40 {
			l.Rows = append(l.Rows, samples.Row(bot.Failed, strings.Repeat("t", 50), strings.Repeat("d", 300)))
		}
		lists = append(lists, l)
	}
	for n, want := range map[int]struct{ rows, detail int }{1: {26, 300}, 2: {13, 300}, 4: {8, 200}} {
		blocks, _ := rendered(bot.Message{Summary: "s", Parts: lists[:n]}, "")
		fitsMessage(t, blocks)
		seen := sees(t, blocks)
		rows := strings.Count(seen, "✖")
		detail := strings.Count(seen, "d")/rows - 1
		if rows/n != want.rows || detail < want.detail-20 {
			t.Errorf("%d lists: %d rows each, details of %d; want %+v", n, rows/n, detail, want)
		}
	}
}

// Any message that passes Check is one that Slack takes, everywhere.
func TestRendered_anyMessage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		busy := rapid.SampledFrom([]int{3, 3, 3, 3, 30}).Draw(r, "busy")
		m := samples.Message(busy, bot.User{Platform: name, ID: "U0ANN"}).Draw(r, "message")
		blocks, text := rendered(m, strings.Repeat("k", bot.MaxKey))
		failed := &bottest.Recorder{TB: t}
		fitsMessage(failed, blocks)
		fitsView(failed, "ModalView", note(m))
		fitsView(failed, "HomeView", home(m))
		if len(text) > 4000 || blocks[0].ID() != "key:"+strings.Repeat("k", bot.MaxKey) {
			r.Errorf("text of %d bytes, first block %q", len(text), blocks[0].ID())
		}
		if busy <= 3 {
			nothingLost(r, m, blocks)
		}
		if failed.Errors() > 0 {
			r.Fatal(failed)
		}
	})
}

// nothingLost fails a rendering without a button, menu or heading of the
// message.
func nothingLost(t *rapid.T, m bot.Message, blocks []api.Block) {
	b := fmt.Sprint(generic(&bottest.Recorder{}, blocks))
	for _, p := range m.Parts {
		switch p := p.(type) {
		case bot.Heading:
			if !strings.Contains(b, p.Text) {
				t.Errorf("the heading %q is gone", p.Text)
			}
		case bot.Menu:
			if !strings.Contains(b, actionID(p.Verb, p.Object, p.Field)) {
				t.Errorf("the menu %q is gone", p.Label)
			}
		case bot.Buttons:
			for _, x := range p {
				if !strings.Contains(b, actionID(x.Verb, x.Object, "")) || !strings.Contains(b, x.Label) {
					t.Errorf("the button %q is gone", x.Label)
				}
			}
		}
	}
}

// All 25 buttons, the longest questions, and as many headings and texts.
func TestRendered_allButtons(t *testing.T) {
	m := bot.Message{Summary: "s"}
	for i := range 25 {
		b := samples.Button(strings.Repeat("b", bot.MaxLabel), "v", fmt.Sprintf("OFF-42:1:company-directory/lock/%02d", i), bot.Danger)
		if i%5 == 0 {
			b.Confirm = &bot.Confirm{Title: strings.Repeat("q", 100), Text: strings.Repeat("t", 300), Yes: strings.Repeat("y", 30)}
		}
		m.Parts = append(m.Parts, bot.Heading{Text: fmt.Sprintf("Heading %d", i)}, bot.Prose{Text: bot.T("before")}, bot.Buttons{b}, bot.Fine{Text: bot.T("after")})
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	blocks, _ := rendered(m, "")
	fitsMessage(t, blocks)
	seen := sees(t, blocks)
	for what, n := range map[string]int{strings.Repeat("b", bot.MaxLabel): 25, "Heading ": 25, "before": 25, "after": 25, "left out": 0} {
		if got := strings.Count(seen, what); got != n {
			t.Errorf("%q is there %d times, not %d", what, got, n)
		}
	}
}

// What cannot fit at all is left out from the end, and said.
func TestRendered_tooMuch(t *testing.T) {
	m := bot.Message{Summary: "s", Parts: []bot.Part{bot.Buttons{samples.Button("Approve", "approve", "OFF-1", bot.Primary)}}}
	for i := range 500 {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(fmt.Sprintf("paragraph %d %s", i, strings.Repeat("x", 50)))})
	}
	blocks, _ := rendered(m, "")
	fitsMessage(t, blocks)
	seen := sees(t, blocks)
	for _, want := range []string{"Slack has no room for all of this: ", "[Approve]", "paragraph 0 ", "paragraph 100 "} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q is not in\n%s", want, seen)
		}
	}
	m.Parts = nil
	for i := range 200 {
		m.Parts = append(m.Parts, bot.Menu{Label: "m", Verb: "v", Object: fmt.Sprint(i), Field: "f", Options: []bot.Option{{Value: "1", Label: "o"}}})
	}
	blocks, _ = rendered(m, "")
	fitsMessage(t, blocks)
	if seen := sees(t, blocks); !strings.Contains(seen, "parts are left out") || !strings.Contains(seen, "[m v]") {
		t.Error(seen)
	}
}
