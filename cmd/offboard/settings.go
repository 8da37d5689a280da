package main

import (
	"slices"
	"strings"
	"time"

	"offboard/actions"
	"offboard/actions/watch"
	"offboard/commands"
	"offboard/commands/keeper"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/config"
	"offboard/store"
)

// denied compares logins as directories do, without regard to case.
func denied(cfg *config.Config) func(login string) bool {
	return func(login string) bool {
		return slices.ContainsFunc(cfg.Deny, func(d string) bool { return strings.EqualFold(strings.TrimSpace(d), strings.TrimSpace(login)) })
	}
}

// storeOptions opens the log of a configuration. Its limits are read when they
// are needed: which are in force stands in the log.
func storeOptions(cfg *config.Config) store.Options {
	return store.Options{
		Path: cfg.Database, Keys: cfg.Keys.File, Secret: cfg.Keys.Secret.Value(), Limits: func() store.Limits { return limits(cfg) },
		Holds: func(c store.Card) []store.Role { return people.Given(roles(cfg), c) }, Policy: ruling(cfg), Clock: store.MachineClock(), Signers: signers(cfg), KeyNo: cfg.Checkpoints.Key, Program: program(),
	}
}

func limits(cfg *config.Config) store.Limits {
	l := cfg.Limits
	return store.Limits{Window: time.Duration(l.Window), Requester: l.PerRequester, Source: l.PerSource, Percent: l.Percent, Known: time.Duration(cfg.Watch.KnownFor), Watch: time.Duration(cfg.Watch.For), Erase: time.Duration(cfg.Erase)}
}

func tasks(cfg *config.Config) []actions.Task {
	var out []actions.Task
	for _, t := range cfg.Tasks {
		out = append(out, actions.Task{
			Name: t.Name, Words: t.Words, Instructions: t.Instructions, Owner: store.Role(t.Owner), Due: time.Duration(t.Due), Proof: t.Proof, Lapse: time.Duration(t.Lapse),
		})
	}
	return out
}

func enquiry(cfg *config.Config) actions.Enquiry {
	out := actions.Enquiry{Within: time.Duration(cfg.Answers.Within)}
	for _, q := range cfg.Questions {
		out.Ask = append(out.Ask, store.Question{ID: q.Name, Label: q.Label, Ask: q.Ask, Task: q.Task})
	}
	return out
}

func roles(cfg *config.Config) []people.Role {
	var out []people.Role
	for _, r := range cfg.Roles {
		out = append(out, people.Role{Role: store.Role(r.Role), People: r.People, Groups: r.Groups, Scope: r.Scope})
	}
	return out
}

func kinds(cfg *config.Config) []view.Kind {
	var out []view.Kind
	for _, k := range cfg.Kinds() {
		out = append(out, view.Kind{ID: k.ID, Title: k.Title, Confidential: k.Confidential, Neutral: k.Neutral, Reminders: k.Reminders, Returns: k.Returns})
	}
	return out
}

// confidential are the kinds of departure, and whether they are confidential.
func confidential(cfg *config.Config) map[string]bool {
	out := map[string]bool{}
	for _, k := range cfg.Kinds() {
		out[k.ID] = k.Confidential
	}
	return out
}

func reminders(cfg *config.Config) keeper.Reminders {
	r := cfg.Reminders
	return keeper.Reminders{
		Every: time.Duration(r.Every), Escalate: time.Duration(r.Escalate), Urgent: time.Duration(r.UrgentEvery),
		Hours: keeper.Hours{From: r.Hours.From, To: r.Hours.To, Days: r.Days}, BeforeReturn: r.BeforeReturn,
	}
}

func emergencies(cfg *config.Config) keeper.Emergencies {
	return keeper.Emergencies{Announce: named(cfg.Emergency.Announce), Ratify: time.Duration(cfg.Emergency.Ratify)}
}

func times(cfg *config.Config) commands.Times {
	t := commands.Times{Zones: map[string]string{}}
	for day, hour := range cfg.Times.Hours() {
		t.Hours[day] = string(hour)
	}
	for place, zone := range cfg.Times.Zones {
		t.Zones[strings.ToLower(strings.TrimSpace(place))] = zone.String()
	}
	return t
}

func approvals(cfg *config.Config) keeper.Approvals {
	a := cfg.Approvals
	return keeper.Approvals{Fallback: a.Fallback, Before: time.Duration(a.FallbackBefore), Deadline: time.Duration(a.Deadline), Lead: a.Lead}
}

func announce(cfg *config.Config) keeper.Announce {
	a := keeper.Announce{
		Before: time.Duration(cfg.Announce.Before),
		Hours:  keeper.Hours{From: cfg.Announce.Hours.From, To: cfg.Announce.Hours.To, Days: cfg.Announce.Days},
	}
	a.Roles = named(cfg.Announce.Roles)
	return a
}

func named(roles []string) []store.Role {
	var out []store.Role
	for _, r := range roles {
		out = append(out, store.Role(r))
	}
	return out
}

func schedule(w config.Watch) store.Schedule {
	return store.Schedule{First: time.Duration(w.First), Second: time.Duration(w.Second), Every: time.Duration(w.Every), For: time.Duration(w.For)}
}

// timetable is when all accounts are looked at.
func timetable(cfg *config.Config) watch.Timetable {
	s := cfg.Watch.Sweep
	return watch.Timetable{On: !s.Off, Daily: s.Daily, Day: s.Day, At: s.Hour, Zone: cfg.Company.Zone.Location}
}
