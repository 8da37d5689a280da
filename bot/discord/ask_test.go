package discord

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// leaving is a form of two pages with a search in it.
func leaving() *bot.Form {
	f := &bot.Form{Verb: "submit", Object: "OFF-1", Title: "Who leaves?", Submit: "Send"}
	for n := range 5 {
		f.Fields = append(f.Fields, bot.Field{Name: fmt.Sprint("f", n), Label: fmt.Sprint("Field ", n), Kind: bot.Line, Value: fmt.Sprint("v", n)})
	}
	f.Fields = append(f.Fields, bot.Field{Name: "day", Label: "Last day", Kind: bot.DateField}, bot.Field{Name: "heir", Label: "Heir", Kind: bot.PersonField})
	return f
}

// directory answers a search: several Jans, one Tom.
func directory(form *bot.Form, sent bot.Reply) bot.Handler {
	return func(_ context.Context, i bot.Interaction) bot.Reply {
		switch {
		case i.Verb == bot.Search && strings.HasPrefix("jan", strings.ToLower(i.Text)):
			return bot.Reply{Options: []bot.Option{{Value: "P-1", Label: "Jan Olsen", Hint: "Design, jan@"}, {Value: "P-2", Label: "Jan Berg", Hint: "IT, berg@"}}}
		case i.Verb == bot.Search && strings.EqualFold(i.Text, "tom"):
			return bot.Reply{Options: []bot.Option{{Value: "P-9", Label: "Tom Okafor"}}}
		case i.Verb == bot.Search:
			return bot.Reply{}
		case i.Form:
			return sent
		}
		return bot.Reply{Form: form}
	}
}

// forms are those that the handler got.
func (s *scene) forms() []bot.Interaction {
	var out []bot.Interaction
	for _, i := range s.handed() {
		if i.Form {
			out = append(out, i)
		}
	}
	return out
}

// TestFormInPages: page after page, with nothing handed over before the last.
func TestFormInPages(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(directory(leaving(), bot.Say("Thank you")))
		s.types(s.ann, "start")
		s.submit(s.ann, map[string]string{"f0": secret})
		s.sees(s.ann, "Part 2 of 2 comes next")
		s.seesNot(s.ben, "Part 2 of 2")
		if len(s.forms()) != 0 {
			t.Fatal("half a form was handed over")
		}
		s.click(s.ann, "Continue")
		s.submit(s.ann, map[string]string{"day": "30 Nov 2026", "heir": "tom"})
		s.sees(s.ann, "Thank you")
		s.seesNot(s.ann, "Continue")
		want := map[string]string{"f0": secret, "f1": "v1", "f2": "v2", "f3": "v3", "f4": "v4", "day": "2026-11-30", "heir": "P-9"}
		if got := s.forms(); len(got) != 1 || got[0].Verb != "submit" || got[0].Object != "OFF-1" || got[0].Place != s.place() || !maps.Equal(got[0].Values, want) {
			t.Errorf("handed over %+v", got)
		}
	})
}

// TestWhom: several people of a name are told apart by their identity lines, or
// somebody of the server is chosen; nobody types an id.
func TestWhom(t *testing.T) {
	for _, c := range []struct {
		name string
		pick func(s *scene)
		want string
	}{
		{"an option", func(s *scene) { s.did(s.Select(s.ann.ID, s.on(s.ann, "Heir"), "Heir", "Jan Berg")) }, "P-2"},
		{"a member", func(s *scene) {
			menu := "Or choose somebody on this server"
			s.did(s.Select(s.ann.ID, s.on(s.ann, menu), menu, s.ben.ID))
		}, "@"},
		{"another name", func(s *scene) {
			s.click(s.ann, "Type another name")
			s.submit(s.ann, map[string]string{"heir": "Tom"})
		}, "P-9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.handles(directory(leaving(), bot.Reply{Errors: map[string]string{"f0": "Not that."}}))
				s.types(s.ann, "start")
				s.submit(s.ann, nil)
				s.click(s.ann, "Continue")
				s.submit(s.ann, map[string]string{"heir": "jan"})
				s.sees(s.ann, "Whom do you mean by “jan”?")
				if menu := fmt.Sprint(s.on(s.ann, "Heir")); !strings.Contains(menu, "Design, jan@") {
					t.Errorf("nobody can tell them apart: %s", menu)
				}
				c.pick(s)
				want := c.want
				if want == "@" {
					want += s.ben.ID
				}
				got := s.forms()
				if len(got) != 1 || got[0].Values["heir"] != want {
					t.Fatalf("handed over %+v", got)
				}
				// Whoever was chosen stays so while something else is corrected.
				s.sees(s.ann, "Not that.")
				s.click(s.ann, "Correct it")
				s.submit(s.ann, map[string]string{"f0": "better"})
				if got := s.forms(); len(got) != 2 || got[1].Values["heir"] != want || got[1].Values["f0"] != "better" || got[1].ID == got[0].ID {
					t.Errorf("then %+v", got)
				}
			})
		})
	}
}

// TestWrong: who is not found and a day that is none are said before anything
// is handed over, and the page comes back as it was.
func TestWrong(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(directory(leaving(), bot.Say("Thank you")))
		s.types(s.ann, "start")
		s.submit(s.ann, nil)
		s.click(s.ann, "Continue")
		s.submit(s.ann, map[string]string{"day": "soon", "heir": "zoe"})
		s.sees(s.ann, "This is no day.")
		s.sees(s.ann, "Nobody was found by this name.")
		if len(s.forms()) != 0 {
			t.Fatal("it was handed over")
		}
		s.click(s.ann, "Correct it")
		if m, _ := s.Modal(s.ann.ID); m.Values["day"] != "soon" || m.Values["heir"] != "zoe" {
			t.Errorf("it comes back as %v", m.Values)
		}
		s.submit(s.ann, map[string]string{"day": "2026-11-30", "heir": "tom"})
		s.sees(s.ann, "Thank you")
	})
}

// TestFormAnswersForm: a modal cannot open another one, so a button does.
func TestFormAnswersForm(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: aForm()})
		s.types(s.ann, "ask")
		s.submit(s.ann, map[string]string{"why": "once"})
		s.says(bot.Say("Thank you"))
		s.click(s.ann, "Open the form")
		s.submit(s.ann, map[string]string{"why": "twice"})
		s.sees(s.ann, "Thank you")
		if got := s.forms(); len(got) != 2 || got[1].Values["why"] != "twice" {
			t.Errorf("handed over %+v", got)
		}
	})
}

// TestFormTooLate: a handler that needs longer than a modal may has a button
// open it.
func TestFormTooLate(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(slowly(5*time.Second, bot.Reply{Form: aForm()}))
		s.types(s.ann, "ask")
		s.later(5 * time.Second)
		s.click(s.ann, "Open the form")
		s.handles(slowly(5*time.Second, bot.Reply{Errors: map[string]string{"why": "Say more."}}))
		s.submit(s.ann, map[string]string{"why": secret})
		s.later(5 * time.Second)
		s.sees(s.ann, "Say more.")
		s.says(bot.Say("Thank you"))
		s.click(s.ann, "Correct it")
		if m, _ := s.Modal(s.ann.ID); m.Values["why"] != secret {
			t.Errorf("it comes back as %v", m.Values)
		}
		s.submit(s.ann, map[string]string{"why": "much more"})
		s.sees(s.ann, "Thank you")
	})
}

// TestFormLost: after a restart, and when it was sent already, a click says
// plainly to begin again.
func TestFormLost(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(directory(leaving(), bot.Say("Thank you")))
		s.types(s.ann, "start")
		s.submit(s.ann, nil)
		on := s.on(s.ann, "Continue")
		s.restart()
		s.did(s.Click(s.ann.ID, on, "Continue"))
		s.sees(s.ann, "begin again with /offboard start.")
		if len(s.forms()) != 0 {
			t.Error("half a form was handed over")
		}
	})
	t.Run("an hour later", func(t *testing.T) {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.start()
			s.says(bot.Reply{Form: aForm()})
			s.types(s.ann, "ask")
			s.later(2 * time.Hour)
			s.submit(s.ann, map[string]string{"why": secret})
			s.sees(s.ann, "begin again with /offboard ask.")
		})
	})
	t.Run("of somebody else", func(t *testing.T) {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			k := s.p.forms.open(&deed{did: bot.Interaction{User: bot.User{ID: s.ann.ID}}}, *aForm())
			if s.p.forms.get(k.id, s.ben.ID) != nil || s.p.forms.get(k.id, s.ann.ID) != k {
				t.Error("a form is not only for who opened it")
			}
		})
	})
}

// TestFormsBounded: forms that nobody finishes are forgotten.
func TestFormsBounded(t *testing.T) {
	f := newForms()
	for range 3 * maxForms {
		f.open(&deed{}, *aForm())
	}
	if len(f.known) != maxForms || len(f.order) != maxForms {
		t.Errorf("%d forms, %d in order", len(f.known), len(f.order))
	}
}

// TestSpot: what a component carries is read back, and anything else is none.
func TestSpot(t *testing.T) {
	for _, s := range []spot{{formOpens, "abc", 0, "start"}, {formPage, "abc", 2, ""}, {formUser, "abc", 7, "a:b"}} {
		if got := parseSpot(s.String()); got == nil || *got != s {
			t.Errorf("%v is read as %v", s, got)
		}
	}
	for _, id := range []string{"", "approve:OFF-1", "?form:abc", "?form:abc:x:start", "?form:abc:-1:start", "?form:abc:99:start", "?none:abc:1:start"} {
		if got := parseSpot(id); got != nil {
			t.Errorf("%q is read as %v", id, got)
		}
	}
}

// TestSuggest: while somebody types, the directory and the cases are offered;
// whoever may not, or has to wait too long, gets nothing.
func TestSuggest(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		offer := bot.Reply{}
		for n := range 30 {
			offer.Options = append(offer.Options, bot.Option{Value: fmt.Sprint("P-", n), Label: strings.Repeat("x", 75), Hint: strings.Repeat("y", 75)})
		}
		ask := func(channel, text, option string) []map[string]any {
			t.Helper()
			return s.did(s.Autocomplete(s.ann.ID, channel, text, option)).Choices()
		}
		s.says(offer)
		if got := ask(s.room.ID, "/offboard who person:jan", "person"); len(got) != 25 || len([]rune(got[0]["name"].(string))) != 100 || got[0]["value"] != "P-0" {
			t.Errorf("offered %v", got)
		}
		if got := ask("", "/offboard who person:P-1 case:OFF", "case"); len(got) != 25 {
			t.Errorf("offered %v", got)
		}
		s.handles(slowly(time.Minute, offer))
		if got := ask(s.room.ID, "/offboard who person:jan", "person"); len(got) != 0 {
			t.Errorf("offered %v after a minute", got)
		}
		s.handles(func(context.Context, bot.Interaction) bot.Reply { panic(secret) })
		if got := ask(s.room.ID, "/offboard who person:jan", "person"); len(got) != 0 {
			t.Errorf("offered %v after a panic", got)
		}
		got := s.handed()
		if got[0].Verb != bot.Search || got[0].Object != "who" || got[0].Text != "jan" || got[1].Verb != bot.Cases || got[1].Object != "who" || got[1].Text != "OFF" {
			t.Errorf("asked for %+v", got)
		}
		s.later(time.Minute)
		s.Fail(discordtest.ReadMember, discordtest.Status(503).Always())
		s.later(2 * time.Hour)
		s.says(offer)
		if got := ask("", "/offboard who person:jan", "person"); len(got) != 0 {
			t.Errorf("offered %v to nobody knows whom", got)
		}
	})
}

// TestFuture: component types that do not exist yet break nothing.
func TestFuture(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: aForm()})
		d := s.types(s.ann, "ask")
		future := []any{map[string]any{"type": 99, "component": []any{1}, "label": map[string]any{}}, nil, "x"}
		payload := maps.Clone(d.Payload)
		payload["id"], payload["type"] = "1230000000000000001", 5
		payload["data"] = map[string]any{"custom_id": "?page:gone:0:ask", "components": future}
		d.Payload = payload
		s.must(d.Again())
		payload = maps.Clone(payload)
		payload["id"], payload["type"] = "1230000000000000002", 3
		payload["data"] = map[string]any{"custom_id": "approve:OFF-1", "component_type": 99, "values": []any{7}}
		payload["message"] = map[string]any{"id": "5", "flags": 64, "components": future}
		d.Payload = payload
		s.must(d.Again())
		for _, kind := range []any{0, 1, 17, "x"} {
			payload = maps.Clone(payload)
			payload["id"], payload["type"] = fmt.Sprint("123000000000000000", kind), kind
			d.Payload = payload
			s.must(d.Again())
		}
		s.later(10 * time.Second)
		s.says(bot.Say("It goes on"))
		s.types(s.ann, "list")
		s.sees(s.ann, "It goes on")
		_ = s.Problems()
	})
}
