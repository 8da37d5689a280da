package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
)

// waiting is how many things the bot itself says wait for somebody.
func (s *stage) waiting(t *testing.T, login string) (n int) {
	t.Helper()
	r := s.app.commands.Handle(t.Context(), bot.Interaction{
		ID: t.Name(), User: bot.User{Platform: "web", ID: login}, Place: bot.Place{Platform: "web", Kind: bot.Direct, ID: login}, Verb: "inbox",
	})
	switch text := r.Message.Summary; {
	case text == "One thing waits for you.":
		return 1
	case strings.HasSuffix(text, "things wait for you."):
		if _, err := fmt.Sscan(text, &n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// The numbers beside the people are those that the bot gives each of them, at
// every step of the story, and every sentence is one.
func TestDemoWaitsAreTrue(t *testing.T) {
	t.Parallel()
	s, err := newStage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	script, err := story(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	steps, err := bottest.Script(script)
	if err != nil {
		t.Fatal(err)
	}
	d := &demoBot{app: s.app}
	if w := d.waits(); len(w) != 1 || w[0].Person != "hanna" {
		t.Errorf("at first: %+v", w)
	}
	differ := func() string {
		shown := map[string]int{}
		for _, w := range d.waits() {
			if !strings.HasSuffix(w.Text, ".") || strings.Contains(w.Text, "not readable") {
				t.Errorf("not a sentence: %q", w.Text)
			}
			shown[w.Person]++
		}
		for _, p := range cast() {
			if want := s.waiting(t, p.ID); shown[p.ID] != want {
				return fmt.Sprintf("%s is shown %d, and has %d", p.ID, shown[p.ID], want)
			}
		}
		return ""
	}
	for i, step := range steps {
		if err := s.chat.PlayStep(t.Context(), step, bottest.PlayOptions{Wait: s.wait, Do: s.acts()}); err != nil {
			t.Fatal(err)
		}
		if d.fresh() {
			continue // that Jane has resigned is known to the reader only
		}
		// The case may move between the two looks, but not for ever.
		ctx, stop := context.WithTimeout(t.Context(), longestLife)
		for changed := s.app.store.Changed(); ; changed = s.app.store.Changed() {
			wrong := differ()
			if wrong == "" {
				break
			}
			select {
			case <-changed:
				continue
			case <-ctx.Done():
				t.Errorf("after step %d: %s", i, wrong)
			}
			break
		}
		stop()
	}
	if w := d.next(); w.Person != "aude" || len(d.waits()) > 0 {
		t.Errorf("at the end: %+v, %+v", w, d.waits())
	}
}
