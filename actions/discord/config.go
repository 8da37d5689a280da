package discord

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"offboard/bot/discord/wire"
	"offboard/config"
)

// Config is the section of one Discord server.
type Config struct {
	Token    config.Secret `yaml:"token,required"` // of the bot, which must be in the server
	Guild    string        `yaml:"guild,required"` // the server's id
	APIURL   string        `yaml:"api_url"`        // default: https://discord.com/api/v10/
	After    After         `yaml:"after"`          // what follows the cut-off; default: kick
	Webhooks Webhooks      `yaml:"webhooks"`       // what is done about webhooks; default: report

	HTTP *http.Client `yaml:"-"` // for tests; nil is a client of its own
}

// After is what follows once the cut-off has taken the roles.
type After string

// What can follow.
const (
	Kick After = "kick" // out of the server; any invite lets them in again
	Ban  After = "ban"  // out of the server, and not in again
	None After = "none" // they stay, without roles
)

// Webhooks is what is done about the webhooks that a leaver has made.
type Webhooks string

// What can be done about them.
const (
	Report Webhooks = "report" // a person decides about each
	Delete Webhooks = "delete"
)

// Validate reports what is wrong with the section. It opens nothing.
func (c Config) Validate() error {
	if c.Token.Value() == "" {
		return errors.New("token: it is needed")
	}
	if !wire.Snowflake(c.Guild) {
		return fmt.Errorf("guild: %q is not the id of a server: 17 to 20 digits, which Copy Server ID gives (right click on the server, with Developer Mode on)", c.Guild)
	}
	c = c.withDefaults()
	switch c.After {
	case Kick, Ban, None:
	default:
		return fmt.Errorf("after: %q is none of kick, ban, none", c.After)
	}
	switch c.Webhooks {
	case Report, Delete:
	default:
		return fmt.Errorf("webhooks: %q is neither report nor delete", c.Webhooks)
	}
	u, err := url.Parse(c.APIURL)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("api_url: %q is not an address such as %s", c.APIURL, wire.DefaultURL)
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("api_url: %s would carry the token in the clear: use https://", c.APIURL)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.APIURL == "" {
		c.APIURL = wire.DefaultURL
	}
	if c.After == "" {
		c.After = Kick
	}
	if c.Webhooks == "" {
		c.Webhooks = Report
	}
	return c
}
