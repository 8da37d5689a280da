package slack

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot/slack/slacktest"
)

// busiest is the most calls of a method within any minute.
func busiest(calls []slacktest.Call) int {
	out := 0
	for i := range calls {
		n := 0
		for _, c := range calls[i:] {
			if c.At.Sub(calls[i].At) < time.Minute {
				n++
			}
		}
		out = max(out, n)
	}
	return out
}

// TestReconnects: whatever ends the sockets, and for however long, they come
// back, no more than five are asked for in a minute, and the reason is shown.
func TestReconnects(t *testing.T) {
	for _, c := range []struct {
		name  string
		end   func(s *scene)
		shown string
	}{
		{"link_disabled", func(s *scene) { s.refuseSockets("link_disabled") }, "link_disabled): switch it on"},
		{"too_many_websockets", func(s *scene) { s.refuseSockets("too_many_websockets") }, "does another Offboard use the same app token?"},
		{"an unknown reason", func(s *scene) { s.refuseSockets("moon_phase") }, "Slack ended the socket (moon_phase)"},
		{"refreshed at once", func(s *scene) { s.refuseSockets("refresh_requested") }, "Slack renews the socket"},
		{"503 to the handshake", func(s *scene) {
			s.Fail(slacktest.Connecting, slacktest.Status(http.StatusServiceUnavailable).Always())
			s.cutAll()
		}, "open the socket: websocket: bad handshake"},
		{"no answer to the handshake", func(s *scene) {
			s.Fail(slacktest.Connecting, slacktest.Hang().Always())
			s.cutAll()
		}, "open the socket"},
		{"503", func(s *scene) {
			s.Fail(opening, slacktest.Status(http.StatusServiceUnavailable).Always())
			s.cutAll()
		}, "ask for a socket: apps.connections.open: slack server error: 503"},
		{"internal_error", func(s *scene) {
			s.Fail(opening, slacktest.Refuse("internal_error").Always())
			s.cutAll()
		}, "internal_error"},
		{"429", func(s *scene) {
			s.Fail(opening, slacktest.RateLimit(time.Second).Always())
			s.cutAll()
		}, "the socket broke"},
		{"cut", func(s *scene) {
			s.Fail(opening, slacktest.Cut().Always())
			s.cutAll()
		}, "ask for a socket"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, s *scene) {
				s.start()
				s.must(s.p.Health())
				before := len(s.Calls(opening))
				c.end(s)
				s.later(20 * time.Minute)
				if err := s.p.Health(); err == nil || !strings.Contains(err.Error(), c.shown) {
					t.Errorf("it is shown as %v", err)
				}
				s.logs(strings.Split(c.shown, " (")[0])
				calls := s.Calls(opening)[before:]
				if n := busiest(calls); n > openings || len(calls) < 10 || len(calls) > 60 && c.name != "429" {
					t.Errorf("%d calls in a minute, %d in all", n, len(calls))
				}
				s.Heal(slacktest.Connecting)
				s.Heal(opening)
				s.later(3 * time.Minute)
				if err := s.p.Health(); err != nil || len(s.Conns()) != sockets {
					t.Errorf("it is healed, and shown as %v, with %d sockets", err, len(s.Conns()))
				}
				s.did(s.Slash(s.ann.ID, "", "/offboard list"))
			})
		})
	}
}

func (s *scene) refuseSockets(reason string) {
	s.Fail(slacktest.Connecting, slacktest.Disconnect(reason).Always())
	for _, c := range s.Conns() {
		c.Disconnect(reason)
	}
}

func (s *scene) cutAll() {
	for _, c := range s.Conns() {
		c.Cut()
	}
}

// TestOneIsAlwaysUp ends one socket after the other, as Slack does, and clicks
// all the time.
func TestOneIsAlwaysUp(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(c *slacktest.Conn)
	}{
		{"cut", (*slacktest.Conn).Cut},
		{"warning", func(c *slacktest.Conn) { c.Disconnect("warning") }},
		{"refresh_requested", func(c *slacktest.Conn) { c.Disconnect("refresh_requested") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, s *scene) {
				s.start()
				s.post("Approve")
				n := 0
				for range 10 {
					c.end(s.Conns()[0])
					for range 30 {
						s.click(s.ann, "Approve")
						n++
						s.later(2 * time.Second)
					}
				}
				if got := s.handed(); len(got) != n {
					t.Errorf("%d of %d clicks arrived", len(got), n)
				}
				if open := s.Conns(); len(open) != sockets {
					t.Errorf("%d sockets are open", len(open))
				}
			})
		})
	}
}

// TestHalfOpen: a socket through which nothing comes is noticed, and until then
// the other one works.
func TestHalfOpen(t *testing.T) {
	play(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, s *scene) {
		s.start()
		half := s.Conns()[0]
		half.HalfOpen()
		s.later(silence + 2*time.Second)
		// Slack still counts it, and it takes a share of the clicks.
		open := s.Conns()
		if len(open) != sockets+1 || !slices.Contains(open, half) {
			t.Errorf("%d sockets are open", len(open))
		}
		s.must(s.p.Health())
		s.logs("more sockets are open for this app")
	})
}

// TestLife is two days of sockets that Slack renews every five hours.
func TestLife(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.post("Approve")
		s.later(18060*time.Second - 20*time.Second)
		for range 60 { // both are renewed at the same time
			s.click(s.ann, "Approve")
			s.later(time.Second / 2)
		}
		if got := s.handed(); len(got) != 60 {
			t.Errorf("%d of 60 clicks arrived", len(got))
		}
		s.later(43 * time.Hour)
		s.must(s.p.Health())
		if n := len(s.Calls(opening)); n < 18 || n > 24 {
			t.Errorf("%d sockets were opened", n)
		}
		if len(s.Conns()) != sockets || len(s.Violations()) != 0 {
			t.Errorf("%d sockets, %v", len(s.Conns()), s.Violations())
		}
		s.did(s.Slash(s.ann.ID, "", "/offboard list"))
	})
}

// TestRefusedTokens: what no retry mends ends Run, and says what to do.
func TestRefusedTokens(t *testing.T) {
	for _, c := range []struct {
		name, want string
		revoke     func(s *scene)
	}{
		{"bot token", "slack refuses the bot token: auth.test: token_revoked", func(s *scene) { s.Revoke(s.BotToken) }},
		{"app token", "slack refuses the app token: ask for a socket: apps.connections.open: token_revoked", func(s *scene) { s.Revoke(s.AppToken) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				c.revoke(s)
				s.launch()
				err := <-s.ended
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("Run returned %v", err)
				}
				s.ended <- nil
			})
		})
	}
}

// TestSlackIsDown at the start: the reason is shown, and it goes on by itself.
func TestSlackIsDown(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.Fail("auth.test", slacktest.Status(http.StatusBadGateway).Always())
		s.launch()
		s.later(5 * time.Minute)
		if err := s.p.Health(); err == nil || !strings.Contains(err.Error(), "Slack does not answer") {
			t.Errorf("it is shown as %v", err)
		}
		s.Heal("auth.test")
		s.must(s.Ready(t.Context(), sockets))
		synctest.Wait()
		s.must(s.p.Health())
	})
}

func TestMissingScopesAreLogged(t *testing.T) {
	play(t, slacktest.Config{Scopes: slices.DeleteFunc(scopes(false), func(s string) bool { return s == "im:history" })}, func(t *testing.T, s *scene) {
		s.start()
		s.logs(`"scopes":["im:history"]`)
	})
}

// TestComesBackSoon: a hiccup is over within seconds.
func TestComesBackSoon(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.later(2 * time.Minute)
		s.Fail(slacktest.Connecting, slacktest.Status(http.StatusServiceUnavailable).Times(2))
		s.cutAll()
		s.later(3 * time.Second)
		if n := len(s.Conns()); n != sockets {
			t.Errorf("%d sockets are open", n)
		}
	})
}
