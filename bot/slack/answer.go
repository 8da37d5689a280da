package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

const (
	// slow is when somebody who waits is shown that something happens. A
	// trigger opens a modal within three seconds of the click and not later.
	slow = time.Second
	// deadline is for answers that must be in the acknowledgement: Slack gives
	// up after three seconds.
	deadline = 2500 * time.Millisecond
	// responses is how long the second answer may be shown where the first was
	// (response_url: five times within 30 minutes).
	responses = 25 * time.Minute
)

// ask hands a deed to the bot, after Slack was asked whether the account may
// do anything at all.
func (s *Slack) ask(ctx context.Context, d deed, h bot.Handler) bot.Reply {
	i := d.Interaction
	var not string
	if i.User, not = s.users.vouch(ctx, d.User.ID); not != "" {
		return bot.Say(not)
	}
	return h(ctx, i)
}

// replying is ask for who cannot wait for ever.
func (s *Slack) replying(ctx context.Context, d deed, h bot.Handler) <-chan bot.Reply {
	replied := make(chan bot.Reply, 1)
	s.busy.Go(func() {
		// One broken verb must not end the bot for everybody.
		defer func() {
			if v := recover(); v != nil {
				s.cfg.Log.Error().Str("verb", d.Verb).Str("panic", fmt.Sprint(v)).Bytes("stack", debug.Stack()).Msg("slack: handler")
				replied <- bot.Say("Something went wrong here, and it is not known how far it got. Look how things stand before you try again.")
			}
		}()
		replied <- s.ask(ctx, d, h)
	})
	return replied
}

// act answers what needs no answer in its acknowledgement.
func (s *Slack) act(ctx context.Context, d deed, h bot.Handler) {
	replied := s.replying(ctx, d, h)
	var opened string // a modal that says "one moment"
	select {
	case r := <-replied:
		s.show(ctx, d, r, opened, h)
		return
	case <-time.After(slow):
	}
	if d.trigger != "" {
		opened = s.open(ctx, d, loading("One moment"))
	}
	s.show(ctx, d, <-replied, opened, h)
}

// show puts an answer before the person who acted, and then the second one.
func (s *Slack) show(ctx context.Context, d deed, r bot.Reply, opened string, h bot.Handler) {
	switch {
	case r.Form != nil:
		v := s.form(d, *r.Form)
		if opened != "" {
			s.update(ctx, opened, v)
		} else if opened = s.open(ctx, d, v); opened == "" {
			// The trigger was too old or was used: the click is not lost, it
			// can be done again or typed.
			s.tell(ctx, d, bot.Say("Slack did not open the form in time. Please try again.").Message, "")
		}
	case r.Message != nil:
		s.tell(ctx, d, r.Message, opened)
	case opened != "":
		s.update(ctx, opened, note(*bot.Say("Done.").Message))
	}
	if r.Then != nil {
		second, cancel := context.WithTimeout(ctx, responses)
		defer cancel()
		s.show(ctx, d, r.Then(second), opened, h)
		return
	}
	s.refresh(ctx, d, h)
}

// refresh publishes the home anew when something was done on it, or in a modal
// that may lie over it: Slack says that it was opened, not that it is seen.
func (s *Slack) refresh(ctx context.Context, d deed, h bot.Handler) {
	if d.view.Type == "home" || d.view.Type == "modal" && d.channel == "" {
		s.publish(ctx, d.User, h)
	}
}

// form is a form with what has to come back with it.
func (s *Slack) form(d deed, f bot.Form) api.ModalViewRequest {
	b, err := json.Marshal(private{Object: f.Object, Channel: d.channel})
	if err != nil {
		panic(err) // two strings
	}
	return modal(f, string(b))
}

// open opens a modal and returns its id; empty if Slack did not.
func (s *Slack) open(ctx context.Context, d deed, v api.ModalViewRequest) string {
	if d.trigger == "" {
		return ""
	}
	var res *api.ViewResponse
	method, do := "views.open", s.api.OpenViewContext
	if d.view.Type == "modal" {
		method, do = "views.push", s.api.PushViewContext
	}
	// No second try: the trigger is used up by a call that reached Slack.
	err := s.call(ctx, method, "", func(ctx context.Context) (err error) {
		res, err = do(ctx, d.trigger, v)
		return err
	})
	if err != nil || res == nil {
		s.cfg.Log.Warn().Err(err).Str("verb", d.Verb).Msg("slack: open a form")
		return ""
	}
	return res.ID
}

func (s *Slack) update(ctx context.Context, id string, v api.ModalViewRequest) {
	err := s.again(ctx, "views.update", "", func(ctx context.Context) error {
		_, err := s.api.UpdateViewContext(ctx, v, "", "", id)
		return err
	})
	if err != nil { // it was closed meanwhile
		s.cfg.Log.Info().Err(err).Msg("slack: update a form")
	}
}

// tell shows a message to one person: in the modal they look at, else where
// they acted, else wherever they can be reached.
func (s *Slack) tell(ctx context.Context, d deed, m *bot.Message, opened string) {
	if err := m.Check(); err != nil {
		s.cfg.Log.Error().Err(err).Str("verb", d.Verb).Msg("slack: an answer that cannot be shown")
		return
	}
	switch {
	case opened != "":
		s.update(ctx, opened, note(*m))
		return
	case d.view.Type == "modal":
		s.update(ctx, d.view.ID, note(*m))
		return
	case d.responseURL != "":
		err := s.respond(ctx, d.responseURL, *m)
		if err == nil {
			return
		}
		s.cfg.Log.Warn().Err(err).Str("verb", d.Verb).Msg("slack: answer")
	case d.trigger != "" && d.channel == "":
		if s.open(ctx, d, note(*m)) != "" {
			return
		}
	}
	s.alone(ctx, d, *m)
}

// respond posts what only the person sees, through the address that came with
// what they did.
func (s *Slack) respond(ctx context.Context, to string, m bot.Message) error {
	blocks, text := rendered(m, "")
	body, err := json.Marshal(map[string]any{"response_type": "ephemeral", "replace_original": false, "text": text, "blocks": blocks})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return withoutURL(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.http.Do(req)
	if err != nil {
		return withoutURL(err)
	}
	defer func() { _ = res.Body.Close() }() // only read
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 200))
		return fmt.Errorf("%s: %s", res.Status, text)
	}
	return nil
}

// alone shows a message to one person in a channel, or in their direct
// messages where the bot is not in that channel.
func (s *Slack) alone(ctx context.Context, d deed, m bot.Message) {
	blocks, text := rendered(m, "")
	channel := d.channel
	for range 2 {
		if channel != "" {
			err := s.call(ctx, "chat.postEphemeral", channel, func(ctx context.Context) error {
				_, err := s.api.PostEphemeralContext(ctx, channel, d.User.ID, api.MsgOptionBlocks(blocks...), api.MsgOptionText(text, false))
				return err
			})
			if err == nil {
				return
			}
			s.cfg.Log.Info().Err(err).Msg("slack: show to one person")
		}
		direct, err := s.rooms.direct(ctx, d.User.ID)
		if err != nil || direct == channel {
			s.cfg.Log.Warn().Err(err).Str("verb", d.Verb).Msg("slack: an answer reaches nobody")
			return
		}
		channel = direct
	}
}

// submitted answers a form that was sent. Problems and what happened are shown
// in it, so they come with the acknowledgement.
func (s *Slack) submitted(ctx context.Context, d deed, h bot.Handler, ack func(response any)) {
	replied := s.replying(ctx, d, h)
	var r bot.Reply
	select {
	case r = <-replied:
		ack(s.response(d, r))
	case <-time.After(deadline):
		ack(map[string]any{"response_action": "update", "view": loading("One moment")})
		r = <-replied
		if len(r.Errors) > 0 {
			// It is too late to show them at their fields.
			text := "This was not done:"
			for _, problem := range r.Errors {
				text += "\n" + problem
			}
			r = bot.Say(text)
		}
		s.show(ctx, d, r, d.view.ID, h)
		return
	}
	if r.Then != nil {
		second, cancel := context.WithTimeout(ctx, responses)
		defer cancel()
		opened := ""
		if r.Message != nil {
			opened = d.view.ID // it shows the first answer
		}
		s.show(ctx, d, r.Then(second), opened, h)
		return
	}
	if len(r.Errors) == 0 {
		s.refresh(ctx, d, h)
	}
}

// response is an answer to a form, as Slack takes it with an acknowledgement.
func (s *Slack) response(d deed, r bot.Reply) any {
	switch {
	case len(r.Errors) > 0:
		return map[string]any{"response_action": "errors", "errors": r.Errors}
	case r.Form != nil:
		return map[string]any{"response_action": "update", "view": s.form(d, *r.Form)}
	case r.Message != nil && r.Message.Check() == nil:
		return map[string]any{"response_action": "update", "view": note(*r.Message)}
	case r.Then != nil:
		return map[string]any{"response_action": "update", "view": loading("One moment")}
	}
	return map[string]any{"response_action": "clear"}
}

// suggest answers what somebody types into a search.
func (s *Slack) suggest(ctx context.Context, d deed, h bot.Handler) any {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	return options(s.ask(ctx, d, h).Options)
}

// publish shows somebody their own queue on the app's home.
func (s *Slack) publish(ctx context.Context, u bot.User, h bot.Handler) {
	d := deed{Interaction: bot.Interaction{User: u, Place: bot.Place{Platform: name, Kind: bot.Direct, ID: u.ID}, Verb: bot.Home}}
	r := s.ask(ctx, d, h)
	if r.Message == nil || r.Message.Check() != nil {
		return
	}
	err := s.again(ctx, "views.publish", "", func(ctx context.Context) error {
		_, err := s.api.PublishViewContext(ctx, api.PublishViewContextRequest{UserID: u.ID, View: home(*r.Message)})
		return err
	})
	if err != nil {
		s.cfg.Log.Warn().Err(err).Msg("slack: show the home")
	}
}
