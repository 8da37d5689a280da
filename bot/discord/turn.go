package discord

import "context"

// turn is held by one at a time, while it waits for Discord or for a handler.
// Unlike those of a mutex, whoever waits for it can give up.
type turn chan struct{}

func newTurn() turn {
	t := make(turn, 1)
	t <- struct{}{}
	return t
}

// take waits for the turn, or returns why not.
func (t turn) take(ctx context.Context) error {
	select {
	case <-t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) give() { t <- struct{}{} }
