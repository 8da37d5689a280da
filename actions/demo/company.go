// Package demo is a fictional company with real protocol servers: people,
// groups, and three LDAP servers on loopback that can be made to lie, to
// vanish and to be slow. The demo, its web chat and the tests use it.
//
// The servers behave like slapd where the connector in actions/ldap can see
// it; a test there holds both against each other.
package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"offboard/actions/ldap"
	"offboard/config"
)

const (
	base        = "dc=example,dc=com"
	peopleBase  = "ou=people," + base
	adminsBase  = "ou=admins," + base
	groupsBase  = "ou=groups," + base
	serviceBase = "ou=services," + base
	policyDN    = "cn=default,ou=policies," + base

	// BotDN is the account of the bot, the only one that may write.
	BotDN       = "cn=offboard," + serviceBase
	botPassword = "demo-bot-password"
	nobodyDN    = "cn=nobody," + serviceBase
)

// AdminLogin is Jane's second, privileged account; BreakGlassLogin is the
// account for emergencies that no rule may touch.
const (
	AdminLogin      = "adm-jane"
	BreakGlassLogin = "break-glass"
)

// Company is the fictional company with its servers running.
type Company struct {
	Directory *Server // everybody, and the place where people are searched
	VPN       *Server // a smaller tree; the demo lets it go down for a while
	Badge     *Server // a smaller tree; the demo lets it lie
}

// NewCompany starts the servers of the company. They end with ctx, or with Close.
func NewCompany(ctx context.Context) (*Company, error) {
	c := &Company{}
	for _, s := range []struct {
		at      **Server
		name    string
		entries []Entry
	}{
		{&c.Directory, "directory", DirectoryEntries()},
		{&c.VPN, "vpn", smallEntries("vpn", []string{"jane", AdminLogin, "bo", "marco", "ivan", "jdorsey"}, "vpn-users", "vpn-admins")},
		{&c.Badge, "badge", smallEntries("badge", []string{"jane", "bo", "marco", "sven", "jdorsey"}, "door-main", "door-studio")},
	} {
		var err error
		if *s.at, err = Start(ctx, s.name, s.entries); err != nil {
			return nil, errors.Join(fmt.Errorf("start the server %s: %w", s.name, err), c.Close())
		}
	}
	return c, nil
}

// Servers are the servers of the company, in the order in which they are shown.
func (c *Company) Servers() []*Server { return []*Server{c.Directory, c.VPN, c.Badge} }

// Close ends all servers.
func (c *Company) Close() error {
	var errs []error
	for _, s := range c.Servers() {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// Config is the section with which actions/ldap speaks to this server.
func (s *Server) Config() ldap.Config {
	c := Settings()
	c.URL = "ldap://" + s.Addr()
	return c
}

// Settings is the part of Config that all servers of the company have in
// common: all but the URL.
func Settings() ldap.Config {
	return ldap.Config{
		BindDN:           BotDN,
		BindPassword:     config.NewSecret(botPassword),
		Base:             base,
		PeopleBase:       peopleBase,
		GroupsBase:       groupsBase,
		PolicyDN:         policyDN,
		EmptyGroupMember: nobodyDN,
		AdminGroups:      []string{"administrators", "vpn-admins"},
		Attributes:       ldap.Attributes{Zone: "timeZone"},
	}
}

// frame is what every tree has: its branches, the bot, the policy that gives
// a lock its force, and the one who takes the place of a group's last member.
func frame(server string) []Entry {
	entries := []Entry{
		entry(server, base, "objectClass", "domain", "dc", "example"),
	}
	for _, dn := range []string{peopleBase, adminsBase, groupsBase, serviceBase, "ou=policies," + base} {
		ou := strings.TrimPrefix(strings.SplitN(dn, ",", 2)[0], "ou=")
		entries = append(entries, entry(server, dn, "objectClass", "organizationalUnit", "ou", ou))
	}
	return append(
		entries,
		entry(server, policyDN, "objectClass", "pwdPolicy", "cn", "default", "pwdLockout", "TRUE", "pwdMaxFailure", "5"),
		entry(server, BotDN, "objectClass", "organizationalRole", "cn", "offboard", "userPassword", botPassword),
		entry(server, nobodyDN, "objectClass", "organizationalRole", "cn", "nobody"),
	)
}

// DirectoryEntries is the tree of the main directory.
func DirectoryEntries() []Entry {
	const server = "directory"
	entries := frame(server)
	people := People()
	dn := map[string]string{
		AdminLogin:      "uid=" + AdminLogin + "," + adminsBase,
		BreakGlassLogin: "uid=" + BreakGlassLogin + "," + serviceBase,
	}
	for _, p := range people {
		dn[p.Login] = "uid=" + p.Login + "," + peopleBase
	}
	for _, p := range people {
		entries = append(entries, personEntry(server, dn[p.Login], p.Login, p, dn[p.Manager]))
		if p.Login == "jane" {
			entries = append(entries, personEntry(server, dn[AdminLogin], AdminLogin, p, ""))
		}
	}
	entries = append(entries, entry(server, dn[BreakGlassLogin],
		"objectClass", "inetOrgPerson", "uid", BreakGlassLogin, "cn", "Break Glass", "sn", "Glass", "userPassword", "break-glass-demo-password"))
	for _, g := range groups(people) {
		e := entry(server, "cn="+g.name+","+groupsBase,
			"objectClass", "groupOfNames", "cn", g.name, "description", g.words, "owner", dn[g.owner])
		for _, login := range g.members {
			e.Attrs["member"] = append(e.Attrs["member"], dn[login])
		}
		entries = append(entries, e)
	}
	return entries
}

// smallEntries is a tree with some of the people, all in the first group and
// the administrators' accounts, or at the doors Jane and her manager, in the second. Their entryUUIDs are
// the tree's own, as in any second system.
func smallEntries(server string, logins []string, everybody, some string) []Entry {
	entries := frame(server)
	first := entry(server, "cn="+everybody+","+groupsBase, "objectClass", "groupOfNames", "cn", everybody)
	second := entry(server, "cn="+some+","+groupsBase, "objectClass", "groupOfNames", "cn", some)
	for _, login := range logins {
		for _, p := range People() {
			if p.Login != strings.TrimPrefix(login, "adm-") {
				continue
			}
			dn := "uid=" + login + "," + peopleBase
			if login == AdminLogin {
				dn = "uid=" + login + "," + adminsBase
			}
			entries = append(entries, personEntry(server, dn, login, p, ""))
			first.Attrs["member"] = append(first.Attrs["member"], dn)
			if login == AdminLogin || login == "ivan" || (server == "badge" && (login == "jane" || login == "marco")) {
				second.Attrs["member"] = append(second.Attrs["member"], dn)
			}
		}
	}
	return append(entries, first, second)
}

func personEntry(server, dn, login string, p Person, manager string) Entry {
	names := strings.Fields(p.Name)
	e := entry(
		server, dn,
		"objectClass", "inetOrgPerson", "uid", login, "cn", p.Name, "displayName", p.Name, "sn", names[len(names)-1],
		"title", p.Title, "ou", p.Department, "l", p.Location, "c", p.Country, "timeZone", p.Zone,
		"o", "Example", "employeeNumber", p.Number, "userPassword", p.Password,
	)
	if login == p.Login {
		e.Attrs["mail"] = []string{p.Mail()}
	} else {
		e.Attrs["displayName"] = []string{p.Name + " (admin)"}
		e.Attrs["cn"] = []string{p.Name + " (admin)"}
	}
	if manager != "" {
		e.Attrs["manager"] = []string{manager}
	}
	return e
}

// entry makes an entry of pairs of attribute and value.
func entry(server, dn string, pairs ...string) Entry {
	e := Entry{DN: dn, Attrs: map[string][]string{"entryUUID": {uuid(server, dn)}}}
	for n := 0; n+1 < len(pairs); n += 2 {
		if pairs[n+1] != "" {
			e.Attrs[pairs[n]] = append(e.Attrs[pairs[n]], pairs[n+1])
		}
	}
	return e
}
