package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// Found by its key: how many messages are looked through, a page and in all.
const (
	findPage  = 100
	findPages = 10
)

// find looks for the message by its key, which is the id of a component: among
// the last thousand of the channel or thread. It needs the permission to read
// the history there, and keeps nothing of what it reads.
func (p post) find(ctx context.Context) (id string, err error) {
	d := p.d
	me, err := d.self(ctx)
	if err != nil {
		return "", err
	}
	before := ""
	for n := range findPages {
		var list []wire.Message
		err := d.rest.Do(ctx, http.MethodGet, "channels/"+p.channel+"/messages?limit="+strconv.Itoa(findPage)+before, nil, &list)
		if err != nil {
			return "", p.failed(err)
		}
		for _, m := range list {
			if m.Author != nil && m.Author.ID == me.Bot.ID && found(m, p.key) {
				return p.convert(ctx, m)
			}
		}
		if n == 0 && len(list) == 0 {
			// Without the permission Discord says that there is nothing.
			return "", p.failed(d.readable(ctx, p.channel))
		}
		if len(list) < findPage {
			break
		}
		before = "&before=" + list[len(list)-1].ID
	}
	return "", nil
}

// readable says why the bot cannot read what was posted in a channel.
func (d *Discord) readable(ctx context.Context, channel string) error {
	may, err := d.may(ctx, channel)
	switch {
	case err != nil:
		return err
	case !may.Has(wire.ReadMessageHistory):
		return errors.New("look whether the message was posted: the bot lacks the permission Read Message History in that channel (see offboard check)")
	}
	return nil
}

// may is what the bot may do in a channel.
func (d *Discord) may(ctx context.Context, channel string) (wire.Permissions, error) {
	c, err := d.rooms.channel(ctx, channel)
	if err != nil {
		return 0, err
	}
	if c.Type == wire.DM {
		return ^wire.Permissions(0), nil
	}
	if c.GuildID != d.cfg.Guild {
		return 0, fmt.Errorf("%w: the channel is not on the server of the configuration", bot.ErrGone)
	}
	me, err := d.self(ctx)
	if err != nil {
		return 0, err
	}
	g, err := d.users.server(ctx)
	if err != nil {
		return 0, err
	}
	var m wire.Member
	if err := d.rest.Do(ctx, http.MethodGet, "guilds/"+d.cfg.Guild+"/members/"+me.Bot.ID, nil, &m); err != nil {
		return 0, err
	}
	return g.Allowed(m, c), nil
}
