// Package mail is a one-way platform: a message becomes a mail to one person,
// over SMTP. Nobody answers it and nothing can be pressed in it; what would be a
// button says what to type in the chat. A mail can't be edited either, so each
// says of which moment it is.
//
// It knows nothing of cases, and of people only the address that it is given.
package mail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	"offboard/bot"
)

// Name is the name of the platform. No account on it is anybody's identity.
const Name = "mail"

// The ways to encrypt.
const (
	StartTLS = "starttls" // required; a server without it is not spoken to
	TLS      = "tls"      // from the first byte (RFC 8314)
	Plain    = "none"     // to this machine only
)

// Config is which server takes the mails, and in whose name.
type Config struct {
	Server   string         // host:port
	From     string         // as in a header: "Offboard <offboard@example.com>"
	Username string         // empty: the server wants nobody to sign in
	Password string         // of the username
	TLS      string         // StartTLS if it is empty
	Roots    *x509.CertPool // authorities for the server's certificate; nil means those of the machine
	Salt     string         // tells this installation from others that send from the same domain
	Zone     *time.Location // in which mails say of which moment they are; nil means UTC
	Timeout  time.Duration  // without an answer; 0 means 20 s
}

// Mail sends mails.
type Mail struct {
	cfg    Config
	from   *mail.Address
	host   string
	port   int
	signed *tls.Config

	mu   sync.Mutex
	sent map[string]bot.Ref // of this run, by key
	why  error              // the last mail could not be sent; it is tried again
}

var _ bot.Platform = (*Mail)(nil)

// New makes the platform. It opens no connection.
func New(cfg Config) (*Mail, error) {
	from, err := mail.ParseAddress(cfg.From)
	if err != nil || !deliverable(from.Address) {
		return nil, fmt.Errorf("%q is not an address to send from; write one such as Offboard <offboard@example.com>", cfg.From)
	}
	host, digits, err := net.SplitHostPort(cfg.Server)
	port, errPort := strconv.Atoi(digits)
	if err = errors.Join(err, errPort); err != nil {
		return nil, fmt.Errorf("the mail server: %w", err)
	}
	cfg.TLS, cfg.Timeout = cmp.Or(cfg.TLS, StartTLS), cmp.Or(cfg.Timeout, 20*time.Second)
	if cfg.TLS == Plain && !Loopback(host) {
		return nil, errors.New("without TLS mails are sent to this machine only")
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	return &Mail{
		cfg: cfg, from: from, host: host, port: port, sent: map[string]bot.Ref{},
		signed: &tls.Config{ServerName: host, RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12},
	}, nil
}

// Loopback reports whether a host is this machine, by its name alone.
func Loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// Name is "mail".
func (*Mail) Name() string { return Name }

// Run waits until ctx is done: nothing comes in by mail.
func (*Mail) Run(ctx context.Context, _ bot.Handler) error {
	<-ctx.Done()
	return nil
}

// Post sends a mail to the address that is the place's id. It is ErrGone for
// what is no address, and where the server says for good that it does not take
// this mail; after any other error the mail may have been sent all the same. A
// post under the same key is the same mail: it has the same Message-ID.
func (m *Mail) Post(ctx context.Context, at bot.Place, msg bot.Message, key string) (bot.Ref, error) {
	if err := msg.Check(); err != nil {
		return bot.Ref{}, fmt.Errorf("a mail: %w", err)
	}
	if at.Kind != bot.Direct || !deliverable(at.ID) {
		return bot.Ref{}, fmt.Errorf("mail goes to one address that can be delivered to: %w", bot.ErrGone)
	}
	id := m.messageID(key)
	m.mu.Lock()
	ref, done := m.sent[id]
	m.mu.Unlock()
	if done {
		return ref, nil
	}
	err := m.send(ctx, at.ID, msg, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.why = err; errors.Is(err, bot.ErrGone) {
		m.why = nil // the server is well, and does not take this one
	}
	if err != nil {
		return bot.Ref{}, err
	}
	ref = bot.Ref{Place: at, ID: id}
	if len(m.sent) > 10000 {
		clear(m.sent) // a repeated post comes soon after the first
	}
	m.sent[id] = ref
	return ref, nil
}

// Edit does nothing: a mail that was sent stays as it is, and says so.
func (*Mail) Edit(context.Context, bot.Ref, bot.Message) error { return nil }

// Members is the one who is written to.
func (*Mail) Members(_ context.Context, at bot.Place) ([]bot.User, error) {
	return []bot.User{{Platform: Name, ID: at.ID}}, nil
}

// Health is nil unless the last mail could not be sent.
func (m *Mail) Health() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.why
}

// messageID follows from the key, so that a mail that is sent again after a
// kill is recognised as the same (RFC 5322, 3.6.4).
func (m *Mail) messageID(key string) string {
	sum := sha256.Sum256([]byte(m.cfg.Salt + "\x00" + key))
	_, domain, _ := strings.Cut(m.from.Address, "@")
	return hex.EncodeToString(sum[:16]) + "@" + domain
}

// maxAddress is the longest path of RFC 5321, 4.5.3.1.3, without its brackets.
const maxAddress = 254

// deliverable reports whether a text is one plain address and nothing else. Not
// so are those beyond ASCII: servers that take them (RFC 6531) are few.
func deliverable(address string) bool {
	a, err := mail.ParseAddress(address)
	ascii := strings.IndexFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
	return err == nil && ascii && a.Name == "" && a.Address == address && len(address) <= maxAddress
}
