package discord

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// Codes that only this package meets
// (https://docs.discord.com/developers/topics/opcodes-and-status-codes).
const (
	tooManyInvites wire.Code = 30016
	tooManyBans    wire.Code = 30035 // of accounts that are not in the server
	twoFactor      wire.Code = 60003
)

// classify says what an error means in plain words, with Discord's own after
// them, and whether trying again may help. An error that has a class keeps it.
func classify(attempt string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*actions.Error](err); ok {
		return &actions.Error{Class: e.Class, After: e.After, Err: fmt.Errorf("%s: %w", attempt, err)}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return actions.Final(fmt.Errorf("%s: the certificate of Discord is not trusted: check api_url and what stands between: %w", attempt, err))
	}
	e, ok := errors.AsType[*wire.Error](err)
	switch {
	case !ok || e.Status == 0:
		return actions.Again(fmt.Errorf("%s: Discord cannot be reached: %w", attempt, err))
	case passing(e):
		// The gate of the system keeps everybody away until then.
		return &actions.Error{Class: actions.ClassAgain, After: e.After, Err: fmt.Errorf("%s: Discord asks to come back later (%w)", attempt, err)}
	}
	return actions.Final(fmt.Errorf("%s: %s (%w)", attempt, meaning(e), err))
}

// passing reports whether the same call may succeed later.
func passing(e *wire.Error) bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout ||
		e.Code == wire.Overloaded || e.Code == wire.BlockedByFirewall
}

// meanings are Discord's errors in plain words.
var meanings = map[wire.Code]string{
	wire.UnknownGuild:       "the bot is not in this server: add it again with the link of offboard discord invite --offboarding, or correct guild in the configuration",
	wire.MissingAccess:      "the bot is not in this server, or may not see that: add it again with the link of offboard discord invite --offboarding",
	wire.MissingPermissions: "the bot lacks a permission for that: offboard check says which",
	wire.UnknownMember:      "they are not in the server",
	wire.UnknownUser:        "Discord has no such account",
	wire.UnknownRole:        "the role does not exist any more",
	tooManyInvites:          "the server has 1000 invites, the most it can have: revoke some (Server Settings, Invites)",
	tooManyBans:             "the server has as many bans of people who are not in it as Discord allows",
	twoFactor:               "the server asks for two-factor authentication: whoever owns the app in Discord's Developer Portal must switch it on in their own account",
}

// meaning is an answer of Discord in plain words.
func meaning(e *wire.Error) string {
	if words, ok := meanings[e.Code]; ok {
		return words
	}
	switch e.Status {
	case http.StatusUnauthorized:
		return "Discord does not accept the bot's token: make a new one (Developer Portal, Bot, Reset Token) and put it into the configuration"
	case http.StatusNotFound:
		return "there is no such thing at this address: check api_url"
	}
	return "Discord refused"
}
