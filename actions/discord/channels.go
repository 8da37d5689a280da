package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// channels takes what a person may see or do in single channels by their own
// name. That is no role: it is no part of a membership either, and counts again
// when somebody who was kicked comes back.
type channels struct{ *Client }

// wasAllowed is what Undo needs, kept as JSON in Item.Before.
type wasAllowed struct {
	Allow wire.Permissions `json:"allow"`
}

// overwriteOf is what c allows and denies to the account with this id.
func overwriteOf(c wire.Channel, id string) wire.Overwrite {
	i := slices.IndexFunc(c.PermissionOverwrites, func(o wire.Overwrite) bool { return o.ID == id })
	if i < 0 {
		return wire.Overwrite{ID: id}
	}
	return c.PermissionOverwrites[i]
}

// opens reports whether the bot may change the permissions of a channel
// (https://docs.discord.com/developers/resources/channel#delete-channel-permission).
func (g *guild) opens(c wire.Channel) bool {
	server := wire.Guild{ID: g.cfg.Guild, OwnerID: g.Owner}
	for _, r := range g.Roles {
		server.Roles = append(server.Roles, r.Role)
	}
	return server.Allowed(g.mine.Member, c).Has(wire.ViewChannel | wire.ManageRoles)
}

// Check holds one item for each channel that allows the account something by its
// name, also for somebody who is out of the server.
func (h channels) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return h.check(ctx, "read the permissions in channels", t, func(g *guild, a *account, f *actions.Finding) error {
		all, err := g.channels(ctx)
		if err != nil {
			return err
		}
		var closed []string
		for _, c := range all {
			o := overwriteOf(c, a.ID)
			if o.Allow == 0 {
				continue
			}
			if !g.opens(c) {
				closed = append(closed, "#"+c.Name)
				if h.removes() {
					// They end with the membership: a task beside it would be
					// confirmed unread.
					continue
				}
			}
			before, err := json.Marshal(wasAllowed{o.Allow})
			if err != nil {
				return err
			}
			f.Items = append(f.Items, actions.Item{ID: c.ID, Account: a.ID, Label: "permissions of their own in #" + c.Name, Before: string(before)})
		}
		switch {
		case len(closed) == 0:
		case h.removes():
			f.Notes = append(f.Notes, fmt.Sprintf("%s has permissions in %s by name, and the bot can't take them: %s. They end when %s is out of the server, and count again after a return. %s", a.about(), names(closed), g.shut(), a.Username, g.open()))
		case len(closed) == len(f.Items):
			f.ByHand[a.ID] = fmt.Sprintf("Take %s out of the permissions of %s in the server %s (settings of the channel, Permissions). The bot can't: %s.", a.about(), names(closed), g.Name, g.shut())
		default:
			f.Notes = append(f.Notes, fmt.Sprintf("the bot can't take the permissions of %s in %s: %s. %s", a.about(), names(closed), g.shut(), g.open()))
		}
		return nil
	})
}

// shut is why the bot can't change the permissions of a channel.
func (g *guild) shut() string {
	return fmt.Sprintf("its role %s lacks View Channel or Manage Permissions there", g.top.Name)
}

// open is how the bot comes to change them.
func (g *guild) open() string {
	return fmt.Sprintf("Allow both to %s in the settings of the channel, Permissions, before the cut-off, and the bot does it", g.top.Name)
}

// Do takes the permissions of each channel on its own. What is denied to the
// person there stays denied.
func (h channels) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return h.change(ctx, "take away the permissions in channels", t, t.Items, func(o overwrite, _ actions.Item) (string, error) {
		switch {
		case o.Allow == 0:
			return "taken already", nil
		case o.Deny != 0:
			return "PUT of the permissions: success", o.allow(ctx, 0)
		}
		err := o.write(ctx, http.MethodDelete, nil)
		if wire.Is(err, wire.UnknownOverwrite) {
			return "gone meanwhile", nil
		}
		return "DELETE of the permissions: success", err
	})
}

// Undo allows again what was taken, beside what the channel allows now. Whether
// a channel can allow something to somebody who is not in the server is not
// documented, so it waits for them as roles do.
func (h channels) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return h.change(ctx, "give back the permissions in channels", t, t.Of(before), func(o overwrite, i actions.Item) (string, error) {
		var was wasAllowed
		if err := json.Unmarshal([]byte(i.Before), &was); err != nil {
			return "", actions.Final(fmt.Errorf("what was recorded before is not readable: %w", err))
		}
		switch {
		case o.Allow.Has(was.Allow):
			return "held", nil
		case o.a.member == nil:
			return "", actions.Later(rejoin, "%s is not in the server %s: the permissions come back once they have joined it again", o.a.about(), o.g.Name)
		}
		return "PUT of the permissions: success", o.allow(ctx, o.Allow|was.Allow)
	})
}

// overwrite is what a channel allows and denies to an account now.
type overwrite struct {
	wire.Overwrite
	g *guild
	c wire.Channel
	a *account
}

// change runs do on the channel of each item.
func (h channels) change(ctx context.Context, attempt string, t actions.Target, items []actions.Item, do func(overwrite, actions.Item) (string, error)) (actions.Evidence, error) {
	return h.act(ctx, attempt, t, func(g *guild, a *account) (string, error) {
		if len(items) == 0 {
			return "nothing was asked for", nil
		}
		all, err := g.channels(ctx)
		if err != nil {
			return "", err
		}
		return actions.Each(items, classify, func(i actions.Item) (string, error) {
			n := slices.IndexFunc(all, func(c wire.Channel) bool { return c.ID == i.ID })
			if n < 0 {
				return "the channel is gone", nil
			}
			text, err := do(overwrite{overwriteOf(all[n], a.ID), g, all[n], a}, i)
			if wire.Is(err, wire.UnknownChannel) {
				return "the channel is gone", nil
			}
			return text, err
		})
	})
}

// allow replaces what the channel allows; it denies what it denied, without that.
func (o overwrite) allow(ctx context.Context, allow wire.Permissions) error {
	return o.write(ctx, http.MethodPut, map[string]any{"type": 1, "allow": allow, "deny": o.Deny &^ allow})
}

// write changes the overwrite. The bot allows and denies only what it may do in
// the channel itself (https://docs.discord.com/developers/resources/channel#edit-channel-permissions).
func (o overwrite) write(ctx context.Context, method string, body any) error {
	err := o.g.send(ctx, method, fmt.Sprintf("channels/%s/permissions/%s", o.c.ID, o.ID), body, nil)
	if !wire.Is(err, wire.MissingPermissions, wire.MissingAccess) {
		return err
	}
	why := o.g.shut()
	if o.g.opens(o.c) {
		why = "it changes only permissions that it has there itself"
	}
	return actions.Final(fmt.Errorf("the bot may not do that in #%s: %s. Do it by hand (settings of the channel, Permissions) (%w)", o.c.Name, why, err))
}
