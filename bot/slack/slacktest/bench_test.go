package slacktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// bench is a Slack with two people, a room, and slack-go as its app.
type bench struct {
	*slacktest.Slack
	t        *testing.T
	api      *slack.Client
	ann, ben slacktest.User
	room     slacktest.Channel
}

// bubble runs a test in a synctest bubble, where waiting costs nothing.
func bubble(t *testing.T, cfg slacktest.Config, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg.Memory = true
		test(t, newBench(t, cfg))
	})
}

func newBench(t *testing.T, cfg slacktest.Config) *bench {
	s := slacktest.New(t, cfg)
	b := &bench{Slack: s, t: t, api: slack.New(s.BotToken, slack.OptionAppLevelToken(s.AppToken), slack.OptionAPIURL(s.API()), slack.OptionHTTPClient(s.HTTP()))}
	b.ann = s.AddUser(slacktest.User{RealName: "Ann Lee", TZ: "Europe/Oslo"})
	b.ben = s.AddUser(slacktest.User{RealName: "Ben Ray"})
	b.room = s.AddChannel(slacktest.Channel{Name: "it", Private: true, Members: []string{b.ann.ID, b.ben.ID, s.BotUser}})
	t.Cleanup(func() { knownErrors(t, s) })
	return b
}

// undocumented are errors that Slack gives and that no method's page lists.
var undocumented = []string{
	"invalid_arguments", "invalid_json", // seen in the examples of the methods' pages
	"cannot_reset_bot", "cannot_reset_primary_owner", "bot_not_found", "thread_not_found", "invalid_types", // pages that the specs lack
	"user_not_found",      // of views.publish
	"is_archived",         // of files.completeUploadExternal
	"msg_blocks_too_long", // of chat.update
	"msg_too_long",        // of chat.postMessage
}

// knownErrors checks that every refusal is one that the method's page lists.
func knownErrors(t *testing.T, s *slacktest.Slack) {
	dir := bottest.Specs("slack")
	if dir == "" {
		return
	}
	for _, c := range s.Calls("") {
		if c.Error == "" || strings.Contains(c.Error, " ") || slices.Contains(undocumented, c.Error) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, "methods", c.Method+".json"))
		if err != nil {
			continue // not every method's page is there
		}
		var page struct{ Errors map[string]string }
		if err := json.Unmarshal(raw, &page); err != nil {
			t.Fatal(err)
		}
		if _, ok := page.Errors[c.Error]; !ok {
			t.Errorf("%s was refused with %s, which its page does not list", c.Method, c.Error)
		}
	}
}

// socket runs slack-go's Socket Mode client and hands each of its events to
// handle, until the test ends.
func (b *bench) socket(handle func(c *socketmode.Client, e socketmode.Event)) *socketmode.Client {
	b.t.Helper()
	c := socketmode.New(b.api, socketmode.OptionDialer(&websocket.Dialer{NetDialContext: b.Dial}))
	before := len(b.Conns())
	ctx, stop := context.WithCancel(b.t.Context())
	done := make(chan struct{}, 2)
	go func() {
		defer func() { done <- struct{}{} }()
		_ = c.RunContext(ctx)
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			select {
			case e := <-c.Events:
				if handle != nil {
					handle(c, e)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	b.t.Cleanup(func() { stop(); <-done; <-done })
	b.must(b.Ready(b.within(), before+1))
	return c
}

// acks is a handler that acknowledges everything with what answer says.
func acks(answer func(e socketmode.Event) any) func(*socketmode.Client, socketmode.Event) {
	return func(c *socketmode.Client, e socketmode.Event) {
		if e.Request == nil || e.Request.EnvelopeID == "" {
			return
		}
		if answer != nil {
			if payload := answer(e); payload != nil {
				_ = c.Ack(*e.Request, payload)
				return
			}
		}
		_ = c.Ack(*e.Request)
	}
}

func (b *bench) within() context.Context {
	ctx, stop := context.WithTimeout(b.t.Context(), time.Hour)
	b.t.Cleanup(stop)
	return ctx
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// did is a delivery that was acknowledged.
func (b *bench) did(d *slacktest.Delivery, err error) *slacktest.Delivery {
	b.t.Helper()
	b.must(err)
	b.must(d.Wait(b.within()))
	return d
}

// refused checks that err is this error of Slack's.
func (b *bench) refused(err error, code string) {
	b.t.Helper()
	var r slack.SlackErrorResponse
	if !errors.As(err, &r) || r.Err != code {
		b.t.Errorf("got %v, not %s", err, code)
	}
}

// faulted checks that the app did something that Slack refuses, once.
func (b *bench) faulted(text string) {
	b.t.Helper()
	if p := b.Problems(); len(p) != 1 || !strings.Contains(p[0], text) {
		b.t.Errorf("the problems are %q, not one with %q", p, text)
	}
}

func (b *bench) post(channel string, opts ...slack.MsgOption) (id, ts string) {
	b.t.Helper()
	id, ts, err := b.api.PostMessageContext(b.t.Context(), channel, opts...)
	b.must(err)
	return id, ts
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

func section(s string) slack.Block {
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, s, false, false), nil, nil)
}

func says(s string) slack.MsgOption {
	return slack.MsgOptionCompose(slack.MsgOptionText(s, false), slack.MsgOptionBlocks(section(s)))
}

// form calls a method with a form, so that no library is in between.
func (b *bench) form(method, token string, args url.Values) map[string]any {
	b.t.Helper()
	args.Set("token", token)
	res, err := b.HTTP().PostForm(b.API()+method, args)
	b.must(err)
	var out map[string]any
	err = json.NewDecoder(res.Body).Decode(&out)
	b.must(errors.Join(err, res.Body.Close()))
	return out
}
