package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"offboard/bot"
)

// send hands one mail to the server. A connection serves one mail: they are
// few, and one that idles is closed by most servers.
func (m *Mail) send(ctx context.Context, to string, msg bot.Message, id string) error {
	now := time.Now()
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(m.from)
	if err := out.To(to); err != nil {
		return fmt.Errorf("mail goes to one address: %w", bot.ErrGone)
	}
	// Two characters that begin an encoded word (RFC 2047) would be read as one,
	// so a name could look like another.
	out.Subject(strings.ReplaceAll(msg.Summary, "=?", "= ?"))
	out.SetMessageIDWithValue(id)
	out.SetDateWithValue(now)
	// RFC 3834: no holiday answer to this. The second is the same for servers
	// that know only their own word.
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetGenHeader("X-Auto-Response-Suppress", "All")
	moment := asOf(now, m.cfg.Zone)
	html, err := page(msg, moment)
	if err != nil {
		return err
	}
	out.SetBodyString(gomail.TypeTextPlain, text(msg, moment))
	out.AddAlternativeString(gomail.TypeTextHTML, html)
	c, err := m.dial(ctx)
	if err != nil {
		return err
	}
	err = outcome(c.Send(out))
	_ = c.Close() // the server has answered; how it says goodbye changes nothing
	return err
}

// Reach signs in to the server and sends nothing.
func (m *Mail) Reach(ctx context.Context) error {
	c, err := m.dial(ctx)
	if err != nil {
		return err
	}
	return c.Close()
}

// dial connects, encrypts and signs in.
func (m *Mail) dial(ctx context.Context) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(m.port), gomail.WithTimeout(m.cfg.Timeout), gomail.WithTLSConfig(m.signed),
		gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithoutNoop(), gomail.WithoutRset(),
		gomail.WithDialContextFunc(func(quick context.Context, network, address string) (net.Conn, error) {
			return m.open(ctx, quick, network, address)
		}),
	}
	switch m.cfg.TLS {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if m.cfg.Username != "" {
		options = append(options, gomail.WithUsername(m.cfg.Username), gomail.WithPassword(m.cfg.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	c, err := gomail.NewClient(m.host, options...)
	if err != nil {
		return nil, fmt.Errorf("the mail server: %w", err)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("the mail server %s: %w", m.cfg.Server, err)
	}
	return c, nil
}

// open connects. The library looks at ctx only here, so the end of ctx closes
// the connection: a server that hangs must not keep the bot from ending.
func (m *Mail) open(ctx, quick context.Context, network, address string) (net.Conn, error) {
	dialed, err := new(net.Dialer).DialContext(quick, network, address)
	if err != nil {
		return nil, err
	}
	// Closed twice is an error that says nothing; the call that waits has its own.
	stop := context.AfterFunc(ctx, func() { _ = dialed.Close() })
	conn := &watched{dialed, stop}
	if m.cfg.TLS != TLS {
		return conn, nil
	}
	signed := tls.Client(conn, m.signed)
	if err := signed.HandshakeContext(quick); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return signed, nil
}

// watched is a connection that is not watched any more once it is closed.
type watched struct {
	net.Conn
	stop func() bool
}

func (w *watched) Close() error {
	w.stop()
	return w.Conn.Close()
}

// outcome turns what came of a mail into what the caller does next. It repeats
// nothing that the server said but numbers: its texts repeat addresses, and
// the program's own log names nobody.
func outcome(err error) error {
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return fmt.Errorf("send a mail: %w", err)
	}
	code := failed.ErrorCode()
	said := fmt.Sprintf("the mail server said %d %s at %s", code, failed.EnhancedStatusCode(), failed.Reason)
	// A refusal of the sender is about the configuration, which can be corrected;
	// one of the recipient or of the mail itself is for good (RFC 5321, 4.2.1).
	mine := failed.Reason == gomail.ErrSMTPRcptTo || failed.Reason == gomail.ErrSMTPData || failed.Reason == gomail.ErrSMTPDataClose
	if mine && code >= 500 {
		return fmt.Errorf("%s: %w", said, bot.ErrGone)
	}
	if code == 0 && failed.Reason == gomail.ErrSMTPDataClose {
		return errors.New("the connection to the mail server ended before it said whether it took the mail: it is sent again, and has the same Message-ID")
	}
	return errors.New(said)
}
