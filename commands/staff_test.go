package commands_test

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"offboard/actions"
	"offboard/commands/keeper"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
)

// accounts are those that somebody has, by platform.
func accounts(login string) map[string]string {
	h := fnv.New32a()
	h.Write([]byte(login))
	return map[string]string{"chat": login, "slack": "U0" + strings.ToUpper(login), "discord": fmt.Sprint(1e17 + uint64(h.Sum32()))}
}

// everybody are all who have an account: the staff, and two whom the directory
// does not know.
func everybody(platform string) []member {
	var out []member
	for _, p := range staff() {
		out = append(out, member{p.Login, p.Name, p.Chat[platform], p.Zone})
	}
	return append(out, member{"hanna2", "Hanna at home", accounts("hanna2")[platform], ""}, member{"guest", "Gus Guest", accounts("guest")[platform], ""})
}

// staff are the people of the company.
func staff() []actions.Person {
	var out []actions.Person
	for _, r := range []struct{ login, name, title, department, zone, manager, group string }{
		{"clara", "Clara Okonkwo", "Chief Executive", "Management", "Europe/Lisbon", "", ""},
		{"hanna", "Hanna Berg", "Head of People", "HR", "Europe/Oslo", "clara", "hr"},
		{"helge", "Helge Dahl", "People Partner", "HR", "Europe/Oslo", "hanna", "hr"},
		{"marco", "Marco Reyes", "Design Lead", "Design", "Europe/Lisbon", "clara", ""},
		{"jane", "Jane Doe", "Senior Designer", "Design", "America/Toronto", "marco", ""},
		{"jdorsey", "Jane Dorsey", "Accountant", "Finance", "Europe/Berlin", "clara", ""},
		{"priya", "Priya Nair", "Designer", "Design", "Asia/Kolkata", "jane", ""},
		{"tom", "Tom Okafor", "Designer", "Design", "", "jane", ""},
		{"ivan", "Ivan Petrov", "Head of IT", "IT", "Europe/Berlin", "clara", "it"},
		{"ines", "Ines Costa", "System Administrator", "IT", "Europe/Lisbon", "ivan", "it"},
		{"sasha", "Sasha Lind", "Head of Security", "Security", "Europe/Oslo", "clara", "security"},
		{"aude", "Aude Martin", "Internal Auditor", "Audit", "Europe/Lisbon", "clara", "auditors"},
		{"ada", "Ada Novak", "Platform Engineer", "IT", "Europe/Berlin", "ivan", ""},
		{"anton", "Anton Weiss", "Platform Engineer", "IT", "Europe/Berlin", "ivan", ""},
		{"bo", "Bo Nilsen", "Software Engineer", "Engineering", "Europe/Oslo", "clara", ""},
	} {
		p := actions.Person{
			ID: "id-" + r.login, Name: r.name, Login: r.login, Mail: r.login + "@example.com", Title: r.title, Department: r.department,
			Location: "Lisbon", Country: "PT", Zone: r.zone, Chat: accounts(r.login), Groups: []string{"staff"},
		}
		if r.manager != "" {
			p.Manager = "id-" + r.manager
		}
		if r.group != "" {
			p.Groups = append(p.Groups, r.group)
		}
		out = append(out, p)
	}
	return out
}

func person(login string) (actions.Person, bool) {
	for _, p := range staff() {
		if p.Login == login {
			return p, true
		}
	}
	return actions.Person{}, false
}

var roles = []people.Role{
	{Role: store.HR, Groups: []string{"hr"}},
	{Role: store.IT, Groups: []string{"it"}},
	{Role: store.Security, Groups: []string{"security"}},
	{Role: store.Auditor, Groups: []string{"auditors"}},
	{Role: store.Admin, People: []string{"ada", "anton"}},
}

var kinds = []view.Kind{
	{ID: "resignation", Title: "Resignation", Reminders: true},
	{ID: "termination", Title: "Termination", Confidential: true, Reminders: true},
	{ID: "death", Title: "Death", Neutral: true},
	{ID: "suspension", Title: "Suspension", Reminders: true, Returns: true},
}

var tasks = []actions.Task{
	{Name: "laptop", Words: "Take back the laptop", Instructions: "Collect the laptop and the charger.", Owner: store.IT, Due: 72 * time.Hour, Proof: "the serial number"},
}

var remind = keeper.Reminders{
	Every: 24 * time.Hour, Escalate: 48 * time.Hour, Urgent: 15 * time.Minute,
	Hours: keeper.Hours{From: 9 * time.Hour, To: 17 * time.Hour, Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}},
}
