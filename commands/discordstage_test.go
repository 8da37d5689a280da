package commands_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/discord"
	"offboard/bot/discord/discordtest"
	"offboard/commands"
	"offboard/commands/keeper"
)

// discordStage is the company in a Discord at the wire: scripts play through
// the adapter, and the transcript is what Discord's client draws.
type discordStage struct {
	*discordtest.Discord
	wired
	verbs     []commands.Use
	hall      discordtest.Channel // the channel of IT
	lobby     discordtest.Channel // where everybody is
	last      *discordtest.Delivery
	dismissed map[string]bool // answers that somebody has dismissed
}

// newDiscordStage makes the stage. The owner of a server reads everything, so
// that is the head of security.
func newDiscordStage(t *testing.T) *discordStage {
	s := &discordStage{
		Discord: discordtest.New(t, discordtest.Config{Memory: true, MembersIntent: true, Owner: accounts("sasha")["discord"]}),
		verbs:   commands.Usage(), dismissed: map[string]bool{},
	}
	s.wired = newWired("Discord", s)
	s.lobby = s.AddChannel(discordtest.Channel{Name: "general"})
	s.hall = s.AddChannel(discordtest.Channel{
		Name: "it-offboarding", Private: true, Members: []string{s.BotUser, accounts("ivan")["discord"], accounts("ines")["discord"], accounts("sasha")["discord"]},
	})
	return s
}

func (s *discordStage) add(m member) {
	if m.account == s.OwnerID {
		s.Change(m.account, func(u *discordtest.User) { u.Name, u.GlobalName, u.TZ = m.login, m.name, m.zone })
		return
	}
	s.AddUser(discordtest.User{ID: m.account, Name: m.login, GlobalName: m.name, TZ: m.zone})
}

func (s *discordStage) connect() ([]keeper.Room, func(context.Context) error) {
	var verbs []bot.Verb
	for _, u := range s.verbs {
		verbs = append(verbs, u.Verb)
	}
	p := discord.New(discord.Config{Token: s.BotToken, Guild: s.GuildID, APIURL: s.API(), Verbs: verbs, HTTP: s.HTTP(), Dial: s.dial, Log: zerolog.Nop()})
	at := bot.Place{Platform: "discord", Kind: bot.Channel, ID: "#" + s.hall.Name}
	return []keeper.Room{{Platform: p, IT: at}}, func(ctx context.Context) error {
		if err := s.Ready(ctx, 1); err != nil {
			return err
		}
		return s.Await(ctx, func() bool { return len(s.Commands("")) > 0 })
	}
}

func (s *discordStage) account(login string) bot.User {
	return bot.User{Platform: "discord", ID: accounts(login)["discord"]}
}

// dial connects the gateway. That a connection is broken is noticed a moment
// later: discordgo holds a mutex for a second while it closes one, and whoever
// waits for a mutex at that very moment, such as a heartbeat, stops the time of
// the bubble.
func (s *discordStage) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := s.Dial(ctx, network, addr)
	return noticed{c}, err
}

type noticed struct{ net.Conn }

func (c noticed) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		time.Sleep(time.Microsecond)
	}
	return n, err
}

// rest allows for Discord's limits: five messages in five seconds in a channel,
// and an edit of a message in three seconds.
func (s *discordStage) rest() time.Duration { return 8 * time.Second }

func (s *discordStage) gone(ref bot.Ref) {
	channel, id, _ := strings.Cut(ref.ID, "/")
	s.RemoveMessage(channel, id)
}

// places are the channel with its threads, and everybody's direct messages.
func (s *discordStage) places() []string {
	out := []string{s.hall.ID}
	for _, t := range s.Threads(s.hall.ID) {
		out = append(out, t.ID)
	}
	for _, m := range s.cast {
		out = append(out, s.DirectChannel(m.account))
	}
	return out
}

func (s *discordStage) posted(look func(place string, b bot.Button)) {
	for _, at := range s.places() {
		for _, m := range s.Messages(at) {
			for _, p := range s.pieces(m.Components) {
				for _, c := range p.controls {
					verb, object, ok := strings.Cut(strings.Replace(c.id, " ", ":", 1), ":")
					if ok && m.Only == "" && verb != "" && !c.menu {
						look(at, bot.Button{Verb: verb, Object: object, Label: c.label})
					}
				}
			}
		}
	}
}

func (s *discordStage) join(account string, in bool) {
	s.ChangeChannel(s.hall.ID, func(c *discordtest.Channel) {
		c.Overwrites = slices.DeleteFunc(c.Overwrites, func(o discordtest.Overwrite) bool { return o.ID == account })
		if in {
			c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: account, Member: true, Allow: discordtest.ViewChannel | discordtest.SendMessages})
		}
	})
}

func (s *discordStage) failing(what, how string, n int) {
	route := map[string]string{"posts": discordtest.PostMessage, "edits": discordtest.EditMessage}[what]
	f := discordtest.Status(503)
	switch how {
	case "lost":
		f = discordtest.AfterEffect(500)
	case "old":
		f = discordtest.Refuse(30046)
	}
	s.Fail(route, f.Times(n))
}

func (s *discordStage) did(d *discordtest.Delivery, err error) error {
	if err == nil {
		s.last = d
	}
	return err
}

func (s *discordStage) again() error { return s.last.Again() }
