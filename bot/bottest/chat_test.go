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

// start runs a chat of Ann, Ben and a room with a handler.
func start(t *testing.T, h bot.Handler) (*bottest.Chat, bot.Place) {
	t.Helper()
	c := bottest.New("chat")
	c.AddUser("U1", "Ann Lee")
	c.AddUser("U2", "Ben Ray")
	room := c.AddChannel("#room", "ann", "U2")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, h) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	must(t, c.Ready(t.Context()))
	return c, room
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func silent(context.Context, bot.Interaction) bot.Reply { return bot.Reply{} }

func note(text string) bot.Message {
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

func post(t *testing.T, c *bottest.Chat, at bot.Place, m bot.Message, key string) bot.Ref {
	t.Helper()
	ref, err := c.Post(t.Context(), at, m, key)
	must(t, err)
	return ref
}

func TestChat_faults(t *testing.T) {
	c, room := start(t, silent)
	down := errors.New("down")
	c.FailPosts(1, down)
	if _, err := c.Post(t.Context(), room, note("one"), "k"); !errors.Is(err, down) || c.Shows("room") != "" {
		t.Errorf("got %v, and %q is there", err, c.Shows("room"))
	}
	c.PostedButFailed(1)
	if _, err := c.Post(t.Context(), room, note("one"), "k"); err == nil || c.Shows("room") != "one" {
		t.Errorf("got %v, and %q is there", err, c.Shows("room"))
	}
	ref := post(t, c, room, note("one"), "k") // the retry finds the first
	if sent := c.Sent(); len(sent) != 1 || sent[0].Ref != ref || sent[0].Key != "k" {
		t.Errorf("sent %+v", sent)
	}
	c.FailEdits(1, down)
	if err := c.Edit(t.Context(), ref, note("two")); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
	must(t, c.Edit(t.Context(), ref, note("two")))
	c.Gone(ref)
	if err := c.Edit(t.Context(), ref, note("three")); !errors.Is(err, bot.ErrGone) {
		t.Errorf("got %v", err)
	}
	if again := post(t, c, room, note("one"), "k"); again == ref {
		t.Error("the key of a removed message still stands for it")
	}
	if p := c.Problems(); len(p) > 0 {
		t.Errorf("faults of the platform are no problems of the bot: %q", p)
	}
}

func TestChat_problems(t *testing.T) {
	for name, c := range map[string]struct {
		handler bot.Handler
		do      func(t *testing.T, c *bottest.Chat, room bot.Place)
		want    string
	}{
		"message over the limits": {silent, func(t *testing.T, c *bottest.Chat, room bot.Place) {
			if _, err := c.Post(t.Context(), room, bot.Message{}, "k"); err == nil {
				t.Error("it was posted")
			}
		}, "summary is empty"},
		"answer over the limits": {func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Message: &bot.Message{}}
		}, types, "the answer to x: summary is empty"},
		"form over the limits": {func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Form: &bot.Form{Title: "t"}}
		}, types, "0 fields"},
		"late answer": {func(context.Context, bot.Interaction) bot.Reply {
			<-time.After(3 * time.Second) // no time at all in a bubble
			return bot.Reply{}
		}, types, "took 3s"},
		"second answer opens a form": {func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Then: func(context.Context) bot.Reply { return bot.Reply{Form: leaving("x")} }}
		}, types, "cannot open a form"},
		"problems without a form": {func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Errors: map[string]string{"x": "y"}}
		}, types, "no form was sent"},
		"notifies an outsider": {silent, func(t *testing.T, c *bottest.Chat, _ bot.Place) {
			m := note("x")
			m.Notify = []bot.User{{Platform: "chat", ID: "U2"}}
			post(t, c, c.AddChannel("closed", "U1"), m, "k")
		}, "who cannot read it"},
		"long key": {silent, func(t *testing.T, c *bottest.Chat, room bot.Place) {
			if _, err := c.Post(t.Context(), room, note("x"), strings.Repeat("k", 26)); err == nil {
				t.Error("it was posted")
			}
		}, "26 bytes"},
		"place of another platform": {silent, func(t *testing.T, c *bottest.Chat, room bot.Place) {
			room.Platform = "slack"
			if _, err := c.Post(t.Context(), room, note("x"), "k"); !errors.Is(err, bot.ErrGone) {
				t.Errorf("got %v", err)
			}
		}, `platform "slack"`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chat, room := start(t, c.handler)
				c.do(t, chat, room)
				if p := strings.Join(chat.Problems(), "\n"); !strings.Contains(p, c.want) {
					t.Errorf("problems are %q, want %q", p, c.want)
				}
			})
		})
	}
}

func types(t *testing.T, c *bottest.Chat, room bot.Place) {
	t.Helper()
	_, err := c.Type("ann", room, "/offboard x")
	must(t, err)
}

func TestChat_notRunning(t *testing.T) {
	c := bottest.New("chat")
	c.AddUser("U1", "Ann Lee")
	if _, err := c.Type("ann", bot.Place{}, "/offboard start"); !errors.Is(err, bottest.ErrNotRunning) {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(c.Transcript(), "the bot is not listening") {
		t.Error(c.Transcript())
	}
}

func TestChat_cannot(t *testing.T) {
	c, room := start(t, silent)
	post(t, c, room, bot.Message{Summary: "two", Parts: []bot.Part{
		bot.Prose{Text: bot.T("first")},
		bot.Buttons{{Label: "Choose", Verb: "v", Object: "1"}},
		bot.Prose{Text: bot.T("second")},
		bot.Buttons{{Label: "Choose", Verb: "v", Object: "2"}},
	}}, "k")
	elsewhere := c.AddChannel("elsewhere", "ben")
	for want, try := range map[string]func() error{
		"nobody here":         func() error { _, err := c.Click("zoe", "Choose"); return err },
		"no button \"Nope\"":  func() error { _, err := c.Click("ann", "Nope"); return err },
		"say which":           func() error { _, err := c.Click("ann", "Choose"); return err },
		"asks nothing":        func() error { return c.ClickNoConfirm("ann", "Choose", "second") },
		"no such old button":  func() error { _, err := c.ClickOld("ann", "Choose", 1); return err },
		"no menu":             func() error { _, err := c.Choose("ann", "Heir", "Tom"); return err },
		"no form open":        func() error { _, err := c.Fill("ann", nil); return err },
		"Ben Ray has no form": func() error { return c.Dismiss("ben") },
		"slash command":       func() error { _, err := c.Type("ann", room, "hello"); return err },
		"does not read":       func() error { _, err := c.Type("ann", elsewhere, "/offboard x"); return err },
		"nobody has done":     func() error { _, err := c.Redeliver(); return err },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestChat_deliveries(t *testing.T) {
	var got []bot.Interaction
	c, room := start(t, func(_ context.Context, i bot.Interaction) bot.Reply {
		got = append(got, i)
		return bot.Reply{}
	})
	ref := post(t, c, room, bot.Message{Summary: "two", Parts: []bot.Part{
		bot.Prose{Text: bot.T("first")},
		bot.Buttons{{Label: "Choose", Verb: "v", Object: "1"}},
		bot.Prose{Text: bot.T("second")},
		bot.Buttons{{Label: "Choose", Verb: "v", Object: "2"}},
	}}, "k")
	_, _, err := c.DoubleClick("ann", "choose", "second")
	must(t, err)
	_, err = c.Redeliver()
	must(t, err)
	must(t, c.Edit(t.Context(), ref, note("all gone")))
	_, err = c.ClickOld("ben", "Choose", 1, "first")
	must(t, err)
	if len(got) != 4 || got[0].Object != "2" || got[1].Object != "2" || got[3].Object != "1" || got[3].User.ID != "U2" {
		t.Fatalf("got %+v", got)
	}
	if got[0].ID == got[1].ID || got[1].ID != got[2].ID {
		t.Errorf("a double click has two ids and a second delivery none of its own: %q %q %q", got[0].ID, got[1].ID, got[2].ID)
	}
}

func TestChat_formRefuses(t *testing.T) {
	c, _ := start(t, func(_ context.Context, i bot.Interaction) bot.Reply {
		if i.Form {
			return bot.Reply{}
		}
		return bot.Reply{Form: leaving("P-1")}
	})
	_, err := c.Type("ann", bot.Place{}, "/offboard start")
	must(t, err)
	for want, values := range map[string]map[string]string{
		"has no field":        {"colour": "red"},
		"has to be filled":    {"kind": "Dismissal"},
		"no such option":      {"kind": "Holiday", "day": "2026-11-30"},
		"as \"2006-01-02\"":   {"day": "30.11.2026"},
		"\"Last day\" has to": {"day": ""},
	} {
		if _, err := c.Fill("ann", values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", values, err, want)
		}
	}
	must(t, c.Dismiss("ann"))
	if seen, _ := c.Sees("ann"); seen != "" {
		t.Errorf("after closing it Ann sees %q", seen)
	}
}
