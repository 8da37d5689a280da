package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot/slack/slacktest"
)

// slackConfig is what a test adds to officeConfig for Slack.
const slackConfig = `slack: {bot_token: "file:DIR/bot-token", app_token: "file:DIR/app-token", api_url: "%s"}
`

// inSlack is an office whose people are in Slack, by the directory's word.
func (o *office) inSlack(w *slacktest.Slack) {
	o.t.Helper()
	o.write("bot-token", w.BotToken)
	o.write("app-token", w.AppToken)
	o.configure(strings.Replace(officeConfig, "{web: uid}", "{slack: uid}", 1) + fmt.Sprintf(slackConfig, w.API()))
}

var botScopes = []string{"commands", "chat:write", "files:write", "im:write", "im:history", "users:read", "channels:read", "groups:read", "channels:history", "groups:history"}

// check names what Slack lacks, and with what the README says nothing is.
func TestCheckSlack(t *testing.T) {
	o := newOffice(t)
	w := slacktest.New(t, slacktest.Config{RatesCounted: true, Scopes: botScopes})
	o.inSlack(w)
	check := func() ran { return command(t.Context(), platforms, "", "check", "--config", o.path) }
	check().want(t, codeBroken, "the bot cannot post in it-offboarding", "/invite @Offboard")
	room := w.AddChannel(slacktest.Channel{Name: "it-offboarding", Private: true, Members: []string{w.BotUser, w.AddUser(slacktest.User{RealName: "Ivan Petrov"}).ID}})
	check().want(t, 0, "answers, and the bot can post where it has to")
	w.Archive(room.ID)
	check().want(t, codeBroken, "the bot cannot post in it-offboarding")

	w = slacktest.New(t, slacktest.Config{RatesCounted: true, Scopes: append(slices.DeleteFunc(slices.Clone(botScopes), func(s string) bool { return s == "im:history" }), "reactions:write")})
	o.inSlack(w)
	check().want(t, codeBroken, "lacks the scope im:history", "a scope that is not needed: reactions:write")
	o.write("app-token", w.BotToken)
	check().want(t, codeBroken, "the app token is of another kind")
	w.Revoke(w.BotToken)
	check().want(t, codeBroken, "Slack refuses the bot token: token_revoked")
	_ = w.Problems() // tokens of the wrong kind
}

// The server speaks to people in Slack, and says how that goes.
func TestServeSlack(t *testing.T) {
	o := newOffice(t)
	w := slacktest.New(t, slacktest.Config{RatesCounted: true, Scopes: botScopes})
	o.inSlack(w)
	hanna := w.AddUser(slacktest.User{ID: "hanna", RealName: "Hanna Berg"})
	stranger := w.AddUser(slacktest.User{RealName: "Eve Stranger"})
	rooms, err := platforms(o.config(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	s := o.servingIn(rooms)
	if err := w.Ready(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	says := func(user slacktest.User, typed, text string) {
		t.Helper()
		if _, err := w.Slash(user.ID, "", typed); err != nil {
			t.Fatal(err)
		}
		if err := w.Await(t.Context(), func() bool { return strings.Contains(w.Sees(user.ID), text) }); err != nil {
			t.Fatalf("%v:\n%s", err, w.Sees(user.ID))
		}
	}
	says(hanna, "/offboard help", "What you can do")
	says(stranger, "/offboard help", "I don't know who you are")
	s.health.look(t.Context())
	if r := get(t, s.health.handler(), "/readyz", ""); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "platform slack: ready") {
		t.Errorf("%d\n%s", r.Code, r.Body)
	}
	w.Fail(slacktest.Connecting, slacktest.Disconnect("link_disabled").Always()) // else it is back before anybody has looked
	for _, c := range w.Conns() {
		c.Disconnect("link_disabled")
	}
	for look := time.NewTicker(time.Millisecond); rooms[0].Health() == nil; { // nothing tells when it has noticed
		<-look.C
	}
	if r := get(t, s.health.handler(), "/readyz", ""); r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body.String(), "Socket Mode is switched off") {
		t.Errorf("%d\n%s", r.Code, r.Body)
	}
}
