//go:build linux

package ldap_test

import (
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/ldap"
	"offboard/config"
)

// testDomainActions: every action passes the suite on Active Directory too.
func testDomainActions(t *testing.T, d *domain) {
	for _, tt := range []struct{ action, other string }{
		{"lock", "bo"},
		{"password", "bo"},
		{"groups", "bo"},
		{"owner", "ivan"},
		{"reports", "ivan"},
		{"move", "bo"},
		{"expire", "bo"},
		{"hide", "bo"},
		{"stamp", "bo"},
		{"delete", "bo"},
	} {
		t.Run(tt.action, func(t *testing.T) { actionstest.Action(t, d.kit(t, tt.action, tt.other)) })
	}
}

func (d *domain) kit(t testing.TB, action, other string) actionstest.Kit {
	var person, bystander, heir actions.Person
	made := -1
	return actionstest.Kit{New: func() (*actionstest.World, error) {
		if err := d.restore(t); err != nil {
			return nil, err
		}
		if made != d.made {
			person, bystander, heir, made = d.person(t, "jane"), d.person(t, other), d.person(t, "marco"), d.made
		}
		if action == "delete" { // deletes nothing that is in use
			for _, name := range []string{"Jane Doe", "Jane Doe (admin)"} {
				d.replace(t, personDN(name), "userAccountControl", "66050")
			}
		}
		cfg := d.cfg
		return &actionstest.World{
			Spec:     func() actions.Spec { return specOf(ldap.New(cfg), action) },
			Person:   person,
			Stranger: actions.Person{ID: "3b7e0b9a-1111-4222-8333-444455556666", Name: "No Body", Login: "nobody*", Mail: "nobody@example.com", Number: "9999"},
			Other:    bystander,
			Heir:     heir,
			Snapshot: func() (string, error) { return d.snapshot("*") },
			Writes:   func() (string, error) { return d.snapshot("uSNChanged") },
			Secrets:  []string{adBotPass, adReadPas, adJane},
			Down:     d.gate.Down, Hang: d.gate.Hang,
			Refuse: func(refuse bool) {
				cfg = d.cfg
				if refuse {
					cfg.BindDN, cfg.BindPassword = adReader, config.NewSecret(adReadPas)
				}
			},
		}, nil
	}}
}
