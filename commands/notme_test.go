package commands_test

import (
	"context"
	"fmt"
	"slices"

	"offboard/store"
)

// disown opens the link about the last thing that somebody decided in OFF-1, or
// about the installation, or about another person.
func (c *company) disown(ctx context.Context, args []string) error {
	p, _ := person(args[0])
	id, err := c.store.Known(p.ID)
	if err != nil {
		return err
	}
	subject := "OFF-1"
	if len(args) > 1 {
		if subject = store.Installation; args[1] != "installation" {
			p, _ := person(args[1])
			other, err := c.store.Known(p.ID)
			if err != nil {
				return err
			}
			subject = string(other)
		}
	}
	events, err := c.store.Events(ctx, subject)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if e.Actor.Person == id && e.Decides() {
			return c.store.Disown(ctx, c.store.DisownToken(e))
		}
	}
	return fmt.Errorf("%s has decided nothing", args[0])
}
