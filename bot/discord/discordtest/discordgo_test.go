package discordtest_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"offboard/bot/discord/discordtest"
)

// library is discordgo as the app.
func (b *bench) library() (*discordgo.Session, chan object) {
	b.t.Helper()
	s, err := discordgo.New("Bot " + b.BotToken)
	b.must(err)
	s.Client = b.HTTP()
	s.Dialer = &websocket.Dialer{NetDialContext: b.Dial}
	s.Identify.Intents = 0
	s.LogLevel = -1
	heard := make(chan object, 100)
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		if e.Type == "INTERACTION_CREATE" {
			var i object
			if json.Unmarshal(e.RawData, &i) == nil {
				heard <- i
			}
		}
	})
	return s, heard
}

// discordgo 0.29 logs in, hears what people do, calls the API, and comes back
// after the ways in which Discord ends a connection.
func TestDiscordgo(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		s, heard := b.library()
		b.must(s.Open())
		defer func() { _ = s.Close() }()
		b.must(b.Ready(b.within(), 1))
		answered := func(d *discordtest.Delivery, err error) {
			t.Helper()
			b.must(err)
			i := <-heard
			b.must(s.InteractionRespond(&discordgo.Interaction{ID: i["id"].(string), Token: i["token"].(string)}, &discordgo.InteractionResponse{
				Type: discordgo.InteractionResponseChannelMessageWithSource, Data: &discordgo.InteractionResponseData{Content: "ok"},
			}))
			b.must(d.Wait(b.within()))
		}
		answered(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
		if m, err := s.ChannelMessageSend(b.room.ID, "hello"); err != nil || m.Content != "hello" || m.Author.ID != b.BotUser {
			t.Errorf("%+v, %v", m, err)
		}
		ch, err := s.UserChannelCreate(b.ben.ID)
		b.must(err)
		if _, err := s.ChannelMessageSend(ch.ID, "direct"); err != nil {
			t.Error(err)
		}
		if ms, err := s.ChannelMessages(b.room.ID, 10, "", "", ""); err != nil || len(ms) != 2 {
			t.Errorf("%d messages, %v", len(ms), err)
		}
		for _, end := range []func(c *discordtest.Conn){
			(*discordtest.Conn).Reconnect, (*discordtest.Conn).Cut, (*discordtest.Conn).Zombie,
			func(c *discordtest.Conn) { c.Invalidate(false) },
			func(c *discordtest.Conn) { c.Close(4000, "Unknown error") },
		} {
			c := b.Conns()[0]
			began := len(b.Identifies())
			end(c)
			b.must(b.Await(b.t.Context(), func() bool { return c.Closed() != "" || len(b.Identifies()) > began }))
			b.must(b.Ready(b.t.Context(), 1))
			time.Sleep(10 * time.Second) // IDENTIFY is for every 5 s
			synctest.Wait()
			answered(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
		}
	})
}

// The first packet can be op 7: that is where discordgo's Open is lost (its
// issue 513), which this shows that the fake can do.
func TestReconnectFirst(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.Fail(discordtest.Connecting, discordtest.Reconnect())
		if first := b.dial().next(); first["op"] != 7.0 {
			t.Errorf("the first packet is %v", first)
		}
		if first := b.dial().next(); first["op"] != 10.0 {
			t.Errorf("then the first packet is %v", first)
		}
	})
}
