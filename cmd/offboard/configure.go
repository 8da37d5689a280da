package main

import (
	"context"
	"fmt"

	"offboard/config"
	"offboard/store"
)

// validate finds the mistakes of a configuration that config cannot see.
func validate(cfg *config.Config) error {
	if _, _, err := connect(cfg); err != nil {
		return err
	}
	return scopes(cfg)
}

// compared is a configuration beside the one that the log knows.
type compared struct {
	store.ConfigFile
	first   bool         // the log knows none
	same    bool         // it is the same file
	inForce config.Rules // until a second person has agreed to what is weaker
}

// compare reads what the log knows of the configuration.
func compare(s *store.Store, cfg *config.Config) (compared, error) {
	st, err := s.State()
	if err != nil {
		return compared{}, err
	}
	c := compared{ConfigFile: store.ConfigFile{Sum: cfg.Sum(), Lines: cfg.Lines()}, inForce: cfg.Rules(), first: st.Config.Entry == 0}
	if c.first {
		return c, nil
	}
	var before store.ConfigFile
	var rules config.Rules
	if err := s.RevealJSON(store.Installation, st.Config.File, &before); err != nil {
		return c, fmt.Errorf("read the configuration before this one: %w", err)
	}
	if err := s.RevealJSON(store.Installation, st.Config.Rules, &rules); err != nil {
		return c, fmt.Errorf("read the rules in force: %w", err)
	}
	if c.same = before.Sum == c.Sum && !st.Config.Redo; c.same {
		c.inForce = rules // also where somebody did not agree to what this file says
		return c, nil
	}
	if c.Changed = config.Difference(before.Lines, c.Lines); before.Sum == c.Sum {
		c.Changed = before.Changed // as it was asked for
	}
	if c.Weaker = cfg.Rules().Weakens(rules, cfg.Kinds()); c.Weaker != nil {
		c.inForce = cfg.Rules().Meanwhile(rules)
	}
	return c, nil
}

// configure records a configuration that differs from the one before, and
// returns the one to run with: what it makes weaker waits for a second person.
// A kill after the entry and before the start leaves it waiting all the same.
func configure(ctx context.Context, s *store.Store, cfg *config.Config, user string) (*config.Config, error) {
	c, err := compare(s, cfg)
	if err != nil || c.same {
		return cfg.Under(c.inForce), err
	}
	b := store.Configured{File: store.SealJSON(c.ConfigFile), Rules: store.SealJSON(c.inForce)}
	if c.Weaker != nil {
		b.Wanted = store.SealJSON(cfg.Rules())
	}
	_, err = s.Append(ctx, store.Installation, store.Operator(user), b)
	return cfg.Under(c.inForce), err
}
