package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/slack"
	"offboard/bot/slack/slacktest"
	"offboard/commands/keeper"
)

// slackStage is the company in a Slack at the wire: scripts play through the
// adapter, and the transcript is what Slack's client draws.
type slackStage struct {
	*slacktest.Slack
	wired
	sockets int // how many are waited for when the bot starts
	room    slacktest.Channel
	last    *slacktest.Delivery
	athome  map[string]bool // looks at the Home tab
}

func newSlackStage(t *testing.T) *slackStage {
	s := &slackStage{
		Slack: slacktest.New(t, slacktest.Config{
			Memory: true, Shortcuts: []string{"start"}, Ping: 24 * time.Hour, // the bot pings, too
			Scopes: []string{"commands", "chat:write", "files:write", "im:write", "im:history", "users:read", "channels:read", "groups:read", "channels:history", "groups:history"},
		}),
		sockets: 2, athome: map[string]bool{},
	}
	s.wired = newWired("Slack", s)
	s.room = s.AddChannel(slacktest.Channel{Name: "it-offboarding", Private: true, Members: []string{s.BotUser, "U0IVAN", "U0INES", "U0SASHA"}})
	return s
}

func (s *slackStage) add(m member) {
	s.AddUser(slacktest.User{ID: m.account, RealName: m.name, TZ: m.zone})
}

func (s *slackStage) connect() ([]keeper.Room, func(context.Context) error) {
	p := slack.New(slack.Config{BotToken: s.BotToken, AppToken: s.AppToken, APIURL: s.API(), HTTP: s.HTTP(), Dial: s.Dial, Log: zerolog.Nop()})
	at := bot.Place{Platform: "slack", Kind: bot.Channel, ID: "#" + s.room.Name}
	return []keeper.Room{{Platform: p, IT: at}}, func(ctx context.Context) error { return s.Ready(ctx, s.sockets) }
}

func (s *slackStage) account(login string) bot.User {
	return bot.User{Platform: "slack", ID: accounts(login)["slack"]}
}

// rest allows for Slack's limits: a message a second in a channel, an edit in
// three seconds of a message.
func (s *slackStage) rest() time.Duration { return 8 * time.Second }

func (s *slackStage) gone(ref bot.Ref) {
	channel, ts, _ := strings.Cut(ref.ID, "/")
	s.RemoveMessage(channel, ts)
}

// places are the channel and everybody's direct messages.
func (s *slackStage) places() []string {
	out := []string{s.room.ID}
	for _, m := range s.cast {
		out = append(out, s.DirectChannel(m.account))
	}
	return out
}

func (s *slackStage) posted(look func(place string, b bot.Button)) {
	for _, at := range s.places() {
		for _, m := range s.Messages(at) {
			for _, b := range m.Blocks {
				for _, e := range elements(b) {
					id, _ := e["action_id"].(string)
					verb, object, ok := strings.Cut(id, ":")
					if ok && m.Only == "" && verb != "" {
						look(at, bot.Button{Verb: verb, Object: object, Label: slacktest.Label(e)})
					}
				}
			}
		}
	}
}

// elements are what can be pressed or filled in in a block.
func elements(b map[string]any) []map[string]any {
	list, _ := b["elements"].([]any)
	var out []map[string]any
	for _, v := range append(slices.Clone(list), b["element"]) {
		if e, ok := v.(map[string]any); ok {
			out = append(out, e)
		}
	}
	return out
}

func (s *slackStage) join(account string, in bool) {
	if in {
		s.Join(s.room.ID, account)
	} else {
		s.Leave(s.room.ID, account)
	}
}

func (s *slackStage) failing(what, how string, n int) {
	f := slacktest.Status(503)
	if how == "lost" {
		f = slacktest.AfterEffect(500)
	}
	s.Fail(map[string]string{"posts": "chat.postMessage", "edits": "chat.update"}[what], f.Times(n))
}

func (s *slackStage) acts(c *company) map[string]act {
	acts := s.wired.acts(c)
	// do home hanna: she opens the Home tab, until she does something elsewhere.
	acts["home"] = s.on(func(m member, _ ...string) error {
		if err := s.leaves(m); err != nil {
			return err
		}
		s.acted = time.Now()
		s.athome[m.account] = true
		s.teller.Did(m.name + " opens the Home tab")
		return s.did(s.OpenHome(m.account))
	})
	// do shortcut hanna: "Offboard somebody" of Slack's own menu.
	acts["shortcut"] = s.on(func(m member, _ ...string) error {
		if err := s.leaves(m); err != nil {
			return err
		}
		s.acted = time.Now()
		s.teller.Did(m.name + " uses the shortcut  Offboard somebody")
		return s.did(s.Shortcut(m.account, "start"))
	})
	// do kind bo guest: what sort of account it is.
	acts["kind"] = s.on(func(m member, kind ...string) error {
		kinds := map[string]slacktest.Kind{"guest": slacktest.Guest, "bot": slacktest.Bot, "foreign": slacktest.Foreign, "member": slacktest.Member}
		s.Change(m.account, func(u *slacktest.User) { u.Kind = kinds[kind[0]] })
		return nil
	})
	acts["channel"] = func(context.Context, []string) error { s.RemoveChannel(s.room.ID); return nil }
	// do lose click: the next thing that somebody does reaches nobody.
	acts["lose"] = func(context.Context, []string) error { s.Fail(slacktest.Envelopes, slacktest.HalfOpen()); return nil }
	return acts
}

func (s *slackStage) did(d *slacktest.Delivery, err error) error {
	if err == nil {
		s.last = d
	}
	return err
}

func (s *slackStage) again() error { return s.last.Again() }
