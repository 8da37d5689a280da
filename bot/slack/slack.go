// Package slack is the chat of Offboard in Slack: what people do arrives over
// Socket Mode, so that no public address is needed, and messages go out by the
// Web API. It knows nothing of cases.
//
// Slack sends a click once and never again, so two sockets are open at a time;
// everything is acknowledged before any work, and may arrive twice. See
// README.md for the rules of Slack that shaped it.
package slack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/rs/zerolog"
	api "github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"offboard/bot"
	"offboard/bot/adapter"
)

// Config is what the platform needs.
type Config struct {
	BotToken string // xoxb-…: reads and writes messages
	AppToken string // xapp-…, with connections:write: opens the sockets
	APIURL   string // ends in a slash; empty is https://slack.com/api/. GovSlack has another host
	Command  string // the slash command; empty is "offboard"
	// Mail has the address of each person looked up, for companies that trust
	// it to say whose an account is. It needs the scope users:read.email.
	Mail bool
	// HTTP and Dial reach Slack; nil is the usual way, with the proxies of the
	// environment.
	HTTP *http.Client
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	Log  zerolog.Logger
}

// sockets is how many are open at a time: while Slack renews one, the other
// takes what people do. Slack allows ten for an app.
const sockets = 2

// name is what accounts are linked under.
const name = "slack"

// Slack is the platform.
type Slack struct {
	cfg    Config
	guard  adapter.Guard
	api    *api.Client
	http   *http.Client
	calls  *calls
	users  *users
	rooms  *rooms
	edits  *adapter.Edits
	acks   *acks
	seen   *adapter.Recent
	keys   *adapter.Recent
	typing bot.Typing

	busy sync.WaitGroup // interactions under way

	mu    sync.Mutex
	links [sockets]link
	bot   identity // zero until Slack was asked
}

// identity is who the bot is to Slack.
type identity struct {
	team, user, botID string
	url               string   // of the workspace, with a slash at its end
	scopes            []string // of the bot token
}

var (
	_ bot.Platform   = (*Slack)(nil)
	_ bot.Timekeeper = (*Slack)(nil)
)

// New makes the platform. It connects in Run.
func New(cfg Config) *Slack {
	if cfg.APIURL == "" {
		cfg.APIURL = api.APIURL
	}
	if cfg.Command == "" {
		cfg.Command = "offboard"
	}
	client := http.Client{}
	if cfg.HTTP != nil {
		client = *cfg.HTTP
	}
	client.Timeout = callTimeout
	s := &Slack{cfg: cfg, guard: adapter.Guard{Platform: name, Log: cfg.Log}, http: &client, calls: newCalls(), acks: newAcks(), seen: adapter.NewRecent(4096), keys: adapter.NewRecent(4096)}
	s.api = api.New(cfg.BotToken, api.OptionAppLevelToken(cfg.AppToken), api.OptionAPIURL(cfg.APIURL), api.OptionHTTPClient(&client))
	s.users, s.rooms, s.edits = newUsers(s), newRooms(s), adapter.NewEdits(editEvery)
	s.typing = func(verb string) string { return strings.TrimSuffix("/"+cfg.Command+" "+verb, " ") }
	for i := range s.links {
		s.links[i].why = "it has not connected yet"
	}
	return s
}

// Name is "slack".
func (s *Slack) Name() string { return name }

// Run connects and hands on what people do until ctx is done. It returns an
// error only for what no retry can mend: a token that is refused.
func (s *Slack) Run(ctx context.Context, h bot.Handler) error {
	if err := s.identify(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	h = s.typing.Handler(h)
	g, ctx := errgroup.WithContext(ctx)
	for n := range sockets {
		g.Go(func() error { return s.stay(ctx, n, h) })
	}
	err := g.Wait()
	s.busy.Wait()
	return err
}

// identify asks who the bot is, again and again while Slack does not answer.
func (s *Slack) identify(ctx context.Context) error {
	for n := 0; ; n++ {
		who, err := s.self(ctx)
		switch {
		case err == nil:
			if lacks := lacking(who.scopes, s.cfg.Mail); len(lacks) > 0 {
				s.cfg.Log.Error().Strs("scopes", lacks).Msg("slack: the bot token lacks scopes: paste the manifest again (offboard slack manifest), and install the app to the workspace again")
			}
			return nil
		case fatal(err):
			return fmt.Errorf("slack refuses the bot token: %w; see offboard check", err)
		}
		s.down(0, "Slack does not answer: "+err.Error())
		s.cfg.Log.Warn().Err(err).Msg("slack: who am I")
		if err := adapter.Pause(ctx, adapter.Backoff(n)); err != nil {
			return err
		}
	}
}

// self is who the bot is. Messages are also posted before Run has asked.
func (s *Slack) self(ctx context.Context) (identity, error) {
	s.mu.Lock()
	known := s.bot
	s.mu.Unlock()
	if known.user != "" {
		return known, nil
	}
	var who *api.AuthTestResponse
	if err := s.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		who, err = s.api.AuthTestContext(ctx)
		return err
	}); err != nil {
		return identity{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bot = identity{who.TeamID, who.UserID, who.BotID, who.URL, strings.Split(strings.ReplaceAll(who.Header.Get("X-OAuth-Scopes"), " ", ""), ",")}
	return s.bot, nil
}

// Health is nil while people can reach the bot, and else says why they cannot.
func (s *Slack) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var why []string
	for _, l := range s.links {
		if l.socket != nil {
			return nil
		}
		why = append(why, l.why)
	}
	return fmt.Errorf("no socket to Slack is open: %s", strings.Join(why, "; "))
}
