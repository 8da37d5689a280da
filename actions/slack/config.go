package slack

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"offboard/config"
)

// Config is the section of one Slack workspace.
type Config struct {
	Token      config.Secret `yaml:"token,required"` // reads accounts, reads and writes user groups
	AdminToken config.Secret `yaml:"admin_token"`    // a user token of an owner or admin; without it deactivating is a person's task
	APIURL     string        `yaml:"api_url"`        // default: https://slack.com/api/
	SCIMURL    string        `yaml:"scim_url"`       // default: /scim/v2/ at "api." and the host of api_url
	Timeout    time.Duration `yaml:"timeout"`        // for one request; 0 means 10s
}

const defaultTimeout = 10 * time.Second

// Validate reports what is wrong with the section. It opens nothing.
func (c Config) Validate() error {
	if c.Token.Value() == "" {
		return errors.New("token: it is needed")
	}
	if c.Token.Value() == c.AdminToken.Value() {
		return errors.New("admin_token: it is the same as token; what may deactivate people must be a token apart")
	}
	c = c.withDefaults()
	for _, f := range []struct{ name, value string }{{"api_url", c.APIURL}, {"scim_url", c.SCIMURL}} {
		u, err := url.Parse(f.value)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && u.Scheme != "http") {
			return fmt.Errorf("%s: %q is not an address such as https://slack.com/api/", f.name, f.value)
		}
		if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("%s: %s would carry the token in the clear: use https://", f.name, f.value)
		}
	}
	if c.Timeout < 0 {
		return fmt.Errorf("timeout: %s is negative", c.Timeout)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.APIURL == "" {
		c.APIURL = "https://slack.com/api/"
	}
	if u, err := url.Parse(c.APIURL); err == nil && c.SCIMURL == "" {
		// https://docs.slack.dev/reference/scim-api; api.slack-gov.com for GovSlack.
		c.SCIMURL = u.Scheme + "://api." + u.Host + "/scim/v2/"
	}
	for _, s := range []*string{&c.APIURL, &c.SCIMURL} {
		if !strings.HasSuffix(*s, "/") {
			*s += "/"
		}
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	return c
}
