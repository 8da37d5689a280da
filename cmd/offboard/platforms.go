package main

import (
	"errors"
	"slices"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/discord"
	"offboard/bot/slack"
	"offboard/commands"
	"offboard/config"
)

// chats makes the chat platforms that a configuration names.
type chats func(cfg *config.Config, log zerolog.Logger) ([]bot.Platform, error)

// platforms is the one list of chat platforms, as connectors is of systems.
func platforms(cfg *config.Config, log zerolog.Logger) ([]bot.Platform, error) {
	var out []bot.Platform
	if s := cfg.Slack; s != nil {
		out = append(out, slack.New(slack.Config{
			BotToken: s.BotToken.Value(), AppToken: s.AppToken.Value(), APIURL: s.APIURL, Command: s.Command,
			Mail: slices.Contains(cfg.Link.Email, "slack"), Log: log.With().Str("platform", "slack").Logger(),
		}))
	}
	if d := cfg.Discord; d != nil {
		out = append(out, discord.New(discord.Config{
			Token: d.Token.Value(), Guild: d.Guild, APIURL: d.APIURL, Command: d.Command, Verbs: verbs(), Log: log.With().Str("platform", "discord").Logger(),
		}))
	}
	return out, nil
}

// verbs are what a platform offers that shows what can be typed.
func verbs() []bot.Verb {
	var out []bot.Verb
	for _, u := range commands.Usage() {
		out = append(out, u.Verb)
	}
	return out
}

// just are chats that are there already.
func just(rooms ...bot.Platform) chats {
	return func(*config.Config, zerolog.Logger) ([]bot.Platform, error) { return rooms, nil }
}

// errNoPlatform is why a bot that nobody can talk to does not start.
var errNoPlatform = errors.New("no chat platform is configured, so nobody could ask for anything: add slack: or discord: to the configuration (offboard slack manifest, offboard discord invite); offboard demo shows the bot in a chat without one")
