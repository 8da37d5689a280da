package discordtest

import "time"

// hook is the interaction whose token is in the path, for as long as it is
// good; d.mu is held.
func (c *call) hook() (*interaction, error) {
	if c.path["webhook"] != c.AppID {
		return nil, refuse(10015)
	}
	for _, i := range c.interactions {
		if i.token != c.path["token"] {
			continue
		}
		switch {
		case time.Since(i.at) > tokenLife:
			return nil, refuse(50027)
		case i.answer == 0 || i.kind == isAutocomplete:
			return nil, refuse(10015)
		}
		return i, nil
	}
	return nil, refuse(10015)
}

// followUp is a further message. The first one after a deferred reply takes its
// place, and is ephemeral if that was.
func (c *call) followUp() (any, error) {
	i, err := c.hook()
	if err != nil {
		return nil, err
	}
	ch := c.channel(i.channel)
	if ch == nil {
		return nil, refuse(10003)
	}
	c.validate(bodyFollowUp)
	says, ment, err := c.content(Content{}, replyFlags)
	if err != nil {
		return nil, err
	}
	if i.waitsFor && !i.original.Gone {
		says.Flags = says.Flags&^Ephemeral | i.original.Flags&Ephemeral
		c.fill(i, says, ment)
		return c.messageJSON(i.original), nil
	}
	i.followUps++
	return c.messageJSON(c.reply(i, ch, says, ment)), nil
}

// fill puts into a deferred reply what it was waiting for. It is an edit: it
// notifies nobody.
func (c *call) fill(i *interaction, says Content, ment mentions) {
	i.waitsFor = false
	i.original.mentions = ment
	c.edit(i.original, says)
	i.original.edited = time.Time{}
	i.original.Earlier, i.original.Edits = nil, 0
}

// hooked is the message of the path: @original, or a follow-up.
func (c *call) hooked() (*interaction, *Message, error) {
	i, err := c.hook()
	if err != nil {
		return nil, nil, err
	}
	m := i.original
	if id := c.path["message"]; id != "@original" {
		m = nil
		for _, o := range c.order {
			if o.message != nil && o.message.ID == id && (o.message.by == i || o.message == i.original) {
				m = o.message
			}
		}
	}
	if m == nil || m.Gone {
		return nil, nil, refuse(10008)
	}
	return i, m, nil
}

func (c *call) readFollowUp() (any, error) {
	_, m, err := c.hooked()
	if err != nil {
		return nil, err
	}
	return c.messageJSON(m), nil
}

func (c *call) editFollowUp() (any, error) {
	i, m, err := c.hooked()
	if err != nil {
		return nil, err
	}
	c.validate(bodyEditFollowUp)
	says, ment, err := c.content(m.Content, editableFlags)
	if err != nil {
		return nil, err
	}
	if i.waitsFor && m == i.original {
		c.fill(i, says, ment)
		return c.messageJSON(m), nil
	}
	if err := c.old(m); err != nil {
		return nil, err
	}
	m.mentions = ment
	c.edit(m, says)
	return c.messageJSON(m), nil
}

func (c *call) deleteFollowUp() (any, error) {
	i, m, err := c.hooked()
	if err != nil {
		return nil, err
	}
	if m == i.original {
		i.waitsFor = false
	}
	m.Gone = true
	return nil, nil
}
