package main

import (
	"context"
	"errors"
	"fmt"

	"offboard/config"
	"offboard/store"
)

// validate finds the mistakes of a configuration that config cannot see.
func validate(cfg *config.Config) error {
	systems, _, err := connect(cfg)
	if err != nil {
		return err
	}
	_, err = rulebook(cfg, systems)
	return errors.Join(scopes(cfg), err)
}

// compared is a configuration beside the one that the log knows.
type compared struct {
	store.ConfigFile
	same    bool           // it is the file that was written last
	inForce *config.Config // until a second person has agreed to what is weaker
}

// compare reads what the log knows of the configuration. A file that makes
// something weaker waits as a whole, and the one before goes on: what is in
// force is always something that somebody has written.
func compare(s *store.Store, cfg *config.Config) (compared, error) {
	c := compared{ConfigFile: store.ConfigFile{Sum: cfg.Sum(), Lines: cfg.Lines()}, inForce: cfg}
	st, err := s.State()
	if err != nil || st.Config.Entry == 0 {
		return c, err
	}
	var before store.ConfigFile
	if err := s.RevealJSON(store.Installation, st.Config.File, &before); err != nil {
		return c, fmt.Errorf("read the configuration before this one: %w", err)
	}
	switch c.same = before.Sum == c.Sum && !st.Config.Redo; {
	case c.same:
	case before.Sum == c.Sum:
		c.Changed = before.Changed // as it was asked for
	default:
		c.Changed = config.Difference(before.Lines, c.Lines)
	}
	text, err := s.Reveal(store.Installation, st.Config.Rules)
	if err != nil {
		return c, fmt.Errorf("read the configuration in force: %w", err)
	}
	if text == cfg.Text() {
		return c, nil
	}
	inForce, err := config.Parse(fmt.Sprintf("the configuration in force (entry %d)", st.Config.Entry), []byte(text))
	if err != nil {
		return c, fmt.Errorf("%w; it goes on until a second person has agreed to what the new one makes weaker: put back what it needs", err)
	}
	// Where the log is and where this server is asked is for the file to say.
	inForce.Database, inForce.Keys, inForce.Socket = cfg.Database, cfg.Keys, cfg.Socket
	if c.same { // it waits, or somebody did not agree to it
		c.inForce = inForce
		return c, nil
	}
	if c.Weaker = cfg.Rules().Weakens(inForce.Rules()); c.Weaker != nil {
		c.inForce = inForce
	}
	return c, nil
}

// configure records a configuration that differs from the one before, and
// returns the one to run with. A kill after the entry and before the start
// leaves what is weaker waiting all the same.
func configure(ctx context.Context, s *store.Store, cfg *config.Config, user string) (*config.Config, error) {
	c, err := compare(s, cfg)
	if err != nil || c.same {
		return c.inForce, err
	}
	b := store.Configured{File: store.SealJSON(c.ConfigFile), Rules: store.Seal(c.inForce.Text())}
	if c.Weaker != nil {
		b.Wanted = store.Seal(cfg.Text())
	}
	_, err = s.Append(ctx, store.Installation, store.Operator(user), b)
	return c.inForce, err
}
