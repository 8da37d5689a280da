package main

import (
	"fmt"

	"offboard/actions"
	"offboard/actions/ldap"
	"offboard/config"
)

// connector makes a system from its part of the configuration. One that knows
// people also gives a Directory.
type connector func(s config.System, link config.Link) (actions.System, actions.Directory, error)

// connectors is the one list of what Offboard can speak to.
var connectors = map[string]connector{
	"ldap": func(s config.System, link config.Link) (actions.System, actions.Directory, error) {
		var cfg ldap.Config
		if err := s.Section.Decode(&cfg); err != nil {
			return actions.System{}, nil, err
		}
		cfg.Chat = link.Attributes
		if err := cfg.Validate(); err != nil {
			return actions.System{}, nil, err
		}
		c := ldap.New(cfg)
		return c.System(s.Name, s.Title), c.Directory(), nil
	},
}

// connect makes all systems of the configuration and finds the directory.
func connect(cfg *config.Config) ([]actions.System, actions.Directory, error) {
	var systems []actions.System
	var directory actions.Directory
	for i, s := range cfg.Systems {
		if s.Title == "" {
			s.Title = s.Name
		}
		build, ok := connectors[s.Type]
		if !ok {
			return nil, nil, fmt.Errorf("%s: there is no connector %q", cfg.At(fmt.Sprintf("systems[%d].type", i)), s.Type)
		}
		sys, dir, err := build(s, cfg.Link)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: system %s: %w", cfg.At(fmt.Sprintf("systems[%d]", i)), s.Name, err)
		}
		sys.Limit = s.Limit
		if sys.Actions, err = chosen(sys.Actions, s.Actions); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", cfg.At(fmt.Sprintf("systems[%d].actions", i)), err)
		}
		systems = append(systems, sys)
		if s.Name == cfg.Directory {
			directory = dir
		}
	}
	if directory == nil {
		return nil, nil, fmt.Errorf("%s: the system %q knows no people; name one that does, such as one of type ldap", cfg.At("directory"), cfg.Directory)
	}
	return systems, directory, nil
}

// chosen keeps the actions that the configuration names; all if it names none.
func chosen(all []actions.Spec, names []string) ([]actions.Spec, error) {
	if len(names) == 0 {
		return all, nil
	}
	var out []actions.Spec
	for _, n := range names {
		found := false
		for _, s := range all {
			if s.Name == n {
				out, found = append(out, s), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no action %q in this connector", n)
		}
	}
	return out, nil
}
