package slack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
)

const (
	// slow is when somebody who waits is shown that something happens. A
	// trigger opens a modal within triggered of the click and not later.
	slow = time.Second
	// triggered is how long a trigger_id lives.
	triggered = 3 * time.Second
	// deadline is for answers that must be in the acknowledgement: Slack gives
	// up after three seconds.
	deadline = 2500 * time.Millisecond
	// overtake is how long a call waits that changes what an acknowledgement has
	// just put before somebody: they go different ways, and the last one stays.
	overtake = 500 * time.Millisecond
	// responses is how long the second answer may be shown where the first was
	// (response_url: five times within 30 minutes).
	responses = 25 * time.Minute
)

// ask hands a deed to the bot, after Slack was asked whether the account may
// do anything at all.
func (s *Slack) ask(ctx context.Context, d deed, h bot.Handler) bot.Reply {
	i := d.Interaction
	var not string
	if i.User, not = s.users.vouch(ctx, d.User.ID, d.team); not != "" {
		return bot.Say(not)
	}
	return h(ctx, i)
}

// replying is ask for who cannot wait for ever.
func (s *Slack) replying(ctx context.Context, d deed, h bot.Handler) <-chan bot.Reply {
	replied := make(chan bot.Reply, 1)
	s.busy.Go(func() { replied <- s.guarded(d, func() bot.Reply { return s.ask(ctx, d, h) }) })
	return replied
}

// guarded makes an answer of a panic, and of what Slack would not take.
func (s *Slack) guarded(d deed, answer func() bot.Reply) (r bot.Reply) {
	defer func() {
		if s.guard.Panicked(recover(), d.kind) {
			r = adapter.Broken()
		}
	}()
	return s.guard.Checked(answer(), d.kind)
}

// act answers what needs no answer in its acknowledgement.
func (s *Slack) act(ctx context.Context, d deed, h bot.Handler) {
	replied := s.replying(ctx, d, h)
	select {
	case r := <-replied:
		s.show(ctx, d, r, "", h)
	case <-time.After(slow):
		opened := s.open(ctx, d, loading("One moment"))
		s.show(ctx, d, <-replied, opened, h)
	}
}

// submitted answers a form that was sent. Problems and what happened are shown
// in it, so they come with the acknowledgement.
func (s *Slack) submitted(ctx context.Context, d deed, h bot.Handler, ack func(response any)) {
	replied := s.replying(ctx, d, h)
	select {
	case r := <-replied:
		response := s.response(d, r)
		if len(frame(d.ID, response)) >= maxAck {
			ack(waiting())
			_ = adapter.Pause(ctx, overtake) // nothing is left out if it ends early
			s.show(ctx, d, r, d.view.ID, h)
			return
		}
		ack(response)
		if r.Then != nil {
			_ = adapter.Pause(ctx, overtake)
		}
		opened := d.view.ID
		if r.Form != nil {
			opened = "" // what comes then must not take its place
		}
		s.then(ctx, d, r, opened, h)
	case <-time.After(deadline):
		ack(waiting())
		_ = adapter.Pause(ctx, overtake)
		r := <-replied
		if len(r.Errors) > 0 {
			// It is too late to show them at their fields.
			m := bot.Say("This was not done. Please fill in the form again.").Message
			for _, field := range slices.Sorted(maps.Keys(r.Errors)) {
				m.Parts = append(m.Parts, bot.Prose{Text: bot.T(r.Errors[field])})
			}
			r = bot.Reply{Message: m}
		}
		s.show(ctx, d, r, d.view.ID, h)
	}
}

// response is an answer to a form, as Slack takes it with an acknowledgement.
func (s *Slack) response(d deed, r bot.Reply) any {
	switch {
	case len(r.Errors) > 0:
		return map[string]any{"response_action": "errors", "errors": r.Errors}
	case r.Form != nil:
		return map[string]any{"response_action": "update", "view": s.form(d, *r.Form)}
	case r.Message != nil:
		return map[string]any{"response_action": "update", "view": note(*r.Message)}
	case r.Then != nil:
		return waiting()
	}
	return map[string]any{"response_action": "clear"}
}

// waiting shows in the form that something will come.
func waiting() any { return map[string]any{"response_action": "update", "view": loading("One moment")} }

// show puts an answer before the person who acted, and then the second one.
// opened is the modal in which they wait for it; empty if they don't.
func (s *Slack) show(ctx context.Context, d deed, r bot.Reply, opened string, h bot.Handler) {
	switch {
	case r.Form != nil:
		s.give(ctx, d, *r.Form, opened)
	case r.Message != nil:
		s.tell(ctx, d, *r.Message, opened)
	case opened != "" && r.Then == nil:
		s.update(ctx, d, opened, note(*bot.Say("Done.").Message))
	}
	s.then(ctx, d, r, opened, h)
}

// then gives the second answer, and at the end shows the Home tab as it is now
// to who acted from there.
func (s *Slack) then(ctx context.Context, d deed, r bot.Reply, opened string, h bot.Handler) {
	if r.Then == nil {
		if d.home {
			s.publish(ctx, d, h)
		}
		return
	}
	second, cancel := context.WithTimeout(ctx, responses)
	defer cancel()
	s.show(ctx, d, s.guarded(d, func() bot.Reply { return r.Then(second) }), opened, h)
}

// give opens a form. Whoever has closed the modal in which they waited for it
// has given it up.
func (s *Slack) give(ctx context.Context, d deed, f bot.Form, opened string) {
	v := s.form(d, f)
	if opened != "" {
		s.update(ctx, d, opened, v)
		return
	}
	if s.open(ctx, d, v) == "" {
		// The trigger was too old or was used: the click is not lost, it can
		// be done again or typed.
		d.trigger = ""
		s.tell(ctx, d, *bot.Say("Slack did not open the form in time. Please try again.").Message, "")
	}
}

// form is a form with what has to come back with it.
func (s *Slack) form(d deed, f bot.Form) api.ModalViewRequest {
	b, err := json.Marshal(private{Object: f.Object, Channel: d.channel, Home: d.home})
	if err != nil {
		panic(err) // two strings
	}
	return modal(f, string(b))
}

// suggest answers what somebody types into a search. Whoever may not search
// finds nothing.
func (s *Slack) suggest(ctx context.Context, d deed, h bot.Handler) any {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	select {
	case r := <-s.replying(ctx, d, h):
		return options(r.Options)
	case <-ctx.Done():
		return options(nil)
	}
}

// publish shows somebody their own queue on the app's home.
func (s *Slack) publish(ctx context.Context, d deed, h bot.Handler) {
	d.Interaction = bot.Interaction{ID: d.ID, User: d.User, Place: bot.Place{Platform: name, Kind: bot.Direct, ID: d.User.ID}, Verb: bot.Home}
	r := s.guarded(d, func() bot.Reply { return s.ask(ctx, d, h) })
	if r.Message == nil {
		return
	}
	err := s.again(ctx, "views.publish", "", func(ctx context.Context) error {
		_, err := s.api.PublishViewContext(ctx, api.PublishViewContextRequest{UserID: d.User.ID, View: home(*r.Message)})
		return err
	})
	if err != nil {
		s.cfg.Log.Warn().Err(err).Msg("slack: show the home")
	}
}
