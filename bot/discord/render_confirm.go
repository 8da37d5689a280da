package discord

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// maxConfirms is how many questions are remembered, of half a kilobyte each: as
// many as the cards of some hundred cases have.
const maxConfirms = 4096

// confirms knows what to ask before a button acts. Discord has no such question,
// so the answer to the click is a message to the person alone, with a button that
// acts.
//
// The words are remembered from when the message was rendered. After a restart
// they are not there until it is rendered again; then the question is made from
// the button and the heading of the card, and says to read the card.
type confirms struct {
	mu    sync.Mutex
	known map[string]bot.Button // by custom_id
	order []string              // the oldest first
}

// remember takes the questions of a message that is being sent.
func (c *confirms) remember(m bot.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]bot.Button{}
	}
	for _, p := range m.Parts {
		row, _ := p.(bot.Buttons)
		for _, b := range row {
			if b.Confirm == nil {
				continue
			}
			id := buttonID(b.Verb, b.Object, true)
			if _, ok := c.known[id]; !ok {
				c.order = append(c.order, id)
			}
			c.known[id] = b
		}
	}
	for len(c.order) > maxConfirms {
		delete(c.known, c.order[0])
		c.order = c.order[1:]
	}
}

// question is what to ask about a click on a button with such an id in the
// message on.
func (c *confirms) question(customID string, on wire.Message) bot.Message {
	c.mu.Lock()
	b, ok := c.known[customID]
	c.mu.Unlock()
	if !ok {
		b = asked(customID, on)
	}
	q := b.Confirm
	b.Label, b.Confirm = q.Yes, nil
	return bot.Message{Summary: q.Title, Parts: []bot.Part{bot.Heading{Text: q.Title}, bot.Prose{Text: bot.T(q.Text)}, bot.Buttons{b}}}
}

// asked makes a question from what stands in the message.
func asked(customID string, on wire.Message) bot.Button {
	real, _ := asking(customID)
	b := bot.Button{Style: bot.Danger}
	b.Verb, b.Object, _ = parseID(real, wire.Button)
	about := ""
	wire.All(on.Components, func(c wire.Component) {
		if c.CustomID == customID {
			b.Label = bot.Clean(c.Label, bot.MaxLabel)
			if c.Style != wire.Danger {
				b.Style = bot.Primary
			}
		}
		if line, _, _ := strings.Cut(c.Content, "\n"); about == "" && strings.HasPrefix(line, "## ") {
			line = strings.TrimSuffix(strings.TrimPrefix(line[len("## "):], "**"), "**")
			about = bot.Clean(unescape(line), bot.MaxHeading)
		}
	})
	if b.Label == "" {
		b.Label = "Do it"
	}
	title := b.Label + "?"
	if about != "" {
		title = fmt.Sprintf("%s: %s?", about, b.Label)
	}
	b.Confirm = &bot.Confirm{
		Title: bot.Clean(title, 100), Yes: bot.Clean("Yes: "+b.Label, bot.MaxLabel),
		Text: "The card says what cannot be taken back. Please read it once more before you go on. If you did not mean to, dismiss this.",
	}
	return b
}

// unescape takes out what escape has put in.
func unescape(s string) string { return escaped.ReplaceAllString(s, "$1") }

var escaped = regexp.MustCompile(`\\([^0-9A-Za-z\s])`)
