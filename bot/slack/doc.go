// Package slack is a bot.Platform on Slack.
package slack

// name is the platform's, in bot.User and bot.Place.
const name = "slack"
