// Package web is a chat in the browser, on this machine alone, in which one
// person plays all the people of a demo company: a bot.Platform like Slack and
// Discord, without an account anywhere.
//
// A Chat keeps its messages in one file, so that a kill loses nothing. Its
// page is drawn by the server; a stream of events tells the browser to fetch
// it again, and a small script carries what has changed over into what is on
// the screen. The page is the only interface: every button is an HTML form.
//
// It asks nobody who they are, so it must never serve anything but a demo.
package web

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"go.etcd.io/bbolt"
)

// Config is who and what there is in the chat.
type Config struct {
	Title    string   // name of the company, at the top of the page
	Intro    string   // what this is, for somebody who has never seen it; an empty line separates paragraphs
	Story    []Scene  // what will happen, below the intro
	People   []Person // who can be played, in the order in which they are listed
	Channels []Channel
	Help     []Help           // what can be typed, offered while typing
	Waits    func() []Wait    // what waits for whom, the next thing first; without it, what they have not read
	Next     func() Wait      // what happens next while nothing waits for anybody; may be nil
	Panel    Panel            // beside the conversation; may be nil
	Clock    func() time.Time // of what is said; nil is the machine's
	File     string           // where everything is kept
	Log      zerolog.Logger
}

// Person is somebody who can be played.
type Person struct {
	ID   string
	Name string
	Line string // "HR · Head of People"
	Zone string // in which they read moments: "Europe/Oslo"; UTC if empty

	About string   // what they are in the story, and why nothing may wait for them
	Try   []string // what they might type, offered as buttons: "start jane"
	Aside bool     // has no part in the story: listed behind a fold
}

// Scene is a part of the story.
type Scene struct{ Who, Text string }

// Channel is a place that its members read. The bot is in it.
type Channel struct {
	ID      string
	Members []string // ids of people
}

// Help is one thing that can be typed.
type Help struct {
	Usage string // after the slash command: "start jane"
	Words string // what it does
}

// Wait is a thing that waits for a person.
type Wait struct {
	Person  string // id; empty in what happens by itself
	Text    string // a sentence for who plays them: "Approve what happens to Jane Doe, or decline it."
	Channel string // where they find it; empty: in their direct messages
}

// Chat is the browser chat. Its life: New reads the file, Handler serves the
// page, Run hands on what people do, and Close ends the streams and the file.
// What is posted while Run is not active is shown all the same.
type Chat struct {
	cfg     Config
	db      *bbolt.DB
	door    door
	changed signal
	done    chan struct{}
	close   sync.Once
	busy    sync.WaitGroup

	mu       sync.Mutex
	people   []*person
	channels []Channel
	records  []*record // in the order of their numbers; a record is never changed, only replaced
	working  map[desktop]int
	recent   []string // ids of interactions that have been answered, the newest last
	listener *listener
}

// New opens the chat and what its file says.
func New(cfg Config) (*Chat, error) {
	if len(cfg.People) == 0 {
		return nil, errors.New("a chat without people")
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	c := &Chat{cfg: cfg, channels: cfg.Channels, done: make(chan struct{}), working: map[desktop]int{}}
	for i, p := range cfg.People {
		zone, err := time.LoadLocation(p.Zone)
		if err != nil {
			return nil, fmt.Errorf("zone of %s: %w", p.ID, err)
		}
		if p.ID == "" || c.person(p.ID) != nil {
			return nil, fmt.Errorf("the id %q of person %d is empty or taken", p.ID, i+1)
		}
		c.people = append(c.people, &person{Person: p, zone: zone, tone: i % tones})
	}
	for _, ch := range cfg.Channels {
		for _, id := range ch.Members {
			if c.person(id) == nil {
				return nil, fmt.Errorf("channel %s: nobody here has the id %q", ch.ID, id)
			}
		}
	}
	if err := c.open(); err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.File, err)
	}
	if cfg.Panel != nil {
		go c.watchPanel()
	}
	return c, nil
}

// Close ends every open page's stream, and closes the file. It comes before
// the Shutdown of a server, which would wait for the streams.
func (c *Chat) Close() error {
	var err error
	c.close.Do(func() {
		close(c.done)
		err = c.db.Close()
	})
	return err
}

// Token is what the first visit brings along, as /?token=. It opens the door
// once; after that there is a new one.
func (c *Chat) Token() string { return c.door.current() }

// person finds somebody by id, or nil.
func (c *Chat) person(id string) *person {
	for _, p := range c.people {
		if p.ID == id {
			return p
		}
	}
	return nil
}
