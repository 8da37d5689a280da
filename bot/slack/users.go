package slack

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

const (
	// fresh is how long what Slack says of an account is believed for a click.
	fresh = time.Minute
	// stale is how long, while Slack does not answer, and to say who reads a
	// channel.
	stale = time.Hour
	// vouching is how long somebody waits until Slack has said who they are.
	vouching = 10 * time.Second
)

// users knows the accounts.
type users struct {
	s *Slack

	mu   sync.Mutex
	seen map[string]known
}

// known is an account, as Slack described it.
type known struct {
	user bot.User
	zone string // in their profile, IANA
	not  string // why it may do nothing; empty if it may
	at   time.Time
}

func newUsers(s *Slack) *users { return &users{s: s, seen: map[string]known{}} }

// foreign is for people of other workspaces, in shared channels.
const foreign = "Only members of this workspace can do this."

// vouch is an account that may ask for something: a full member of this
// workspace. For any other it says what that person reads. team is the
// workspace of the account, where Slack has said so.
func (u *users) vouch(ctx context.Context, id, team string) (user bot.User, not string) {
	ctx, cancel := context.WithTimeout(ctx, vouching)
	defer cancel()
	me, err := u.s.self(ctx)
	if err == nil && team != "" && team != me.team {
		return bot.User{}, foreign
	}
	k, err := u.get(ctx, id, fresh)
	if err != nil {
		u.s.cfg.Log.Warn().Err(err).Msg("slack: read an account")
		return bot.User{}, "Slack does not tell me now whether your account is still active, so nothing was changed. Please try again in a minute."
	}
	return k.user, k.not
}

// get reads an account, or answers from what was read less than age ago.
func (u *users) get(ctx context.Context, id string, age time.Duration) (known, error) {
	u.mu.Lock()
	k, ok := u.seen[id]
	u.mu.Unlock()
	if ok && time.Since(k.at) < age {
		return k, nil
	}
	me, err := u.s.self(ctx)
	if err != nil {
		return known{}, err
	}
	var info *api.User
	err = u.s.again(ctx, "users.info", "", func(ctx context.Context) (err error) {
		info, err = u.s.api.GetUserInfoContext(ctx, id)
		return err
	})
	switch {
	case unclear(err) && ok && time.Since(k.at) < stale:
		return k, nil
	case err != nil:
		return known{}, err
	}
	k = u.describe(info, me.team)
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.seen) > 10000 { // what is dropped is read again
		clear(u.seen)
	}
	u.seen[id] = k
	return k, nil
}

func (u *users) describe(info *api.User, team string) known {
	k := known{user: bot.User{Platform: name, ID: info.ID, Name: cmp.Or(info.RealName, info.Name)}, zone: info.TZ, at: time.Now()}
	switch {
	case info.Deleted:
		k.not = "Your Slack account is deactivated, so you can't do this."
	case info.IsBot || info.ID == "USLACKBOT":
		k.not = "Only people can do this, not apps."
	case info.IsRestricted || info.IsUltraRestricted:
		k.not = "Guests can't do this. Please ask a full member of this workspace."
	case info.IsStranger || info.TeamID != "" && info.TeamID != team:
		k.not = foreign
	case u.s.cfg.Mail && info.IsEmailConfirmed: // another company's word about an address is none
		k.user.Mail = strings.ToLower(info.Profile.Email)
	}
	k.user.Outside = k.not != ""
	return k
}

// ZoneOf is the zone in somebody's profile, which Slack sets from their machine
// and they can change (tz of https://docs.slack.dev/reference/objects/user-object).
func (s *Slack) ZoneOf(ctx context.Context, user string) (string, error) {
	k, err := s.users.get(ctx, user, stale)
	return k.zone, err
}
