package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// Inspect looks at what Slack has to allow, without changing anything: the two
// tokens, the scopes, Socket Mode, and whether the bot can post in the places.
// An error says that Slack could not be asked.
func (s *Slack) Inspect(ctx context.Context, places ...bot.Place) ([]bot.Remark, error) {
	i := &inspection{s: s}
	i.kind("bot token", s.cfg.BotToken, "xoxb-", "the Bot User OAuth Token, under OAuth & Permissions")
	i.kind("app token", s.cfg.AppToken, "xapp-", "an App-Level Token with connections:write, under Basic Information")
	if err := i.tokens(ctx); err != nil {
		return i.found, err
	}
	for _, p := range places {
		i.place(ctx, p)
	}
	return i.found, nil
}

type inspection struct {
	s     *Slack
	found []bot.Remark
}

func (i *inspection) broken(text, remedy string) {
	i.found = append(i.found, bot.Remark{Broken: true, Text: text, Remedy: remedy})
}

func (i *inspection) kind(what, token, prefix, where string) {
	if !strings.HasPrefix(token, prefix) {
		i.broken("the "+what+" is of another kind: it must begin with "+prefix, "use "+where+" of the app's settings")
	}
}

// tokens asks Slack about both tokens. A socket is asked for and not opened.
func (i *inspection) tokens(ctx context.Context) error {
	var who *api.AuthTestResponse
	err := i.s.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		who, err = i.s.api.AuthTestContext(ctx)
		return err
	})
	switch {
	case err != nil && code(err) == "":
		return err
	case err != nil:
		i.broken("Slack refuses the bot token: "+code(err), "install the app to the workspace again, and copy the Bot User OAuth Token")
	default:
		i.s.mu.Lock()
		i.s.bot = identity{who.TeamID, who.UserID, who.BotID}
		i.s.mu.Unlock()
		i.scopes(strings.Split(strings.ReplaceAll(who.Header.Get("X-OAuth-Scopes"), " ", ""), ","))
	}
	err = i.s.call(ctx, "apps.connections.open", "", func(ctx context.Context) error {
		_, _, err := i.s.api.StartSocketModeContext(ctx)
		return err
	})
	switch {
	case err == nil:
	case code(err) == "":
		return err
	case is(err, "missing_scope"):
		i.broken("the app token lacks the scope connections:write", "make an App-Level Token with it, under Basic Information")
	case is(err, "forbidden_team", "socket_mode_not_enabled", "link_disabled"):
		i.broken("Socket Mode is switched off: "+code(err), "switch it on, under Socket Mode in the app's settings")
	default:
		i.broken("Slack refuses the app token: "+code(err), "make an App-Level Token with connections:write, under Basic Information; is Socket Mode switched on?")
	}
	return nil
}

func (i *inspection) scopes(have []string) {
	need := scopes(i.s.cfg.Mail)
	for _, scope := range need {
		if !slices.Contains(have, scope) {
			i.broken("the bot token lacks the scope "+scope, "paste the manifest again (offboard slack manifest), and install the app to the workspace again")
		}
	}
	for _, scope := range have {
		if scope != "" && !slices.Contains(need, scope) {
			i.found = append(i.found, bot.Remark{Text: "the bot token has a scope that is not needed: " + scope, Remedy: "take it away, and install the app to the workspace again"})
		}
	}
}

// place looks whether the bot is in a channel.
func (i *inspection) place(ctx context.Context, p bot.Place) {
	members, err := i.s.Members(ctx, p)
	switch {
	case errors.Is(err, bot.ErrGone):
		i.broken("the bot cannot post in "+p.ID, "type /invite @Offboard in that channel, or correct places: in the configuration")
	case err != nil:
		i.broken(fmt.Sprintf("who reads %s cannot be read: %v", p.ID, err), "")
	case len(members) == 0:
		i.found = append(i.found, bot.Remark{Text: "nobody but the bot is in " + p.ID, Remedy: "invite those who watch"})
	}
}
