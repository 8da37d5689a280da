package discordtest

import (
	"slices"
	"strings"
)

// order is everything there has been to see, in the order in which it came:
// one of the two is set.
type order struct {
	message *Message
	modal   *modal
}

// Sight is one thing that a person has before them: a message, or a modal.
type Sight struct {
	Message *Message
	Modal   *Modal
	Text    string // as Discord's client draws it
}

// Warning is something that the app did not answer: "The application did not
// respond", and nothing else.
type Warning struct {
	User string
	What string // the command, the custom_id or label, or the title of the modal
}

// Warnings lists what had no answer.
func (d *Discord) Warnings() []Warning {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.warnings)
}

// Screen is what a person can see in all places, in the order in which it
// came.
func (d *Discord) Screen(user string) []Sight {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.pen(user)
	var out []Sight
	for _, o := range d.order {
		switch {
		case o.message != nil && d.sees(user, o.message):
			m := o.message.copy()
			out = append(out, Sight{Message: &m, Text: p.message(o.message)})
		case o.modal != nil && o.modal.user == user && !o.modal.closed:
			m := o.modal.copy()
			out = append(out, Sight{Modal: &m, Text: p.modal(o.modal)})
		}
	}
	return out
}

// Sees is the Screen of a person as text.
func (d *Discord) Sees(user string) string {
	var out []string
	for _, e := range d.Screen(user) {
		out = append(out, e.Text)
	}
	return strings.Join(out, "\n\n")
}

// Draw is a message as a person's client shows it, or would have shown an
// earlier Content of it.
func (d *Discord) Draw(user string, c Content) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pen(user).message(&Message{Content: c})
}

// sees says whether a message is on a person's screen; d.mu is held.
func (d *Discord) sees(user string, m *Message) bool {
	c := d.channel(m.Channel)
	return c != nil && !m.Gone && (m.Only == "" || m.Only == user) && d.may(user, c, ViewChannel)
}
