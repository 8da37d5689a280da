package main

import (
	"fmt"
	"strings"

	"offboard/actions"
)

// retention looks whether what should be deleted after the retention can be, and
// whether what can delete ever does.
func (c *checks) retention() {
	var set []string
	if c.cfg.Retention > 0 {
		set = append(set, "retention")
	}
	for i, r := range c.cfg.Policy {
		if r.Retention != nil && *r.Retention > 0 {
			set = append(set, fmt.Sprintf("policy[%d].retention", i))
		}
	}
	able := actions.Destroying(c.systems)
	switch {
	case len(set) > 0 && len(able) == 0:
		c.add("retention", unsafe, strings.Join(set, ", ")+" is set, and no system has an action that deletes: nobody is asked and nothing is ever deleted",
			"name the action that deletes in the actions of a system ("+c.deleting()+"), or take the retention out")
	case len(set) == 0 && len(able) > 0:
		c.add("retention", unsafe, "it is not set, so what "+strings.Join(able, ", ")+" could delete is kept for ever", "set retention:, such as 90d, or take the action that deletes out")
	}
}

// deleting names the actions that delete, which count only where they are named.
func (c *checks) deleting() string {
	var out []string
	for _, s := range c.cfg.Systems {
		for _, spec := range connectors[s.Type].offers(s) {
			if spec.Phase == actions.PhaseDestroy {
				out = append(out, spec.Name+" of "+s.Name)
			}
		}
	}
	if len(out) == 0 {
		return "none of your systems has one; ldap does"
	}
	return strings.Join(out, ", ")
}
