package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// namesFor is how long names are believed: a channel can be renamed, and
// another one take its name.
const namesFor = 10 * time.Minute

// absentFor is how long it is believed that there is no channel of a name:
// everything that is to be posted there asks.
const absentFor = 30 * time.Second

// archiveAfter is when Discord folds a silent thread away, in minutes: the
// longest there is. A new message opens it again.
const archiveAfter = 10080

// rooms knows what Discord calls the places.
type rooms struct {
	d *Discord

	mu      sync.Mutex
	directs map[string]string // user -> channel of the direct messages
	threads map[string]bool   // threads that are there

	naming turn                // held while the names are read
	names  map[string][]string // name -> channels
	read   time.Time           // when the names were read
}

func newRooms(d *Discord) *rooms {
	return &rooms{d: d, directs: map[string]string{}, threads: map[string]bool{}, naming: newTurn()}
}

// of is the channel of a place, without its thread.
func (r *rooms) of(ctx context.Context, at bot.Place) (string, error) {
	switch {
	case at.Kind == bot.Direct:
		id, err := r.direct(ctx, at.ID)
		return id, failing(at)(err)
	case wire.Snowflake(at.ID):
		return at.ID, nil
	}
	return r.named(ctx, strings.TrimPrefix(at.ID, "#"))
}

// direct is the channel of the direct messages with somebody.
func (r *rooms) direct(ctx context.Context, user string) (string, error) {
	r.mu.Lock()
	id, ok := r.directs[user]
	r.mu.Unlock()
	if ok {
		return id, nil
	}
	var c wire.Channel
	// A second one is the same.
	err := r.d.rest.Do(ctx, http.MethodPost, "users/@me/channels", map[string]string{"recipient_id": user}, &c, wire.Repeatable())
	switch {
	case wire.Status(err) == http.StatusBadRequest:
		return "", fmt.Errorf("%w: there is no such account: %w", bot.ErrGone, err)
	case err != nil:
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.directs) > 10000 {
		clear(r.directs)
	}
	r.directs[user] = c.ID
	return c.ID, nil
}

// named is the channel with a name, whatever category it is in.
func (r *rooms) named(ctx context.Context, wanted string) (string, error) {
	wanted = strings.ToLower(wanted) // as Discord writes them
	if err := r.naming.take(ctx); err != nil {
		return "", err
	}
	defer r.naming.give()
	age := time.Since(r.read)
	if known := r.names[wanted]; r.names == nil || age > namesFor || len(known) != 1 && age > absentFor {
		var list []wire.Channel
		if err := r.d.rest.Do(ctx, http.MethodGet, "guilds/"+r.d.cfg.Guild+"/channels", nil, &list); err != nil {
			return "", gone(err)
		}
		r.names, r.read = map[string][]string{}, time.Now()
		for _, c := range list {
			if c.Type == wire.GuildText || c.Type == wire.Announcement {
				r.names[strings.ToLower(c.Name)] = append(r.names[strings.ToLower(c.Name)], c.ID)
			}
		}
	}
	switch ids := r.names[wanted]; len(ids) {
	case 0:
		return "", fmt.Errorf("there is no channel #%s on the server, or the bot does not see it: add the bot to it, or correct places: in the configuration: %w", wanted, bot.ErrGone)
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("there is more than one channel #%s on the server: write the channel's id into places: in the configuration: %w", wanted, bot.ErrGone)
}

// thread is the thread below a message, which is made if there is none. It is
// as private as the channel. Its id is that of the message.
func (r *rooms) thread(ctx context.Context, above, about string) (string, error) {
	channel, message, ok := strings.Cut(above, "/")
	if !ok {
		return "", fmt.Errorf("the thread below %q: %w", above, bot.ErrGone)
	}
	r.mu.Lock()
	known := r.threads[message]
	r.mu.Unlock()
	if known {
		return message, nil
	}
	if about == "" {
		about = "Details"
	}
	// A second one is refused, which is as good.
	err := r.d.rest.Do(ctx, http.MethodPost, "channels/"+channel+"/messages/"+message+"/threads",
		wire.ThreadBody{Name: bot.Clean(about, 100), AutoArchiveDuration: archiveAfter}, nil, wire.Repeatable())
	if err != nil && !wire.Is(err, wire.ThreadExists) {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.threads) > 10000 {
		clear(r.threads)
	}
	r.threads[message] = true
	return message, nil
}

// forget drops what was known of a channel that turned out not to be there.
func (r *rooms) forget(channel string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.threads, channel)
	for user, id := range r.directs {
		if id == channel {
			delete(r.directs, user)
		}
	}
}

// opened does something in a thread; out of the archive, where nothing can be
// edited, the thread is taken first. One that somebody has locked stays there.
func (r *rooms) opened(ctx context.Context, thread string, do func() error) error {
	archived := do()
	if !wire.Is(archived, wire.ThreadArchived) {
		return archived
	}
	err := r.d.rest.Do(ctx, http.MethodPatch, "channels/"+thread, wire.ThreadEdit{Archived: new(false)}, nil)
	switch {
	case err == nil:
		return do()
	case wire.Is(err, wire.MissingPermissions, wire.ThreadArchived, wire.ThreadLocked):
		return archived
	case wire.Unclear(err): // of the thread; nothing else was done
		return errors.New("the thread is archived, and Discord does not open it again now: " + err.Error())
	}
	return err
}

// channel reads a channel; of a thread it reads the one above, whose readers
// read the thread too.
func (r *rooms) channel(ctx context.Context, id string) (wire.Channel, error) {
	var c wire.Channel
	err := r.d.rest.Do(ctx, http.MethodGet, "channels/"+id, nil, &c)
	if err == nil && c.Type.Thread() {
		id = c.ParentID
		c = wire.Channel{}
		err = r.d.rest.Do(ctx, http.MethodGet, "channels/"+id, nil, &c)
	}
	return c, err
}

// Members says who can read what is posted there: all members of the server
// who see the channel, but for the bot itself; other bots too, and Everybody
// where no role is needed. It needs the Server Members Intent.
func (d *Discord) Members(ctx context.Context, at bot.Place) ([]bot.User, error) {
	if at.Kind == bot.Direct {
		m, err := d.users.get(ctx, at.ID, stale)
		if wire.Is(err, wire.UnknownMember, wire.UnknownUser) {
			return nil, fmt.Errorf("%w: %s is not on the server", bot.ErrGone, at.ID)
		}
		if err != nil {
			return nil, err
		}
		return []bot.User{m.user}, nil
	}
	me, err := d.self(ctx)
	if err != nil {
		return nil, err
	}
	id, err := d.rooms.of(ctx, at)
	if err != nil {
		return nil, err
	}
	c, err := d.rooms.channel(ctx, id)
	if err != nil {
		return nil, gone(err)
	}
	if c.GuildID != d.cfg.Guild {
		return nil, fmt.Errorf("%w: the channel is not on the server of the configuration", bot.ErrGone)
	}
	g, err := d.users.server(ctx)
	if err != nil {
		return nil, err
	}
	members, err := d.users.all(ctx)
	if err != nil {
		return nil, err
	}
	var out []bot.User
	if everybodyReads(g, c) {
		out = append(out, bot.User{Platform: name, ID: bot.Everybody, Name: "everybody on the server", Outside: true})
	}
	for _, m := range members {
		if m.User.ID != me.Bot.ID && g.Allowed(m, c).Has(wire.ViewChannel) {
			out = append(out, describe(m).user)
		}
	}
	return out, nil
}
