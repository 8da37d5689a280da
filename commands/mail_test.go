package commands_test

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
	"offboard/commands/keeper"
	"offboard/commands/view"
	"offboard/store"
)

// postbox is a mail platform that keeps what it is given.
type postbox struct {
	mu      sync.Mutex
	letters []letter
	fault   func(to string, after bool) error // before and after a letter is taken; nil never fails
}

type letter struct {
	to, key string
	bot.Message
}

func (*postbox) Name() string                                           { return "mail" }
func (*postbox) Run(ctx context.Context, _ bot.Handler) error           { <-ctx.Done(); return nil }
func (*postbox) Edit(context.Context, bot.Ref, bot.Message) error       { return nil }
func (*postbox) Health() error                                          { return nil }
func (*postbox) Members(context.Context, bot.Place) ([]bot.User, error) { return nil, nil }

func (p *postbox) Post(_ context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	if err := m.Check(); err != nil {
		return bot.Ref{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault != nil {
		if err := p.fault(at.ID, false); err != nil {
			return bot.Ref{}, err
		}
	}
	if at.ID == "" {
		return bot.Ref{}, bot.ErrGone
	}
	p.letters = append(p.letters, letter{at.ID, key, m})
	if p.fault != nil {
		if err := p.fault(at.ID, true); err != nil {
			return bot.Ref{}, err
		}
	}
	return bot.Ref{Place: at, ID: "sent-" + key}, nil
}

func (p *postbox) sent() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.letters)
}

// plain is all that a message says.
func (l letter) plain() string {
	var w strings.Builder
	for _, part := range l.Parts {
		_, _ = fmt.Fprintf(&w, "%v\n", part)
	}
	return w.String()
}

// Who has no chat account gets by mail what would notify them, once and to the
// address that the directory has; everybody else, and the leaver, gets none.
// Where it was sent stands nowhere in the clear.
func TestMailForWhoHasNoChat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		mail string
		down int // mails that fail first
		gone bool
		want []string
	}{
		{"an heir", "bo@example.com", 0, false, []string{"bo@example.com"}},
		{"an heir, and the server does not answer at first", "bo@example.com", 3, false, []string{"bo@example.com"}},
		{"an heir, and the server says never", "bo@example.com", 0, true, nil},
		{"an heir without an address", "", 0, false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCompany(t)
				bo, _ := person("bo")
				bo.Chat, bo.Mail = nil, tt.mail
				c.memory.SetPerson(bo)
				failures := 0
				box := &postbox{fault: func(string, bool) error {
					switch failures++; {
					case tt.gone:
						return fmt.Errorf("550 never: %w", bot.ErrGone)
					case failures <= tt.down:
						return errors.New("450 later")
					}
					return nil
				}}
				c.close()
				c.mail = box
				c.open()
				c.play(`
do scene asked
marco: /offboard answer OFF-1
marco fills
  who gets it: bo
marco clicks "Approve"
hanna: /offboard reschedule OFF-1 now
wait until #it-offboarding shows "6 proven"
do pass 2h
ivan: /offboard confirm OFF-1 laptop serial 4711
wait until hanna sees "Checkpoint of the audit log"
do restart
do pass 1h
`)
				if tt.gone && failures != 1 {
					t.Errorf("a server that says never was asked %d times", failures)
				}
				var to []string
				for _, l := range box.sent() {
					to = append(to, l.to)
					if l.Summary != "You have taken over 2 things from Jane Doe." || strings.Contains(l.plain(), "OFF-1") {
						t.Errorf("%s\n%s", l.Summary, l.plain())
					}
				}
				if !slices.Equal(to, tt.want) {
					t.Errorf("mails went to %q, want %q", to, tt.want)
				}
				posts, err := c.store.Posts("OFF-1")
				if err != nil || slices.ContainsFunc(posts, func(p store.Post) bool { return strings.Contains(p.Place+p.Ref, "@") }) {
					t.Errorf("an address stands in the clear: %+v, %v", posts, err)
				}
			})
		})
	}
}

// A question that comes by mail says that nothing can be decided by mail.
func TestLetterSaysWhatToDo(t *testing.T) {
	t.Parallel()
	play(t, "do scene asked", func(c *company) {
		cs, err := c.store.Case("OFF-1")
		if err != nil {
			t.Fatal(err)
		}
		v := view.View{Book: c.people, Kinds: kinds}
		for _, tt := range []struct {
			reader store.PersonID
			m      bot.Message
			want   []string
			not    string
		}{
			{cs.Terms.Manager, v.Approval(cs, cs.Terms.Manager), []string{"nothing can be decided by mail", "/offboard link", "tell Hanna Berg", "/offboard status OFF-1"}, ""},
			{cs.Requester, v.Survey(cs), []string{"nothing can be decided by mail"}, "tell Hanna"},
			{"P-99", *bot.Say("Something is yours now.").Message, nil, "OFF-1"}, // may not see the case
		} {
			m := v.Letter(cs, tt.reader, tt.m)
			if err := m.Check(); err != nil {
				t.Error(err)
			}
			text := letter{Message: m}.plain()
			for _, w := range tt.want {
				if !strings.Contains(text, w) {
					t.Errorf("%s: no %q in\n%s", tt.reader, w, text)
				}
			}
			if tt.not != "" && strings.Contains(text, tt.not) {
				t.Errorf("%s: %q in\n%s", tt.reader, tt.not, text)
			}
		}
	})
}

// confirming runs the loop that tells decisions, until stop is called.
func (c *company) confirming(box *postbox) (stop func()) {
	f := keeper.NewConfirmer(keeper.ConfirmConfig{
		Store: c.store, People: c.people, View: view.View{Book: c.people}, Mail: box, Link: "https://offboard.example.com/", Zone: time.UTC, Log: zerolog.Nop(),
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			c.t.Error(err)
		}
	}
}

const decisions = `
marco: /offboard answer OFF-1
marco fills
  who gets it: bo
marco clicks "Approve"
hanna: /offboard reschedule OFF-1 now
`

// Killed at every boundary of telling a decision, none is lost, and one is told
// twice only where it can't be known whether it was, with the same key.
func TestKilledWhileTelling(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		for k := 1; ; k++ {
			fired := false
			t.Run(fmt.Sprintf("after %t, call %d", after, k), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newCompany(t)
					box := &postbox{}
					n, dead := 0, false
					box.fault = func(_ string, done bool) error {
						if done == after {
							n++
						}
						if dead = dead || n == k && done == after; dead {
							return errors.New("killed") // and nothing comes through until the next start
						}
						return nil
					}
					stop := c.confirming(box) // from here on
					c.play("do scene asked" + decisions)
					stop()
					fired, dead, n = dead, false, 1000
					stop = c.confirming(box)
					time.Sleep(time.Hour)
					stop()
					keys := map[string]int{}
					for _, l := range box.sent() {
						keys[l.key]++
					}
					twice := 0
					for _, times := range keys {
						twice += times - 1
					}
					if len(keys) != 3 || twice > 1 || !after && twice != 0 {
						t.Errorf("%d decisions told, %d twice", len(keys), twice)
					}
				})
			})
			if !fired {
				break
			}
		}
	}
}

// One whose server says "later" does not keep the others back, and those are
// not told again by the next start.
func TestOneWaitsOthersAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		box := &postbox{fault: func(to string, _ bool) error {
			if to == "marco@example.com" {
				return errors.New("450 later")
			}
			return nil
		}}
		stop := c.confirming(box)
		c.play("do scene asked" + decisions)
		stop()
		stop = c.confirming(box)
		time.Sleep(time.Hour)
		if got := box.sent(); len(got) != 1 || got[0].to != "hanna@example.com" {
			t.Errorf("sent: %+v", got)
		}
		box.mu.Lock()
		box.fault = nil
		box.mu.Unlock()
		time.Sleep(2 * time.Minute)
		stop()
		if got := box.sent(); len(got) != 3 {
			t.Errorf("sent: %+v", got)
		}
	})
}

// Switched on, it tells what is decided from then on; what is too old for its
// link, or belongs to nobody with an address, is passed over.
func TestTellsFromThenOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		box := &postbox{}
		c.play("do scene approved") // told to nobody
		stop := c.confirming(box)
		c.play("hanna: /offboard reschedule OFF-1 now")
		stop()
		if got := box.sent(); len(got) != 1 || got[0].Summary != "You set another time for OFF-1. Was that you?" || !strings.Contains(got[0].plain(), "https://offboard.example.com/notme/") {
			t.Errorf("sent: %+v", got)
		}
		c.play("ivan: /offboard confirm OFF-1 laptop serial 4711")
		time.Sleep(store.DisownWithin + time.Hour)
		stop = c.confirming(box)
		stop()
		if got := box.sent(); len(got) != 1 {
			t.Errorf("sent: %+v", got)
		}
		if err := keeper.ConfirmNothing(c.store); err != nil {
			t.Fatal(err)
		}
		if at, err := c.store.Cursor("confirm"); err != nil || at != 0 {
			t.Errorf("switched off: %d, %v", at, err)
		}
	})
}

// The mail says what was decided and what follows if that is disowned.
func TestConfirmSaysWhatFollows(t *testing.T) {
	t.Parallel()
	v := view.View{}
	link := func(ch store.Verb) store.Body { return store.Requested{Change: store.Change{Verb: ch}} }
	for _, tt := range []struct {
		subject   string
		body      store.Body
		closed    bool
		did, then string
	}{
		{"OFF-1", store.Decided{Approve: true}, false, "You approved OFF-1.", "OFF-1 is held"},
		{"OFF-1", store.Decided{Approve: true}, true, "You approved OFF-1.", "OFF-1 is over; nothing is left to hold."},
		{store.Installation, store.Seconded{Agree: true}, false, "agreed, as the second person, to a change about the bot", "the rules from before it do"},
		{store.Installation, store.Paused{}, false, "let the bot go on", "The bot is paused again"},
		{store.Installation, store.Trusted{}, false, "said that the clock of the bot's machine is right", "look whether the clock is right"},
		{"P-7", link(store.VerbLink), false, "asked to link a chat account", "The chat account is not linked"},
		{"P-7", link(store.VerbUnfreeze), false, "asked to let a person decide again", "does not count any more"},
		{"P-7", store.Seconded{Agree: true}, false, "to a change about a person", "What was agreed to does not count any more."},
	} {
		m := v.Confirm(store.Event{Seq: 9, At: begin, Subject: tt.subject, Actor: store.Actor{Person: "P-1", Via: "chat"}, Body: tt.body}, tt.closed, time.UTC, "https://offboard.example.com/notme/x")
		if err := m.Check(); err != nil {
			t.Error(err)
		}
		if text := (letter{Message: m}).plain(); !strings.Contains(m.Summary, tt.did) && !strings.Contains(text, tt.did) || !strings.Contains(text, tt.then) || strings.Contains(text, "P-7") {
			t.Errorf("%s, %T: %s\n%s", tt.subject, tt.body, m.Summary, text)
		}
	}
}
