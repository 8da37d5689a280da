package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"offboard/bot"
	"offboard/bot/adapter"
)

const (
	// patience is how long a connection may take until Discord has taken the
	// session.
	patience = 20 * time.Second
	// grace is how long discordgo has to give up a connection that was cut.
	grace = 3 * time.Second
	// identifyEvery is between two new sessions (docs, Gateway: max_concurrency
	// in five seconds, which is 1 for a bot of this size).
	identifyEvery = 5 * time.Second
	// fewSessions are kept for the rest of a day on which something goes wrong.
	fewSessions = 50
	shortly     = 2 * time.Minute
)

// gateway keeps one connection to Discord. discordgo speaks the protocol:
// heartbeats, identify, resume; what is decided here is when to connect, and
// when to give up.
type gateway struct {
	d        *Discord
	address  string
	patience time.Duration
	grace    time.Duration
	apart    time.Duration // new sessions

	session    *session // nil: the next connection begins a new one, which costs one of 1,000 a day
	identified time.Time
}

// session is what Discord remembers between connections, in a Session of
// discordgo's. It outlives connections, so that what was missed comes after.
type session struct {
	*discordgo.Session
	ready chan life // has one when Discord has taken or resumed the session
	line  line
}

// life is how far a connection got.
type life int

const (
	stillborn life = iota
	begun          // with a new session
	resumed
)

// soon is how long a resumed connection has to last for the next one to be
// tried at once: while one is open what people do is heard.
const soon = 5 * time.Second

// stay keeps a connection open until ctx is done. Whatever ended one, the next
// is tried after a while that grows. It ends with an error when no retry helps.
func (g *gateway) stay(ctx context.Context, h bot.Handler) error {
	failures := 0
	for ctx.Err() == nil {
		opened := time.Now()
		got, err := g.connect(ctx, h)
		if ctx.Err() != nil {
			return nil
		}
		g.d.down(err.Error())
		if final(err) {
			return err
		}
		switch lasted := time.Since(opened); {
		case got != stillborn && lasted > time.Minute, got == resumed && lasted > soon:
			failures = 0
		case got == begun && failures > 2:
			// discordgo begins a new session where none can be resumed, without
			// asking how many are left today.
			g.session = nil
		}
		wait := adapter.Backoff(failures)
		failures++
		g.d.cfg.Log.Info().Err(err).Dur("again_in", wait).Msg("discord: the connection ended")
		if adapter.Pause(ctx, wait) != nil {
			return nil
		}
	}
	return nil
}

// connect opens a connection and waits for its end. It reports how far it got,
// and why it ended; the error is never nil.
func (g *gateway) connect(ctx context.Context, h bot.Handler) (got life, err error) {
	if g.session == nil {
		if err := g.begin(ctx, h); err != nil {
			return stillborn, err
		}
	}
	s := g.session
	select {
	case <-s.ready: // of the connection before
	default:
	}
	if err := g.open(ctx, s); err != nil {
		return stillborn, err
	}
	c := s.line.current()
	late := time.NewTimer(g.patience)
	defer late.Stop()
	for {
		select {
		case got = <-s.ready:
			late.Stop()
			g.d.up()
		case <-c.closed:
			if errors.Is(c.reason(), errInvalid) {
				g.session = nil
			}
			return got, fmt.Errorf("the connection broke: %w", c.reason())
		case <-late.C:
			c.cut(errors.New("discord does not take the session"))
			g.session = nil
		case <-ctx.Done():
			c.cut(ctx.Err())
			select {
			case <-c.closed:
			case <-time.After(g.grace):
			}
			return got, ctx.Err()
		}
	}
}

// open has discordgo connect. It hangs for ever when the first frame tells it
// to reconnect (bwmarrin/discordgo#513): such a Session is left behind, with a
// goroutine that waits, and the next one is new.
func (g *gateway) open(ctx context.Context, s *session) error {
	opened := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				g.d.cfg.Log.Error().Str("panic", fmt.Sprintf("%T", v)).Bytes("stack", debug.Stack()).Msg("discord: connect")
				opened <- errors.New("the library broke")
			}
		}()
		opened <- s.Open()
	}()
	var err error
	select {
	case err = <-opened:
	case <-time.After(g.patience):
		err = g.abandon(s, opened, errors.New("discord does not answer"))
	case <-ctx.Done():
		err = g.abandon(s, opened, ctx.Err())
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, errInvalid) {
		g.session = nil
	}
	closed, ok := errors.AsType[*websocket.CloseError](err)
	switch {
	case !ok:
	case fatalCodes[closed.Code] != "":
		return &fatal{fmt.Errorf("Discord ends the connection (%d): %s", closed.Code, fatalCodes[closed.Code])}
	default:
		// It may be the session that it does not like (4003, 4007, 4009): a new
		// one costs little, an endless loop a day.
		g.session = nil
	}
	return fmt.Errorf("connect: %w", plainError(err))
}

// abandon ends an Open that takes too long.
func (g *gateway) abandon(s *session, opened <-chan error, why error) error {
	if c := s.line.current(); c != nil {
		c.cut(why)
	}
	select {
	case err := <-opened:
		if err == nil {
			return nil // it was just in time; the cut is noticed later
		}
		return why
	case <-time.After(g.grace):
		g.session = nil
		return fmt.Errorf("%w, and the library hangs", why)
	}
}

// begin makes a new session, when Discord allows one more today.
func (g *gateway) begin(ctx context.Context, h bot.Handler) error {
	var at struct {
		URL    string `json:"url"`
		Starts struct {
			Total      int   `json:"total"`
			Remaining  int   `json:"remaining"`
			ResetAfter int64 `json:"reset_after"` // ms
		} `json:"session_start_limit"`
	}
	if err := g.d.rest.Do(ctx, http.MethodGet, "gateway/bot", nil, &at); err != nil {
		if refused(err) {
			return &fatal{fmt.Errorf("discord refuses the bot token: %w; see offboard check", err)}
		}
		return fmt.Errorf("ask for the gateway: %w", err)
	}
	g.address = at.URL
	// Over 1,000 a day Discord resets the token.
	wait := time.Until(g.identified.Add(g.apart))
	if at.Starts.Remaining < at.Starts.Total/5 {
		reset := time.Duration(min(max(0, at.Starts.ResetAfter), (24*time.Hour).Milliseconds())) * time.Millisecond
		wait = max(wait, spread(at.Starts.Remaining, reset))
		why := fmt.Sprintf("Discord allows %d more sessions in %v: the next one begins at %s", at.Starts.Remaining, reset, time.Now().Add(wait).UTC().Format("15:04:05 UTC"))
		g.d.down(why)
		g.d.cfg.Log.Warn().Int("remaining", at.Starts.Remaining).Dur("wait", wait).Msg("discord: few sessions are left today")
	}
	if err := adapter.Pause(ctx, wait); err != nil {
		return err
	}
	g.identified = time.Now()
	s, err := discordgo.New("Bot " + g.d.cfg.Token)
	if err != nil {
		return err
	}
	this := &session{Session: s, ready: make(chan life, 1), line: line{ctx: ctx, dial: g.d.cfg.Dial}}
	this.set(g)
	this.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { this.event(g.d, e, h) })
	g.session = this
	return nil
}

// spread is how long to wait for a session when few are left until the reset. The
// last ones are spread over that time, twice as many for each connection as it
// may use; before, people wait a little only, and a loop is still slowed down.
func spread(left int, reset time.Duration) time.Duration {
	wait := reset / time.Duration(max(0, left)/(2*larges)+1)
	if left >= fewSessions {
		wait = min(wait, shortly)
	}
	return wait
}

// set leaves to discordgo what it is good at.
func (s *session) set(g *gateway) {
	s.Identify.Intents = 0 // interactions come without any
	s.Identify.Compress, s.Compress = false, false
	s.StateEnabled = false
	s.SyncEvents = true
	s.ShouldReconnectOnError = false
	s.LogLevel = -1 // its log would have what people write, and addresses
	s.Client = &http.Client{Transport: answerer{g}}
	s.Dialer = s.line.dialer()
}

// event is called for each dispatch. discordgo's own types refuse a whole
// interaction for one component that they don't know, so only the raw data is
// looked at.
func (s *session) event(d *Discord, e *discordgo.Event, h bot.Handler) {
	defer func() { d.guard.Panicked(recover(), e.Type) }()
	switch e.Type {
	case "READY":
		s.lives(begun)
	case "RESUMED":
		s.lives(resumed)
	case "INTERACTION_CREATE":
		d.take(s.line.ctx, e.RawData, h)
	}
}

func (s *session) lives(l life) {
	select {
	case s.ready <- l:
	default: // it was said
	}
}

// answerer answers discordgo's only call of the REST API: where the gateway is.
// It was asked for already, within the limits.
type answerer struct{ g *gateway }

func (a answerer) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := json.Marshal(map[string]string{"url": a.g.address})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", Header: http.Header{}, Body: nopBody{strings.NewReader(string(b))}, Request: r}, nil
}

type nopBody struct{ *strings.Reader }

func (nopBody) Close() error { return nil }
