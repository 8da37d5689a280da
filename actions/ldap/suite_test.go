package ldap_test

import (
	"fmt"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/ldap"
	"offboard/config"
)

// suite are the actions that every server without a domain has, each with somebody
// of whom nothing may change by it.
var suite = []struct{ action, other string }{
	{"lock", "bo"},
	{"password", "bo"},
	{"groups", "bo"},
	{"owner", "ivan"},
	{"reports", "elif"},
	{"stamp", "bo"},
	{"move", "bo"},
	{"delete", "bo"},
}

// Every action passes the suite, on both servers.
func TestActions(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		for _, tt := range suite {
			if fx.demo != nil && tt.action == "move" {
				continue // it knows no ModifyDN
			}
			t.Run(tt.action, func(t *testing.T) { actionstest.Action(t, fx.kit(t, tt.action, tt.other)) })
		}
	})
}

// kit is the kit of one action on this server.
func (fx *fixture) kit(t testing.TB, action, other string) actionstest.Kit {
	jane, heir, bystander := fx.person(t, "jane"), fx.person(t, "marco"), fx.person(t, other)
	return actionstest.Kit{New: func() (*actionstest.World, error) {
		on := fx
		if fx.demo != nil {
			on = demoFixture(t)
		} else if err := fx.reload(); err != nil {
			return nil, err
		}
		if action == "delete" { // deletes nothing that is in use
			for _, login := range []string{"jane", "adm-jane"} {
				on.replace(t, dnOf(login), "pwdAccountLockedTime", "000001010000Z")
			}
		}
		if action == "stamp" { // several values, in an order of the server's own
			on.replace(t, dnOf("jane"), "description", "hired 2019", "left-handed", "Lisbon")
		}
		cfg := on.cfg
		w := &actionstest.World{
			Spec:     func() actions.Spec { return specOf(ldap.New(cfg), action) },
			Person:   jane,
			Stranger: actions.Person{ID: "3b7e0b9a-1111-4222-8333-444455556666", Name: "No Body", Login: "nobody*", Mail: "nobody@example.com", Number: "9999"},
			Other:    bystander,
			Heir:     heir,
			Snapshot: func() (string, error) { return on.snapshot("*", "pwdAccountLockedTime") },
			Secrets:  []string{on.cfg.BindPassword.Value(), readerPass, "jane-demo-password"},
		}
		if on.demo != nil {
			w.Writes = func() (string, error) { return fmt.Sprint(on.demo.Writes()), nil }
			w.Ignore, w.Refuse, w.Down, w.Busy, w.Hang = on.demo.Lie, on.demo.Refuse, on.demo.Down, on.demo.Busy, on.demo.Hang
			return w, nil
		}
		w.Writes = func() (string, error) { return on.snapshot("entryCSN") }
		if action == "delete" || action == "move" { // slapd itself changes who refers to such an entry, some time later
			w.Snapshot = func() (string, error) { return on.snapshot("entryUUID", "pwdAccountLockedTime") }
			w.Writes = w.Snapshot
		}
		w.Down, w.Hang = on.gate.Down, on.gate.Hang
		w.Refuse = func(refuse bool) {
			cfg = on.cfg
			if refuse {
				cfg.BindDN, cfg.BindPassword = readerDN, config.NewSecret(readerPass)
			}
		}
		return w, nil
	}}
}
