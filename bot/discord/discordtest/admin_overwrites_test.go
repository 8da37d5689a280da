package discordtest_test

import (
	"net/http"
	"strconv"
	"testing"

	"offboard/bot/discord/discordtest"
)

// Overwrites: the app must see the channel and manage permissions in it, and
// changes only what it may do there itself.
func TestOverwrites(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		room := b.AddChannel(discordtest.Channel{Name: "open"})
		at := "/channels/" + room.ID + "/permissions/" + b.ann.ID
		see := object{"type": 1, "allow": strconv.FormatInt(discordtest.ViewChannel, 10), "deny": "0"}
		if a := b.call("PUT", at, see); a.code() != 50013 {
			t.Error(a.raw)
		}
		b.allowed(discordtest.ManageRoles)
		if a := b.call("DELETE", at, nil); a.code() != 10009 {
			t.Error(a.raw)
		}
		for range 2 {
			if a := b.call("PUT", at, see); a.status != http.StatusNoContent {
				t.Error(a.raw)
			}
		}
		if all := b.Channel(room.ID).Overwrites; len(all) != 1 || all[0] != (discordtest.Overwrite{ID: b.ann.ID, Member: true, Allow: discordtest.ViewChannel}) {
			t.Errorf("%+v", all)
		}
		for _, key := range []string{"allow", "deny"} {
			if a := b.call("PUT", at, object{"type": 1, key: strconv.FormatInt(discordtest.BanMembers, 10)}); a.code() != 50013 {
				t.Error(a.raw)
			}
		}
		if a := b.call("PUT", at, object{"type": 1, "allow": 1024}); a.code() != 50035 || len(b.Problems()) == 0 {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", at, nil); a.status != http.StatusNoContent || len(b.Channel(room.ID).Overwrites) != 0 {
			t.Error(a.raw)
		}
		private := b.AddChannel(discordtest.Channel{Name: "x", Private: true, Members: []string{b.ann.ID}})
		if a := b.call("DELETE", "/channels/"+private.ID+"/permissions/"+b.ann.ID, nil); a.code() != 50001 {
			t.Error(a.raw)
		}
		if log := b.AuditLog(b.GuildID); len(log) != 3 || log[0].Action+log[1].Action+log[2].Action != 43 {
			t.Errorf("%+v", log)
		}
	})
}
