package main

import (
	"fmt"
	"slices"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/actions/ldap"
	"offboard/actions/scim"
	"offboard/actions/slack"
	"offboard/config"
)

// connector is one kind of system.
type connector struct {
	// offers names the actions it has, before it is configured.
	offers func() []actions.Spec
	// build makes a system from its part of the configuration. A kind that
	// knows people also gives a Directory.
	build func(s config.System, link config.Link) (actions.System, actions.Directory, error)
}

// connectors is the one list of what Offboard can speak to.
var connectors = map[string]connector{
	"ldap": {
		offers: func() []actions.Spec { return ldap.New(ldap.Config{}).System("", "").Actions },
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
	"scim": {
		offers: func() []actions.Spec { return new(scim.Client).System("", "").Actions },
		build: func(s config.System, _ config.Link) (actions.System, actions.Directory, error) {
			var cfg scim.Config
			if err := s.Section.Decode(&cfg); err != nil {
				return actions.System{}, nil, err
			}
			if err := cfg.Validate(); err != nil {
				return actions.System{}, nil, err
			}
			c, err := scim.New(cfg)
			if err != nil {
				return actions.System{}, nil, err
			}
			return c.System(s.Name, s.Title), nil, nil
		},
	},
	"slack": {
		offers: func() []actions.Spec { return slack.New(slack.Config{}).System("", "").Actions },
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
		offers: func() []actions.Spec { return discord.New(discord.Config{}).System("", "").Actions },
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
}

// connect makes all systems of the configuration and finds the directory.
func connect(cfg *config.Config) ([]actions.System, actions.Directory, error) {
	known := map[string][]string{}
	for name, c := range connectors {
		for _, spec := range c.offers() {
			known[name] = append(known[name], spec.Name)
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
