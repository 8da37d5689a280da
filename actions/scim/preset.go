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
}

var presets = map[string]preset{
	"slack": {
		find:       []string{"userName eq {login}", "emails[value eq {mail}]"},
		deactivate: []string{byPath, byValue},
		keeps:      "Slack deletes no account by SCIM: a DELETE only deactivates it",
		note:       "Slack keeps the account and what it wrote; deactivating signs out everywhere.",
	},
	"github": {
		// Filters: userName, externalId, id and displayName only. A path with a
		// filter in it is refused.
		find:       []string{"userName eq {login}", "userName eq {mail}", "externalId eq {id}", "externalId eq {number}"},
		deactivate: []string{byValue, byPath, byPut},
		leave:      []string{byFilter, byValue},
		note:       "GitHub suspends the account; it stays in its organizations for as long as groups of the identity provider say so.",
	},
	"salesforce": {
		find:       []string{"userName eq {login}", "userName eq {mail}", "emails eq {mail}", "externalId eq {number}"},
		deactivate: []string{byValue, byPath},
		leave:      []string{byNested},
		service:    "/ServiceProviderConfigs",
		keeps:      "Salesforce deletes no user: a DELETE only deactivates them",
		note:       "Salesforce keeps the records that they own; who gets them is decided there.",
	},
	"zoom": {
		find:       []string{"userName eq {mail}", "userName eq {login}"},
		deactivate: []string{byValue, byPath, byPut},
		note:       "Zoom takes the licence back when an account is deactivated; meetings and recordings stay with it.",
	},
	"atlassian": {
		find:       []string{"userName eq {mail}", "userName eq {login}", "externalId eq {id}", "externalId eq {number}"},
		deactivate: []string{byValue, byPath, byPut},
		note:       "Atlassian deactivates only accounts that the organization manages; API tokens of an account that is not are not touched.",
	},
}

func presetNames() []string { return slices.Sorted(maps.Keys(presets)) }
