package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot/discord/discordtest"
)

// discordConfig is what a test adds to officeConfig for Discord.
const discordConfig = `discord: {token: "file:DIR/discord-token", guild: "%s", api_url: "%s"}
`

// onDiscord is an office whose people are on a Discord server, by the
// directory's word.
func (o *office) onDiscord(w *discordtest.Discord) {
	o.t.Helper()
	o.write("discord-token", w.BotToken)
	o.configure(strings.Replace(officeConfig, "{web: uid}", "{discord: uid}", 1) + fmt.Sprintf(discordConfig, w.GuildID, w.API()+"/"))
}

// check names what Discord lacks, and with what the README says nothing is.
func TestCheckDiscord(t *testing.T) {
	o := newOffice(t)
	w := discordtest.New(t, discordtest.Config{RatesCounted: true, MembersIntent: true})
	o.onDiscord(w)
	check := func() ran { return command(t.Context(), platforms, "", "check", "--config", o.path) }
	check().want(t, codeBroken, "it-offboarding")
	w.AddChannel(discordtest.Channel{Name: "it-offboarding", Private: true, Members: []string{w.BotUser, w.AddUser(discordtest.User{GlobalName: "Ivan Petrov"}).ID}})
	check().want(t, 0, "answers, and the bot can post where it has to")

	w = discordtest.New(t, discordtest.Config{RatesCounted: true})
	o.onDiscord(w)
	w.AddChannel(discordtest.Channel{Name: "it-offboarding", Private: true, Members: []string{w.BotUser}})
	check().want(t, codeBroken, "Server Members Intent")
	w.AddChannel(discordtest.Channel{Name: "it-offboarding"})
	o.write("discord-token", "not-a-token")
	check().want(t, codeBroken, "refuses the bot token")
	_ = w.Problems() // the wrong token
}

// The server speaks to people on Discord, and says how that goes.
func TestServeDiscord(t *testing.T) {
	o := newOffice(t)
	w := discordtest.New(t, discordtest.Config{RatesCounted: true, MembersIntent: true})
	o.onDiscord(w)
	hanna := w.AddUser(discordtest.User{ID: "hanna", GlobalName: "Hanna Berg"})
	stranger := w.AddUser(discordtest.User{GlobalName: "Eve Stranger"})
	room := w.AddChannel(discordtest.Channel{Name: "general"})
	rooms, err := platforms(o.config(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	s := o.servingIn(rooms)
	if err := w.Ready(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := w.Await(t.Context(), func() bool { return len(w.Commands("")) > 0 }); err != nil {
		t.Fatal(err)
	}
	says := func(user discordtest.User, typed, text string) {
		t.Helper()
		if _, err := w.Slash(user.ID, room.ID, typed); err != nil {
			t.Fatal(err)
		}
		if err := w.Await(t.Context(), func() bool { return strings.Contains(w.Sees(user.ID), text) }); err != nil {
			t.Fatalf("%v:\n%s", err, w.Sees(user.ID))
		}
	}
	says(hanna, "/offboard help", "What you can do")
	says(stranger, "/offboard help", "I don't know who you are")
	s.health.look(t.Context())
	if r := get(t, s.health.handler(), "/readyz", ""); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "platform discord: ready") {
		t.Errorf("%d\n%s", r.Code, r.Body)
	}
	w.Fail(discordtest.Connecting, discordtest.Status(503).Always()) // else it is back before anybody has looked
	for _, c := range w.Conns() {
		c.Cut()
	}
	for look := time.NewTicker(time.Millisecond); rooms[0].Health() == nil; { // nothing tells when it has noticed
		<-look.C
	}
	if r := get(t, s.health.handler(), "/readyz", ""); r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body.String(), "platform discord") {
		t.Errorf("%d\n%s", r.Code, r.Body)
	}
}

// The link has the permissions that the code needs, and only them.
func TestDiscordInvite(t *testing.T) {
	invite := func(args ...string) ran {
		return command(t.Context(), oneChat, "", append([]string{"discord", "invite"}, args...)...)
	}
	invite("--app-id", "1403412345678901234").want(t, 0, "https://discord.com/oauth2/authorize?client_id=1403412345678901234", "scope=bot+applications.commands", "permissions=")
	chat := invite("--app-id", "1403412345678901234")
	if all := invite("--app-id", "1403412345678901234", "--offboarding"); all.out == chat.out {
		t.Errorf("the bot asks for the same permissions either way: %s", all.out)
	}
	invite("--app-id", "lumen").want(t, codeUsage, "no application id")
	invite().want(t, codeUsage, "app-id")
	command(t.Context(), oneChat, "", "discord", "manifest").want(t, codeUsage, "there is no offboard discord manifest")
}
