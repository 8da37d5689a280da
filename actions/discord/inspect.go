package discord

import (
	"context"
	"fmt"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// reach signs in and reads the server.
func (c *Client) reach(ctx context.Context) error {
	return c.with(ctx, "look at Discord", "", func(*guild) error { return nil })
}

// inspect looks at what the bot lacks in the server, and at what it may do
// beyond its work.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	var out []actions.Remark
	err := c.with(ctx, "look at Discord", "", func(g *guild) error {
		for _, n := range c.cfg.needs() {
			if !g.may.Has(n.bit) {
				out = append(out, actions.Remark{
					Broken: n.action != undoRemove,
					Text:   fmt.Sprintf("the bot lacks the permission %s in the server %s, which %s takes", n.title, g.Name, n.action),
					Remedy: fmt.Sprintf("switch it on for its role %s (Server Settings, Roles), or name the other actions only under actions", g.top.Name),
				})
			}
		}
		if g.may&wire.Administrator != 0 {
			out = append(out, actions.Remark{
				Text:   "the bot is an administrator of the server " + g.Name + ": whoever has its token has the server",
				Remedy: "take Administrator from its role, and give it the permissions that README.md of actions/discord lists",
			})
		}
		var high []string
		for _, r := range g.Roles {
			if g.above(r) && r.ID != g.top.ID && !r.Managed {
				high = append(high, r.Name)
			}
		}
		if len(high) > 0 {
			out = append(out, actions.Remark{
				Text:   fmt.Sprintf("whoever has %s can't be taken out by the bot: %s", roleNames(high), g.below(high)),
				Remedy: fmt.Sprintf("drag %s to the top in Server Settings, Roles", g.top.Name),
			})
		}
		if g.TwoFold > 0 {
			out = append(out, actions.Remark{
				Text:   "the server " + g.Name + " asks moderators for two-factor authentication, which counts for bots too",
				Remedy: "see that whoever owns the app in Discord's Developer Portal has it switched on in their own account; else every step is refused",
			})
		}
		return nil
	})
	return out, err
}
