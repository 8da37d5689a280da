package keeper

import (
	"testing"

	"offboard/bot"
	"offboard/store"
)

// What the keeper does with a platform is tested in package commands, where a
// whole company plays: see keeper_test.go and testdata there.

// A key fits every platform, and tells case, message and place apart.
func TestKey(t *testing.T) {
	at := bot.Place{Platform: "slack", Kind: bot.Channel, ID: "C1"}
	thread := at
	thread.Thread = "m1"
	seen := map[string]bool{}
	for _, k := range []string{key("OFF-1", "card", at), key("OFF-11", "card", at), key("OFF-1", "1card", at), key("OFF-1", "detail", at), key("OFF-1", "card", thread)} {
		if len(k) > bot.MaxKey || seen[k] {
			t.Errorf("the key %q has %d bytes, at most %d; seen before: %t", k, len(k), bot.MaxKey, seen[k])
		}
		seen[k] = true
	}
	if !seen[key("OFF-1", "card", at)] {
		t.Error("the key of a message changes")
	}
}

// Two messages that look different are different; who is notified is not part
// of what is shown.
func TestDigest(t *testing.T) {
	m := bot.Message{Summary: "s", Parts: []bot.Part{bot.Prose{Text: bot.T("a")}}}
	notify := m
	notify.Notify = []bot.User{{Platform: "slack", ID: "U1"}}
	if digest(m) != digest(notify) {
		t.Error("who is notified makes another message")
	}
	for _, other := range []bot.Message{
		{Summary: "t", Parts: m.Parts},
		{Summary: "s", Parts: []bot.Part{bot.Fine{Text: bot.T("a")}}}, // the same JSON
		{Summary: "s", Parts: []bot.Part{bot.Prose{Text: bot.B("a")}}},
		{Summary: "s"},
	} {
		if digest(m) == digest(other) {
			t.Errorf("%+v looks like %+v", other, m)
		}
	}
}

// What asks for nothing any more is listed once, whatever places it stands in.
func TestOver(t *testing.T) {
	b := &board{posts: []store.Post{{Name: "second/7"}, {Name: "second/7", Place: "x"}, {Name: "second/8"}, {Name: "card"}}}
	if got := b.over("second/", map[string]bool{"second/8": true}); len(got) != 1 || got[0] != "second/7" {
		t.Errorf("over are %v", got)
	}
}
