package slacktest

import (
	"slices"
	"strings"
	"time"
)

// Kind is what sort of account a user is.
type Kind string

// The kinds of users.
const (
	Member      Kind = ""
	Guest       Kind = "multi-channel guest"  // is_restricted
	SingleGuest Kind = "single-channel guest" // is_restricted and is_ultra_restricted
	Bot         Kind = "bot"
	Foreign     Kind = "of another workspace" // seen through Slack Connect: is_stranger
)

// Slackbot is the user id under which Slack itself speaks.
const Slackbot = "USLACKBOT"

// User is an account. AddUser fills in what is empty.
type User struct {
	ID          string
	Name        string // the handle: "ann.lee"
	RealName    string
	Email       string
	TZ          string // "Europe/Oslo"; empty is UTC
	Title       string
	Kind        Kind
	TeamID      string
	Admin       bool
	Owner       bool
	Deactivated bool
	Fields      map[string]Field // custom profile fields by id, "Xf..."
}

// Field is a custom profile field.
type Field struct{ Label, Value string }

// Channel is a channel. AddChannel fills in what is empty.
type Channel struct {
	ID       string
	Name     string
	Private  bool
	Archived bool
	External bool     // shared with another workspace
	Members  []string // user ids; the app is in it if BotUser is
}

// Group is a user group.
type Group struct {
	ID       string
	Handle   string
	Name     string
	Users    []string
	Disabled bool
}

// channel is a Channel or, with with set, the direct messages of the app and a
// person.
type channel struct {
	Channel
	with     string
	created  time.Time
	messages []*Message
}

// AddUser adds an account.
func (s *Slack) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == "" {
		u.ID = s.id("U")
	}
	if u.Name == "" {
		u.Name = strings.ReplaceAll(strings.ToLower(u.RealName), " ", ".")
	}
	if u.Email == "" && u.Kind != Bot {
		u.Email = u.Name + "@toys.example"
	}
	if u.TeamID == "" {
		u.TeamID = s.TeamID
		if u.Kind == Foreign {
			u.TeamID = s.id("T")
		}
	}
	s.users = append(s.users, &u)
	return u
}

// AddChannel adds a channel.
func (s *Slack) AddChannel(c Channel) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = s.id("C")
	}
	c.Name = strings.TrimPrefix(c.Name, "#")
	c.Members = slices.Clone(c.Members)
	s.channels = append(s.channels, &channel{Channel: c, created: time.Now()})
	return c
}

// AddGroup adds a user group.
func (s *Slack) AddGroup(g Group) Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.ID == "" {
		g.ID = s.id("S")
	}
	g.Users = slices.Clone(g.Users)
	s.groups = append(s.groups, &g)
	return g
}

// User is an account as it is now; the zero User if there is none.
func (s *Slack) User(id string) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.user(id); u != nil {
		return *u
	}
	return User{}
}

// Change changes an account, and tells the app with a user_change event.
func (s *Slack) Change(id string, change func(u *User)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.user(id); u != nil {
		was := u.Deactivated
		change(u)
		if u.Deactivated && !was {
			s.forget(u)
		}
		s.changed(u)
	}
	s.signal.Notify()
}

// forget takes a deactivated account out of groups and channels, as Slack
// does; s.mu is held.
func (s *Slack) forget(u *User) {
	is := func(id string) bool { return id == u.ID }
	for _, g := range s.groups {
		g.Users = without(g.Users, is)
	}
	for _, c := range s.channels {
		if c.with == "" {
			c.Members = without(c.Members, is)
		}
	}
}

// Archive archives a channel.
func (s *Slack) Archive(id string) { s.alter(id, func(c *channel) { c.Archived = true }) }

// Join adds a member to a channel.
func (s *Slack) Join(id, user string) {
	s.alter(id, func(c *channel) { c.Members = append(without(c.Members, is(user)), user) })
}

// Leave takes a member, or the app by BotUser, out of a channel.
func (s *Slack) Leave(id, user string) {
	s.alter(id, func(c *channel) { c.Members = without(c.Members, is(user)) })
}

func is(id string) func(string) bool { return func(o string) bool { return o == id } }

func (s *Slack) alter(id string, change func(c *channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channel(id); c != nil {
		change(c)
	}
	s.signal.Notify()
}

// RemoveChannel deletes a channel with all that is in it.
func (s *Slack) RemoveChannel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels = without(s.channels, func(c *channel) bool { return c.ID == id })
	s.signal.Notify()
}

// DirectChannel is the id of the direct messages of the app and a person, D...
func (s *Slack) DirectChannel(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.direct(user).ID
}

// direct finds or opens direct messages; s.mu is held.
func (s *Slack) direct(user string) *channel {
	for _, c := range s.channels {
		if c.with == user {
			return c
		}
	}
	c := &channel{Channel: Channel{ID: s.id("D"), Members: []string{user, s.BotUser}}, with: user, created: time.Now()}
	s.channels = append(s.channels, c)
	return c
}

func (s *Slack) user(id string) *User {
	for _, u := range s.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (s *Slack) channel(id string) *channel {
	for _, c := range s.channels {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *Slack) group(id string) *Group {
	for _, g := range s.groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (c *channel) has(user string) bool { return slices.Contains(c.Members, user) }

// payloadName is what payloads call a channel.
func (c *channel) payloadName() string {
	switch {
	case c.with != "":
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}
