package discord_test

import (
	"fmt"
	"testing"

	"offboard/actions/actionstest"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

// All members are listed over the pages; no bots, and nobody who is not in the
// server.
func TestList(t *testing.T) {
	s := start(t, everything)
	for i := range 1005 {
		s.AddUser(discordtest.User{Name: fmt.Sprintf("guest%d", i)})
	}
	got, pages := actionstest.Lister(t, discord.New(s.config()).System("discord", "Discord").Lister)
	if pages != 2 || len(got) != 1005+5 { // jane, bo, ada, lea and the owner
		t.Errorf("%d accounts in %d pages", len(got), pages)
	}
	if a := got[s.jane.ID]; !a.Enabled || a.Chat != "discord" || a.Login != "jane.doe" || !a.Chosen {
		t.Errorf("jane is %+v", a)
	}
	if _, there := got[s.dj.ID]; there {
		t.Error("somebody is listed who is not in the server")
	}
}
