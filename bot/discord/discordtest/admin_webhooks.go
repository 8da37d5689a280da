package discordtest

import "slices"

// Webhook is a webhook of a channel.
type Webhook struct {
	ID      string
	GuildID string
	Channel string
	Name    string
	Creator string // a user id
	Token   string
	AppID   string // of one that an app has made
}

// AddWebhook adds a webhook that a person has made. It fills in what is empty.
func (d *Discord) AddWebhook(w Webhook) Webhook {
	d.mu.Lock()
	defer d.mu.Unlock()
	return *d.addWebhook(w)
}

func (d *Discord) addWebhook(w Webhook) *Webhook {
	if w.ID == "" {
		w.ID = d.id()
	}
	if w.GuildID == "" {
		w.GuildID = d.GuildID
		if c := d.channel(w.Channel); c != nil {
			w.GuildID = c.GuildID
		}
	}
	if w.Token == "" {
		w.Token = d.secret("webhook")
	}
	g := d.guild(w.GuildID)
	g.webhooks = append(g.webhooks, &w)
	d.signal.Notify()
	return &w
}

// Webhooks lists the webhooks of a server.
func (d *Discord) Webhooks(guild string) []Webhook {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Webhook
	if g := d.guild(guild); g != nil {
		for _, w := range g.webhooks {
			out = append(out, *w)
		}
	}
	return out
}

// webhookJSON is a webhook; those of other apps come without their token.
func (c *call) webhookJSON(w *Webhook) object {
	out := object{"id": w.ID, "type": 1, "guild_id": w.GuildID, "channel_id": w.Channel, "name": w.Name, "avatar": nil, "application_id": nil}
	if w.AppID != "" {
		out["application_id"] = w.AppID
	}
	if u := c.user(w.Creator); u != nil {
		out["user"] = userJSON(u)
	}
	if w.AppID == "" || w.AppID == c.AppID {
		out["token"], out["url"] = w.Token, "https://discord.com/api/webhooks/"+w.ID+"/"+w.Token
	}
	return out
}

func (c *call) listWebhooks() (any, error) {
	g, _, err := c.allowedTo(ManageWebhooks)
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, w := range g.webhooks {
		out = append(out, c.webhookJSON(w))
	}
	return out, nil
}

func (c *call) listChannelWebhooks() (any, error) {
	ch, err := c.channelFor(ManageWebhooks)
	if err != nil {
		return nil, err
	}
	if ch.direct() {
		return nil, refuse(50003)
	}
	out := []object{}
	for _, w := range c.guild(ch.GuildID).webhooks {
		if w.Channel == ch.ID {
			out = append(out, c.webhookJSON(w))
		}
	}
	return out, nil
}

func (c *call) postWebhook() (any, error) {
	ch, err := c.channelFor(ManageWebhooks)
	if err != nil {
		return nil, err
	}
	l := c.linter()
	l.keys("", c.args, []string{"name", "avatar"})
	l.long("name", c.args["name"], 1, 80)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	w := c.addWebhook(Webhook{GuildID: ch.GuildID, Channel: ch.ID, Name: text(c.args["name"]), Creator: c.BotUser, AppID: c.AppID})
	c.log(c.guild(ch.GuildID), 50, w.ID)
	return c.webhookJSON(w), nil
}

func (c *call) webhookFor() (*Guild, *Webhook, error) {
	for _, g := range c.guilds {
		i := slices.IndexFunc(g.webhooks, func(w *Webhook) bool { return w.ID == c.path["webhook"] })
		if i < 0 {
			continue
		}
		w := g.webhooks[i]
		if me := g.member(c.BotUser); me == nil {
			return nil, nil, refuse(10015)
		}
		ch := c.channel(w.Channel)
		if ch == nil || !c.may(c.BotUser, ch, ManageWebhooks) {
			return nil, nil, refuse(50013)
		}
		return g, w, nil
	}
	return nil, nil, refuse(10015)
}

func (c *call) readWebhook() (any, error) {
	_, w, err := c.webhookFor()
	if err != nil {
		return nil, err
	}
	return c.webhookJSON(w), nil
}

func (c *call) deleteWebhook() (any, error) {
	g, w, err := c.webhookFor()
	if err != nil {
		return nil, err
	}
	g.webhooks = without(g.webhooks, func(o *Webhook) bool { return o == w })
	c.log(g, 52, w.ID)
	return nil, nil
}
