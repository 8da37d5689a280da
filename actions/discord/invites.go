package discord

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"offboard/actions"
	"offboard/bot/discord/wire"
	"offboard/store"
)

// invites revokes what the leaver could come back with, or let others in by.
type invites struct{ *Client }

// inviteObject is an invite as the list of a server has it. Its code is as good
// as a key: whoever has it gets in.
type inviteObject struct {
	Code    string       `json:"code"`
	Inviter wire.User    `json:"inviter"`
	Channel wire.Channel `json:"channel"`
	Uses    int          `json:"uses"`
	Created string       `json:"created_at"`
}

// inviteID names an invite without giving its code away: a code has 8 letters,
// and without a key whoever reads the log could try them all. The key is the
// bot's token, so after a new one an invite has another id, and is taken as one
// that was found since.
func (c *Client) inviteID(i inviteObject) string {
	mac := hmac.New(sha256.New, []byte(c.cfg.Token.Value()))
	mac.Write([]byte("invite " + i.Code)) // it never fails
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// label is what tells an invite apart in Server Settings, with nothing of its code.
func (i inviteObject) label() string {
	label := "invite to a channel"
	if i.Channel.Name != "" {
		label = "invite to #" + i.Channel.Name
	}
	if at, err := time.Parse(time.RFC3339, i.Created); err == nil {
		label += ", made on " + at.UTC().Format(day)
	}
	return label + ", used " + store.Count(i.Uses, "time", "times")
}

// invitesOf are the invites that somebody has made.
func (g *guild) invitesOf(ctx context.Context, id string) ([]inviteObject, error) {
	if why := g.lacks("invites"); why != "" {
		return nil, actions.Final(errors.New("whose invites they are can't be read: " + why))
	}
	var all []inviteObject
	if err := g.read(ctx, g.path("/invites"), &all); err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(i inviteObject) bool { return i.Inviter.ID != id })
	slices.SortFunc(all, func(a, b inviteObject) int { return strings.Compare(a.Code, b.Code) })
	return all, nil
}

// Check holds one item for each invite, also of somebody who is out of the
// server: invites outlive a membership.
func (v invites) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return v.check(ctx, "read the invites", t, func(g *guild, a *account, f *actions.Finding) error {
		all, err := g.invitesOf(ctx, a.ID)
		for _, i := range all {
			f.Items = append(f.Items, actions.Item{ID: v.inviteID(i), Account: a.ID, Label: i.label()})
		}
		return err
	})
}

// Do revokes each invite on its own.
func (v invites) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return v.act(ctx, "revoke the invites", t, func(g *guild, a *account) (string, error) {
		if len(t.Items) == 0 {
			return "nothing was asked for", nil
		}
		all, err := g.invitesOf(ctx, a.ID)
		if err != nil {
			return "", err
		}
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) {
			n := slices.IndexFunc(all, func(o inviteObject) bool { return v.inviteID(o) == i.ID })
			if n < 0 {
				return "is gone", nil
			}
			err := g.write(ctx, "invites", http.MethodDelete, "invites/"+url.PathEscape(all[n].Code), nil, nil)
			if wire.Is(err, wire.UnknownInvite) {
				return "is gone", nil
			}
			return "DELETE of the invite: success", err
		})
	})
}
