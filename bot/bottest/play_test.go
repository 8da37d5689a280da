package bottest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
)

func TestChat_zones(t *testing.T) {
	c, room := start(t, silent)
	c.Zone = time.UTC
	must(t, c.SetZone("ann", time.FixedZone("EST", -5*3600)))
	m := bot.Message{Summary: "x", Parts: []bot.Part{bot.Prose{Text: bot.Text{
		{Plain: "at noon", Time: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)},
	}}}}
	for _, u := range []string{"ann", "ben"} {
		at, err := c.Direct(u)
		must(t, err)
		post(t, c, at, m, "k")
	}
	post(t, c, room, m, "k")
	for user, want := range map[string]string{
		"ann": "Mon 30 Nov 2026 07:00 EST\n\nMon 30 Nov 2026 12:00 UTC", // direct, room
		"ben": "at noon\n\nMon 30 Nov 2026 12:00 UTC",                   // no zone is known
	} {
		if seen, _ := c.Sees(user); seen != want {
			t.Errorf("%s sees %q, want %q", user, seen, want)
		}
	}
}

func TestChat_live(t *testing.T) {
	var out strings.Builder
	c := bottest.New("chat")
	c.Out = &out
	room := c.AddChannel("room")
	ref := post(t, c, room, everything(), "k")
	for range 3 {
		must(t, c.Edit(t.Context(), ref, note("less")))
	}
	c.Narrate("The end")
	if out.String() != c.Transcript() {
		t.Errorf("live:\n%s\nlater:\n%s", out.String(), c.Transcript())
	}
	if n := strings.Count(out.String(), "looks the same"); n != 2 {
		t.Errorf("%d edits look the same:\n%s", n, out.String())
	}
	c.Collapse = true
	if n := strings.Count(c.Transcript(), "(edited"); n != 1 {
		t.Errorf("collapsed, there are %d edits:\n%s", n, c.Transcript())
	}
}

func TestChat_playErrors(t *testing.T) {
	c, _ := start(t, silent)
	for script, want := range map[string]string{
		"\nann jumps":                  "script line 2",
		"\n\nann clicks \"X\"":         `script line 3: ann clicks "X": Ann Lee sees no button`,
		"expect ann sees \"X\"":        "this is there",
		"expect zoe sees \"X\"":        "nobody here",
		"do nothing":                   "nothing is registered",
		"wait until zoe sees \"X\"":    "nobody here",
		"ann fills\n  a: 1\n  a: 2":    "filled in twice",
		"wait until #room shows \"X\"": "gave up",
	} {
		err := c.Play(t.Context(), script, bottest.PlayOptions{
			Wait: func(context.Context, func() bool) error { return errors.New("gave up") },
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", script, err, want)
		}
	}
}

func TestChat_defaultWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, room := start(t, silent)
		go func() {
			<-time.After(10 * time.Second)
			post(t, c, room, note("late news"), "k")
		}()
		must(t, c.Play(t.Context(), `wait until ann sees "late news"`, bottest.PlayOptions{}))
		err := c.Play(t.Context(), `wait until ann sees "no news"`, bottest.PlayOptions{})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
