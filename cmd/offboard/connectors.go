package main

import (
	"fmt"
	"slices"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/actions/http"
	"offboard/actions/ldap"
	"offboard/actions/slack"
	"offboard/config"
)

// connector is one kind of system.
type connector struct {
	// offers names the actions that a system of it has, before it is built. The
	// zero System names those that all have.
	offers func(s config.System) []actions.Spec
	// build makes a system from its part of the configuration. A kind that
	// knows people also gives a Directory.
	build func(s config.System, link config.Link) (actions.System, actions.Directory, error)
}

// connectors is the one list of what Offboard can speak to.
var connectors = map[string]connector{
	"ldap": {
		offers: func(config.System) []actions.Spec { return ldap.New(ldap.Config{}).System("", "").Actions },
		build: func(s config.System, link config.Link) (actions.System, actions.Directory, error) {
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
	},
	"slack": {
		offers: func(config.System) []actions.Spec { return slack.New(slack.Config{}).System("", "").Actions },
		build: func(s config.System, _ config.Link) (actions.System, actions.Directory, error) {
			var cfg slack.Config
			if err := s.Section.Decode(&cfg); err != nil {
				return actions.System{}, nil, err
			}
			if err := cfg.Validate(); err != nil {
				return actions.System{}, nil, err
			}
			return slack.New(cfg).System(s.Name, s.Title), nil, nil
		},
	},
	"discord": {
		offers: func(config.System) []actions.Spec { return discord.New(discord.Config{}).System("", "").Actions },
		build: func(s config.System, _ config.Link) (actions.System, actions.Directory, error) {
			var cfg discord.Config
			if err := s.Section.Decode(&cfg); err != nil {
				return actions.System{}, nil, err
			}
			if err := cfg.Validate(); err != nil {
				return actions.System{}, nil, err
			}
			return discord.New(cfg).System(s.Name, s.Title), nil, nil
		},
	},
	"http": {
		// Its section declares the actions. What is wrong there build says.
		offers: func(s config.System) []actions.Spec {
			var cfg http.Config
			_ = s.Section.Decode(&cfg)
			return cfg.Names()
		},
		build: func(s config.System, _ config.Link) (actions.System, actions.Directory, error) {
			var cfg http.Config
			if err := s.Section.Decode(&cfg); err != nil {
				return actions.System{}, nil, err
			}
			if err := cfg.Validate(); err != nil {
				return actions.System{}, nil, err
			}
			c, err := http.New(cfg)
			if err != nil {
				return actions.System{}, nil, err
			}
			return c.System(s.Name, s.Title), nil, nil
		},
	},
}

// connect makes all systems of the configuration and finds the directory.
func connect(cfg *config.Config) ([]actions.System, actions.Directory, error) {
	known := map[string][]string{}
	for name, c := range connectors {
		known[name] = nil
		for _, s := range append([]config.System{{}}, cfg.Systems...) {
			if s.Type != name && s.Type != "" {
				continue
			}
			for _, spec := range c.offers(s) {
				if !slices.Contains(known[name], spec.Name) {
					known[name] = append(known[name], spec.Name)
				}
			}
		}
	}
	if err := cfg.CheckConnectors(known); err != nil {
		return nil, nil, err
	}
	var systems []actions.System
	var directory actions.Directory
	for i, s := range cfg.Systems {
		if s.Title == "" {
			s.Title = s.Name
		}
		sys, dir, err := connectors[s.Type].build(s, cfg.Link)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: system %s: %w", cfg.At(fmt.Sprintf("systems[%d]", i)), s.Name, err)
		}
		for j, name := range s.Actions {
			// Of a kind whose systems differ, another one may have it.
			if !slices.ContainsFunc(sys.Actions, func(a actions.Spec) bool { return a.Name == name }) {
				return nil, nil, fmt.Errorf("%s: the system %s has no action %q", cfg.At(fmt.Sprintf("systems[%d].actions[%d]", i, j)), s.Name, name)
			}
		}
		sys.Limit = s.Limit
		sys.Actions = slices.DeleteFunc(sys.Actions, func(a actions.Spec) bool {
			if len(s.Actions) == 0 {
				return a.Optional
			}
			return !slices.Contains(s.Actions, a.Name)
		})
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
