package discord

import (
	"context"
	"time"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

const (
	// slow is when somebody who waits is shown that something happens. Discord
	// gives up after three seconds.
	slow = 2 * time.Second
	// suggesting is how long a search may take whose results must be in the
	// first answer.
	suggesting = 2500 * time.Millisecond
	// thinking is how long a second answer may take.
	thinking = 25 * time.Minute
)

// said is an answer as Discord takes it.
type said struct {
	body *wire.MessageBody // to the person alone; nil is silence
	// modal is opened if it is the first answer and in time; else body has a
	// button that opens it.
	modal *wire.Modal
	then  func(ctx context.Context) bot.Reply
}

// act answers whatever needs no choices.
func (d *Discord) act(ctx context.Context, e *deed, h bot.Handler) {
	replied := make(chan said, 1)
	d.busy.Go(func() {
		replied <- d.guarded(e, func() said { return d.answer(ctx, e, h) })
	})
	var a said
	select {
	case a = <-replied:
	case <-time.After(time.Until(e.came.Add(slow))):
		d.respond(ctx, e, deferral(e))
		a = <-replied
	}
	d.show(ctx, e, a)
	second, cancel := context.WithTimeout(ctx, thinking)
	defer cancel()
	for a.then != nil {
		then := a.then
		a = d.guarded(e, func() said { return d.said(e, then(second)) })
		d.show(ctx, e, a)
	}
}

// answer is what there is to say to a deed.
func (d *Discord) answer(ctx context.Context, e *deed, h bot.Handler) said {
	user, not := d.users.vouch(ctx, e.Interaction)
	if not != "" {
		return d.said(e, bot.Say(not))
	}
	e.did.User = user
	switch {
	case e.asks != "":
		var on wire.Message
		if e.Message != nil {
			on = *e.Message
		}
		return d.passing(d.confirms.question(e.asks, on))
	case e.at != nil:
		return d.fill(ctx, e, h)
	}
	return d.said(e, h(ctx, e.did))
}

// guarded makes an answer of a panic.
func (d *Discord) guarded(e *deed, answer func() said) (a said) {
	defer func() {
		if d.guard.Panicked(recover(), e.kind()) {
			a = d.said(e, adapter.Broken())
		}
	}()
	return answer()
}

// said makes a reply fit for Discord.
func (d *Discord) said(e *deed, r bot.Reply) said {
	r = d.guard.Checked(r, e.kind())
	a := said{then: r.Then}
	switch {
	case r.Form != nil:
		a = d.asked(e, *r.Form)
		a.then = r.Then
	case len(r.Errors) > 0:
		a.body = d.forMe(problems(bot.Form{}, r.Errors), "")
	case r.Message != nil:
		a.body = d.forMe(*r.Message, "")
	}
	return a
}

// forMe is a message to the person alone.
func (d *Discord) forMe(m bot.Message, key string) *wire.MessageBody {
	m.Notify = nil
	body := d.draw(m, key, opts{as: answering})
	return &body
}

// passing is an answer that is over once the person has acted on it: the next
// one takes its place.
func (d *Discord) passing(m bot.Message) said { return said{body: d.forMe(m, ownKey)} }

// draw makes a message of Discord's, and remembers the questions that its
// buttons ask.
func (d *Discord) draw(m bot.Message, key string, o opts) wire.MessageBody {
	d.confirms.remember(m)
	return rendered(m, key, o)
}

// suggest answers what somebody types into an option. Whoever may not search
// finds nothing.
func (d *Discord) suggest(ctx context.Context, e *deed, h bot.Handler) {
	ctx, cancel := context.WithDeadline(ctx, e.came.Add(suggesting))
	defer cancel()
	found := make(chan []bot.Option, 1)
	d.busy.Go(func() {
		var list []bot.Option
		defer func() {
			d.guard.Panicked(recover(), e.kind())
			found <- list
		}()
		user, not := d.users.vouch(ctx, e.Interaction)
		if e.did.User = user; not == "" && e.did.Verb != "" {
			list = h(ctx, e.did).Options
		}
	})
	var list []bot.Option
	select {
	case list = <-found:
	case <-ctx.Done():
	}
	answering, stop := context.WithTimeout(context.WithoutCancel(ctx), slow)
	defer stop()
	if err := d.rest.Callback(answering, e.ID, e.Token, wire.Response{Type: wire.OfferChoices, Data: suggestions(list)}); err != nil {
		d.cfg.Log.Info().Err(err).Msg("discord: suggest") // they go on typing, and the next letter asks again
	}
}
