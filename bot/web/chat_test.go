package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"offboard/bot"
)

// scene is the toy company with a browser in it.
func scene(t *testing.T, change func(*Config)) (*Chat, *toy, *browser) {
	t.Helper()
	cfg := toyConfig(filepath.Join(t.TempDir(), "chat.db"))
	if change != nil {
		change(&cfg)
	}
	c, b := serve(t, cfg)
	y := runToy(t, c)
	h := &harness{browser: b, chat: c}
	if err := h.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c, y, b
}

func (b *browser) reads(t *testing.T, path, id string) string {
	t.Helper()
	return squeeze(b.page(path).id(id).read())
}

func has(t *testing.T, seen string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(seen, text) {
			t.Errorf("%q is not in\n%s", text, seen)
		}
	}
}

func hasNot(t *testing.T, seen, text string) {
	t.Helper()
	if strings.Contains(seen, text) {
		t.Errorf("%q is in\n%s", text, seen)
	}
}

func TestChat_panic(t *testing.T) {
	_, _, b := scene(t, nil)
	for _, line := range []string{"panic", "help"} {
		if err := b.post("/as/hanna/type", url.Values{"text": {line}}); err != nil {
			t.Fatal(err)
		}
	}
	has(t, b.reads(t, "/as/hanna", "log"), "/offboard panic", "Something went wrong here", "What you can do")
}

// TestChat_notListening: what cannot be handed on is not taken, so that the
// page sends it again; under the same id it is taken once.
func TestChat_notListening(t *testing.T) {
	c, b := serve(t, toyConfig(filepath.Join(t.TempDir(), "chat.db")))
	if err := b.post("/as/hanna/type", url.Values{"text": {"help"}}); err == nil || !strings.HasPrefix(err.Error(), "503") {
		t.Fatalf("got %v", err)
	}
	hasNot(t, b.reads(t, "/as/hanna", "log"), "/offboard help")
	y := runToy(t, c)
	if err := (&harness{browser: b, chat: c}).Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.last(), b.last()); err != nil {
		t.Fatal(err)
	}
	if n := len(y.got); n != 1 {
		t.Errorf("it arrived %d times", n)
	}
	if err := c.Run(t.Context(), y.handle); err == nil {
		t.Error("it runs twice")
	}
}

func TestChat_read(t *testing.T) {
	c, y, b := scene(t, nil)
	y.post(direct("marco"), toyApproval(), "marco", "one")
	ref := y.post(channel("it-offboarding"), toyCard("It begins.", bot.Running), "ines", "two")
	people := b.reads(t, "/as/tom", "people")
	has(t, b.reads(t, "/as/tom", "next"), "What happens next IC Ines Costa OFF-1, Jane Doe: It begins.", "Be Ines")
	has(t, people, "Marco Reyes Design · Design Lead, Jane's manager OFF-1, Jane Doe: Hanna Berg asks", "Aude Martin Audit · Internal Auditor unread")
	log := b.page("/as/ines/channel/it-offboarding").id("log")
	values := url.Values{"room": {log.attr["data-room"]}, "upto": {log.attr["data-upto"]}}
	if err := b.post("/as/ines/read", values); err != nil {
		t.Fatal(err)
	}
	// Another's place, or one that is not there, is not read by saying so.
	for _, room := range []string{"direct:marco", "channel:nowhere", ""} {
		if err := b.post("/as/ines/read", url.Values{"room": {room}, "upto": {"99"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.post("/as/ines/read", url.Values{"room": {"direct:ines"}, "upto": {"all"}}); err == nil {
		t.Error("read up to nowhere")
	}
	y.edit(ref, toyCard("It goes on.", bot.Running))
	people = b.reads(t, "/as/tom", "people")
	has(t, b.reads(t, "/as/tom", "next"), "What happens next MR Marco Reyes")
	has(t, people, "Ines Costa IT · System Administrator SL")
	if title := b.page("/as/marco").tagged("title")[0].read(); squeeze(title) != "(1) Marco Reyes · Lumen Works" {
		t.Errorf("the title is %q", title)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if all, _ := c.unread(c.person("ines"), channel("it-offboarding")); all != 0 {
		t.Error("an edit is unread")
	}
}

func TestChat_waits(t *testing.T) {
	_, _, b := scene(t, func(c *Config) {
		c.Waits = func() []Wait {
			return []Wait{{Person: "marco", Text: "approve OFF-1"}, {Person: "marco", Text: "answer OFF-1"}, {Person: "ines", Text: "confirm the laptop", Channel: "it-offboarding"}}
		}
	})
	has(t, b.reads(t, "/as/hanna", "next"), "What happens next MR Marco Reyes approve OFF-1")
	has(t, b.reads(t, "/as/hanna", "people"), "approve OFF-1 2 waiting", "confirm the laptop 1 waiting")
}

// TestChat_early: who is faster than the script of the page is heard too.
func TestChat_early(t *testing.T) {
	_, y, b := scene(t, nil)
	for range 2 {
		if err := b.send("/as/hanna/type", "text=help"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(y.got); n != 2 {
		t.Errorf("it arrived %d times", n)
	}
}

func TestChat_first(t *testing.T) {
	_, _, b := scene(t, nil)
	has(t, b.reads(t, "/", "talk"), "Be Hanna Berg", "Jane has resigned. Type: start jane", "Nothing here is real")
}

func TestChat_dismiss(t *testing.T) {
	_, y, b := scene(t, nil)
	if err := b.post("/as/hanna/type", url.Values{"text": {"help"}}); err != nil {
		t.Fatal(err)
	}
	card := y.post(direct("hanna"), toyDraft(), "", "draft")
	has(t, b.reads(t, "/as/hanna", "log"), "What you can do", "OFF-1 · Jane Doe")
	form := b.page("/as/hanna").id("log").all(func(n *node) bool { return hasClass(n, "dismiss") })[0]
	values := form.fields(nil)
	if err := b.post("/as/marco/dismiss", values); err != nil { // it is not his
		t.Fatal(err)
	}
	has(t, b.reads(t, "/as/hanna", "log"), "/offboard help")
	if err := b.post(form.attr["action"], values); err != nil {
		t.Fatal(err)
	}
	if err := b.post("/as/hanna/dismiss", url.Values{"message": {card.ID}}); err != nil {
		t.Fatal(err)
	}
	seen := b.reads(t, "/as/hanna", "log")
	has(t, seen, "OFF-1 · Jane Doe", "What you can do") // what the bot has posted stays
	hasNot(t, seen, "/offboard help Dismiss")
}

func TestChat_thread(t *testing.T) {
	c, y, b := scene(t, nil)
	card := y.post(channel("it-offboarding"), toyCard("It begins.", bot.Running), "", "card")
	in := card.Place
	in.Thread = card.ID
	y.post(in, bot.Message{Summary: "The details"}, "", "detail")
	p := b.page("/as/ines/channel/it-offboarding")
	has(t, squeeze(p.id("thread-"+card.ID).read()), "Thread 1 message", "The details")
	has(t, squeeze(p.id("to-"+card.ID).read()), "OFF-1 · Jane Doe")
	in.Thread = "m999"
	if _, err := c.Post(t.Context(), in, bot.Message{Summary: "x"}, "x"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a thread under nothing: %v", err)
	}
	in = direct("ines")
	in.Thread = card.ID
	if _, err := c.Post(t.Context(), in, bot.Message{Summary: "x"}, "x"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a thread under a message of another place: %v", err)
	}
}

func TestChat_refused(t *testing.T) {
	c, _, _ := scene(t, nil)
	done, stop := context.WithCancel(t.Context())
	stop()
	for name, err := range map[string]error{
		"a key that is too long": func() error {
			_, err := c.Post(t.Context(), direct("hanna"), bot.Message{Summary: "x"}, strings.Repeat("k", 26))
			return err
		}(),
		"after the end":     func() error { _, err := c.Post(done, direct("hanna"), bot.Message{Summary: "x"}, ""); return err }(),
		"an edit after it":  c.Edit(done, bot.Ref{Place: direct("hanna"), ID: "m1"}, bot.Message{Summary: "x"}),
		"another platform":  func() error { _, err := c.Members(t.Context(), bot.Place{Platform: "slack"}); return err }(),
		"an unknown person": func() error { _, err := c.Members(t.Context(), direct("nobody")); return err }(),
	} {
		if err == nil {
			t.Error(name, "is accepted")
		}
	}
}

// TestChat_badAnswers: what the bot gets wrong is told, and hides nothing.
func TestChat_badAnswers(t *testing.T) {
	c, b := serve(t, toyConfig(filepath.Join(t.TempDir(), "chat.db")))
	go func() {
		_ = c.Run(t.Context(), func(_ context.Context, i bot.Interaction) bot.Reply {
			switch i.Verb {
			case "message":
				return bot.Reply{Message: &bot.Message{}}
			case "form":
				return bot.Reply{Form: &bot.Form{}}
			case "errors":
				return bot.Reply{Errors: map[string]string{"x": "y"}}
			case "open":
				return bot.Reply{Form: toyForm()}
			case "draft":
				return bot.Reply{Errors: map[string]string{"elsewhere": "Two of these belong together."}}
			}
			return bot.Reply{Then: func(context.Context) bot.Reply { return bot.Reply{Form: toyForm()} }}
		})
	}()
	if err := (&harness{browser: b, chat: c}).Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"message", "form", "errors"} {
		if err := b.post("/as/hanna/type", url.Values{"text": {verb}}); err == nil || !strings.HasPrefix(err.Error(), "500") {
			t.Errorf("%s: got %v", verb, err)
		}
	}
	if err := b.post("/as/hanna/type", url.Values{"text": {"then"}}); err != nil {
		t.Error(err)
	}
	if err := b.post("/as/hanna/type", url.Values{"text": {"open"}}); err != nil {
		t.Error(err)
	}
	form := b.page("/as/hanna").id("dialogs").tagged("form")[0]
	values := form.fields(nil)
	values.Set("f.kind", "leave")
	values.Set("f.day", tomorrow())
	if err := b.post(form.attr["action"], values); err != nil {
		t.Error(err)
	}
	has(t, b.reads(t, "/as/hanna", "dialogs"), "Two of these belong together.", "Garden leave")
	if err := b.post("/as/hanna/close", url.Values{"form": {formID(b)}}); err != nil {
		t.Error(err)
	}
	if seen := b.reads(t, "/as/hanna", "dialogs"); seen != "" {
		t.Errorf("the form is still there: %s", seen)
	}
}

func TestChat_longLog(t *testing.T) {
	_, y, b := scene(t, nil)
	for i := range maxLog + 3 {
		y.post(direct("hanna"), bot.Message{Summary: fmt.Sprintf("message %03d", i)}, "", "")
	}
	seen := b.reads(t, "/as/hanna", "log")
	has(t, seen, "3 older messages are not shown", "message 202")
	hasNot(t, seen, "message 002")
}

func TestNew_refuses(t *testing.T) {
	dir := t.TempDir()
	for name, change := range map[string]func(*Config){
		"nobody":                    func(c *Config) { c.People = nil },
		"two with one id":           func(c *Config) { c.People[1].ID = c.People[0].ID },
		"a zone of no place":        func(c *Config) { c.People[0].Zone = "Mars/Olympus" },
		"a member who is not there": func(c *Config) { c.Channels[0].Members = []string{"nobody"} },
		"a file that is a folder":   func(c *Config) { c.File = dir },
	} {
		cfg := toyConfig(filepath.Join(dir, "chat.db"))
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Error(name, "is accepted")
		}
	}
}
