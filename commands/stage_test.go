package commands_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/commands/keeper"
)

// A stage is the chat in which a conversation plays, with the people of the
// company on it.
type stage interface {
	// connect is the platforms for a bot that starts, with where IT watches, and
	// waits for them to be reached.
	connect() (rooms []keeper.Room, ready func(context.Context) error)
	account(login string) bot.User // whoever that is
	PlayStep(ctx context.Context, s bottest.Step, o bottest.PlayOptions) error
	rest() time.Duration // in which the bot has done what it can
	look()               // everybody looks, for the transcript
	Narrate(text string)
	Transcript() string
	Problems() []string
	posted(look func(place string, b bot.Button)) // every button that stands in a message
	gone(ref bot.Ref)                             // somebody deletes a message
	acts(c *company) map[string]act               // what a script can do to it
}

// sawNothing checks that somebody was never shown or told anything of the case:
// seen is all that they see, told what has notified them.
func sawNothing[N any](t *testing.T, name, seen string, told []N) {
	t.Helper()
	if strings.Contains(seen, "OFF-1") || strings.Contains(seen, "Jane") {
		t.Errorf("%s sees\n%s", name, seen)
	}
	if len(told) > 0 {
		t.Errorf("%s was notified: %+v", name, told)
	}
}

// chatStage is the chat in memory.
type chatStage struct {
	*bottest.Chat
	it    bot.Place
	blind atomic.Bool // it does not say who reads a channel; see "do members"
}

func newChatStage() *chatStage {
	s := &chatStage{Chat: bottest.New("chat")}
	s.Collapse = true
	for _, p := range staff() {
		s.AddUser(p.Chat["chat"], p.Name)
	}
	s.AddUser("hanna2", "Hanna at home")
	s.AddUser("guest", "Gus Guest")
	s.it = s.AddChannel("it-offboarding", "ivan", "ines", "sasha")
	return s
}

func (s *chatStage) connect() ([]keeper.Room, func(context.Context) error) {
	return []keeper.Room{{Platform: slow{s.Chat, &s.blind}, IT: s.it}}, s.Ready
}

func (s *chatStage) account(login string) bot.User { return bot.User{Platform: s.Name(), ID: login} }
func (s *chatStage) rest() time.Duration           { return 4 * time.Second }
func (s *chatStage) look()                         {} // the chat tells by itself
func (s *chatStage) gone(ref bot.Ref)              { s.Gone(ref) }

func (s *chatStage) posted(look func(place string, b bot.Button)) {
	for _, m := range s.Sent() {
		for _, part := range m.Versions[len(m.Versions)-1].Parts {
			buttons, _ := part.(bot.Buttons)
			for _, b := range buttons {
				if m.Only.ID == "" {
					look(m.Ref.Place.ID, b)
				}
			}
		}
	}
}

// slow is a platform that takes a moment, so that an answer always comes before
// what the keeper makes of it, and a step before who reads a channel is asked.
type slow struct {
	*bottest.Chat
	blind *atomic.Bool
}

func (s slow) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	time.Sleep(100 * time.Microsecond)
	return s.Chat.Post(ctx, at, m, key)
}

func (s slow) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	time.Sleep(100 * time.Microsecond)
	return s.Chat.Edit(ctx, at, m)
}

func (s slow) Members(ctx context.Context, at bot.Place) ([]bot.User, error) {
	time.Sleep(100 * time.Microsecond)
	if s.blind.Load() {
		return nil, errBusy
	}
	return s.Chat.Members(ctx, at)
}

var errBusy = errors.New("429 too many requests")

func (s *chatStage) acts(c *company) map[string]act {
	return map[string]act{
		// do members secret | known: whether the platform says who reads a channel.
		"members": func(_ context.Context, args []string) error { s.blind.Store(args[0] == "secret"); return nil },
		// do lives tom Africa/Casablanca: his profile in the chat says so.
		"lives": func(_ context.Context, args []string) error {
			zone, err := time.LoadLocation(args[1])
			return errors.Join(err, s.SetZone(args[0], zone))
		},
		// do posts fail 3, do posts lost 1
		"posts": counted(func(how string, n int) {
			if how == "lost" {
				s.PostedButFailed(n)
			} else {
				s.FailPosts(n, errBusy)
			}
		}),
		// do edits fail 3, do edits old 1
		"edits": counted(func(how string, n int) {
			if how == "old" {
				s.FailEdits(n, bot.ErrOld)
			} else {
				s.FailEdits(n, errBusy)
			}
		}),
		// do home hanna: she looks at her own page.
		// do search hanna jan: she types that into a search.
		// do cases approve hanna jan: she types that where the verb wants a case.
		"home": c.byItself(bot.Home, "start"), "search": c.byItself(bot.Search, "start"),
		"cases": func(ctx context.Context, args []string) error { return c.byItself(bot.Cases, args[0])(ctx, args[1:]) },
		// do budget hanna 2: how many messages have notified somebody.
		"budget": counted(func(who string, n int) {
			if refs, err := s.Notified(who); err != nil || n != len(refs) {
				c.t.Errorf("%s was notified %d times (%v), want %d", who, len(refs), err, n)
			}
		}),
		// do invite bo: he joins the channel of IT.
		"invite": func(_ context.Context, args []string) error {
			s.AddChannel("it-offboarding", append([]string{"ivan", "ines", "sasha"}, args...)...)
			return nil
		},
		// do channel gone
		"channel": func(_ context.Context, args []string) error {
			if !slices.Equal(args, []string{"gone"}) {
				return errors.New("channel gone")
			}
			s.GoneChannel(s.it.ID)
			return nil
		},
	}
}

// counted is an act with a word and a number.
func counted(f func(what string, n int)) act {
	return func(_ context.Context, args []string) error {
		if len(args) != 2 {
			return fmt.Errorf("a word and a number, not %q", args)
		}
		n, err := strconv.Atoi(args[1])
		if err == nil {
			f(args[0], n)
		}
		return err
	}
}

// byItself asks what a platform asks for, and shows the answer.
func (c *company) byItself(verb, object string) act {
	return func(ctx context.Context, args []string) error {
		c.raw++
		reply := c.commands.Handle(ctx, bot.Interaction{
			ID: fmt.Sprintf("raw%d", c.raw), User: c.stage.account(args[0]), Verb: verb, Object: object, Text: strings.Join(args[1:], " "),
		})
		text := args[0] + " is shown"
		for _, o := range reply.Options {
			text += "\n" + o.Label + " — " + o.Hint
		}
		if reply.Message != nil {
			if err := reply.Message.Check(); err != nil {
				return err
			}
			text += "\n" + bottest.Render(*reply.Message)
		}
		for line := range strings.Lines(text) {
			c.stage.Narrate(strings.TrimRight(line, "\n"))
		}
		return nil
	}
}
