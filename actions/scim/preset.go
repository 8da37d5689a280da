package scim

import (
	"maps"
	"slices"
)

// A preset is what one vendor does differently, as data. Its sources stand in the
// files of testdata that are replayed against it.
type preset struct {
	find       []string
	deactivate []string
	leave      []string
	text       bool
	service    string // where ServiceProviderConfig is, if not there
	keeps      string // why nothing can be deleted, in words; empty where DELETE deletes
	note       string // what a person should know of a deactivated account
	chosen     bool   // userName is a name that its owner can change alone
	loses      string // what activating again does not give back
	never, why string // what url must not hold, and the reason
}

var presets = map[string]preset{
	"slack": {
		find:       []string{"userName eq {login}", "emails[value eq {mail}]"},
		deactivate: []string{byPath, byValue},
		keeps:      "Slack deletes no account by SCIM: a DELETE only deactivates it",
		chosen:     true,
		// https://slack.com/help/articles/360002061747
		loses: "their channels, their API tokens and what their apps did with them, and the user groups that Slack took away with the account",
	},
	"github": {
		// Filters: userName, externalId, id and displayName only. A path with a
		// filter in it is refused.
		find:       []string{"userName eq {login}", "userName eq {mail}", "externalId eq {id}", "externalId eq {number}"},
		deactivate: []string{byPath, byValue},
		leave:      []string{byFilter, byValue},
		note:       "GitHub suspends the account.",
		// There active=false removes the person and deletes the identity.
		never: "/organizations/", why: "in an organization GitHub deletes the identity of who is deactivated, which nothing can undo; use the enterprise",
	},
	"salesforce": {
		find:       []string{"userName eq {login}", "userName eq {mail}", "emails eq {mail}", "externalId eq {number}"},
		deactivate: []string{byValue, byPath},
		leave:      []string{byNested},
		service:    "/ServiceProviderConfigs",
		keeps:      "Salesforce deletes no user: a DELETE only deactivates them",
		note:       "Salesforce keeps the account and the records that it owns; who gets them is decided there.",
	},
	"zoom": {
		find:       []string{"userName eq {mail}", "userName eq {login}"},
		deactivate: []string{byValue, byPath, byPut},
	},
	"atlassian": {
		find:       []string{"userName eq {mail}", "userName eq {login}", "externalId eq {id}", "externalId eq {number}"},
		deactivate: []string{byValue, byPath, byPut},
		note:       "Atlassian deactivates only accounts that the organization manages.",
	},
}

func presetNames() []string { return slices.Sorted(maps.Keys(presets)) }
