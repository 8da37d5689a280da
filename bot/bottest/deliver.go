package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
)

// ErrNotRunning says that nobody took an interaction: Run was not active. It
// is lost, as a click on Slack is lost when no socket is open.
var ErrNotRunning = errors.New("the bot is not listening")

// answerLimit is how soon a Handler has to answer; see bot.Handler.
const answerLimit = 2 * time.Second

// delivery is an interaction and the form it came from, to be delivered again.
type delivery struct {
	bot.Interaction
	form *bot.Form
}

// deliver hands an interaction to the bot and shows what comes back. c.mu is
// held on entry and not on return. It returns the last reply.
func (c *Chat) deliver(d delivery, act entry) (bot.Reply, error) {
	act.act = true
	h, ctx := c.handler, c.ctx
	if h == nil {
		act.lines = append(act.lines, gutter+"(nothing happens: the bot is not listening)")
		c.record(act)
		c.mu.Unlock()
		c.signal.Notify()
		return bot.Reply{}, ErrNotRunning
	}
	if d.ID == "" {
		d.ID = c.next("i")
	}
	c.last = d
	c.record(act)
	for _, p := range c.people {
		if p.ID == d.User.ID {
			p.answer = ""
		}
	}
	c.busy.Add(1)
	c.mu.Unlock()
	defer c.busy.Done()
	c.signal.Notify()

	start := time.Now()
	reply := h(ctx, d.Interaction)
	if took := time.Since(start); took > answerLimit {
		c.complain("%s took %v, at most %v", describe(d), took, answerLimit)
	}
	c.show(d, reply)
	for reply.Then != nil {
		reply = c.second(ctx, d, reply.Then)
	}
	return reply, nil
}

func (c *Chat) second(ctx context.Context, d delivery, then func(context.Context) bot.Reply) bot.Reply {
	reply := then(ctx)
	if reply.Form != nil {
		c.complain("%s: a second answer cannot open a form", describe(d))
		reply.Form = nil
	}
	if reply.Errors != nil {
		c.complain("%s: a second answer cannot keep a form open", describe(d))
		reply.Errors = nil
	}
	c.show(d, reply)
	return reply
}

func (c *Chat) complain(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problem(format, args...)
}

func describe(d delivery) string {
	return strings.TrimSpace(fmt.Sprintf("the answer to %s %s", d.Verb, d.Object))
}

// show puts a reply before the person who acted.
func (c *Chat) show(d delivery, r bot.Reply) {
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(d.User.ID)
	if err != nil {
		return
	}
	c.showErrors(p, d, r)
	if r.Message != nil {
		c.showMessage(p, d, *r.Message)
	}
	if r.Form != nil {
		if err := r.Form.Check(); err != nil {
			c.problem("form %q: %v", r.Form.Title, err)
		}
		form := *r.Form
		form.Fields = slices.Clone(form.Fields)
		p.form = &form
		lines := c.view(c.direct(p), p.ID, Width-indent-2).form(form)
		p.answer += join(lines) + "\n"
		e := entry{head: "only " + c.short(p) + " sees a form"}
		for _, l := range lines {
			e.lines = append(e.lines, "  "+l.text)
		}
		c.record(e)
	}
}

func (c *Chat) showMessage(p *person, d delivery, m bot.Message) {
	if err := m.Check(); err != nil {
		c.problem("%s: %v", describe(d), err)
	}
	ref := bot.Ref{Place: d.Place, ID: c.next("m")}
	c.messages = append(c.messages, &message{ref: ref, to: p.ID, versions: []bot.Message{m}})
	p.answer += join(c.view(d.Place, p.ID, 0).message(m)) + "\n"
	c.record(entry{
		head:  "only " + c.short(p) + " sees",
		lines: quote(c.view(d.Place, p.ID, Width-indent-length(gutter)).message(m)),
		list:  hasList(m),
	})
}

// showErrors shows what is wrong with the form that was sent, and reopens it
// as it was filled in.
func (c *Chat) showErrors(p *person, d delivery, r bot.Reply) {
	if len(r.Errors) == 0 {
		return
	}
	if d.form == nil {
		c.problem("%s: problems with fields, but no form was sent", describe(d))
		return
	}
	e := entry{head: "only " + c.short(p) + " sees, in the form"}
	known := 0
	for _, f := range d.form.Fields {
		if text, ok := r.Errors[f.Name]; ok {
			known++
			p.answer += f.Label + ": " + text + "\n"
			e.lines = append(e.lines, quote(renderer{width: Width - indent - length(gutter)}.wrap("✖ ", f.Label+": "+text))...)
		}
	}
	if known < len(r.Errors) {
		c.problem("%s: a problem with a field that the form does not have", describe(d))
	}
	p.form = d.form
	c.record(e)
}
