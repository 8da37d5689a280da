package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"offboard/bot"
)

// What follows changes what is on the screen, and the bot hears nothing of it.

// dismissed removes an answer that only this person sees.
func (c *Chat) dismissed(p *person, r *http.Request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.record(r.PostForm.Get("message"))
	if m == nil || m.Only != p.ID {
		return nil
	}
	if err := c.deleteRecord(m); err != nil {
		return err
	}
	c.records = slices.DeleteFunc(slices.Clone(c.records), func(o *record) bool { return o == m })
	c.changed.notify()
	return nil
}

// read notes how far a person has read a place.
func (c *Chat) read(p *person, r *http.Request) error {
	upto, err := strconv.ParseUint(r.PostForm.Get("upto"), 10, 64)
	if err != nil {
		return bad("Read up to where?")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at := r.PostForm.Get("room")
	known := slices.ContainsFunc(c.places(p), func(o bot.Place) bool { return room(o) == at })
	if !known || upto <= p.desk.Read[at] {
		return nil
	}
	d := p.desk
	d.Read = maps.Clone(d.Read)
	if d.Read == nil {
		d.Read = map[string]uint64{}
	}
	d.Read[at] = upto
	return c.setDesk(p, d)
}

// panelActs presses a button of the panel. It is never repeated: a button may
// well end this program.
func (c *Chat) panelActs(w http.ResponseWriter, r *http.Request) {
	if err := readForm(r); err != nil {
		c.answered(w, r, err)
		return
	}
	id := r.PostForm.Get("act")
	if c.cfg.Panel == nil || !slices.ContainsFunc(c.cfg.Panel.State(), func(s Section) bool {
		return slices.ContainsFunc(s.Buttons, func(b PanelButton) bool { return b.ID == id && !b.Off })
	}) {
		c.answered(w, r, bad("That button is not there any more, or has nothing to do now."))
		return
	}
	if err := c.cfg.Panel.Act(id); err != nil {
		c.answered(w, r, bad(err.Error()))
		return
	}
	c.answered(w, r, nil)
}
