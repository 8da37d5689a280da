package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"offboard/bot"
)

// name is the platform's: under it accounts are linked.
const name = "web"

// record is one message as it stands now: posted by the bot for all who read
// the place, or an answer to one person, or what that person typed.
type record struct {
	N        uint64    `json:"n"`
	Place    bot.Place `json:"place"`
	Key      string    `json:"key,omitempty"`
	Only     string    `json:"only,omitempty"`     // id of the only reader
	Typed    string    `json:"typed,omitempty"`    // instead of Body: what Only typed
	Notified []string  `json:"notified,omitempty"` // ids of those whom the post notified
	At       time.Time `json:"at"`
	Edited   time.Time `json:"edited,omitzero"`
	Body     content   `json:"body"`
	File     *bot.File `json:"file,omitempty"`
}

func (r *record) id() string { return fmt.Sprintf("m%d", r.N) }

func (r *record) ref() bot.Ref { return bot.Ref{Place: r.Place, ID: r.id()} }

// person is somebody with what lies before them.
type person struct {
	Person
	zone *time.Location
	tone int // colour of the initials
	desk desk
}

func (p *person) user() bot.User { return bot.User{Platform: name, ID: p.ID, Name: p.Name} }

// desk is what a person has read, and the form that is open. A desk is
// replaced, never changed in place.
type desk struct {
	Read map[string]uint64 `json:"read,omitempty"` // place -> number of the last message seen there
	Form *openForm         `json:"form,omitempty"`
}

// openForm is a form with what was filled in so far.
type openForm struct {
	ID     string            `json:"id"`
	Place  bot.Place         `json:"place"`
	Form   bot.Form          `json:"form"`
	Values map[string]string `json:"values,omitempty"` // as shown; without an entry, what the form says
	Errors map[string]string `json:"errors,omitempty"`
}

// room is a place without its thread, as a key.
func room(at bot.Place) string { return string(at.Kind) + ":" + at.ID }

func direct(person string) bot.Place {
	return bot.Place{Platform: name, Kind: bot.Direct, ID: person}
}

func channel(id string) bot.Place {
	return bot.Place{Platform: name, Kind: bot.Channel, ID: id}
}

// readers says who can read a place that exists; c.mu is held.
func (c *Chat) readers(at bot.Place) ([]*person, error) {
	gone := fmt.Errorf("%s %s: %w", at.Kind, at.ID, bot.ErrGone)
	if at.Platform != name {
		return nil, gone
	}
	if at.Thread != "" {
		root := c.record(at.Thread)
		if root == nil || root.Only != "" || room(root.Place) != room(at) {
			return nil, fmt.Errorf("thread %s: %w", at.Thread, gone)
		}
	}
	if at.Kind == bot.Direct {
		if p := c.person(at.ID); p != nil {
			return []*person{p}, nil
		}
		return nil, gone
	}
	i := slices.IndexFunc(c.channels, func(ch Channel) bool { return ch.ID == at.ID })
	if i < 0 || at.Kind != bot.Channel {
		return nil, gone
	}
	var out []*person
	for _, p := range c.people {
		if slices.Contains(c.channels[i].Members, p.ID) {
			out = append(out, p)
		}
	}
	return out, nil
}

// record finds a message by id, or nil; c.mu is held.
func (c *Chat) record(id string) *record {
	n, err := strconv.ParseUint(strings.TrimPrefix(id, "m"), 10, 64)
	i, found := slices.BinarySearchFunc(c.records, n, func(r *record, n uint64) int { return cmp.Compare(r.N, n) })
	if err != nil || !found || c.records[i].id() != id {
		return nil
	}
	return c.records[i]
}

// sees reports whether a person can see a message; c.mu is held.
func (c *Chat) sees(p *person, r *record) bool {
	if r.Only != "" {
		return r.Only == p.ID
	}
	readers, err := c.readers(r.Place)
	return err == nil && slices.Contains(readers, p)
}

// places lists where a person reads: direct messages first; c.mu is held.
func (c *Chat) places(p *person) []bot.Place {
	out := []bot.Place{direct(p.ID)}
	for _, ch := range c.channels {
		if slices.Contains(ch.Members, p.ID) {
			out = append(out, channel(ch.ID))
		}
	}
	return out
}

// unread counts what a person has not read in a place: all of it, and what
// has notified them; c.mu is held.
func (c *Chat) unread(p *person, at bot.Place) (all, notified int) {
	for _, r := range c.records {
		if room(r.Place) != room(at) || r.Only != "" || r.N <= p.desk.Read[room(at)] {
			continue
		}
		all++
		if slices.Contains(r.Notified, p.ID) {
			notified++
		}
	}
	return all, notified
}
