package bottest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/bot"
)

// A Chat is a chat platform in memory. The bot uses it as a bot.Platform; a
// test or the demo plays its people with Type, Click, Choose and Fill, and
// reads what they see. Its methods may be called from several goroutines.
//
// People are named by id, by full name, or by first name where only one
// person has it. Set the exported fields before the first use.
type Chat struct {
	Out      io.Writer      // gets the transcript as it happens; may be nil
	Zone     *time.Location // of the transcript's clock, else UTC, and of moments in channels, else plain text
	Collapse bool           // Transcript shows edits in a row, with nothing between them, as one

	signal Signal
	busy   sync.WaitGroup

	mu       sync.Mutex
	name     string
	people   []*person
	channels map[string][]string // id -> member ids
	messages []*message
	entries  []entry
	live     printer
	problems []string
	faults   faults
	handler  bot.Handler
	ctx      context.Context // of Run: what interactions are handled with
	last     delivery
	count    int
}

type person struct {
	bot.User
	zone     *time.Location
	form     *bot.Form // what is open, with what was filled in so far
	answer   string    // what the last interaction of this person was answered with
	notified []bot.Ref
	files    []bot.File
}

// message is one message with everything it has ever said.
type message struct {
	ref      bot.Ref
	key      string
	to       string // the only reader, if it is an answer
	versions []bot.Message
	gone     bool
}

func (m *message) now() bot.Message { return m.versions[len(m.versions)-1] }

// New returns an empty chat. The name is that of the platform, e.g. "chat".
func New(name string) *Chat {
	return &Chat{name: name, channels: map[string][]string{}}
}

// AddUser adds a person. Direct messages with them need no setting up.
func (c *Chat) AddUser(id, name string) bot.User {
	c.mu.Lock()
	defer c.mu.Unlock()
	u := bot.User{Platform: c.name, ID: id, Name: name}
	c.people = append(c.people, &person{User: u})
	return u
}

// AddChannel adds a channel with its members, and the bot in it.
func (c *Chat) AddChannel(id string, members ...string) bot.Place {
	c.mu.Lock()
	defer c.mu.Unlock()
	id = strings.TrimPrefix(id, "#")
	var ids []string
	for _, m := range members {
		p, err := c.who(m)
		if err != nil {
			c.problem("channel %s: %v", id, err)
			continue
		}
		ids = append(ids, p.ID)
	}
	c.channels[id] = ids
	return c.channel(id)
}

// SetZone says in which zone a person reads moments. Without one they read the
// plain text that stands for the moment.
func (c *Chat) SetZone(user string, zone *time.Location) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err == nil {
		p.zone = zone
	}
	return err
}

// Problems lists what the bot did that a real platform would refuse, or that
// the contract of bot.Platform rules out. A test ends by finding none.
func (c *Chat) Problems() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.problems)
}

// Changed is closed at the next thing that happens in the chat.
func (c *Chat) Changed() <-chan struct{} { return c.signal.Changed() }

// Await returns once cond is true, asking again whenever something happens in
// the chat; it gives up when ctx is done.
func (c *Chat) Await(ctx context.Context, cond func() bool) error {
	return c.signal.Await(ctx, cond)
}

// Direct is the place of the direct messages with a person.
func (c *Chat) Direct(user string) (bot.Place, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil {
		return bot.Place{}, err
	}
	return c.direct(p), nil
}

func (c *Chat) direct(p *person) bot.Place {
	return bot.Place{Platform: c.name, Kind: bot.Direct, ID: p.ID}
}

func (c *Chat) channel(id string) bot.Place {
	return bot.Place{Platform: c.name, Kind: bot.Channel, ID: id}
}

// who finds a person by id or name; c.mu is held.
func (c *Chat) who(name string) (*person, error) {
	for _, p := range c.people {
		if strings.EqualFold(p.ID, name) || strings.EqualFold(p.Name, name) {
			return p, nil
		}
	}
	var found []*person
	for _, p := range c.people {
		if strings.EqualFold(first(p.Name), name) {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("nobody here is called %q", name)
	default:
		return nil, fmt.Errorf("%d people are called %q", len(found), name)
	}
}

// short is the first name of a person, or all of it if others share it.
func (c *Chat) short(p *person) string {
	if q, err := c.who(first(p.Name)); err == nil && q == p {
		return first(p.Name)
	}
	return p.Name
}

func first(name string) string {
	word, _, _ := strings.Cut(name, " ")
	return word
}

func (c *Chat) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// next numbers messages and interactions; c.mu is held.
func (c *Chat) next(prefix string) string {
	c.count++
	return fmt.Sprintf("%s%d", prefix, c.count)
}
