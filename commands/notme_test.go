package commands_test

import (
	"context"
	"fmt"
	"slices"
)

// disown opens the link about the last thing that somebody decided in OFF-1.
func (c *company) disown(ctx context.Context, args []string) error {
	p, _ := person(args[0])
	id, err := c.store.Known(p.ID)
	if err != nil {
		return err
	}
	events, err := c.store.Events(ctx, "OFF-1")
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
