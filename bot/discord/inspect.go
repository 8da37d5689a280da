package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// membersIntent are the flags of an app that may read the members of a server:
// of a verified app and of any other (docs, Application Flags).
const membersIntent = 1<<14 | 1<<15

// Inspect looks at what Discord has to allow, without changing anything: the
// token, the app's settings, the server, the commands, and the places. An error
// says that Discord could not be asked.
func (d *Discord) Inspect(ctx context.Context, places ...bot.Place) ([]bot.Remark, error) {
	i := &inspection{d: d}
	app, err := d.application(ctx)
	switch {
	case refused(err):
		i.broken("Discord refuses the bot token", "press Reset Token, under Bot in the app's settings, and use the new one")
		return i.found, nil
	case err != nil:
		return nil, err
	}
	i.app(app)
	works, err := i.server(ctx, app)
	if err != nil || !works {
		return i.found, err
	}
	if err := i.commands(ctx); err != nil {
		return i.found, err
	}
	for _, p := range places {
		if err := i.place(ctx, p); err != nil {
			return i.found, err
		}
	}
	return i.found, nil
}

type inspection struct {
	d     *Discord
	found []bot.Remark
}

func (i *inspection) broken(text, remedy string) {
	i.found = append(i.found, bot.Remark{Broken: true, Text: text, Remedy: remedy})
}

func (i *inspection) remark(text, remedy string) {
	i.found = append(i.found, bot.Remark{Text: text, Remedy: remedy})
}

func (i *inspection) app(app application) {
	if app.Endpoint != "" {
		i.broken("the app has an Interactions Endpoint URL, so Discord sends there what people do, and not to Offboard", "empty it, under General Information in the app's settings")
	}
	if app.Flags&membersIntent == 0 {
		i.broken("the Server Members Intent is off, so it cannot be read who sees a channel, and nothing is posted in one", "switch it on, under Bot in the app's settings")
	}
}

// server reports whether the bot is a member of it.
func (i *inspection) server(ctx context.Context, app application) (works bool, err error) {
	link, _ := Invite(app.ID, false) // the id is Discord's
	var m wire.Member
	err = i.d.rest.Do(ctx, http.MethodGet, "guilds/"+i.d.cfg.Guild+"/members/"+app.Bot.ID, nil, &m)
	switch {
	case wire.Is(err, wire.UnknownGuild, wire.UnknownMember, wire.MissingAccess, wire.InvalidForm):
		i.broken("the bot is not on the server "+i.d.cfg.Guild, "correct guild: in the configuration, or add the bot to the server: "+link)
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

func (i *inspection) commands(ctx context.Context) error {
	switch err := i.d.registered(ctx, false); {
	case errors.Is(err, errOutdated):
		i.remark("the commands are not registered as they are now", "start Offboard: it registers them")
	case wire.Status(err) == 0 && err != nil && !wire.Unclear(err):
		i.broken("the commands cannot be registered: "+err.Error(), "correct the name of the command in the configuration")
	case err != nil:
		return err
	}
	return nil
}

// needs are the permissions in a place, as Discord's settings name them.
var needs = []struct {
	p    wire.Permissions
	name string
}{
	{wire.ViewChannel, "View Channel"},
	{wire.SendMessages, "Send Messages"},
	{wire.ReadMessageHistory, "Read Message History"},
	{wire.CreatePublicThreads, "Create Public Threads"},
	{wire.SendMessagesInThreads, "Send Messages in Threads"},
}

// place looks whether the bot can post in a channel, and who reads it.
func (i *inspection) place(ctx context.Context, at bot.Place) error {
	if at.Kind == bot.Direct {
		return nil
	}
	c, may, err := i.channel(ctx, at)
	switch {
	case errors.Is(err, bot.ErrGone):
		i.broken("the bot cannot post in "+at.ID+": "+err.Error(), "add the bot to that channel, or correct places: in the configuration")
		return nil
	case err != nil:
		return err
	}
	for _, n := range needs {
		if !may.Has(n.p) {
			i.broken("the bot lacks the permission "+n.name+" in "+at.ID, "give it to the bot's role, in the settings of the channel")
		}
	}
	g, err := i.d.users.server(ctx)
	if err != nil {
		return err
	}
	if everybodyReads(g, c) {
		i.broken("everybody on the server reads "+at.ID+", so also who leaves", "take View Channel from @everyone there, and give it to those who watch; until then each of IT is written to directly")
		return nil
	}
	readers, err := i.d.Members(ctx, at)
	switch {
	case wire.Status(err) == http.StatusForbidden: // which was said
		return nil
	case err == nil && len(readers) == 0:
		i.remark("nobody but the bot reads "+at.ID, "give those who watch the permission View Channel there")
	}
	return err
}

// channel reads a channel and what the bot may do in it.
func (i *inspection) channel(ctx context.Context, at bot.Place) (wire.Channel, wire.Permissions, error) {
	id, err := i.d.rooms.of(ctx, at)
	if err != nil {
		return wire.Channel{}, 0, err
	}
	c, err := i.d.rooms.channel(ctx, id)
	if err != nil {
		return c, 0, gone(err)
	}
	if c.Type != wire.GuildText && c.Type != wire.Announcement {
		return c, 0, fmt.Errorf("it is no text channel: %w", bot.ErrGone)
	}
	may, err := i.d.may(ctx, id)
	return c, may, err
}
