package slack

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// rooms knows what Slack calls the places.
type rooms struct {
	s *Slack

	mu      sync.Mutex
	directs map[string]string // user -> channel of the direct messages

	naming  sync.Mutex           // held while the names are read
	names   map[string]string    // name -> channel that the bot is in
	read    time.Time            // when the names were read
	private map[string]time.Time // channel -> when it was private
}

func newRooms(s *Slack) *rooms {
	return &rooms{s: s, directs: map[string]string{}, private: map[string]time.Time{}}
}

var channelID = regexp.MustCompile(`^[CGD][A-Z0-9]{7,}$`)

// of is the channel of a place.
func (r *rooms) of(ctx context.Context, at bot.Place) (string, error) {
	if at.Kind == bot.Direct {
		return r.direct(ctx, at.ID)
	}
	if channelID.MatchString(at.ID) {
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
	err := r.s.again(ctx, "conversations.open", "", func(ctx context.Context) error {
		c, _, _, err := r.s.api.OpenConversationContext(ctx, &api.OpenConversationParameters{Users: []string{user}, ReturnIM: true})
		if err == nil {
			id = c.ID
		}
		return err
	})
	if err != nil {
		return "", gone(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.directs[user] = id
	return id, nil
}

const (
	// namesFor is how long names are believed: a channel can be renamed, and
	// another one take its name.
	namesFor = 10 * time.Minute
	// absentFor is how long it is believed that the bot is in no channel of a
	// name: everything that is to be posted there asks.
	absentFor = 30 * time.Second
)

// named is the channel with a name, of those that the bot is in.
func (r *rooms) named(ctx context.Context, wanted string) (string, error) {
	r.naming.Lock()
	defer r.naming.Unlock()
	absent := fmt.Errorf("the bot is not in a channel #%s: type /invite @Offboard there: %w", wanted, bot.ErrGone)
	switch id, ok := r.names[wanted]; {
	case ok && time.Since(r.read) < namesFor:
		return id, nil
	case !ok && r.names != nil && time.Since(r.read) < absentFor:
		return "", absent
	}
	names, cursor := map[string]string{}, ""
	for {
		var found []api.Channel
		var next string
		err := r.s.again(ctx, "users.conversations", "", func(ctx context.Context) (err error) {
			found, next, err = r.s.api.GetConversationsForUserContext(ctx, &api.GetConversationsForUserParameters{
				Cursor: cursor, Types: []string{"public_channel", "private_channel"}, Limit: 200, ExcludeArchived: true,
			})
			return err
		})
		if err != nil {
			return "", err
		}
		for _, c := range found {
			names[c.Name] = c.ID
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	r.names, r.read = names, time.Now()
	if id, ok := names[wanted]; ok {
		return id, nil
	}
	return "", fmt.Errorf("the bot is not in a channel #%s: type /invite @offboard there: %w", wanted, bot.ErrGone)
}

// onlyMembers reports whether nobody but its members reads a channel. It is
// believed as long as a name is: a private channel can be made public.
func (r *rooms) onlyMembers(ctx context.Context, channel string) (bool, error) {
	r.mu.Lock()
	at, ok := r.private[channel]
	r.mu.Unlock()
	if ok && time.Since(at) < namesFor {
		return true, nil
	}
	var c *api.Channel
	err := r.s.again(ctx, "conversations.info", "", func(ctx context.Context) (err error) {
		c, err = r.s.api.GetConversationInfoContext(ctx, &api.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	if err != nil {
		return false, gone(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.private, channel)
	if c.IsPrivate {
		r.private[channel] = time.Now()
	}
	return c.IsPrivate, nil
}

// Members says who can read what is posted there: all members of a channel but
// the bot itself, other bots too, and Everybody where the channel is public.
func (s *Slack) Members(ctx context.Context, at bot.Place) ([]bot.User, error) {
	if at.Kind == bot.Direct {
		u, err := s.users.get(ctx, at.ID, stale)
		if err != nil {
			return nil, gone(err)
		}
		return []bot.User{u.user}, nil
	}
	me, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	channel, err := s.rooms.of(ctx, at)
	if err != nil {
		return nil, err
	}
	var out []bot.User
	switch private, err := s.rooms.onlyMembers(ctx, channel); {
	case err != nil:
		return nil, err
	case !private: // Slack shows and searches it without joining
		out = append(out, bot.User{Platform: name, ID: bot.Everybody, Name: "everybody in the workspace", Outside: true})
	}
	for cursor := ""; ; {
		var ids []string
		var next string
		err := s.again(ctx, "conversations.members", channel, func(ctx context.Context) (err error) {
			ids, next, err = s.api.GetUsersInConversationContext(ctx, &api.GetUsersInConversationParameters{ChannelID: channel, Cursor: cursor, Limit: 200})
			return err
		})
		if err != nil {
			return nil, gone(err)
		}
		for _, id := range ids {
			if id == me.user {
				continue
			}
			known, err := s.users.get(ctx, id, stale)
			switch {
			case is(err, "user_not_found", "user_not_visible", "users_not_found"):
				known.user = bot.User{Platform: name, ID: id, Outside: true}
			case err != nil:
				return nil, err
			}
			out = append(out, known.user)
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}
