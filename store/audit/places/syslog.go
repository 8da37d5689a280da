package places

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"offboard/store/audit"
)

// Syslog sends a checkpoint as one message of RFC 5424: over UDP (RFC 5426), TCP
// or TLS with counted frames (RFC 6587, RFC 5425), or to the machine's own
// collector at a Unix socket. The address is such as tls://logs.example.com:6514
// or unix:///dev/log. Syslog has no answer: that the collector was reached is all
// that is known.
func Syslog(address *url.URL, conf *tls.Config) Place {
	return Place{Name: "syslog", Put: func(ctx context.Context, c Checkpoint) error {
		conn, err := dialSyslog(ctx, address, conf)
		if err != nil {
			return fmt.Errorf("reach the collector: %w", err)
		}
		if until, ok := ctx.Deadline(); ok {
			_ = conn.SetDeadline(until) // one that can't be set leaves the write to the system's limits
		}
		b := message(c)
		if address.Scheme == "tcp" || address.Scheme == "tls" {
			b = fmt.Appendf(nil, "%d %s", len(b), b)
		}
		if _, err := conn.Write(b); err != nil {
			_ = conn.Close() // the write has failed already
			return fmt.Errorf("send to the collector: %w", err)
		}
		return conn.Close()
	}}
}

func dialSyslog(ctx context.Context, address *url.URL, conf *tls.Config) (net.Conn, error) {
	switch address.Scheme {
	case "tls":
		return (&tls.Dialer{Config: conf}).DialContext(ctx, "tcp", address.Host)
	case "unix":
		// A collector listens for messages; some for a stream.
		conn, err := new(net.Dialer).DialContext(ctx, "unixgram", address.Path)
		if err != nil {
			conn, err = new(net.Dialer).DialContext(ctx, "unix", address.Path)
		}
		return conn, err
	}
	return new(net.Dialer).DialContext(ctx, address.Scheme, address.Host)
}

// priority is facility 13 (log audit) and severity 5 (notice), RFC 5424, 6.2.1.
const priority = 13*8 + 5

// message is one line; audit.Find makes the checkpoint of it again.
func message(c Checkpoint) []byte {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "-"
	}
	return fmt.Appendf(nil, "<%d>1 %s %s offboard - checkpoint - \xEF\xBB\xBF%s", priority, c.At.Format(time.RFC3339), host, audit.Line(c.Text))
}
