package discordtest

import (
	"slices"
	"time"
)

// archiveMinutes are the times after which a thread can archive itself.
var archiveMinutes = []int{60, 1440, 4320, 10080}

// startThread makes a thread from a message, whose id it has, or without one.
func (c *call) startThread() (any, error) {
	ch, err := c.channelFor(0)
	if err != nil {
		return nil, err
	}
	kind, p, id := PublicThread, CreatePublicThreads, ""
	if c.path["message"] != "" {
		c.validate(bodyThread)
		_, m, err := c.messageFor(0)
		if err != nil {
			return nil, err
		}
		if id = m.ID; c.channel(id) != nil {
			return nil, refuse(160004)
		}
	} else {
		c.validate(bodyThreadAlone)
		kind = PrivateThread // the default of this route
		if c.args["type"] != nil {
			kind = ChannelType(number(c.args["type"]))
		}
		if kind == PrivateThread {
			p = CreatePrivateThreads
		}
	}
	c.threadName()
	switch {
	case ch.Type != TextChannel:
		return nil, refuse(50024)
	case !c.may(c.BotUser, ch, p|ViewChannel):
		return nil, refuse(50013)
	case !c.form.empty():
		return nil, c.malformed()
	}
	if id == "" {
		id = c.id()
	}
	minutes := number(c.args["auto_archive_duration"])
	if minutes == 0 {
		minutes = 4320
	}
	t := &channel{Channel: Channel{
		ID: id, GuildID: ch.GuildID, Name: text(c.args["name"]), Type: kind, Parent: ch.ID, Owner: c.BotUser, AutoArchive: minutes, Members: []string{c.BotUser},
	}, at: time.Now(), archived: time.Now()}
	c.channels = append(c.channels, t)
	if m := ch.message(id); m != nil {
		m.Flags |= hasThread
	}
	c.signal.Notify()
	return created{c.channelJSON(t)}, nil
}

func (c *call) threadName() {
	l := c.linter()
	l.keys("", c.args, []string{"name", "auto_archive_duration", "rate_limit_per_user", "type", "invitable", "archived", "locked", "flags", "applied_tags"})
	if c.args["name"] != nil || c.route.name != EditChannel {
		l.long("name", c.args["name"], 1, 100)
	}
	if v := c.args["auto_archive_duration"]; v != nil && !slices.Contains(archiveMinutes, number(v)) {
		l.add("auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).")
	}
}

// editChannel archives, locks or renames a thread. Archived, it can only be
// taken out of the archive.
func (c *call) editChannel() (any, error) {
	ch, err := c.channelFor(0)
	if err != nil {
		return nil, err
	}
	if !ch.thread() {
		if ch.direct() {
			return nil, refuse(50003)
		}
		c.problem("%s: this fake changes threads only", c.route.name)
		return nil, refuse(50013)
	}
	c.threadName()
	if err := c.malformed(); err != nil {
		return nil, err
	}
	manages := c.permissions(c.BotUser, ch)&ManageThreads != 0
	archived, given := c.args["archived"].(bool)
	unarchives := given && !archived
	onlyArchive := len(c.args) == 1 && given
	switch {
	case ch.Archived && !unarchives:
		return nil, refuse(50083)
	case ch.Locked && !manages:
		return nil, refuse(50013)
	case unarchives && onlyArchive && !manages && !c.may(c.BotUser, ch, SendMessagesInThreads):
		return nil, refuse(50013)
	case (!unarchives || !onlyArchive) && !manages && ch.Owner != c.BotUser:
		return nil, refuse(50013)
	case c.args["locked"] != nil && !manages:
		return nil, refuse(50013)
	}
	if given && archived != ch.Archived {
		ch.Archived, ch.archived = archived, time.Now()
	}
	if v, ok := c.args["locked"].(bool); ok {
		ch.Locked = v
	}
	if v := text(c.args["name"]); v != "" {
		ch.Name = v
	}
	if v := number(c.args["auto_archive_duration"]); v != 0 {
		ch.AutoArchive = v
	}
	c.signal.Notify()
	return c.channelJSON(ch), nil
}

// threadFor is the thread of the path.
func (c *call) threadFor() (*channel, error) {
	ch, err := c.channelFor(0)
	if err != nil {
		return nil, err
	}
	if !ch.thread() {
		return nil, refuse(50024)
	}
	return ch, nil
}

func (c *call) threadMembers() (any, error) {
	ch, err := c.threadFor()
	if err != nil {
		return nil, err
	}
	if !c.cfg.MembersIntent {
		return nil, refuse(50001)
	}
	out := []object{}
	for _, id := range ch.Members {
		out = append(out, threadMemberJSON(ch, id))
	}
	return out, nil
}

func threadMemberJSON(ch *channel, user string) object {
	return object{"id": ch.ID, "user_id": user, "join_timestamp": stamp(ch.at), "flags": 0}
}

func (c *call) threadMember() (any, error) {
	ch, err := c.threadFor()
	if err != nil {
		return nil, err
	}
	if id := c.whom(); ch.has(id) {
		return threadMemberJSON(ch, id), nil
	}
	return nil, refuse(10007)
}

// whom is the user of the path: @me is the app.
func (c *call) whom() string {
	if id := c.path["user"]; id != "@me" {
		return id
	}
	return c.BotUser
}

// joinThread adds somebody to a thread; who cannot see the channel cannot be.
func (c *call) joinThread() (any, error) {
	ch, err := c.threadFor()
	if err != nil {
		return nil, err
	}
	id := c.whom()
	switch {
	case ch.Archived:
		return nil, refuse(50083)
	case id != c.BotUser && !c.may(c.BotUser, ch, SendMessagesInThreads):
		return nil, refuse(50013)
	case c.user(id) == nil:
		return nil, refuse(10013)
	case c.permissions(id, ch)&ViewChannel == 0:
		return nil, refuse(50001)
	}
	if !ch.has(id) {
		ch.Members = append(ch.Members, id)
	}
	c.signal.Notify()
	return nil, nil
}

func (c *call) leaveThread() (any, error) {
	ch, err := c.threadFor()
	if err != nil {
		return nil, err
	}
	id := c.whom()
	switch {
	case ch.Archived:
		return nil, refuse(50083)
	case id != c.BotUser && c.permissions(c.BotUser, ch)&ManageThreads == 0 && (ch.Type != PrivateThread || ch.Owner != c.BotUser):
		return nil, refuse(50013)
	case !ch.has(id):
		return nil, refuse(10007)
	}
	ch.Members = without(ch.Members, is(id))
	c.signal.Notify()
	return nil, nil
}
