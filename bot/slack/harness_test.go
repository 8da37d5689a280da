package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// harness is the platform before a Slack at the wire.
type harness struct {
	*slacktest.Slack
	slack *Slack
	cast  bottest.Stage

	mu   sync.Mutex
	last *slacktest.Delivery
}

// newSlack makes the platform for a workspace, without the waits between calls:
// these have tests of their own.
func newSlack(w *slacktest.Slack) *Slack {
	s := New(Config{BotToken: w.BotToken, AppToken: w.AppToken, APIURL: w.API(), HTTP: w.HTTP(), Dial: w.Dial, Log: zerolog.Nop()})
	clear(s.calls.method)
	s.calls.every, s.edits = 0, adapter.NewEdits(0)
	return s
}

func newHarness(t *testing.T) bottest.Harness {
	w := slacktest.New(t, slacktest.Config{Memory: true, RatesCounted: true})
	ann, ben := w.AddUser(slacktest.User{RealName: "Ann Lee"}), w.AddUser(slacktest.User{RealName: "Ben Ray"})
	room := w.AddChannel(slacktest.Channel{Name: "room", Private: true, Members: []string{ann.ID, ben.ID, w.BotUser}})
	user := func(u slacktest.User) bot.User { return bot.User{Platform: name, ID: u.ID, Name: u.RealName} }
	return &harness{Slack: w, slack: newSlack(w), cast: bottest.Stage{
		Ann: user(ann), Ben: user(ben), Room: bot.Place{Platform: name, Kind: bot.Channel, ID: room.ID},
	}}
}

func (h *harness) Platform() bot.Platform { return h.slack }
func (h *harness) Stage() bottest.Stage   { return h.cast }

func (h *harness) Ready(ctx context.Context) error { return h.Slack.Ready(ctx, sockets) }

func (h *harness) did(d *slacktest.Delivery, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = d
	return err
}

func (h *harness) Type(u bot.User, at bot.Place, verb, text string) error {
	channel := at.ID
	if at.Kind == bot.Direct {
		channel = ""
	}
	return h.did(h.Slash(u.ID, channel, "/offboard "+verb+" "+text))
}

func (h *harness) Click(u bot.User, label string) error {
	on, ok := h.On(u.ID, label)
	if !ok {
		return fmt.Errorf("%s sees no button %q", u.Name, label)
	}
	return h.did(h.Slack.Click(u.ID, on, label))
}

func (h *harness) Choose(u bot.User, menu, option string) error {
	on, ok := h.On(u.ID, menu)
	if !ok {
		return fmt.Errorf("%s sees no menu %q", u.Name, menu)
	}
	return h.did(h.Select(u.ID, on, menu, option))
}

// Fill searches first where a field is a search: people cannot type into it.
func (h *harness) Fill(u bot.User, entered map[string]string) error {
	v, ok := h.Modal(u.ID)
	if !ok {
		return fmt.Errorf("%s has no form open", u.Name)
	}
	for _, b := range v.Blocks {
		field, _ := b["block_id"].(string)
		element, _ := b["element"].(map[string]any)
		if value := entered[field]; value != "" && element["type"] == "external_select" {
			if _, err := h.Suggest(context.Background(), u.ID, v, field, value); err != nil {
				return err
			}
		}
	}
	return h.did(h.Submit(u.ID, entered))
}

func (h *harness) Redeliver() error {
	h.mu.Lock()
	d := h.last
	h.mu.Unlock()
	before := len(d.Acks())
	if err := d.Again(); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	return h.Await(ctx, func() bool { return len(d.Acks()) > before })
}

func (h *harness) File(u bot.User, name string) []byte {
	for _, m := range slices.Backward(h.Messages(h.DirectChannel(u.ID))) {
		for _, f := range m.Files {
			if f.Name == name {
				return f.Data
			}
		}
	}
	return nil
}

func (h *harness) Notified(u bot.User) int { return len(h.Slack.Notified(u.ID)) }
func (h *harness) Sees(u bot.User) string  { return h.Slack.Sees(u.ID) }

func (h *harness) RemoveMessage(ref bot.Ref) {
	channel, ts, _ := strings.Cut(ref.ID, "/")
	h.Slack.RemoveMessage(channel, ts)
}

func (h *harness) RemovePlace(at bot.Place) { h.RemoveChannel(at.ID) }

// In a bubble: Slack waits three seconds for an acknowledgement, and the bot one
// before it shows that something happens.
func TestPlatform(t *testing.T) { bottest.PlatformIn(t, synctest.Test, newHarness) }
