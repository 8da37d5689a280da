package main

import (
	"offboard/actions/demo"
	"offboard/bot/web"
)

const demoIntro = "Jane Doe leaves Lumen Works, a fictional company. Offboard is the bot that takes her out of its systems, " +
	"and calls nothing done before it has looked. You play everybody, one after the other."

// scenes are the story as it is told before it begins.
var scenes = []web.Scene{
	{Who: "Hanna, HR,", Text: "says who leaves and when. The bot reads what Jane has, and changes nothing."},
	{Who: "Marco, her manager,", Text: "approves, and says who gets what was hers."},
	{Who: "The bot", Text: "locks her accounts and empties her groups on three real LDAP servers. You see it happen under Company."},
	{Who: "Ivan, IT,", Text: "does what only a person can, and helps when a system fails."},
	{Who: "You", Text: "get in the way: take a system down, make it lie, let a week pass, kill the bot. Nothing is lost, and nothing is green that is not true."},
}

// figure is what somebody of the company is in the story.
type figure struct {
	login, line, about string
	try                []string
}

// personas are those who have something to do or to see, in the order of the
// story.
var personas = []figure{
	{"hanna", "HR · starts it", "You are in HR: you say who leaves, and when. You may not approve what you asked for.", []string{"start jane", "inbox", "help"}},
	{"marco", "Manager · approves", "You are Jane's manager: you approve or decline, and say who gets what was hers.", []string{"inbox", "help"}},
	{"ivan", "IT · does what is left", "You lead IT: you watch #it-offboarding, do what only a person can, and press Retry when a system failed.", []string{"inbox", "list", "help"}},
	{"sasha", "Security · steps in", "You lead security: you see every case, can start, stop and retry, and are the second person where one is not enough.", []string{"list", "audit OFF-1", "help"}},
	{"aude", "Auditor · reads everything", "You are the auditor: you read who did what, and change nothing.", []string{"list", "audit OFF-1", "help"}},
	{"bo", "Bystander · learns nothing", "You have nothing to do with it, and the bot does not even say whether there is a case. Try it.", []string{"status OFF-1", "start jane", "help"}},
	{"jane", "The leaver · is told by people", "You are the one who leaves, and the bot tells you nothing: that is for people to do.", []string{"inbox", "status OFF-1", "help"}},
	{"priya", "Colleague · may take over", "You work with Jane. If Marco gives you something of hers, you are told here.", []string{"inbox", "help"}},
}

// cast are the people of the company, those of the story first.
func cast() []web.Person {
	people := map[string]demo.Person{}
	for _, p := range demo.People() {
		people[p.Login] = p
	}
	var out []web.Person
	for _, f := range personas {
		p := people[f.login]
		delete(people, f.login)
		out = append(out, web.Person{ID: p.Login, Name: p.Name, Line: f.line, Zone: p.Zone, About: f.about, Try: f.try})
	}
	for _, p := range demo.People() {
		if _, ok := people[p.Login]; !ok {
			continue
		}
		about := "You are a bystander here, unless you are the one who leaves, or approves, or takes over."
		if deputies[p.Department] != "" {
			about = deputies[p.Department]
		}
		out = append(out, web.Person{
			ID: p.Login, Name: p.Name, Line: p.Department + " · " + p.Title, Zone: p.Zone, About: about, Try: []string{"inbox", "help"}, Aside: true,
		})
	}
	return out
}

// deputies are those who have a role beside the one who plays it.
var deputies = map[string]string{
	"HR":       "You are in HR too: what waits for HR waits for you and for Hanna.",
	"IT":       "You are in IT too: what waits for IT waits for you and for Ivan.",
	"Security": "You are in security too: what waits for security waits for you and for Sasha.",
}
