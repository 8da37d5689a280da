package rest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"offboard/config"
)

// Config says where an API is and how the bot signs in there. A connector has it
// inline in its own section.
type Config struct {
	URL     string        `yaml:"url"`     // what comes before every path: https://api.example.com/v2
	CAFile  string        `yaml:"ca_file"` // PEM file; without it the system's authorities are trusted
	Timeout time.Duration `yaml:"timeout"` // for one request; 0 means 30s
	Auth    Auth          `yaml:"auth"`
}

// Auth is the one way in which the bot signs in; nothing of it, if the API asks
// for nothing.
type Auth struct {
	Bearer config.Secret `yaml:"bearer"` // a token, RFC 6750
	Basic  *Basic        `yaml:"basic"`  // a name and a password, RFC 7617
	Header *Header       `yaml:"header"` // a key in a header of the API's own
	OAuth  *OAuth        `yaml:"oauth"`  // client credentials, RFC 6749, 4.4
}

// Basic is a name and a password.
type Basic struct {
	User     string        `yaml:"user"`
	Password config.Secret `yaml:"password"`
}

// Header is a key in a header of the API's own.
type Header struct {
	Name  string        `yaml:"name"`
	Value config.Secret `yaml:"value"`
}

// OAuth fetches a token for the bot itself, and a new one when it has run out.
type OAuth struct {
	TokenURL     string            `yaml:"token_url"`
	ClientID     string            `yaml:"client_id"`
	ClientSecret config.Secret     `yaml:"client_secret"`
	Scopes       []string          `yaml:"scopes"`
	Params       map[string]string `yaml:"params"`  // what the server wants beside that, such as audience
	InBody       bool              `yaml:"in_body"` // the client's name and secret stand in the body, not in a header
}

const defaultTimeout = 30 * time.Second

// Validate reports what is wrong, by key. It opens nothing but ca_file.
func (c Config) Validate() error {
	if err := address("url", c.URL); err != nil {
		return err
	}
	if c.Timeout < 0 {
		return fmt.Errorf("timeout: %s is negative", c.Timeout)
	}
	if _, err := c.transport(); err != nil {
		return err
	}
	return c.Auth.validate()
}

// address accepts an https address, and http on this machine, without what would
// be a secret in it or get lost.
func address(key, text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%s: it is not of the form https://host/path", key) // the text may hold a secret
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%s: only the host and a path belong here; how the bot signs in stands below auth", key)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return fmt.Errorf("%s: http would carry the bot's credentials in the clear: use https", key)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// headerName is a token of RFC 9110, 5.6.2.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (a Auth) validate() error {
	ways := []bool{a.Bearer.Value() != "", a.Basic != nil, a.Header != nil, a.OAuth != nil}
	if n := len(slices.DeleteFunc(ways, func(used bool) bool { return !used })); n > 1 {
		return errors.New("auth: use one of bearer, basic, header and oauth")
	}
	switch {
	case a.Basic != nil && (a.Basic.User == "" || strings.Contains(a.Basic.User, ":")):
		return errors.New("auth.basic.user: a name without a colon is needed") // RFC 7617, 2
	case a.Basic != nil && a.Basic.Password.Value() == "":
		return errors.New("auth.basic.password: it is needed")
	case a.Header != nil && !headerName.MatchString(a.Header.Name):
		return fmt.Errorf("auth.header.name: %q is not the name of a header", a.Header.Name)
	case a.Header != nil && a.Header.Value.Value() == "":
		return errors.New("auth.header.value: it is needed")
	case a.OAuth != nil && (a.OAuth.ClientID == "" || a.OAuth.ClientSecret.Value() == ""):
		return errors.New("auth.oauth.client_id and client_secret: both are needed")
	case a.OAuth != nil:
		return address("auth.oauth.token_url", a.OAuth.TokenURL)
	}
	return nil
}

// secrets are the texts that no error may hold.
func (a Auth) secrets() []string {
	out := []string{a.Bearer.Value()}
	if a.Basic != nil {
		// A server may quote the header as it was sent.
		out = append(out, a.Basic.Password.Value(), base64.StdEncoding.EncodeToString([]byte(a.Basic.User+":"+a.Basic.Password.Value())))
	}
	if a.Header != nil {
		out = append(out, a.Header.Value.Value())
	}
	if a.OAuth != nil {
		out = append(out, a.OAuth.ClientSecret.Value())
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func (c Config) transport() (*http.Transport, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return t, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	t.TLSClientConfig.RootCAs = x509.NewCertPool()
	if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s holds no certificate", c.CAFile)
	}
	return t, nil
}
