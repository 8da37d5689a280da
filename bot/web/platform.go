package web

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"offboard/bot"
)

var _ bot.Platform = (*Chat)(nil)

// listener is who gets what people do, while Run is active.
type listener struct {
	ctx    context.Context
	handle bot.Handler
}

// Name is "web".
func (c *Chat) Name() string { return name }

// Run hands on what people do until ctx is done. It returns nil, after the
// interactions under way have been answered.
func (c *Chat) Run(ctx context.Context, h bot.Handler) error {
	c.mu.Lock()
	if c.listener != nil {
		c.mu.Unlock()
		return errors.New("the chat is running already")
	}
	c.listener = &listener{ctx, h}
	c.mu.Unlock()
	c.changed.notify()

	<-ctx.Done()
	c.mu.Lock()
	c.listener = nil
	c.mu.Unlock()
	c.busy.Wait()
	return nil
}

// Post sends a new message. The same key in the same place posts once, for as
// long as the file is kept.
func (c *Chat) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	if err := ctx.Err(); err != nil {
		return bot.Ref{}, err
	}
	if err := m.Check(); err != nil {
		return bot.Ref{}, fmt.Errorf("post: %w", err)
	}
	if len(key) > bot.MaxKey {
		return bot.Ref{}, fmt.Errorf("post: key %q is %d bytes, at most %d", key, len(key), bot.MaxKey)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	readers, err := c.readers(at)
	if err != nil {
		return bot.Ref{}, fmt.Errorf("post: %w", err)
	}
	for _, r := range c.records {
		if key != "" && r.Key == key && r.Place == at {
			return r.ref(), nil
		}
	}
	r := &record{Place: at, Key: key, Body: content{m}}
	for _, u := range m.Notify {
		if slices.ContainsFunc(readers, func(p *person) bool { return p.ID == u.ID && u.Platform == name }) {
			r.Notified = append(r.Notified, u.ID)
		}
	}
	if err := c.add(r); err != nil {
		return bot.Ref{}, fmt.Errorf("post: %w", err)
	}
	return r.ref(), nil
}

// add numbers a message, writes it down and shows it; c.mu is held.
func (c *Chat) add(r *record) error {
	var err error
	if r.N, err = c.number(); err != nil {
		return err
	}
	r.At = c.cfg.Clock().UTC()
	if err := c.writeRecord(r); err != nil {
		return err
	}
	c.records = append(c.records, r)
	c.changed.notify()
	return nil
}

// Edit replaces a message. It notifies nobody, and nobody has it unread again.
func (c *Chat) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.readers(at.Place); err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	i := slices.IndexFunc(c.records, func(r *record) bool { return r.ref() == at && r.Only == "" })
	if i < 0 {
		return fmt.Errorf("edit %s: %w", at.ID, bot.ErrGone)
	}
	edited := *c.records[i]
	edited.Body, edited.Edited = content{m}, c.cfg.Clock().UTC()
	if err := c.writeRecord(&edited); err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	c.records[i] = &edited
	c.changed.notify()
	return nil
}

// Members says who reads what is posted there.
func (c *Chat) Members(_ context.Context, at bot.Place) ([]bot.User, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	readers, err := c.readers(at)
	if err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	users := make([]bot.User, len(readers))
	for i, p := range readers {
		users[i] = p.user()
	}
	return users, nil
}

// Health is nil while Run is active.
func (c *Chat) Health() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener == nil {
		return errNotListening
	}
	return nil
}
