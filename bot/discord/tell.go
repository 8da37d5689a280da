package discord

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

const (
	// tokens is how long an interaction can be answered at its place. Discord
	// says 15 minutes; the call has to arrive in them.
	tokens = 15*time.Minute - 5*time.Second
	// responding is how long a first answer is tried.
	responding = 5 * time.Second
)

// deferral says that an answer will come. On a message of our own it takes its
// place.
func deferral(e *deed) wire.Response {
	if e.own {
		return wire.Response{Type: wire.UpdateLater}
	}
	return wire.Response{Type: wire.SayLater, Data: map[string]wire.Flags{"flags": wire.Ephemeral}}
}

// respond gives the first answer, and notes what has become of it.
func (d *Discord) respond(ctx context.Context, e *deed, r wire.Response) {
	trying, cancel := context.WithTimeout(ctx, responding)
	defer cancel()
	err := d.rest.Callback(trying, e.ID, e.Token, r)
	switch {
	case err == nil && (r.Type == wire.OpenModal || r.Type == wire.UpdateLater && !e.own):
		e.answered = accepted
	case err == nil:
		e.answered = replied
	case wire.Is(err, wire.AlreadyAnswered):
		// By another Offboard with the same token, as while one replaces
		// another: what it says is enough.
		e.answered = settled
		d.cfg.Log.Info().Err(err).Str("kind", e.kind()).Msg("discord: an interaction was answered by somebody else")
	case wire.Is(err, wire.InvalidForm):
		d.cfg.Log.Error().Err(err).Str("kind", e.kind()).Msg("discord: an answer is refused") // there is time for another one
	default:
		// 10062 is an answer that came too late. Discord has said so to the
		// person, and what they asked for is done all the same.
		e.answered = refusing
		d.cfg.Log.Warn().Err(err).Str("kind", e.kind()).Msg("discord: answer an interaction")
	}
}

// show puts an answer before the person who acted.
func (d *Discord) show(ctx context.Context, e *deed, a said) {
	switch e.answered {
	case nothing:
		d.first(ctx, e, a)
	case settled:
	case refusing:
		if a.body != nil {
			d.alone(ctx, e, *a.body)
		}
	default:
		d.next(ctx, e, a)
	}
}

// first answers within three seconds, if it can.
func (d *Discord) first(ctx context.Context, e *deed, a said) {
	switch {
	case a.modal != nil && e.Type != wire.Submitted: // a modal cannot open another one
		d.respond(ctx, e, wire.Response{Type: wire.OpenModal, Data: a.modal})
	case a.body == nil && a.then != nil:
		d.respond(ctx, e, deferral(e))
		return
	case a.body == nil && e.Type == wire.Pressed && !e.own:
		d.respond(ctx, e, wire.Response{Type: wire.UpdateLater})
		return
	default:
		if a.body == nil {
			a.body = d.done(e)
		}
		d.respond(ctx, e, saying(e, *a.body))
	}
	if e.answered == nothing { // it was refused
		d.respond(ctx, e, saying(e, *d.forMe(unshown(), "")))
	}
	if e.answered == refusing && a.body != nil {
		d.alone(ctx, e, *a.body)
	}
}

// saying is a message as the first answer.
func saying(e *deed, body wire.MessageBody) wire.Response {
	if e.own {
		body.Flags &^= wire.Ephemeral // the message has it
		return wire.Response{Type: wire.UpdateNow, Data: body}
	}
	return wire.Response{Type: wire.Say, Data: body}
}

// done is what is said where silence would look like a failure.
func (d *Discord) done(e *deed) *wire.MessageBody {
	text := "Done."
	if e.Type == wire.Submitted || e.at != nil {
		text = "Sent."
	}
	return d.forMe(*bot.Say(text).Message, "")
}

func unshown() bot.Message {
	return *bot.Say("Discord does not show the answer to this. Look how things stand before you try again.").Message
}

// next gives an answer after the first one.
func (d *Discord) next(ctx context.Context, e *deed, a said) {
	if a.body == nil {
		switch {
		case a.then != nil || e.answered == accepted:
			return
		case e.Type == wire.Pressed && !e.own:
			d.retract(ctx, e)
			return
		}
		a.body = d.done(e)
	}
	err := d.replace(ctx, e, *a.body)
	if wire.Is(err, wire.InvalidForm) {
		d.cfg.Log.Error().Err(err).Str("kind", e.kind()).Msg("discord: an answer is refused")
		err = d.replace(ctx, e, *d.forMe(unshown(), ""))
	}
	if err != nil {
		// The fifteen minutes are over (50027, 10015), or it is not known
		// whether it is shown.
		d.cfg.Log.Info().Err(err).Str("kind", e.kind()).Msg("discord: an answer goes as a direct message")
		d.alone(ctx, e, *a.body)
	}
}

// replace puts an answer in place of the one before.
func (d *Discord) replace(ctx context.Context, e *deed, body wire.MessageBody) error {
	if time.Since(e.came) > tokens {
		return fmt.Errorf("the interaction is %v old", time.Since(e.came).Round(time.Second))
	}
	app, err := d.self(ctx)
	if err != nil {
		return err
	}
	if e.answered == replied {
		edit := body
		edit.Flags &^= wire.Ephemeral // the message has it
		err := d.rest.EditOriginal(ctx, app.ID, e.Token, edit)
		if !wire.Is(err, wire.UnknownMessage) {
			return err
		}
		// They have dismissed it; what comes now is news.
	}
	return d.rest.FollowUp(ctx, app.ID, e.Token, body)
}

// retract takes back that an answer would come, where the message that changes
// is the answer.
func (d *Discord) retract(ctx context.Context, e *deed) {
	app, err := d.self(ctx)
	if err == nil {
		err = d.rest.DeleteOriginal(ctx, app.ID, e.Token)
	}
	if err != nil {
		d.cfg.Log.Info().Err(err).Str("kind", e.kind()).Msg("discord: take back an answer")
	}
}

// alone sends an answer as a direct message: where it was done others would
// read it.
func (d *Discord) alone(ctx context.Context, e *deed, body wire.MessageBody) {
	e.directs++
	body.Flags &^= wire.Ephemeral
	channel, err := d.rooms.direct(ctx, e.did.User.ID)
	if err == nil {
		body.Nonce, body.EnforceNonce = nonce(fmt.Sprint(e.ID, e.directs), channel), true
		err = d.rest.Do(ctx, http.MethodPost, "channels/"+channel+"/messages", body, nil, wire.Repeatable())
	}
	if err != nil {
		d.cfg.Log.Warn().Err(err).Str("kind", e.kind()).Msg("discord: an answer reaches nobody")
	}
}
