package discord

import (
	"testing"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// TestTyping: what is to be typed is named as it is typed here, in posts, edits
// and answers.
func TestTyping(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.p.typing = func(verb string) string { return "/leaver bot " + verb }
		s.start()
		says := func(text string) bot.Message {
			m := card("Approve")
			m.Parts = append(m.Parts, bot.Fine{Text: bot.T(text)})
			return m
		}
		ref, err := s.p.Post(t.Context(), s.place(), says("type /offboard pause off"), "k")
		s.must(err)
		s.sees(s.ann, "type /leaver bot pause off")
		s.must(s.p.Edit(t.Context(), ref, says("type /offboard clock")))
		s.sees(s.ann, "type /leaver bot clock")
		s.says(bot.Say("type /offboard help"))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard approve"))
		s.sees(s.ann, "type /leaver bot help")
	})
}

func TestTypingOfACommand(t *testing.T) {
	typing := New(Config{Command: "leaver", Verbs: []bot.Verb{{Name: "status"}, {Name: "pause", Group: "bot"}}}).typing
	for verb, want := range map[string]string{"": "/leaver", "status": "/leaver status", "pause": "/leaver bot pause", "dance": "/leaver dance"} {
		if got := typing(verb); got != want {
			t.Errorf("%q is typed %q", verb, got)
		}
	}
}
