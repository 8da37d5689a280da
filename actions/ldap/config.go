package ldap

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/config"
)

// Config is the section of one LDAP directory.
type Config struct {
	URL          string        `yaml:"url"`           // ldap:// or ldaps://; what is written is written there
	Replicas     []string      `yaml:"replicas"`      // the other servers of the directory: a step is over when they show it too
	StartTLS     bool          `yaml:"start_tls"`     // encrypt an ldap:// connection before signing in
	CAFile       string        `yaml:"ca_file"`       // PEM file; without it the system's authorities are trusted
	ServerName   string        `yaml:"server_name"`   // name in the certificate, if it is not the host of the URL
	Flavour      string        `yaml:"flavour"`       // kind of server; without it the server is asked at each connection
	BindDN       string        `yaml:"bind_dn"`       // the account of this bot
	BindPassword config.Secret `yaml:"bind_password"` // its password
	Timeout      time.Duration `yaml:"timeout"`       // for one request; 0 means 10s

	// ReplicasWithin is how long the replicas may take to show a change before a
	// person is asked; 0 means 4h.
	ReplicasWithin time.Duration `yaml:"replicas_within"`

	Base         string `yaml:"base"`          // accounts are looked for below it
	PeopleBase   string `yaml:"people_base"`   // people are searched below it; default: base
	GroupsBase   string `yaml:"groups_base"`   // groups are searched below it; default: base
	PeopleFilter string `yaml:"people_filter"` // default: of the flavour, as (objectClass=inetOrgPerson)
	PageSize     int    `yaml:"page_size"`     // entries asked for at a time; 0 means 500

	LockAttribute    string     `yaml:"lock_attribute"`     // generic servers: attribute that keeps an account out
	LockValue        string     `yaml:"lock_value"`         // generic servers: its value that does so; default: TRUE
	PolicyDN         string     `yaml:"policy_dn"`          // the default password policy; without it the one below base is taken
	LeaversBase      string     `yaml:"leavers_base"`       // move puts entries below it
	EmptyGroupMember string     `yaml:"empty_group_member"` // DN that takes the place of a group's last member
	AccountLink      string     `yaml:"account_link"`       // entries with the same value are accounts of one person; default: the employee number
	AdminGroups      []string   `yaml:"admin_groups"`       // names (cn) of groups whose members are privileged
	AdminPrefix      string     `yaml:"admin_prefix"`       // logins that begin with it are privileged; default: adm-
	ServiceAccounts  string     `yaml:"service_accounts"`   // filter: accounts that programs sign in with; default: of the flavour
	Attributes       Attributes `yaml:"attributes"`

	// Chat names the attribute that holds a person's account on each chat
	// platform (link.attributes of the configuration). Who is in it is linked
	// without further ado, so nobody may be able to write their own.
	Chat map[string]string `yaml:"-"`
}

// Attributes are the names that the directory uses for what Offboard reads.
// The defaults are those of Active Directory after the stroke, and before it
// those of all others.
type Attributes struct {
	Login      string `yaml:"login"`      // default: uid / sAMAccountName
	Name       string `yaml:"name"`       // default: displayName; cn where an entry has none
	Mail       string `yaml:"mail"`       // default: mail
	Title      string `yaml:"title"`      // default: title
	Department string `yaml:"department"` // default: ou / department
	Country    string `yaml:"country"`    // default: c
	Entity     string `yaml:"entity"`     // default: o / company
	Location   string `yaml:"location"`   // default: l
	Employment string `yaml:"employment"` // default: employeeType
	Zone       string `yaml:"zone"`       // no default: no standard attribute holds a time zone
	Number     string `yaml:"number"`     // default: employeeNumber / employeeID
	Manager    string `yaml:"manager"`    // default: manager
}

const (
	defaultTimeout  = 10 * time.Second
	defaultPageSize = 500 // the size limit of a slapd that nobody has tuned
	// defaultReplicasWithin is a little more than the 3 hours between two sites of a
	// domain where nobody has changed the schedule (replInterval of the site link: 180).
	defaultReplicasWithin = 4 * time.Hour
)

// Validate reports what is wrong with the section. It opens nothing.
func (c Config) Validate() error {
	if err := c.validURL("url", c.URL); err != nil {
		return err
	}
	for n, replica := range c.Replicas {
		if err := c.validURL("replicas", replica); err != nil {
			return err
		}
		if strings.EqualFold(replica, c.URL) || slices.ContainsFunc(c.Replicas[:n], func(r string) bool { return strings.EqualFold(r, replica) }) {
			return fmt.Errorf("replicas: %s is named twice; url is the server that is written to, and the others belong here", replica)
		}
	}
	if c.ReplicasWithin < 0 {
		return fmt.Errorf("replicas_within: %s is negative", c.ReplicasWithin)
	}
	if c.BindDN == "" || c.BindPassword.Value() == "" {
		// RFC 4513, 5.1.2: a bind with a name and no password succeeds as anonymous.
		return errors.New("bind_dn and bind_password: both are needed")
	}
	if _, err := flavourNamed(c.Flavour); err != nil {
		return err
	}
	if err := c.validateLock(); err != nil {
		return err
	}
	if c.Base == "" {
		return errors.New("base: it is needed")
	}
	for _, f := range []struct{ name, dn string }{
		{"bind_dn", c.BindDN},
		{"base", c.Base},
		{"people_base", c.PeopleBase},
		{"groups_base", c.GroupsBase},
		{"policy_dn", c.PolicyDN},
		{"leavers_base", c.LeaversBase},
		{"empty_group_member", c.EmptyGroupMember},
	} {
		if _, err := ldap.ParseDN(f.dn); err != nil {
			return fmt.Errorf("%s: %q is not a distinguished name: %w", f.name, f.dn, err)
		}
	}
	if c.PeopleFilter != "" {
		if _, err := ldap.CompileFilter(c.PeopleFilter); err != nil {
			return fmt.Errorf("people_filter: %w", err)
		}
	}
	if c.ServiceAccounts != "" {
		if _, err := ldap.CompileFilter(c.ServiceAccounts); err != nil {
			return fmt.Errorf("service_accounts: %w", err)
		}
	}
	if c.PageSize < 0 || c.PageSize > 100_000 {
		return fmt.Errorf("page_size: %d is not between 1 and 100000", c.PageSize)
	}
	if c.Timeout < 0 {
		return fmt.Errorf("timeout: %s is negative", c.Timeout)
	}
	return nil
}

func (c Config) validURL(key, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "ldap" && u.Scheme != "ldaps") {
		return fmt.Errorf("%s: %q is not of the form ldap://host or ldaps://host", key, raw)
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return fmt.Errorf("%s: only the host and a port belong here; the account and the base have settings of their own", key)
	}
	if u.Scheme == "ldaps" && c.StartTLS {
		return errors.New("start_tls: an ldaps:// connection is encrypted already")
	}
	if u.Scheme == "ldap" && !c.StartTLS && !loopback(u.Hostname()) {
		return fmt.Errorf("%s: %s would carry the password in the clear: use ldaps:// or start_tls: true", key, raw)
	}
	return nil
}

// validateLock: another kind of server has a lock of its own, and would not
// look at the one that is declared.
func (c Config) validateLock() error {
	switch {
	case c.LockAttribute == "" && c.LockValue == "":
		return nil
	case c.LockAttribute == "":
		return errors.New("lock_attribute: lock_value is its value, and says nothing alone")
	case c.Flavour != generic.name:
		return errors.New("lock_attribute: it is for flavour: generic only; the others have a lock of their own")
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (c Config) withDefaults() Config {
	if c.PeopleBase == "" {
		c.PeopleBase = c.Base
	}
	if c.GroupsBase == "" {
		c.GroupsBase = c.Base
	}
	if c.AdminPrefix == "" {
		c.AdminPrefix = "adm-"
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.PageSize == 0 {
		c.PageSize = defaultPageSize
	}
	if c.ReplicasWithin == 0 {
		c.ReplicasWithin = defaultReplicasWithin
	}
	if c.LockValue == "" {
		c.LockValue = "TRUE"
	}
	return c
}

// withFlavour fills in what nobody has set by what the kind of server uses.
func (c Config) withFlavour(f *flavour) Config {
	def := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	a, d := &c.Attributes, f.attributes
	def(&a.Login, d.Login)
	def(&a.Name, d.Name)
	def(&a.Mail, d.Mail)
	def(&a.Title, d.Title)
	def(&a.Department, d.Department)
	def(&a.Country, d.Country)
	def(&a.Entity, d.Entity)
	def(&a.Location, d.Location)
	def(&a.Employment, d.Employment)
	def(&a.Number, d.Number)
	def(&a.Manager, d.Manager)
	def(&c.PeopleFilter, f.people)
	def(&c.AccountLink, a.Number)
	if len(c.AdminGroups) == 0 {
		c.AdminGroups = f.admins
	}
	return c
}
