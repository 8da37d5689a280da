package commands_test

import (
	"testing"
	"testing/synctest"

	"offboard/bot"
)

// A channel that everybody can read is no place for a case: the leaver reads it
// too. Who works on the case is written to directly.
func TestChannelThatEverybodyReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		c.chat.AddUser(bot.Everybody, "everybody")
		c.chat.AddChannel("it-offboarding", "ivan", bot.Everybody)
		c.play("do scene begun\n")
		direct := 0
		for _, m := range c.chat.Sent() {
			switch at := m.Ref.Place; {
			case at.Kind == bot.Channel, at.ID == bot.Everybody:
				t.Errorf("%+v was told: %s", at, m.Versions[0].Summary)
			case at.ID == "ivan":
				direct++
			}
		}
		if direct == 0 {
			t.Error("nobody of IT was told")
		}
	})
}
