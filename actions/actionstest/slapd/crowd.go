package slapd

import (
	"fmt"
	"io"
)

// Crowd is a company of many people, to be loaded into a Server. Each is in ten
// groups of about fifty people. The first Leavers each have one direct report,
// the others report to the last person, whom nobody takes away.
type Crowd struct {
	People  int // at least twice as many as Leavers, and two more
	Leavers int
}

// What is in the tree beside the people.
const (
	PolicyDN    = "cn=default,ou=policies," + Suffix
	BotPassword = "bot-password"
)

const (
	memberships = 10 // of each person
	teamSize    = 50 // people in the same ten groups
)

// Boss is the number of the person to whom the others report. People count from 0.
func (c Crowd) Boss() int { return c.People - 1 }

// Login is the uid of a person.
func (c Crowd) Login(n int) string { return fmt.Sprintf("u%06d", n) }

// ID is the entryUUID of a person.
func (c Crowd) ID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// Number is the employee number of a person.
func (c Crowd) Number(n int) string { return fmt.Sprint(100000 + n) }

// Mail is the address of a person.
func (c Crowd) Mail(n int) string { return c.Login(n) + "@example.com" }

// DN is where a person is.
func (c Crowd) DN(n int) string { return "uid=" + c.Login(n) + ",ou=people," + Suffix }

// Report is the number of the direct report of a leaver.
func (c Crowd) Report(leaver int) int { return c.Leavers + leaver }

// Groups are the DNs of the groups that a person is in.
func (c Crowd) Groups(n int) []string {
	var out []string
	for g := range memberships {
		out = append(out, fmt.Sprintf("cn=g%d-%d,ou=groups,%s", n%c.teams(), g, Suffix))
	}
	return out
}

// teams is how many groups of people there are that share their memberships.
// The leavers are spread over all of them, so that no group is left empty.
func (c Crowd) teams() int { return max(1, c.People/teamSize) }

// LDIF is the tree.
func (c Crowd) LDIF() io.Reader {
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(c.write(w)) }()
	return r
}

func (c Crowd) write(w io.Writer) error {
	var failed error
	put := func(format string, args ...any) {
		if failed == nil {
			_, failed = fmt.Fprintf(w, format, args...)
		}
	}
	put("dn: %s\nobjectClass: domain\ndc: example\n\n", Suffix)
	for _, ou := range []string{"people", "groups", "services", "policies"} {
		put("dn: ou=%s,%s\nobjectClass: organizationalUnit\nou: %[1]s\n\n", ou, Suffix)
	}
	put("dn: %s\nobjectClass: device\nobjectClass: pwdPolicy\ncn: default\npwdAttribute: userPassword\npwdLockout: TRUE\n\n", PolicyDN)
	put("dn: %s\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: offboard\nuserPassword: %s\n\n", BotDN, BotPassword)
	for n := range c.People {
		put("dn: %s\nobjectClass: inetOrgPerson\nuid: %s\ncn: Person %d\nsn: Person\nmail: %s\n", c.DN(n), c.Login(n), n, c.Mail(n))
		put("employeeNumber: %s\nentryUUID: %s\nuserPassword: secret\n", c.Number(n), c.ID(n))
		switch leaver := n - c.Leavers; {
		case leaver >= 0 && leaver < c.Leavers:
			put("manager: %s\n", c.DN(leaver))
		case n != c.Boss():
			put("manager: %s\n", c.DN(c.Boss()))
		}
		for _, g := range c.Groups(n) {
			put("memberOf: %s\n", g)
		}
		put("\n")
	}
	for team := range c.teams() {
		for _, dn := range c.Groups(team) {
			put("dn: %s\nobjectClass: groupOfNames\n", dn)
			for n := team; n < c.People; n += c.teams() {
				put("member: %s\n", c.DN(n))
			}
			put("\n")
		}
	}
	return failed
}
