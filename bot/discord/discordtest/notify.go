package discordtest

import (
	"regexp"
	"slices"
)

// Notification is a person who was notified of a message. Edits, ephemeral
// messages and modals notify nobody.
type Notification struct {
	User    string
	Channel string
	Message string
	Text    string // what the notification says: the content, and nothing of components (discord-api-docs#7854)
	Silent  bool   // the message suppresses notifications: no sound and no banner
	Via     Via
}

// Via is why somebody was notified.
type Via string

// The reasons for a notification.
const (
	ViaDirect   Via = "direct message"
	ViaMention  Via = "mention"
	ViaRole     Via = "mention of a role"
	ViaEveryone Via = "everyone or here"
	ViaReply    Via = "reply"
)

// mentions are the mentions in a message that allowed_mentions lets through.
type mentions struct {
	allowed  *allowed // nil is what is allowed where nothing is said
	users    []string
	roles    []string
	everyone bool
	replied  bool
}

// allowed is allowed_mentions.
type allowed struct {
	parse        []string
	users, roles []string
	replied      bool
}

var (
	userMention = regexp.MustCompile(`<@!?(\d{15,20})>`)
	roleMention = regexp.MustCompile(`<@&(\d{15,20})>`)
	everyone    = regexp.MustCompile(`@(?:everyone|here)\b`)
	literally   = regexp.MustCompile("(?s)```.*?```|``[^`].*?``|`[^`\n]+`")
)

// Notified lists the notifications of a person, or all with "".
func (d *Discord) Notified(user string) []Notification {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Notification
	for _, n := range d.notes {
		if user == "" || n.User == user {
			out = append(out, n)
		}
	}
	return out
}

// mention finds out whom a message mentions; d.mu is held. Code is literal. That
// a backslash takes the effect of a mention, and not only its looks, is nowhere
// promised: here it does not.
func (d *Discord) mention(c *channel, m *Message) {
	if m.Author == "" {
		return
	}
	a := m.allowed
	if a == nil {
		a = &allowed{parse: []string{"users", "roles", "everyone"}, replied: true}
		if m.by != nil { // interactions and webhooks: users only
			a = &allowed{parse: []string{"users"}}
		}
	}
	m.users, m.roles, m.everyone = nil, nil, false
	for _, said := range d.texts(m) {
		said = literally.ReplaceAllString(said, "")
		for _, found := range userMention.FindAllStringSubmatch(said, -1) {
			if id := found[1]; (slices.Contains(a.parse, "users") || slices.Contains(a.users, id)) && !slices.Contains(m.users, id) {
				m.users = append(m.users, id)
			}
		}
		for _, found := range roleMention.FindAllStringSubmatch(said, -1) {
			id := found[1]
			r := d.role(id)
			named := slices.Contains(a.parse, "roles") || slices.Contains(a.roles, id)
			if r != nil && named && !slices.Contains(m.roles, id) && (r.Mentionable || d.permissions(m.Author, c)&MentionEveryone != 0) {
				m.roles = append(m.roles, id)
			}
		}
		if everyone.MatchString(said) && slices.Contains(a.parse, "everyone") && d.permissions(m.Author, c)&MentionEveryone != 0 {
			m.everyone = true
		}
	}
	m.replied = m.Reply != "" && a.replied
}

// texts are where a message can mention somebody: its content, or its text
// displays. Embeds mention nobody.
func (d *Discord) texts(m *Message) []string {
	if !m.v2() {
		return []string{m.Text}
	}
	var out []string
	walk(m.Components, func(o object, _ string) {
		if number(o["type"]) == typeTextDisplay {
			out = append(out, text(o["content"]))
		}
	})
	return out
}

// announce notifies of a new message; d.mu is held. Who cannot see the channel
// is not notified.
func (d *Discord) announce(c *channel, m *Message) {
	if m.Only != "" || m.Flags&Loading != 0 {
		return
	}
	told := map[string]bool{m.Author: true, d.BotUser: true}
	tell := func(user string, via Via) {
		if u := d.user(user); u == nil || u.Bot || told[user] || !d.may(user, c, ViewChannel) {
			return
		}
		told[user] = true
		d.notes = append(d.notes, Notification{
			User: user, Channel: c.ID, Message: m.ID, Text: d.pen(user).markdown(m.Text), Silent: m.Flags&SuppressNotifications != 0, Via: via,
		})
	}
	if c.direct() {
		for _, id := range c.Members {
			tell(id, ViaDirect)
		}
		return
	}
	for _, id := range m.users {
		if c.Type == PrivateThread && !c.has(id) && d.permissions(id, c)&ViewChannel != 0 {
			c.Members = append(c.Members, id) // a mention adds to the thread
		}
		tell(id, ViaMention)
	}
	g := d.guild(c.GuildID)
	for _, o := range g.members {
		if slices.ContainsFunc(m.roles, o.has) {
			tell(o.user, ViaRole)
		}
	}
	if m.replied {
		if to := c.message(m.Reply); to != nil {
			tell(to.Author, ViaReply)
		}
	}
	if m.everyone {
		for _, o := range g.members {
			tell(o.user, ViaEveryone)
		}
	}
}
