package bottest

import (
	"context"
	"fmt"
	"slices"

	"offboard/bot"
)

var _ bot.Courier = (*Chat)(nil)

// Hand shows the file to one person, and keeps it.
func (c *Chat) Hand(ctx context.Context, to bot.Place, f bot.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := f.Check(to); err != nil {
		c.problem("hand %s: %v", f.Name, err)
		return fmt.Errorf("hand %s: %w", f.Name, err)
	}
	if err := c.faults.post.next(); err != nil {
		return err
	}
	readers, err := c.readers(to)
	if err != nil {
		return err
	}
	m := bot.Message{Summary: f.Title, Parts: []bot.Part{bot.Prose{Text: bot.T(f.Title)}, bot.Fine{Text: bot.T("[file " + f.Name + "]")}}}
	c.add(to, m, "", readers)
	readers[0].files = append(readers[0].files, f)
	return nil
}

// Files lists what was handed to a person.
func (c *Chat) Files(user string) ([]bot.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil {
		return nil, err
	}
	return slices.Clone(p.files), nil
}
