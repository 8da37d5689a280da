package bottest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"offboard/bot"
)

// patience is how long "wait until" waits if nothing else is said.
const patience = 2 * time.Minute

// PlayOptions says how a script meets the world outside of the chat.
type PlayOptions struct {
	// Wait waits for cond in "wait until". The default asks again whenever
	// something happens in the chat, for two minutes: in a synctest bubble
	// those pass at once when nobody has anything to do.
	Wait func(ctx context.Context, cond func() bool) error
	// Do has the functions that "do name args" calls.
	Do map[string]func(ctx context.Context, args []string) error
}

// Play performs a script and stops at the first step that cannot be done or
// does not find what it expects. The error names the line.
func (c *Chat) Play(ctx context.Context, script string, opts PlayOptions) error {
	steps, err := Script(script)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if err := c.PlayStep(ctx, s, opts); err != nil {
			return err
		}
	}
	return nil
}

// PlayStep performs one step, for a caller with a pace of its own.
func (c *Chat) PlayStep(ctx context.Context, s Step, opts PlayOptions) error {
	err := ctx.Err()
	if err == nil {
		err = c.step(ctx, s, opts)
	}
	if err != nil {
		return fmt.Errorf("script line %d: %s: %w", s.Line, s, err)
	}
	return nil
}

func (c *Chat) step(ctx context.Context, s Step, opts PlayOptions) error {
	var err error
	switch s.Act {
	case Narrates:
		c.Narrate(s.Text)
	case Types:
		var at bot.Place
		if s.Place != "" {
			at = c.channel(s.Place)
		}
		_, err = c.Type(s.Who, at, s.Text)
	case Clicks:
		return c.click(s)
	case Chooses:
		_, err = c.Choose(s.Who, s.Text, s.Option, s.ons()...)
	case Fills:
		values := map[string]string{}
		for _, f := range s.Fields {
			if _, twice := values[f.Label]; twice {
				return fmt.Errorf("the field %q is filled in twice", f.Label)
			}
			values[f.Label] = f.Value
		}
		_, err = c.Fill(s.Who, values)
	case Closes:
		return c.Dismiss(s.Who)
	case Again:
		_, err = c.Redeliver()
	case Waits:
		return c.wait(ctx, s, opts.Wait)
	case Expects:
		return c.expect(s)
	case Does:
		f, ok := opts.Do[s.Text]
		if !ok {
			return fmt.Errorf("nothing is registered under %q", s.Text)
		}
		return f(ctx, s.Args)
	default:
		return fmt.Errorf("unknown act %q", s.Act)
	}
	if errors.Is(err, ErrNotRunning) {
		return nil // the transcript says so, and the script may go on from there
	}
	return err
}

func (s Step) ons() []string {
	if s.On == "" {
		return nil
	}
	return []string{s.On}
}

func (c *Chat) click(s Step) error {
	var err error
	switch {
	case s.Answer == "cancels":
		return c.ClickNoConfirm(s.Who, s.Text, s.ons()...)
	case s.Twice:
		_, _, err = c.DoubleClick(s.Who, s.Text, s.ons()...)
	case s.Back > 0:
		_, err = c.ClickOld(s.Who, s.Text, s.Back, s.ons()...)
	default:
		_, err = c.clickAsked(s.Who, s.Text, s.Answer == "confirms", s.ons())
	}
	if errors.Is(err, ErrNotRunning) {
		return nil
	}
	return err
}

// clickAsked is Click, and insists on a question if the script answers one.
func (c *Chat) clickAsked(user, label string, asked bool, on []string) (bot.Reply, error) {
	c.mu.Lock()
	p, b, err := c.button(user, label, on)
	if err == nil && asked && b.Confirm == nil {
		err = fmt.Errorf("[%s] asks nothing before it acts", b.Label)
	}
	if err != nil {
		return c.cannot(err)
	}
	return c.press(p, b, "clicks")
}

// look is what a step looks at.
func (c *Chat) look(s Step) (string, error) {
	switch {
	case s.Reply:
		return c.Answer(s.Who)
	case s.Place != "":
		return c.Shows(s.Place), nil
	}
	return c.Sees(s.Who)
}

func (c *Chat) expect(s Step) error {
	seen, err := c.look(s)
	if err != nil {
		return err
	}
	if Contains(seen, s.Text) == s.Not {
		return fmt.Errorf("this is there:\n%s", seen)
	}
	return nil
}

func (c *Chat) wait(ctx context.Context, s Step, wait func(context.Context, func() bool) error) error {
	if _, err := c.look(s); err != nil {
		return err
	}
	if wait == nil {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, patience)
		defer stop()
		wait = c.Await
	}
	err := wait(ctx, func() bool { return c.expect(s) == nil })
	if err != nil {
		seen, _ := c.look(s)
		return fmt.Errorf("%w; this is there:\n%s", err, seen)
	}
	return nil
}
