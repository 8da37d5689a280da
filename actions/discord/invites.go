package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot/discord/wire"
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
}

// id names an invite without giving its code away.
func (i inviteObject) id() string {
	sum := sha256.Sum256([]byte(i.Code))
	return hex.EncodeToString(sum[:8])
}

// label shows enough of the code to find the invite in Server Settings, and
// not enough to use it.
func (i inviteObject) label() string {
	short := i.Code[:min(3, len(i.Code)/2)] + "…"
	where := "a channel"
	if i.Channel.Name != "" {
		where = "#" + i.Channel.Name
	}
	return fmt.Sprintf("invite %s to %s, used %d times", short, where, i.Uses)
}

// of are the invites that somebody has made.
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
			f.Items = append(f.Items, actions.Item{ID: i.id(), Account: a.ID, Label: i.label()})
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
			n := slices.IndexFunc(all, func(o inviteObject) bool { return o.id() == i.ID })
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
