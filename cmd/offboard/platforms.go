package main

import (
	"errors"

	"offboard/bot"
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
	return out, nil
}

// errNoPlatform is why a bot that nobody can talk to does not start.
var errNoPlatform = errors.New("no chat platform is configured, so nobody could ask for anything: configure Slack or Discord, once this program has them; until then, offboard demo shows the bot in a chat")
