package discord

import (
	"context"
	"errors"
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
	"offboard/bot/discord/discordtest"
)

// harness is the platform before a Discord at the wire.
type harness struct {
	*discordtest.Discord
	discord *Discord
	cast    bottest.Stage

	mu   sync.Mutex
	last *discordtest.Delivery
}

// verbs are what can be typed here.
func verbs() []bot.Verb {
	var out []bot.Verb
	for _, name := range []string{"start", "approve", "find", "ask", "ann", "ben", "once", "later", "list"} {
		out = append(out, bot.Verb{Name: name, Words: "Does it", Args: []bot.Arg{{Name: "text", Hint: "anything", Kind: bot.TextArg}}})
	}
	return append(out, bot.Verb{Name: "who", Words: "Looks somebody up", Args: []bot.Arg{
		{Name: "case", Hint: "a case", Kind: bot.CaseArg}, {Name: "person", Hint: "part of a name", Kind: bot.PersonArg, Required: true}, {Name: "note", Hint: "anything", Kind: bot.TextArg},
	}})
}

// newDiscord makes the platform for a server, without the waits between edits:
// these have tests of their own.
func newDiscord(w *discordtest.Discord) *Discord {
	d := New(Config{Token: w.BotToken, Guild: w.GuildID, APIURL: w.API(), Verbs: verbs(), HTTP: w.HTTP(), Dial: w.Dial, Log: zerolog.Nop()})
	d.edits.Edits = adapter.NewEdits(0)
	return d
}

func newHarness(t *testing.T) bottest.Harness {
	w := discordtest.New(t, discordtest.Config{Memory: true, MembersIntent: true, RatesCounted: true})
	// The owner of a server reads everything, so Ann is the owner.
	ann, ben := w.User(w.OwnerID), w.AddUser(discordtest.User{GlobalName: "Ben Ray"})
	room := w.AddChannel(discordtest.Channel{Name: "room", Private: true, Members: []string{ben.ID, w.BotUser}})
	user := func(u discordtest.User) bot.User { return bot.User{Platform: name, ID: u.ID, Name: u.GlobalName} }
	return &harness{Discord: w, discord: newDiscord(w), cast: bottest.Stage{
		Ann: user(ann), Ben: user(ben), Room: bot.Place{Platform: name, Kind: bot.Channel, ID: room.ID},
	}}
}

func (h *harness) Platform() bot.Platform { return h.discord }
func (h *harness) Stage() bottest.Stage   { return h.cast }

// Ready also lets discordgo send its first heartbeat: one that waits for a lock
// while the connection is closed stops the bubble's clock.
func (h *harness) Ready(ctx context.Context) error {
	err := errors.Join(h.Discord.Ready(ctx, 1), h.Await(ctx, func() bool { return len(h.Commands("")) > 0 }))
	synctest.Wait()
	return err
}

func (h *harness) did(d *discordtest.Delivery, err error) error {
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
	options := map[string]any{}
	if text != "" {
		options["text"] = text
	}
	return h.did(h.Slash(u.ID, channel, "/offboard "+verb, options))
}

// Click says yes to the question, which is a message of its own.
func (h *harness) Click(u bot.User, label string) error {
	on, ok := h.On(u.ID, label)
	if !ok {
		return fmt.Errorf("%s sees no button %q", u.Name, label)
	}
	d, err := h.Discord.Click(u.ID, on, label)
	if err := h.did(d, err); err != nil {
		return err
	}
	if m, ok := on.(discordtest.Message); !ok || !asksFirst(m, label) {
		return nil
	}
	if err := h.wait(d); err != nil {
		return err
	}
	again, ok := h.On(u.ID, label)
	if !ok {
		return fmt.Errorf("%s is not asked: %s", u.Name, h.Sees(u))
	}
	return h.did(h.Discord.Click(u.ID, again, label))
}

// asksFirst reports whether a button has a question before it.
func asksFirst(m discordtest.Message, label string) bool {
	asks := false
	var look func(list []map[string]any)
	look = func(list []map[string]any) {
		for _, c := range list {
			id, _ := c["custom_id"].(string)
			if _, ok := asking(id); ok && c["label"] == label {
				asks = true
			}
			in, _ := c["components"].([]any)
			for _, x := range in {
				if x, ok := x.(map[string]any); ok {
					look([]map[string]any{x})
				}
			}
		}
	}
	look(m.Components)
	return asks
}

func (h *harness) wait(d *discordtest.Delivery) error {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	return d.Wait(ctx)
}

func (h *harness) Choose(u bot.User, menu, option string) error {
	on, ok := h.On(u.ID, menu)
	if !ok {
		return fmt.Errorf("%s sees no menu %q", u.Name, menu)
	}
	return h.did(h.Select(u.ID, on, menu, option))
}

// Fill fills in page after page; between them there is a button.
func (h *harness) Fill(u bot.User, entered map[string]string) error {
	for {
		m, ok := h.Modal(u.ID)
		if !ok {
			if err := h.reopen(u); err != nil {
				return err
			}
			continue
		}
		values := map[string]string{}
		for _, c := range m.Components {
			in, _ := c["component"].(map[string]any)
			id, _ := in["custom_id"].(string)
			if v, ok := entered[id]; ok {
				values[id] = v
			}
		}
		d, err := h.Submit(u.ID, values)
		if err := h.did(d, err); err != nil {
			return err
		}
		if err := h.wait(d); err != nil {
			return err
		}
		if _, more := h.On(u.ID, "Continue"); !more {
			return nil
		}
	}
}

func (h *harness) reopen(u bot.User) error {
	for _, label := range []string{"Continue", "Correct it", "Open the form"} {
		on, ok := h.On(u.ID, label)
		if !ok {
			continue
		}
		d, err := h.Discord.Click(u.ID, on, label)
		if err != nil {
			return err
		}
		return h.wait(d)
	}
	return fmt.Errorf("%s has no form open", u.Name)
}

func (h *harness) Redeliver() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last.Again()
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

func (h *harness) Notified(u bot.User) int { return len(h.Discord.Notified(u.ID)) }
func (h *harness) Sees(u bot.User) string  { return h.Discord.Sees(u.ID) }

func (h *harness) RemoveMessage(ref bot.Ref) {
	channel, id, _ := strings.Cut(ref.ID, "/")
	h.Discord.RemoveMessage(channel, id)
}

func (h *harness) RemovePlace(at bot.Place) { h.RemoveChannel(at.ID) }

// In a bubble: Discord waits three seconds for an answer, and the bot two before
// it says that one will come.
func TestPlatform(t *testing.T) { bottest.PlatformIn(t, synctest.Test, newHarness) }
