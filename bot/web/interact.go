package web

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"offboard/bot"
)

// errNotListening says that Run is not active. The browser tries again under
// the same id.
var errNotListening = errors.New("nobody is listening at the moment")

// desktop is a person in a place: where they wait for a second answer.
type desktop struct{ person, room string }

// maxRecent is how many ids of answered interactions are remembered. The
// browser repeats one only right after a connection broke.
const maxRecent = 500

// act is something that a person did: an interaction, and how it came about.
type act struct {
	bot.Interaction
	by    *person
	typed string    // the line, if one was typed
	form  *openForm // as it was filled in, if one was sent
}

// deliver hands what a person did to the bot and shows the answer. It returns
// when the first answer is there; the second one comes when it comes.
func (c *Chat) deliver(a act) error {
	c.mu.Lock()
	l := c.listener
	if l == nil || l.ctx.Err() != nil {
		c.mu.Unlock()
		return errNotListening
	}
	if slices.Contains(c.recent, a.ID) {
		c.mu.Unlock()
		return nil
	}
	c.busy.Add(1)
	var err error
	if a.typed != "" {
		err = c.add(&record{Place: a.Place, Only: a.by.ID, Typed: a.typed})
	}
	c.mu.Unlock()
	if err != nil {
		c.busy.Done()
		return err
	}

	reply := c.answer(a, func() bot.Reply { return l.handle(l.ctx, a.Interaction) })
	err = c.show(a, reply)
	if reply.Then == nil {
		c.busy.Done()
		return err
	}
	c.wait(a, 1)
	go func() {
		defer c.busy.Done()
		defer c.wait(a, -1)
		c.second(l.ctx, a, reply.Then)
	}()
	return err
}

// answer runs part of a handler. A panic is an answer too: one broken verb
// must not end the bot for everybody.
func (c *Chat) answer(a act, run func() bot.Reply) (reply bot.Reply) {
	defer func() {
		if v := recover(); v != nil {
			c.cfg.Log.Error().Str("verb", a.Verb).Str("panic", fmt.Sprint(v)).Bytes("stack", debug.Stack()).Msg("handler")
			reply = bot.Say("Something went wrong here, and it is not known how far it got. Look how things stand before you try again.")
		}
	}()
	return run()
}

func (c *Chat) second(ctx context.Context, a act, then func(context.Context) bot.Reply) {
	for then != nil {
		reply := c.answer(a, func() bot.Reply { return then(ctx) })
		if reply.Form != nil || reply.Errors != nil {
			c.cfg.Log.Error().Str("verb", a.Verb).Msg("a second answer cannot open a form or keep one open")
			reply.Form, reply.Errors = nil, nil
		}
		a.form = nil // it was closed, or kept open, by the first answer
		if err := c.show(a, reply); err != nil {
			c.cfg.Log.Error().Err(err).Str("verb", a.Verb).Msg("second answer")
		}
		then = reply.Then
	}
}

// wait says on the page that a second answer is on its way.
func (c *Chat) wait(a act, change int) {
	defer c.changed.notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	at := desktop{a.by.ID, room(a.Place)}
	if c.working[at] += change; c.working[at] == 0 {
		delete(c.working, at)
	}
}

// show puts an answer before the person who acted.
func (c *Chat) show(a act, r bot.Reply) error {
	defer c.changed.notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	err := errors.Join(c.showForm(a, r), c.showMessage(a, r.Message))
	if c.recent = append(c.recent, a.ID); len(c.recent) > maxRecent {
		c.recent = c.recent[1:]
	}
	return err
}

func (c *Chat) showMessage(a act, m *bot.Message) error {
	if m == nil {
		return nil
	}
	if err := m.Check(); err != nil {
		return fmt.Errorf("the answer to %s: %w", a.Verb, err)
	}
	return c.add(&record{Place: a.Place, Only: a.by.ID, Body: content{*m}})
}

// showForm keeps the sent form open where there are problems, and else closes
// it and opens the next one.
func (c *Chat) showForm(a act, r bot.Reply) error {
	d := a.by.desk
	switch {
	case r.Form != nil:
		if err := r.Form.Check(); err != nil {
			return fmt.Errorf("the form of %s: %w", a.Verb, err)
		}
		n, err := c.number()
		if err != nil {
			return err
		}
		d.Form = &openForm{ID: fmt.Sprintf("f%d", n), Place: a.Place, Form: *r.Form}
	case len(r.Errors) > 0 && a.form != nil:
		f := *a.form
		f.Errors = r.Errors
		d.Form = &f
	case len(r.Errors) > 0:
		return fmt.Errorf("the answer to %s: problems with fields, but no form was sent", a.Verb)
	case a.form != nil && d.Form != nil && d.Form.ID == a.form.ID:
		d.Form = nil
	default:
		return nil
	}
	return c.setDesk(a.by, d)
}

// setDesk writes a desk down; c.mu is held.
func (c *Chat) setDesk(p *person, d desk) error {
	if err := c.writeDesk(p, d); err != nil {
		return err
	}
	p.desk = d
	c.changed.notify()
	return nil
}
