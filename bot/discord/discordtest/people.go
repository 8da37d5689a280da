package discordtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// acting is a person who can do something in a channel; "" is the direct
// messages with the app. d.mu is held.
func (d *Discord) acting(user, channel string) (*User, *channel, error) {
	u := d.user(user)
	if u == nil || u.Bot {
		return nil, nil, fmt.Errorf("%q cannot act: no such person", user)
	}
	c := d.channel(channel)
	if channel == "" {
		c = d.directWith(user)
	}
	switch {
	case c == nil || !d.may(user, c, ViewChannel):
		return nil, nil, fmt.Errorf("%s does not see the channel %s", u.Name, channel)
	case c.thread() && c.Archived:
		return nil, nil, fmt.Errorf("the thread %s is archived: nothing can be done in it", c.Name)
	}
	return u, c, nil
}

// common is what every interaction has; d.mu is held.
func (d *Discord) common(e *Delivery, i *interaction, u *User, c *channel) object {
	e.ID, e.Token = d.id(), d.secret("interaction")
	i.user, i.channel, i.guild = u.ID, c.ID, c.GuildID
	out := object{
		"id": e.ID, "application_id": d.AppID, "type": i.kind, "token": e.Token, "version": 1, "locale": u.Locale, "channel_id": c.ID,
		"app_permissions": strconv.FormatInt(d.permissions(d.BotUser, c), 10), "entitlements": []any{}, "authorizing_integration_owners": d.owners(i),
		"attachment_size_limit": 10485760, "entitlement_sku_ids": []any{},
	}
	brief := d.channelJSON(c)
	if c.direct() {
		out["user"], out["context"], out["channel"] = userJSON(u), 1, brief
		return out
	}
	g := d.guild(c.GuildID)
	m := g.member(u.ID)
	delete(brief, "permission_overwrites")
	brief["permissions"] = strconv.FormatInt(d.permissions(u.ID, c), 10)
	member := merged(d.memberJSON(m, true), object{"permissions": strconv.FormatInt(d.permissions(u.ID, c), 10)})
	out["member"], out["context"], out["channel"], out["guild_id"], out["guild_locale"] = member, 0, brief, g.ID, "en-US"
	out["guild"] = object{"id": g.ID, "locale": "en-US", "features": []any{}}
	return out
}

// owners are authorizing_integration_owners: the app is installed to servers.
func (d *Discord) owners(i *interaction) object {
	if i.guild == "" {
		return object{"0": "0"}
	}
	return object{"0": i.guild}
}

// warn is the sign that something had no answer; d.mu is held.
func (d *Discord) warn(user, what string) {
	d.warnings = append(d.warnings, Warning{User: user, What: what})
	d.signal.Notify()
}

// Slash is a person who uses a command in a channel or, with "", in the direct
// messages with the app: "/offboard start person:jane", with the options in the
// text or in a map by their names. A user, role or channel is given by its id,
// its mention, or its name with @ or # before it.
func (d *Discord) Slash(user, channel, typed string, options ...map[string]any) (*Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, c, err := d.acting(user, channel)
	if err != nil {
		return nil, err
	}
	cmd, path, leaf, rest, err := d.typed(u, c, typed)
	if err != nil {
		return nil, err
	}
	values := spoken(leaf, rest)
	for _, o := range options {
		for name, v := range o {
			values[name] = v
		}
	}
	filled, resolved, err := d.fillOptions(c, leaf, values, "")
	if err != nil {
		return nil, err
	}
	i := &interaction{kind: isCommand}
	e := &Delivery{}
	e.Payload = d.common(e, i, u, c)
	e.Payload["data"] = cmd.data(path, filled, resolved)
	e.failed = func() { d.warn(user, "/"+strings.Join(append([]string{cmd.name()}, path...), " ")) }
	return d.deliver(e, i), nil
}

// Autocomplete is a person who has typed so much of a command, the last option
// of which offers choices. The delivery's Choices are what the app offered.
func (d *Discord) Autocomplete(user, channel, typed, focused string) (*Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, c, err := d.acting(user, channel)
	if err != nil {
		return nil, err
	}
	cmd, path, leaf, rest, err := d.typed(u, c, typed)
	if err != nil {
		return nil, err
	}
	option := optionNamed(leaf, focused)
	if option == nil || !truth(option["autocomplete"]) {
		return nil, fmt.Errorf("%s has no option %q with autocomplete", typed, focused)
	}
	values := spoken(leaf, rest)
	if values[focused] == nil {
		values[focused] = ""
	}
	filled, resolved, err := d.fillOptions(c, leaf, values, focused)
	if err != nil {
		return nil, err
	}
	i := &interaction{kind: isAutocomplete, optionType: number(option["type"])}
	e := &Delivery{}
	e.Payload = d.common(e, i, u, c)
	e.Payload["data"] = cmd.data(path, filled, resolved)
	e.failed = func() { d.warn(user, "Loading options failed: "+focused) }
	return d.deliver(e, i), nil
}

// Choices are what the app offered in answer to Autocomplete: name and value.
func (e *Delivery) Choices() []map[string]any {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	return slices.Clone(e.choices)
}

// UserCommand is a person who uses a command in the menu of a user.
func (d *Discord) UserCommand(user, channel, name, target string) (*Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, c, err := d.acting(user, channel)
	if err != nil {
		return nil, err
	}
	cmd, err := d.usable(u, c, userCommand, name)
	if err != nil {
		return nil, err
	}
	r := d.resolver(c)
	if !r.user(target) {
		return nil, fmt.Errorf("there is no user %q", target)
	}
	i := &interaction{kind: isCommand}
	e := &Delivery{}
	e.Payload = d.common(e, i, u, c)
	data := cmd.data(nil, nil, r.json())
	data["target_id"] = target
	e.Payload["data"] = data
	e.failed = func() { d.warn(user, name) }
	return d.deliver(e, i), nil
}

// Say is a person who writes a message in a channel, a thread or, with "",
// their direct messages with the app. What is typed is what is sent.
func (d *Discord) Say(user, channel, said string) (Message, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.user(user)
	c := d.channel(channel)
	if channel == "" {
		c = d.directWith(user)
	}
	if u == nil || c == nil {
		return Message{}, fmt.Errorf("%q cannot write in %q: there is no such person or channel", user, channel)
	}
	p := ViewChannel | SendMessages
	if c.thread() {
		p = ViewChannel | SendMessagesInThreads
	}
	switch {
	case !d.may(user, c, p):
		return Message{}, fmt.Errorf("%s may not write in %s", u.Name, c.Name)
	case c.thread() && c.Locked && d.permissions(user, c)&ManageThreads == 0:
		return Message{}, fmt.Errorf("the thread %s is locked", c.Name)
	}
	m := d.add(c, Message{Author: user, Content: Content{Text: said}, mentions: mentions{allowed: &allowed{parse: []string{"users", "roles", "everyone"}}}})
	return m.copy(), nil
}

// Reload is a person who restarts Discord: ephemeral messages and modals are
// gone.
func (d *Discord) Reload(user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range d.order {
		if o.message != nil && o.message.Only == user {
			o.message.Gone = true
		}
		if o.modal != nil && o.modal.user == user {
			o.modal.closed = true
		}
	}
	d.signal.Notify()
}
