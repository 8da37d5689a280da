package demo

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// Person is one of the fictional people, with the facts that the trees of the
// servers are made from.
type Person struct {
	Login, Name, Title, Department string
	Location, Country, Zone        string
	Manager                        string // login; empty for the chief
	Number                         string // employee number
	Password                       string // known here so that tests can sign in as them from outside
}

// Mail is the person's address.
func (p Person) Mail() string { return p.Login + "@example.com" }

// A place is where people work.
type place struct{ location, country, zone string }

var (
	lisbon  = place{"Lisbon", "PT", "Europe/Lisbon"}
	berlin  = place{"Berlin", "DE", "Europe/Berlin"}
	oslo    = place{"Oslo", "NO", "Europe/Oslo"}
	toronto = place{"Toronto", "CA", "America/Toronto"}
	mumbai  = place{"Mumbai", "IN", "Asia/Kolkata"}
)

// People are the fictional people, always in this order. No real person is meant.
func People() []Person {
	rows := []struct {
		login, name, title, department, manager string
		at                                      place
	}{
		{"clara", "Clara Okonkwo", "Chief Executive", "Management", "", lisbon},
		{"hanna", "Hanna Berg", "Head of People", "HR", "clara", oslo},
		{"luis", "Luis Ferreira", "People Partner", "HR", "hanna", lisbon},
		{"yuki", "Yuki Tanaka", "Recruiter", "HR", "hanna", toronto},
		{"marco", "Marco Reyes", "Design Lead", "Design", "clara", lisbon},
		{"jane", "Jane Doe", "Senior Designer", "Design", "marco", lisbon},
		{"priya", "Priya Nair", "Designer", "Design", "jane", mumbai},
		{"tom", "Tom Okafor", "Designer", "Design", "jane", lisbon},
		{"lena", "Lena Vogel", "Illustrator", "Design", "marco", berlin},
		{"omar", "Omar Haddad", "UX Researcher", "Design", "marco", berlin},
		{"jdorsey", "Jane Dorsey", "Accountant", "Finance", "greta", berlin},
		{"greta", "Greta Sandoval", "Head of Finance", "Finance", "clara", berlin},
		{"amir", "Amir Rahimi", "Controller", "Finance", "greta", berlin},
		{"beatriz", "Beatriz Lopes", "Payroll Specialist", "Finance", "greta", lisbon},
		{"ivan", "Ivan Petrov", "Head of IT", "IT", "clara", berlin},
		{"ines", "Ines Costa", "System Administrator", "IT", "ivan", lisbon},
		{"kofi", "Kofi Asante", "Support Engineer", "IT", "ivan", berlin},
		{"sasha", "Sasha Lind", "Head of Security", "Security", "clara", oslo},
		{"noor", "Noor Jansen", "Security Analyst", "Security", "sasha", berlin},
		{"aude", "Aude Martin", "Internal Auditor", "Audit", "clara", lisbon},
		{"elif", "Elif Kaya", "Head of Engineering", "Engineering", "clara", berlin},
		{"bo", "Bo Nilsen", "Software Engineer", "Engineering", "elif", oslo},
		{"mei", "Mei Lin Chua", "Software Engineer", "Engineering", "elif", toronto},
		{"pavel", "Pavel Horak", "Software Engineer", "Engineering", "elif", berlin},
		{"zola", "Zola Dlamini", "Site Reliability Engineer", "Engineering", "elif", lisbon},
		{"ravi", "Ravi Menon", "Data Engineer", "Engineering", "elif", mumbai},
		{"siobhan", "Siobhan O'Rourke", "Test Engineer", "Engineering", "elif", toronto},
		{"hugo", "Hugo Lindqvist", "Firmware Engineer", "Engineering", "elif", oslo},
		{"fatima", "Fatima Zahra Alaoui", "Head of Sales", "Sales", "clara", lisbon},
		{"diego", "Diego Fuentes", "Account Manager", "Sales", "fatima", lisbon},
		{"anya", "Anya Kowalska", "Account Manager", "Sales", "fatima", berlin},
		{"jamal", "Jamal Carter", "Sales Engineer", "Sales", "fatima", toronto},
		{"rosa", "Rosa Esposito", "Sales Assistant", "Sales", "fatima", lisbon},
		{"nils", "Nils Aaberg", "Head of Support", "Support", "clara", oslo},
		{"thandi", "Thandi Nkosi", "Support Agent", "Support", "nils", berlin},
		{"paulo", "Paulo Teixeira", "Support Agent", "Support", "nils", lisbon},
		{"chloe", "Chloe Dubois", "Support Agent", "Support", "nils", toronto},
		{"sven", "Sven Madsen", "Office Manager", "Facilities", "hanna", oslo},
		{"leila", "Leila Farouk", "General Counsel", "Legal", "clara", berlin},
		{"arjun", "Arjun Pillai", "Paralegal", "Legal", "leila", mumbai},
	}
	people := make([]Person, 0, len(rows))
	for n, r := range rows {
		people = append(people, Person{
			Login: r.login, Name: r.name, Title: r.title, Department: r.department, Manager: r.manager,
			Location: r.at.location, Country: r.at.country, Zone: r.at.zone,
			Number:   fmt.Sprint(1001 + n),
			Password: r.login + "-demo-password",
		})
	}
	return people
}

// group is a group of the directory.
type group struct {
	name, words string
	owner       string // login
	members     []string
}

// groups are the groups of the directory. Jane owns one and is the last
// member of another.
func groups(people []Person) []group {
	in := func(department string) []string {
		var logins []string
		for _, p := range people {
			if p.Department == department || department == "" {
				logins = append(logins, p.Login)
			}
		}
		return logins
	}
	return []group{
		{"staff", "Everybody", "hanna", in("")},
		{"hr", "People and recruiting", "hanna", in("HR")},
		{"it", "Information technology", "ivan", in("IT")},
		{"security", "Security", "sasha", in("Security")},
		{"auditors", "May read every record", "clara", []string{"aude"}},
		{"administrators", "Privileged accounts", "ivan", []string{"adm-jane", "ivan", "ines"}},
		{"design", "Design", "marco", in("Design")},
		{"design-system", "Shared components", "jane", []string{"jane", "priya", "tom", "lena", "bo"}},
		{"rebranding", "Secret until spring", "jane", []string{"jane"}},
		{"engineering", "Engineering", "elif", in("Engineering")},
		{"finance", "Finance", "greta", in("Finance")},
		{"sales", "Sales", "fatima", in("Sales")},
		{"office-lisbon", "Office in Lisbon", "sven", []string{"clara", "marco", "jane", "tom", "ines", "zola", "paulo"}},
	}
}

// uuid is an id that looks like an entryUUID and is the same in every run.
func uuid(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	h[6] = h[6]&0x0f | 0x80 // version 8: custom (RFC 9562)
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
