package bottest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
)

// The methods of this file are what people do. Each hands one interaction to
// the bot, shows the answers, second ones too, and returns the last of them.
// An error says that the person could not do it, or ErrNotRunning.

// Type types a line such as "/offboard start jane" in a place that the person
// can read. The zero Place is their direct messages.
func (c *Chat) Type(user string, at bot.Place, text string) (bot.Reply, error) {
	c.mu.Lock()
	p, err := c.who(user)
	if err != nil {
		return c.cannot(err)
	}
	where := " in " + c.placeName(at)
	if at == (bot.Place{}) || at == c.direct(p) {
		at, where = c.direct(p), ""
	}
	readers, err := c.readers(at)
	if err != nil {
		return c.cannot(err)
	}
	if !slices.Contains(readers, p) {
		return c.cannot(fmt.Errorf("%s does not read %s", p.Name, c.placeName(at)))
	}
	command, rest, _ := strings.Cut(text, " ")
	if !strings.HasPrefix(command, "/") {
		return c.cannot(fmt.Errorf("%q reaches nobody: a line to the bot begins with a slash command", text))
	}
	verb, rest := bot.Command(rest)
	return c.deliver(
		delivery{Interaction: bot.Interaction{User: p.User, Place: at, Verb: verb, Text: rest}},
		entry{head: p.Name + " types" + where + "  " + text},
	)
}

// Click presses the newest button with that label that the person can see, and
// says yes to its question if it has one. Of the messages only those count
// that contain every text of on; of several such buttons in one message, the
// first after the text is meant.
func (c *Chat) Click(user, label string, on ...string) (bot.Reply, error) {
	return c.clickAsked(user, label, false, on)
}

// ClickNoConfirm presses a button and says no to its question: nothing reaches
// the bot.
func (c *Chat) ClickNoConfirm(user, label string, on ...string) error {
	c.mu.Lock()
	p, b, err := c.button(user, label, on)
	if err == nil && b.Confirm == nil {
		err = fmt.Errorf("[%s] asks nothing before it acts", b.Label)
	}
	if err != nil {
		_, err = c.cannot(err)
		return err
	}
	c.record(entry{
		act: true, head: clicks(p, b, "clicks"),
		lines: append(question(b), gutter+"→ [Cancel]"),
	})
	c.mu.Unlock()
	c.signal.Notify()
	return nil
}

// DoubleClick presses a button twice before anything changed on the screen:
// two interactions with different ids.
func (c *Chat) DoubleClick(user, label string, on ...string) (first, second bot.Reply, err error) {
	c.mu.Lock()
	p, b, err := c.button(user, label, on)
	if err != nil {
		_, err = c.cannot(err)
		return first, second, err
	}
	if first, err = c.press(p, b, "clicks"); err != nil {
		return first, second, err
	}
	c.mu.Lock()
	second, err = c.press(p, b, "clicks again")
	return first, second, err
}

// ClickOld presses a button that an earlier version of a message had and that
// is not there any more, as a person does whose screen has not caught up. The
// nth such button counts back from the newest, which is 1.
func (c *Chat) ClickOld(user, label string, nth int, on ...string) (bot.Reply, error) {
	c.mu.Lock()
	p, err := c.who(user)
	if err != nil {
		return c.cannot(err)
	}
	b, err := c.oldButton(p, label, nth, on)
	if err != nil {
		return c.cannot(err)
	}
	return c.press(p, b, "clicks the old")
}

// Choose chooses an option of the newest menu with that label.
func (c *Chat) Choose(user, menu, option string, on ...string) (bot.Reply, error) {
	c.mu.Lock()
	p, err := c.who(user)
	if err != nil {
		return c.cannot(err)
	}
	m, at, err := c.menu(p, menu, on)
	if err != nil {
		return c.cannot(err)
	}
	o, err := pick(m.Options, option)
	if err != nil {
		return c.cannot(fmt.Errorf("menu %q: %w", m.Label, err))
	}
	return c.deliver(
		delivery{Interaction: bot.Interaction{
			User: p.User, Place: at, Verb: m.Verb, Object: m.Object, Values: map[string]string{m.Field: o.Value},
		}},
		entry{head: fmt.Sprintf("%s chooses  ⟨%s ▾ %s⟩", p.Name, m.Label, optionLabel(o))},
	)
}

// Redeliver hands the last interaction to the bot once more under the same id,
// as platforms do when an acknowledgement is lost.
func (c *Chat) Redeliver() (bot.Reply, error) {
	c.mu.Lock()
	if c.last.ID == "" {
		return c.cannot(errors.New("nobody has done anything yet"))
	}
	p, err := c.who(c.last.User.ID)
	if err != nil {
		return c.cannot(err)
	}
	return c.deliver(c.last, entry{head: "(the last click or line of " + p.Name + " is delivered again)"})
}

// cannot releases c.mu: nothing happened.
func (c *Chat) cannot(err error) (bot.Reply, error) {
	c.mu.Unlock()
	return bot.Reply{}, err
}

// shown is a button on somebody's screen.
type shown struct {
	bot.Button
	at bot.Place
	on bot.Message
}

func (c *Chat) press(p *person, b shown, how string) (bot.Reply, error) {
	act := entry{head: clicks(p, b, how)}
	if b.Confirm != nil {
		act.lines = append(question(b), gutter+"→ ["+b.Confirm.Yes+"]")
	}
	return c.deliver(delivery{Interaction: bot.Interaction{User: p.User, Place: b.at, Verb: b.Verb, Object: b.Object}}, act)
}

func clicks(p *person, b shown, how string) string {
	return fmt.Sprintf("%s %s  [%s]  on: %s", p.Name, how, buttonLabel(b.Button), label(b.on))
}

func question(b shown) []string {
	r := renderer{width: Width - indent - length(gutter)}
	return quote(append(r.wrap("? ", b.Confirm.Title), r.wrap("  ", b.Confirm.Text)...))
}
