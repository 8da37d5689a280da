package discord

import (
	"context"
	"errors"
	"fmt"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// lister lists all members of the server but bots. It takes the Server Members
// Intent, which the actions do not.
type lister struct{ *Client }

// listed is how many members Discord gives in one page at most.
// https://docs.discord.com/developers/resources/guild#list-guild-members
const listed = 1000

// List reads one page; its name is the last id of the page before.
func (l lister) List(ctx context.Context, page string) (actions.Page, error) {
	var out actions.Page
	err := l.with(ctx, "list all members", "", func(g *guild) error {
		path := g.path("/members?limit=%d", listed)
		if page != "" {
			path += "&after=" + page
		}
		var members []member
		err := g.read(ctx, path, &members)
		if wire.Is(err, wire.MissingAccess) {
			return actions.Final(fmt.Errorf("the bot may not list the members: turn Server Members Intent on, at discord.com/developers/applications, Bot (%w)", err))
		}
		if err != nil {
			return err
		}
		for i := range members {
			m := &members[i]
			if m.User == nil {
				return actions.Again(errors.New("a member was listed without an account"))
			}
			a := &account{User: *m.User, member: m}
			if g.foreign(a) == "" {
				out.Accounts = append(out.Accounts, actions.Listed{Account: g.describe(a), Enabled: true, Chat: "discord"})
			}
		}
		if len(members) == listed {
			out.Next = members[len(members)-1].User.ID
		}
		return nil
	})
	return out, err
}
