package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"offboard/bot"
)

var _ bot.Platform = (*Chat)(nil)

// Name is the name given to New.
func (c *Chat) Name() string { return c.name }

// Run lets people reach the bot until ctx is done. It returns nil, after the
// interactions under way have been answered.
func (c *Chat) Run(ctx context.Context, h bot.Handler) error {
	c.mu.Lock()
	if c.handler != nil {
		c.mu.Unlock()
		return errors.New("the chat is running already")
	}
	c.handler, c.ctx = h, ctx
	c.mu.Unlock()
	c.signal.Notify()

	<-ctx.Done()
	c.mu.Lock()
	c.handler, c.ctx = nil, nil
	c.mu.Unlock()
	c.busy.Wait()
	c.signal.Notify()
	return nil
}

// Ready waits until Run hands interactions on.
func (c *Chat) Ready(ctx context.Context) error {
	return c.Await(ctx, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.handler != nil
	})
}

// ZoneOf is the zone that SetZone has set.
func (c *Chat) ZoneOf(_ context.Context, user string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil || p.zone == nil {
		return "", err
	}
	return p.zone.String(), nil
}

// Health is nil while Run is active.
func (c *Chat) Health() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handler == nil {
		return errors.New("it is not running")
	}
	return nil
}

// Post sends a new message. The same key in the same place posts once, unless
// the message has been removed since.
func (c *Chat) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	if err := ctx.Err(); err != nil {
		return bot.Ref{}, err
	}
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.faults.post.next(); err != nil {
		return bot.Ref{}, err
	}
	readers, err := c.readers(at)
	if err != nil {
		return bot.Ref{}, err
	}
	if len(key) > bot.MaxKey {
		c.problem("post to %s: key %q is %d bytes, at most %d", c.placeName(at), key, len(key), bot.MaxKey)
		return bot.Ref{}, fmt.Errorf("key %q is too long", key)
	}
	if err := c.sound("post to "+c.placeName(at), m); err != nil {
		return bot.Ref{}, err
	}
	ref, known := c.byKey(at, key)
	if !known {
		ref = c.add(at, m, key, readers)
	}
	if err := c.faults.posted.next(); err != nil {
		return bot.Ref{}, err
	}
	return ref, nil
}

func (c *Chat) byKey(at bot.Place, key string) (bot.Ref, bool) {
	for _, m := range c.messages {
		if key != "" && m.key == key && m.ref.Place == at && !m.gone {
			return m.ref, true
		}
	}
	return bot.Ref{}, false
}

// add puts m into the chat and notifies those it names; c.mu is held.
func (c *Chat) add(at bot.Place, m bot.Message, key string, readers []*person) bot.Ref {
	ref := bot.Ref{Place: at, ID: c.next("m")}
	c.messages = append(c.messages, &message{ref: ref, key: key, versions: []bot.Message{m}})
	var names []string
	for _, u := range m.Notify {
		i := slices.IndexFunc(readers, func(p *person) bool { return p.ID == u.ID && p.Platform == u.Platform })
		if i < 0 {
			c.problem("post to %s: notifies %s %s, who cannot read it", c.placeName(at), u.Platform, u.ID)
			continue
		}
		readers[i].notified = append(readers[i].notified, ref)
		names = append(names, readers[i].Name)
	}
	c.record(c.posted(ref, m, names))
	return ref
}

// Edit replaces a message and notifies nobody.
func (c *Chat) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	fault := c.faults.edit.next()
	if fault != nil && !errors.Is(fault, bot.ErrOld) {
		return fault
	}
	if _, err := c.readers(at.Place); err != nil {
		return err
	}
	i := slices.IndexFunc(c.messages, func(m *message) bool { return m.ref == at && m.to == "" && !m.gone })
	if i < 0 {
		return fmt.Errorf("message %s: %w", at.ID, bot.ErrGone)
	}
	if fault != nil && m.Hides {
		c.messages[i].gone = true
		c.record(entry{head: c.placeName(at.Place) + "  (removed: " + label(c.messages[i].now()) + ")"})
		return nil
	}
	if fault != nil {
		return fault
	}
	if err := c.sound("edit in "+c.placeName(at.Place), m); err != nil {
		return err
	}
	old := c.messages[i].now()
	c.messages[i].versions = append(c.messages[i].versions, m)
	c.record(c.edited(at, i, old, m))
	return nil
}

// Members says who reads what is posted there.
func (c *Chat) Members(_ context.Context, at bot.Place) ([]bot.User, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	readers, err := c.readers(at)
	if err != nil {
		return nil, err
	}
	users := make([]bot.User, len(readers))
	for i, p := range readers {
		users[i] = p.User
	}
	return users, nil
}

// sound records and returns what is wrong with a message; c.mu is held.
func (c *Chat) sound(what string, m bot.Message) error {
	err := m.Check()
	if err != nil {
		c.problem("%s: %v", what, err)
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// readers says who can read a place that exists; c.mu is held.
func (c *Chat) readers(at bot.Place) ([]*person, error) {
	gone := fmt.Errorf("%s %s: %w", at.Kind, at.ID, bot.ErrGone)
	if at.Platform != c.name {
		c.problem("a place of platform %q was handed to %q", at.Platform, c.name)
		return nil, gone
	}
	if at.Thread != "" && !slices.ContainsFunc(c.messages, func(m *message) bool {
		return m.ref.ID == at.Thread && m.ref.Place.ID == at.ID && m.to == "" && !m.gone
	}) {
		return nil, fmt.Errorf("thread %s: %w", at.Thread, gone)
	}
	var out []*person
	ids, ok := c.channels[at.ID]
	if at.Kind == bot.Direct {
		ids, ok = []string{at.ID}, true
	}
	for _, p := range c.people {
		if slices.Contains(ids, p.ID) {
			out = append(out, p)
		}
	}
	if !ok || at.Kind == bot.Direct && len(out) == 0 {
		return nil, gone
	}
	return out, nil
}
