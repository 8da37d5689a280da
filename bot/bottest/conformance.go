package bottest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"offboard/bot"
)

// A Harness is a platform under test, together with the fake of its vendor and
// people who sit before it. The suite drives it and knows nothing of the wire.
//
// The fake draws as the vendor's client does: markup that reaches it has its
// effect and disappears, so that text which was not escaped is not seen as it
// was written.
type Harness interface {
	// Platform is the adapter under test, not yet running.
	Platform() bot.Platform
	// Stage is who and what there is.
	Stage() Stage
	// Ready waits until people can reach the bot, after Run has been called.
	Ready(ctx context.Context) error

	// Type types the slash command with a verb and text.
	Type(u bot.User, at bot.Place, verb, text string) error
	// Click presses the newest button with the label that u can see, and says
	// yes to its question.
	Click(u bot.User, label string) error
	// Choose chooses from the newest menu with the label.
	Choose(u bot.User, menu, option string) error
	// Fill fills in the form that u has open and sends it, page after page
	// where the platform asks in pages, and reopens it first where problems
	// cannot keep it open. Keys are names of fields; values are as on the wire.
	Fill(u bot.User, values map[string]string) error
	// Redeliver hands the last thing that somebody did to the adapter again,
	// as the vendor does when an acknowledgement was lost.
	Redeliver() error

	// Sees is all that u has on the screen as plain text: messages, answers
	// meant for u alone, and the open form with its problems.
	Sees(u bot.User) string
	// File is the newest file of that name that was handed to u; nil if there is
	// none, or the platform hands no files over.
	File(u bot.User, name string) []byte
	// Notified is how often u was notified so far.
	Notified(u bot.User) int

	// RemoveMessage deletes a message behind the back of the adapter.
	RemoveMessage(ref bot.Ref)
	// RemovePlace deletes a channel, or takes the bot out of it.
	RemovePlace(at bot.Place)
	// Await returns once cond is true, asking again whenever something has
	// happened; Signal does it.
	Await(ctx context.Context, cond func() bool) error
}

// Stage is the cast of a Harness.
type Stage struct {
	Ann, Ben bot.User  // two people who have direct messages with the bot
	Room     bot.Place // a channel that both read, the bot too
}

// Platform is the suite that every bot.Platform passes.
func Platform(t *testing.T, newHarness func(t *testing.T) Harness) {
	PlatformIn(t, func(t *testing.T, test func(t *testing.T)) { test(t) }, newHarness)
}

// PlatformIn is Platform, each test of it in a place of its own: in a bubble
// (synctest.Test), where a vendor's limits of time are not those of a loaded
// machine.
func PlatformIn(t *testing.T, in func(t *testing.T, test func(t *testing.T)), newHarness func(t *testing.T) Harness) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s *suite)
	}{
		{"a post is seen, an edit replaces it and notifies nobody", testEdit},
		{"only those named are notified", testNotify},
		{"a direct message is seen by one person", testDirect},
		{"an answer in a thread is seen", testThread},
		{"every part is seen", testParts},
		{"a file is handed to one person", testFile},
		{"text is literal", testLiteral},
		{"control and bidi characters reach nobody", testControl},
		{"a message over the limits is refused", testLimits},
		{"the same key posts once", testKey},
		{"a long checklist is shown by its urgent rows", testChecklist},
		{"what is gone is ErrGone", testGone},
		{"members are those who can read", testMembers},
		{"a typed command arrives", testType},
		{"a button brings its object", testButton},
		{"a menu brings its choice", testMenu},
		{"a form brings its values, and stays open on problems", testForm},
		{"an answer is seen by one person", testPrivate},
		{"the second answer arrives", testThen},
		{"two people at once", testParallel},
		{"a second delivery has the same id", testRedeliver},
		{"Run ends with its context", testRun},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, func(t *testing.T) {
				h := newHarness(t)
				s := &suite{Harness: h, cast: h.Stage(), p: h.Platform(), t: t}
				s.run()
				c.test(t, s)
			})
		})
	}
}

// suite is one test of the suite with its harness.
type suite struct {
	Harness
	cast Stage
	p    bot.Platform
	t    *testing.T

	mu      sync.Mutex
	answer  bot.Handler       // what the bot says; silent if nil
	options []bot.Option      // what a search finds
	got     []bot.Interaction // what reached the bot
	stop    context.CancelFunc
	ended   chan error
	signal  Signal
}

// run starts the platform. When the test ends, it is told to end and waited for.
func (s *suite) run() {
	ctx, stop := context.WithCancel(s.t.Context())
	s.stop, s.ended = stop, make(chan error, 1)
	go func() {
		s.ended <- s.p.Run(ctx, s.handle)
		close(s.ended)
	}()
	s.t.Cleanup(func() {
		stop()
		for range s.ended { // testRun looks at what it says
		}
	})
	s.must(s.Ready(s.within()))
}

func (s *suite) handle(ctx context.Context, i bot.Interaction) bot.Reply {
	s.mu.Lock()
	if i.Verb == bot.Search || i.Verb == bot.Home { // a platform may ask, and nobody did anything
		defer s.mu.Unlock()
		return bot.Reply{Options: s.options}
	}
	s.got = append(s.got, i)
	answer := s.answer
	s.mu.Unlock()
	s.signal.Notify()
	if answer == nil {
		return bot.Reply{}
	}
	return answer(ctx, i)
}

// says sets what the bot answers from now on.
func (s *suite) says(h bot.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = h
}

// within is how long anything may take, also on a machine with other work; the
// suite never waits for nothing to happen.
func (s *suite) within() context.Context {
	ctx, stop := context.WithTimeout(s.t.Context(), 2*time.Minute)
	s.t.Cleanup(stop)
	return ctx
}

func (s *suite) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// received waits for the nth interaction.
func (s *suite) received(n int) bot.Interaction {
	s.t.Helper()
	var i bot.Interaction
	err := s.signal.Await(s.within(), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.got) >= n {
			i = s.got[n-1]
		}
		return len(s.got) >= n
	})
	if err != nil {
		s.t.Fatalf("interaction %d never reached the bot: %v", n, err)
	}
	return i
}

func (s *suite) sees(u bot.User, text string) {
	s.t.Helper()
	if err := s.Await(s.within(), func() bool { return Contains(s.Sees(u), text) }); err != nil {
		s.t.Fatalf("%s never sees %q, but:\n%s", u.Name, text, s.Sees(u))
	}
}

func (s *suite) seesNot(u bot.User, text string) {
	s.t.Helper()
	if seen := s.Sees(u); Contains(seen, text) {
		s.t.Fatalf("%s sees %q:\n%s", u.Name, text, seen)
	}
}

func (s *suite) post(at bot.Place, m bot.Message, key string) bot.Ref {
	s.t.Helper()
	ref, err := s.p.Post(s.within(), at, m, key)
	if err != nil {
		s.t.Fatalf("post: %v", err)
	}
	return ref
}

func (s *suite) direct(u bot.User) bot.Place {
	return bot.Place{Platform: s.p.Name(), Kind: bot.Direct, ID: u.ID}
}

// prose is a message with one paragraph after a summary of its own, because a
// platform may show the summary beside the parts.
func prose(text string) bot.Message {
	return bot.Message{Summary: "A message", Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

func times(seen, text string) int { return strings.Count(seen, text) }
