package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// webhooks finds the webhooks that a leaver has made. Each goes on posting after
// they are gone, and whoever has its address can post with it.
type webhooks struct{ *Client }

// webhook is a webhook without its token and address, which are never read:
// they are all that it takes to post.
type webhook struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Channel string    `json:"channel_id"`
	User    wire.User `json:"user"` // who made it
}

func (g *guild) webhooksOf(ctx context.Context, id string) ([]webhook, error) {
	if why := g.lacks("webhooks"); why != "" {
		return nil, actions.Final(errors.New("who made which webhook can't be read: " + why))
	}
	var all []webhook
	if err := g.read(ctx, g.path("/webhooks"), &all); err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(w webhook) bool { return w.User.ID != id })
	slices.SortFunc(all, func(a, b webhook) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

const webhookWords = "Decide about each webhook (Server Settings, Integrations, Webhooks). It goes on posting when they are gone, and they may have kept its address, with which anybody can post. Delete it; or, if something needs it, make a new one, give that its address, and delete the old one"

// Check holds one item for each webhook that was made by the account, and notes
// the bots that it added.
func (h webhooks) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return h.check(ctx, "read the webhooks", t, func(g *guild, a *account, f *actions.Finding) error {
		all, err := g.webhooksOf(ctx, a.ID)
		if err != nil {
			return err
		}
		var rooms []wire.Channel
		if len(all) > 0 {
			if rooms, err = g.channels(ctx); err != nil {
				return err
			}
		}
		for _, w := range all {
			f.Items = append(f.Items, actions.Item{ID: w.ID, Account: a.ID, Label: fmt.Sprintf("webhook %s, which posts in %s", w.Name, channelName(rooms, w.Channel))})
		}
		if len(all) > 0 && h.cfg.Webhooks == Report {
			f.ByHand[a.ID] = webhookWords + "."
		}
		return g.integrations(ctx, a, f)
	})
}

// integrations notes the bots and apps that somebody added to the server.
func (g *guild) integrations(ctx context.Context, a *account, f *actions.Finding) error {
	if !g.may.Has(wire.ManageGuild) {
		f.Notes = append(f.Notes, "which bots they added can't be read without the permission Manage Server")
		return nil
	}
	var all []struct {
		Name string    `json:"name"`
		User wire.User `json:"user"` // who added it
	}
	if err := g.read(ctx, g.path("/integrations"), &all); err != nil {
		return err
	}
	var added []string
	for _, i := range all {
		if i.User.ID == a.ID {
			added = append(added, i.Name)
		}
	}
	if len(added) > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%s added %s to the server, which stays: IT decides (Server Settings, Integrations)", a.about(), names(added)))
	}
	return nil
}

// Do deletes each webhook on its own, if the configuration says so.
func (h webhooks) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return h.act(ctx, "delete the webhooks", t, func(g *guild, a *account) (string, error) {
		switch {
		case len(t.Items) == 0:
			return "nothing was asked for", nil
		case h.cfg.Webhooks == Report:
			return "", actions.Final(fmt.Errorf("a person must do it: %s", webhookWords))
		}
		all, err := g.webhooksOf(ctx, a.ID)
		if err != nil {
			return "", err
		}
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) {
			if !slices.ContainsFunc(all, func(w webhook) bool { return w.ID == i.ID }) {
				return "is gone", nil
			}
			err := g.write(ctx, "webhooks", http.MethodDelete, "webhooks/"+i.ID, nil, nil)
			if wire.Is(err, wire.UnknownWebhook) {
				return "is gone", nil
			}
			return "DELETE of the webhook: success", err
		})
	})
}
