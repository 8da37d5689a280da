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
	works, err := i.botToken(ctx)
	if err == nil {
		err = i.appToken(ctx)
	}
	if err != nil || !works {
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

func (i *inspection) remark(text, remedy string) {
	i.found = append(i.found, bot.Remark{Text: text, Remedy: remedy})
}

func (i *inspection) kind(what, token, prefix, where string) bool {
	if strings.HasPrefix(token, prefix) {
		return true
	}
	i.broken("the "+what+" is of another kind: it must begin with "+prefix, "use "+where+" of the app's settings")
	return false
}

// botToken reports whether Slack takes the bot token.
func (i *inspection) botToken(ctx context.Context) (works bool, err error) {
	if !i.kind("bot token", i.s.cfg.BotToken, "xoxb-", "the Bot User OAuth Token, under OAuth & Permissions") {
		return false, nil
	}
	who, err := i.s.self(ctx)
	switch {
	case err != nil && code(err) == "":
		return false, err
	case err != nil:
		i.broken("Slack refuses the bot token: "+code(err), "install the app to the workspace again, and copy the Bot User OAuth Token")
		return false, nil
	}
	i.scopes(who.scopes)
	return true, nil
}

// appToken asks for a socket and does not open it: it would take a share of
// the clicks.
func (i *inspection) appToken(ctx context.Context) error {
	if !i.kind("app token", i.s.cfg.AppToken, "xapp-", "an App-Level Token with connections:write, under Basic Information") {
		return nil
	}
	err := i.s.call(ctx, opening, "", func(ctx context.Context) error {
		_, _, err := i.s.api.StartSocketModeContext(ctx)
		return err
	})
	switch {
	case err == nil:
	case code(err) == "":
		return err
	case is(err, "missing_scope"):
		i.broken("the app token lacks the scope connections:write", "make an App-Level Token with it, under Basic Information")
	case fatal(err):
		i.broken("Slack refuses the app token: "+code(err), "make an App-Level Token with connections:write, under Basic Information")
	default:
		// Slack has no word of its own for a Socket Mode that is off.
		i.broken("Slack gives no socket: "+code(err), "look whether Socket Mode is switched on in the app's settings, and whether the app token is of the same app")
	}
	return nil
}

// lacking are the scopes of the manifest that a token does not have.
func lacking(have []string, mail bool) []string {
	return slices.DeleteFunc(scopes(mail), func(s string) bool { return slices.Contains(have, s) })
}

func (i *inspection) scopes(have []string) {
	for _, scope := range lacking(have, i.s.cfg.Mail) {
		i.broken("the bot token lacks the scope "+scope, "paste the manifest again (offboard slack manifest), and install the app to the workspace again")
	}
	need := scopes(i.s.cfg.Mail)
	for _, scope := range have {
		if scope != "" && !slices.Contains(need, scope) {
			i.remark("the bot token has a scope that is not needed: "+scope, "take it away, and install the app to the workspace again")
		}
	}
}

// place looks whether the bot can post in a channel, and who reads it.
func (i *inspection) place(ctx context.Context, p bot.Place) {
	err := i.channel(ctx, p)
	switch {
	case errors.Is(err, bot.ErrGone):
		i.broken("the bot cannot post in "+p.ID, "type /invite @Offboard in that channel, or correct places: in the configuration")
	case is(err, "missing_scope"): // which was said
	case err != nil:
		i.broken(fmt.Sprintf("it cannot be read whether the bot can post in %s: %v", p.ID, err), "try again; if it stays so, correct places: in the configuration")
	}
}

func (i *inspection) channel(ctx context.Context, p bot.Place) error {
	id, err := i.s.rooms.of(ctx, p)
	if err != nil || p.Kind == bot.Direct {
		return err
	}
	var c *api.Channel
	err = i.s.again(ctx, "conversations.info", "", func(ctx context.Context) (err error) {
		c, err = i.s.api.GetConversationInfoContext(ctx, &api.GetConversationInfoInput{ChannelID: id})
		return err
	})
	switch {
	case err != nil:
		return gone(err)
	case !c.IsMember || c.IsArchived:
		return bot.ErrGone
	}
	if !c.IsPrivate {
		i.broken(p.ID+" is public, so everybody in the workspace could read of departures there, also who leaves", "make it private; until then each of IT is written to directly")
		return nil
	}
	if c.IsExtShared {
		i.remark("people of other workspaces read "+p.ID, "choose a channel that is not shared")
	}
	members, err := i.s.Members(ctx, p)
	if err == nil && len(members) == 0 {
		i.remark("nobody but the bot is in "+p.ID, "invite those who watch")
	}
	return err
}
