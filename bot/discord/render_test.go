package discord

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/bottest"
	"offboard/bot/bottest/samples"
	"offboard/bot/discord/wire"
)

// A long list is folded: what needs somebody stays, and how much is missing is
// said.
func TestRendered_folds(t *testing.T) {
	list := bot.Checklist{Title: "Everything"}
	for i := range 120 {
		list.Rows = append(list.Rows, samples.Row(bot.Proven, fmt.Sprintf("item %03d", i), "proven by a read"))
	}
	list.Rows[97] = samples.Row(bot.Failed, "item 097", "the server says no")
	body := rendered(bot.Message{Summary: "s", Parts: []bot.Part{list}}, "", opts{})
	fitsMessage(t, body)
	seen := sees(t, body.Components)
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
	for range 3 {
		var l bot.Checklist
		for range 40 {
			l.Rows = append(l.Rows, samples.Row(bot.Failed, strings.Repeat("t", 30), strings.Repeat("d", 150)))
		}
		lists = append(lists, l)
	}
	for n, want := range map[int]struct{ rows, detail int }{1: {20, 150}, 2: {10, 150}, 3: {8, 100}} {
		body := rendered(bot.Message{Summary: "s", Parts: lists[:n]}, "", opts{})
		fitsMessage(t, body)
		seen := sees(t, body.Components)
		rows := strings.Count(seen, "✖")
		detail := strings.Count(seen, "d")/rows - 1
		if rows/n != want.rows || detail < want.detail-20 {
			t.Errorf("%d lists: %d rows each, details of %d; want %+v", n, rows/n, detail, want)
		}
	}
}

// A message in another script is not longer in characters, and is in bytes.
func TestRendered_bytes(t *testing.T) {
	p := bot.Prose{Text: bot.T(strings.Repeat("退職者の権限を", 185))}
	body := rendered(bot.Message{Summary: "s", Parts: []bot.Part{p, p, p}}, "", opts{})
	fitsMessage(t, body)
	if n := cost(body.Components); n > maxSize || n < maxSize/2 {
		t.Errorf("%d bytes", n)
	}
}

// At the limits, with and without whom it is for above it.
func TestRendered_edges(t *testing.T) {
	for _, channel := range []bool{false, true} {
		for n := range 8 {
			m := bot.Message{Summary: "s", Notify: []bot.User{ann}, Parts: slices.Repeat([]bot.Part{bot.Prose{Text: bot.T("p")}}, 35+n)}
			body := rendered(m, "k", opts{channel: channel})
			fitsMessage(t, body)
			room := 39
			if channel {
				room = 38
			}
			if got := len(body.Components[len(body.Components)-1].Components); 35+n <= room && got != 35+n || 35+n > room && got != 1 {
				t.Errorf("%d parts are %d components", 35+n, got)
			}
		}
		for n := range 60 {
			half := bot.Prose{Text: bot.T(strings.Repeat("x", 1985))}
			m := bot.Message{Summary: "s", Notify: []bot.User{ann}, Parts: []bot.Part{half, bot.Prose{Text: bot.T(strings.Repeat("y", 1970+n))}}}
			fitsMessage(t, rendered(m, "k", opts{channel: channel}))
		}
	}
}

// Any message that passes Check is one that Discord takes, everywhere.
func TestRendered_anyMessage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		busy := rapid.SampledFrom([]int{3, 3, 3, 3, 30}).Draw(r, "busy")
		m := samples.Message(busy, ann).Draw(r, "message")
		o := opts{as: rapid.SampledFrom([]sending{posting, editing, converting, answering}).Draw(r, "as"), channel: rapid.Bool().Draw(r, "channel")}
		if rapid.Bool().Draw(r, "goes on") {
			o.replaced = "https://discord.com/channels/1/2/3"
		}
		failed := &bottest.Recorder{TB: t}
		body := rendered(m, "key", o)
		fitsMessage(failed, body)
		seen := sees(failed, body.Components)
		before := announced(m, "key", o.channel)
		fitsMessage(failed, before)
		if o.replaced != "" && !strings.Contains(seen, "⟨an earlier message→") && !strings.Contains(seen, "left out") {
			r.Error("what it goes on from is not linked to")
		}
		if !found(wire.Message{Components: body.Components}, "key") || !found(wire.Message{Components: before.Components}, "key") {
			r.Error("it cannot be found again")
		}
		if busy <= 3 {
			nothingLost(r, m, body, seen)
		}
		if failed.Errors() > 0 {
			r.Fatal(failed)
		}
	})
}

// nothingLost fails a rendering without a button, menu or heading of the
// message.
func nothingLost(t *rapid.T, m bot.Message, b wire.MessageBody, seen string) {
	there := ids(b.Components)
	for _, p := range m.Parts {
		switch p := p.(type) {
		case bot.Heading:
			if !strings.Contains(seen, adapter.Line(p.Text)) {
				t.Errorf("the heading %q is gone", p.Text)
			}
		case bot.Menu:
			if !slices.Contains(there, menuID(p.Verb, p.Object, p.Field)) {
				t.Errorf("the menu %q is gone", p.Label)
			}
		case bot.Buttons:
			for _, x := range p {
				if !slices.Contains(there, buttonID(x.Verb, x.Object, x.Confirm != nil)) || !strings.Contains(seen, "["+x.Label+"]") {
					t.Errorf("the button %q is gone", x.Label)
				}
			}
		}
	}
}

// All 25 buttons, and as many headings and texts.
func TestRendered_allButtons(t *testing.T) {
	m := bot.Message{Summary: "s"}
	for i := range 25 {
		b := samples.Button(strings.Repeat("b", bot.MaxLabel), "v", fmt.Sprintf("OFF-42:1:company-directory/lock/%02d", i), bot.Danger)
		m.Parts = append(m.Parts, bot.Heading{Text: fmt.Sprintf("Heading %d", i)}, bot.Prose{Text: bot.T("before")}, bot.Buttons{b}, bot.Fine{Text: bot.T("after")})
	}
	body := rendered(m, "", opts{})
	fitsMessage(t, body)
	seen := sees(t, body.Components)
	for what, n := range map[string]int{strings.Repeat("b", bot.MaxLabel): 25, "Heading ": 25, "before": 25, "after": 25, "left out": 0} {
		if got := strings.Count(seen, what); got != n {
			t.Errorf("%q is there %d times, not %d", what, got, n)
		}
	}
	before := announced(m, "k", false)
	fitsMessage(t, before)
	if n := len(ids(before.Components)); n != 25 {
		t.Errorf("%d buttons while it is announced", n)
	}
}

// What cannot fit at all is left out from the end, and said.
func TestRendered_tooMuch(t *testing.T) {
	m := bot.Message{Summary: "s", Parts: []bot.Part{bot.Buttons{samples.Button("Approve", "approve", "OFF-1", bot.Primary)}}}
	for i := range 500 {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(fmt.Sprintf("paragraph %d %s", i, strings.Repeat("x", 50)))})
	}
	body := rendered(m, "", opts{})
	fitsMessage(t, body)
	seen := sees(t, body.Components)
	for _, want := range []string{"Discord has no room for all of this: ", "[Approve]", "paragraph 0 ", "paragraph 40 "} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q is not in\n%s", want, seen)
		}
	}
	m.Parts = nil
	for i := range 200 {
		m.Parts = append(m.Parts, bot.Menu{Label: "m", Verb: "v", Object: fmt.Sprint(i), Field: "f", Options: []bot.Option{{Value: "1", Label: "o"}}})
	}
	body = rendered(m, "", opts{})
	fitsMessage(t, body)
	if seen := sees(t, body.Components); !strings.Contains(seen, "parts are left out") || !strings.Contains(seen, "[m v]") {
		t.Error(seen)
	}
}

// Who is notified, and how.
func TestRendered_notifies(t *testing.T) {
	for rule, c := range map[string]struct {
		m     bot.Message
		o     opts
		flags wire.Flags
		users int
		line  string
	}{
		"nobody: no sound":                 {bot.Message{Summary: "s"}, opts{channel: true}, wire.ComponentsV2 | wire.Silent, 0, ""},
		"somebody in a channel":            {bot.Message{Summary: "s", Notify: []bot.User{ann, ann}}, opts{channel: true}, wire.ComponentsV2, 1, "⟨@" + ann.ID + "⟩\n"},
		"somebody, directly":               {bot.Message{Summary: "s", Notify: []bot.User{ann}}, opts{}, wire.ComponentsV2, 1, ""},
		"somebody of another chat":         {bot.Message{Summary: "s", Notify: []bot.User{{Platform: "slack", ID: ann.ID}}}, opts{channel: true}, wire.ComponentsV2 | wire.Silent, 0, ""},
		"an edit keeps whom it mentions":   {bot.Message{Summary: "s", Notify: []bot.User{ann}}, opts{as: editing, channel: true}, wire.ComponentsV2, 1, "⟨@" + ann.ID + "⟩\n"},
		"an answer is for one person":      {bot.Message{Summary: "s"}, opts{as: answering}, wire.ComponentsV2 | wire.Ephemeral, 0, ""},
		"an announcement loses its text":   {bot.Message{Summary: "s", Notify: []bot.User{ann}}, opts{as: converting}, wire.ComponentsV2, 1, ""},
		"a summary is shown without parts": {bot.Message{Summary: "s"}, opts{as: editing}, wire.ComponentsV2, 0, ""},
	} {
		body := rendered(c.m, "k", c.o)
		fitsMessage(t, body)
		if got := sees(t, body.Components); got != c.line+"s" || body.Flags != c.flags || len(body.AllowedMentions.Users) != c.users {
			t.Errorf("%s: %q, flags %d, %v", rule, got, body.Flags, body.AllowedMentions)
		}
		if cleared := strings.Contains(string(encoded(t, body)), `"content":null`); cleared != (c.o.as == converting) {
			t.Errorf("%s: %s", rule, encoded(t, body))
		}
		if !strings.Contains(string(encoded(t, body)), `"parse":[]`) {
			t.Errorf("%s: somebody else may be notified: %s", rule, encoded(t, body))
		}
	}
	many := bot.Message{Summary: strings.Repeat("*", bot.MaxSummary)}
	for i := range 120 {
		many.Notify = append(many.Notify, bot.User{Platform: name, ID: snowflake(i)})
	}
	fitsMessage(t, rendered(many, "k", opts{channel: true}))
	fitsMessage(t, announced(many, "k", true))
}

// The colour is that of what needs somebody first, and green only for what is
// proven.
func TestAccent(t *testing.T) {
	for marks, want := range map[string]int{
		"proven info nothing": green, "proven": green, "proven skipped": -1, "nothing": -1, "info": -1, "proven open": blue, "running": blue,
		"proven amber open": yellow, "amber failed": red, "": -1,
	} {
		var l bot.Checklist
		for m := range strings.FieldsSeq(marks) {
			l.Rows = append(l.Rows, samples.Row(bot.Mark(m), "x", ""))
		}
		got := accent([]bot.Part{bot.Prose{}, l})
		if got == nil && want != -1 || got != nil && *got != want {
			t.Errorf("%s: %v, want %x", marks, got, want)
		}
	}
}

// A key can be told from all others.
func TestMarker(t *testing.T) {
	seen := map[int]string{}
	for c := range 300 {
		for k := range 30 {
			key := fmt.Sprintf("c%d:OFF-%d", k, c)
			id := marker(key)
			if id <= maxComponents || id > 1<<31-1 {
				t.Fatalf("%q is %d", key, id)
			}
			if seen[id] != "" {
				t.Errorf("%q and %q are %d", key, seen[id], id)
			}
			seen[id] = key
		}
	}
	if marker("") != 0 {
		t.Error("no key is one")
	}
}
