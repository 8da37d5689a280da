package discord

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/discord/discordtest"
)

// secret stands in everything that people type and read here. It must never
// be in a log.
const secret = "mauve"

// scene is the platform before a Discord, in a synctest bubble: what takes
// minutes takes no time. Its handler is Handle, or records and says nothing.
type scene struct {
	*discordtest.Discord
	t        *testing.T
	p        *Discord
	ann, ben discordtest.User
	room     discordtest.Channel
	log      *bottest.Log
	Handle   bot.Handler
	ended    chan error // what Run has returned
	stop     context.CancelFunc

	mu  sync.Mutex
	got []bot.Interaction
}

// play runs a test in a bubble, with the platform not yet started.
func play(t *testing.T, cfg discordtest.Config, test func(t *testing.T, s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		// A bubble begins in the year 2000, and Discord's ids in 2015.
		time.Sleep(time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)))
		cfg.Memory, cfg.MembersIntent = true, true
		w := discordtest.New(t, cfg)
		s := &scene{Discord: w, t: t, log: &bottest.Log{}, ended: make(chan error, 1)}
		s.ann, s.ben = w.AddUser(discordtest.User{GlobalName: "Ann Lee"}), w.AddUser(discordtest.User{GlobalName: "Ben Ray"})
		s.room = w.AddChannel(discordtest.Channel{Name: "room", Private: true, Members: []string{s.ann.ID, s.ben.ID, w.BotUser}})
		s.p = s.platform()
		test(t, s)
		if s.stop != nil {
			s.stop()
			if err := <-s.ended; err != nil {
				t.Errorf("Run returned %v", err)
			}
		}
		s.discreet()
	})
}

// platform is another one before the same Discord, as after a restart.
func (s *scene) platform() *Discord {
	return New(Config{
		Token: s.BotToken, Guild: s.GuildID, APIURL: s.API(), Verbs: verbs(), HTTP: s.HTTP(), Dial: s.Dial,
		Log: zerolog.New(s.log).Level(zerolog.InfoLevel),
	})
}

// discreet looks that the log names nobody and gives nothing away.
func (s *scene) discreet() {
	log := s.log.String()
	for _, never := range []string{secret, s.BotToken, "Ann", "Ben", "aW50ZXJhY3Rpb246"} {
		if i := strings.Index(log, never); i >= 0 {
			s.t.Errorf("the log has %q in it: %s", never, log[max(0, i-200):min(len(log), i+200)])
		}
	}
}

// start runs the platform until it is connected and its commands are there.
func (s *scene) start() {
	s.t.Helper()
	s.launch()
	s.must(s.Ready(s.t.Context(), 1))
	s.must(s.Await(s.t.Context(), func() bool { return len(s.Commands("")) > 0 }))
	synctest.Wait()
}

func (s *scene) launch() {
	ctx, stop := context.WithCancel(s.t.Context())
	s.stop = stop
	p := s.p
	go func() { s.ended <- p.Run(ctx, s.handle) }()
}

// restart stops the platform and starts another one.
func (s *scene) restart() {
	s.t.Helper()
	s.end()
	s.p = s.platform()
	s.start()
}

// end stops the platform and says how long that took.
func (s *scene) end() time.Duration {
	start := time.Now()
	s.stop()
	s.must(<-s.ended)
	s.stop = nil
	return time.Since(start)
}

func (s *scene) handle(ctx context.Context, i bot.Interaction) bot.Reply {
	s.mu.Lock()
	s.got = append(s.got, i)
	h := s.Handle
	s.mu.Unlock()
	if h == nil {
		return bot.Reply{}
	}
	return h(ctx, i)
}

// says makes the handler give one reply.
func (s *scene) says(r bot.Reply) {
	s.handles(func(context.Context, bot.Interaction) bot.Reply { return r })
}

func (s *scene) handles(h bot.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Handle = h
}

// slowly answers after a while.
func slowly(d time.Duration, r bot.Reply) bot.Handler {
	return func(context.Context, bot.Interaction) bot.Reply {
		time.Sleep(d)
		return r
	}
}

// handed are the interactions that the handler got.
func (s *scene) handed() []bot.Interaction {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// did waits until an interaction is answered and the answer has had its effect.
func (s *scene) did(d *discordtest.Delivery, err error) *discordtest.Delivery {
	s.t.Helper()
	s.must(err)
	s.must(d.Wait(s.t.Context()))
	synctest.Wait()
	return d
}

// later lets time pass.
func (s *scene) later(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *scene) sees(user discordtest.User, text string) {
	s.t.Helper()
	synctest.Wait()
	if all := s.Sees(user.ID); !strings.Contains(all, text) {
		s.t.Errorf("%s does not see %q but\n%s", user.GlobalName, text, all)
	}
}

func (s *scene) seesNot(user discordtest.User, text string) {
	s.t.Helper()
	synctest.Wait()
	if all := s.Sees(user.ID); strings.Contains(all, text) {
		s.t.Errorf("%s sees %q:\n%s", user.GlobalName, text, all)
	}
}

func (s *scene) logs(text string) {
	s.t.Helper()
	if !strings.Contains(s.log.String(), text) {
		s.t.Errorf("the log says nothing of %q:\n%s", text, s.log.String())
	}
}

// on is the newest thing on somebody's screen with that button, menu or field.
func (s *scene) on(user discordtest.User, label string) discordtest.Surface {
	s.t.Helper()
	synctest.Wait()
	on, ok := s.On(user.ID, label)
	if !ok {
		s.t.Fatalf("%s sees no %q but\n%s", user.GlobalName, label, s.Sees(user.ID))
	}
	return on
}

func (s *scene) click(user discordtest.User, label string) *discordtest.Delivery {
	s.t.Helper()
	return s.did(s.Click(user.ID, s.on(user, label), label))
}

// types types a verb in the room.
func (s *scene) types(user discordtest.User, verb string) *discordtest.Delivery {
	s.t.Helper()
	return s.did(s.Slash(user.ID, s.room.ID, "/offboard "+verb))
}

func (s *scene) submit(user discordtest.User, values map[string]string) *discordtest.Delivery {
	s.t.Helper()
	return s.did(s.Submit(user.ID, values))
}

func (s *scene) place() bot.Place {
	return bot.Place{Platform: name, Kind: bot.Channel, ID: s.room.ID}
}

func (s *scene) direct(u discordtest.User) bot.Place {
	return bot.Place{Platform: name, Kind: bot.Direct, ID: u.ID}
}

// post posts a message with a button in the room.
func (s *scene) post(label string) bot.Ref {
	s.t.Helper()
	ref, err := s.p.Post(s.t.Context(), s.place(), card(label), "key "+label)
	s.must(err)
	return ref
}

func card(label string) bot.Message {
	return bot.Message{Summary: secret + " is asked", About: "OFF-1", Parts: []bot.Part{
		bot.Prose{Text: bot.T(secret)}, bot.Buttons{{Label: label, Verb: "approve", Object: "OFF-1:1:abc"}},
	}}
}

// aForm asks one thing.
func aForm() *bot.Form {
	return &bot.Form{Verb: "submit", Object: "OFF-1", Title: "A form", Submit: "Send", Fields: []bot.Field{
		{Name: "why", Label: "Why?", Kind: bot.Line, Required: true},
	}}
}
