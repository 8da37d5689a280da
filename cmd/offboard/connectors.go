package main

import (
	"fmt"
	"maps"
	"slices"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/actions/exec"
	"offboard/actions/http"
	"offboard/actions/ldap"
	"offboard/actions/scim"
	"offboard/actions/slack"
	"offboard/config"
)

// connector is one kind of system.
type connector struct {
	// build makes a system from its part of the configuration. A kind that
	// knows people also gives a Directory.
	build func(s config.System, link config.Link) (actions.System, actions.Directory, error)
}

// connectors is the one list of what Offboard can speak to.
var connectors = map[string]connector{
	"ldap": {
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
	"exec": {
		build: func(s config.System, _ config.Link) (actions.System, actions.Directory, error) {
			var cfg exec.Config
			if err := s.Section.Decode(&cfg); err != nil {
				return actions.System{}, nil, err
			}
			if err := cfg.Validate(); err != nil {
				return actions.System{}, nil, err
			}
			return exec.New(cfg).System(s.Name, s.Title), nil, nil
		},
	},
	"http": {
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
	if err := cfg.CheckTypes(slices.Sorted(maps.Keys(connectors))); err != nil {
		return nil, nil, err
	}
	has := map[string][]string{}
	var systems []actions.System
	var directory actions.Directory
	var tasks []string
	for _, t := range cfg.Tasks {
		tasks = append(tasks, t.Name)
	}
	for i, s := range cfg.Systems {
		if s.Title == "" {
			s.Title = s.Name
		}
		sys, dir, err := connectors[s.Type].build(s, cfg.Link)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: system %s: %w", cfg.At(fmt.Sprintf("systems[%d]", i)), s.Name, err)
		}
		sys.Limit = s.Limit
		for _, a := range sys.Actions {
			has[s.Name] = append(has[s.Name], a.Name)
		}
		sys.Actions = slices.DeleteFunc(sys.Actions, func(a actions.Spec) bool {
			if len(s.Actions) == 0 {
				return a.Optional
			}
			return !slices.Contains(s.Actions, a.Name)
		})
		if err := actions.CheckNeeds(sys.Actions, tasks); err != nil {
			return nil, nil, fmt.Errorf("%s: system %s: %w", cfg.At(fmt.Sprintf("systems[%d]", i)), s.Name, err)
		}
		systems = append(systems, sys)
		if s.Name == cfg.Directory {
			directory = dir
		}
	}
	if err := cfg.CheckActions(has); err != nil {
		return nil, nil, err
	}
	if directory == nil {
		return nil, nil, fmt.Errorf("%s: the system %q knows no people; name one that does, such as one of type ldap", cfg.At("directory"), cfg.Directory)
	}
	return systems, directory, nil
}
