package demo

import (
	"context"
	"slices"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/ldap"
)

func company(t *testing.T) *Company {
	t.Helper()
	c, err := NewCompany(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestPeople(t *testing.T) {
	people := People()
	if len(people) != 40 {
		t.Errorf("%d people", len(people))
	}
	logins, numbers := map[string]bool{}, map[string]bool{}
	for _, p := range people {
		logins[p.Login], numbers[p.Number] = true, true
		if p.Name == "" || p.Title == "" || p.Department == "" || p.Zone == "" || p.Country == "" {
			t.Errorf("%s is incomplete: %+v", p.Login, p)
		}
		if _, err := time.LoadLocation(p.Zone); err != nil {
			t.Errorf("%s: %v", p.Login, err)
		}
	}
	for _, p := range people {
		if p.Manager != "" && !logins[p.Manager] || p.Manager == "" && p.Login != "clara" {
			t.Errorf("%s has manager %q", p.Login, p.Manager)
		}
	}
	if len(logins) != len(people) || len(numbers) != len(people) {
		t.Error("logins or numbers are not unique")
	}
}

func TestEveryoneSignsIn(t *testing.T) {
	c := company(t)
	for _, p := range People() {
		if err := c.Directory.SignIn(p.Login, p.Password); err != nil {
			t.Errorf("%s: %v", p.Login, err)
		}
		if err := c.Directory.SignIn(p.Login, "wrong"); err == nil {
			t.Errorf("%s signs in with a wrong password", p.Login)
		}
	}
}

// Jane is found in every system by her number, and her namesake is not.
func TestJaneEverywhere(t *testing.T) {
	c := company(t)
	people, err := ldap.New(c.Directory.Config()).Directory().Search(t.Context(), "jane", 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(people) != 2 || people[0].Login != "jane" || people[1].Login != "jdorsey" {
		t.Fatalf("search finds %+v", people)
	}
	jane := people[0]
	if jane.Zone != "Europe/Lisbon" || jane.Country != "PT" || !slices.Equal(jane.Accounts, []string{AdminLogin}) {
		t.Errorf("identity card: %+v", jane)
	}
	for _, tt := range []struct {
		server *Server
		logins []string
	}{
		{c.Directory, []string{"jane", AdminLogin}},
		{c.VPN, []string{"jane", AdminLogin}},
		{c.Badge, []string{"jane"}},
	} {
		lock := ldap.New(tt.server.Config()).System(tt.server.Name(), "").Actions[0].Action
		f, err := lock.Check(t.Context(), actions.Target{Person: jane})
		var logins []string
		for _, a := range f.Accounts {
			logins = append(logins, a.Login)
		}
		if err != nil || !slices.Equal(logins, tt.logins) {
			t.Errorf("%s: %v, %v", tt.server.Name(), logins, err)
		}
	}
}

func TestFaults(t *testing.T) {
	c := company(t)
	ctx, cancel := context.WithCancel(t.Context())
	changes := c.VPN.Watch(ctx)
	lock := ldap.New(c.VPN.Config()).System("vpn", "VPN").Actions[0].Action
	jane := actions.Person{Name: "Jane Doe", Login: "jane", Number: "1006"}
	f, err := lock.Check(t.Context(), actions.Target{Person: jane})
	if err != nil || len(f.Accounts) == 0 {
		t.Fatal(f, err)
	}
	target := actions.Target{Person: jane, Account: f.Accounts[0], Items: f.Items}

	c.VPN.Down(true)
	<-changes
	if _, err = lock.Check(t.Context(), target); err == nil {
		t.Error("it answers while it is down")
	}
	c.VPN.Down(false)
	c.VPN.Lie(true)
	if _, err = lock.Do(t.Context(), target); err != nil {
		t.Error(err)
	}
	if a, _ := c.VPN.Account("jane"); a.Locked {
		t.Error("it was to lie, and locked the account")
	}
	c.VPN.Lie(false)
	if _, err = lock.Do(t.Context(), target); err != nil {
		t.Error(err)
	}
	if a, _ := c.VPN.Account("jane"); !a.Locked || !slices.Contains(a.Groups, "vpn-users") {
		t.Errorf("after the lock: %+v", a)
	}
	cancel()
	for range changes { // it ends
	}
	c.VPN.Slow(time.Hour)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error("closed twice:", err)
	}
}

func TestSameEveryTime(t *testing.T) {
	a, b := newTree(DirectoryEntries()), newTree(DirectoryEntries())
	for n := range a.entries {
		if x, y := a.entries[n], b.entries[n]; x.DN != y.DN || x.first("entryUUID") != y.first("entryUUID") {
			t.Errorf("%s and %s", x.DN, y.DN)
		}
	}
}
