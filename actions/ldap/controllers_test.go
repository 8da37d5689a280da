//go:build linux

package ldap_test

import (
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
)

// Two domain controllers, of which the second gets no news until it is told to.
func testDomainControllers(t *testing.T, d *domain) {
	second := d.server.Copy(t)
	d.redial(t)
	way := newGate(t, second.SecureAddr)
	d.cfg.Replicas = []string{"ldaps://" + way.addr()}
	defer func() { d.cfg.Replicas = nil }()
	dn := personDN("Jane Doe")

	// Where somebody has signed in is known there only.
	signsIn := func(password string) error {
		conn, err := second.Dial()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		return conn.Bind(dn, password)
	}
	before := time.Now().Add(-time.Minute)
	if err := signsIn(adJane); err != nil {
		t.Fatal(err)
	}
	jane := d.person(t, "jane")
	targets := map[string]actions.Target{}
	for _, action := range []string{"lock", "password", "groups", "reports", "move", "expire", "stamp"} {
		targets[action], _ = d.survey(t, action, jane, "jane")
	}
	if note := targets["lock"].Account.Note; !strings.HasPrefix(note, "last sign-in 20") || strings.Contains(note, "lags") {
		t.Errorf("the account's note is %q", note)
	}
	accounts, _ := actionstest.Lister(t, d.client().System("ad", "AD").Lister)
	for _, a := range accounts {
		if a.Login == "jane" && a.Used.Before(before) {
			t.Errorf("she was last there %s", a.Used)
		}
	}
	way.Down(true)
	f, err := d.action("lock").Check(t.Context(), actions.Target{Person: jane})
	if err != nil || !strings.Contains(strings.Join(f.Notes, " "), "a later sign-in may be known elsewhere: "+way.addr()) {
		t.Errorf("one is away: %q, %v", f.Notes, err)
	}
	way.Down(false)

	for _, action := range []string{"lock", "password", "groups", "reports", "move", "expire", "stamp"} {
		target := begun(targets[action], 0)
		target.Heirs = map[string]actions.Person{}
		for _, i := range target.Items {
			target.Heirs[i.ID] = d.person(t, "marco")
		}
		targets[action] = target
		mustDo(t, d.action(action), target)
		f, err := d.action(action).Check(t.Context(), target)
		if err != nil || len(f.Items) > 0 || len(f.Unread) > 0 {
			t.Fatalf("%s: %v, %q, %v", action, f.Items, f.Unread, err)
		}
		wantClass(t, f.Behind, actions.ClassLater, target.Items[0].Label[:4], "repadmin /syncall 127.0.0.1 /AdeP")
	}
	if err := signsIn(adJane); err != nil {
		t.Errorf("the second has heard of it: %v", err)
	}
	second.CatchUp(t, d.server)
	d.redial(t)
	for action, target := range targets {
		if f, err := d.action(action).Check(t.Context(), target); err != nil || f.Behind != nil || len(f.Unasked)+len(f.Items) > 0 {
			t.Errorf("%s: caught up, and %v, %q, %v", action, f.Behind, f.Unasked, err)
		}
	}
	if err := signsIn(adJane); err == nil {
		t.Error("she can sign in at the second")
	}
	if found, err := d.client().System("ad", "AD").Inspect(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("check says %+v, %v", found, err)
	}
}

// redial signs in again as who may do everything, after the server was started again.
func (d *domain) redial(t testing.TB) {
	t.Helper()
	_ = d.all.Close()
	var err error
	if d.all, err = d.server.Admin(); err != nil {
		t.Fatal(err)
	}
}
