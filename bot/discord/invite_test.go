package discord

import (
	"net/url"
	"testing"

	"offboard/bot/discord/wire"
)

// The link asks for what is needed, bit by bit.
func TestInvite(t *testing.T) {
	for want, admin := range map[string]bool{
		"309237713920":  false, // 1<<10 | 1<<11 | 1<<16 | 1<<35 | 1<<38
		"1409554648103": true,  // and 1<<0 | 1<<1 | 1<<2 | 1<<5 | 1<<28 | 1<<29 | 1<<40
	} {
		link, err := Invite("175928847299117063", admin)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "https" || u.Host != "discord.com" || u.Path != "/oauth2/authorize" {
			t.Errorf("%s, %v", link, err)
		}
		q := u.Query()
		if q.Get("permissions") != want || q.Get("client_id") != "175928847299117063" || q.Get("scope") != "bot applications.commands" || len(q) != 4 {
			t.Errorf("%s, want permissions %s", link, want)
		}
	}
	for _, id := range []string{"", "offboard", "42", "175928847299117063&scope=x", " 175928847299117063"} {
		if link, err := Invite(id, true); err == nil {
			t.Errorf("%q gives %s", id, link)
		}
	}
	// Nothing that lets the bot do anything, or read and delete what people write.
	for _, p := range []wire.Permissions{wire.Administrator, wire.ManageChannels, 1 << 13 /* MANAGE_MESSAGES */, 1 << 17 /* MENTION_EVERYONE */} {
		if Permissions(true)&p != 0 {
			t.Errorf("permission %v is asked for", p)
		}
	}
}
