package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// A session is one call's use of a signed-in connection.
type session struct {
	cfg  *Config // with the defaults of the flavour
	fl   *flavour
	conn *ldap.Conn

	asked    bool // who the administrators are
	leading  []*ldap.Entry
	unfolded map[string]bool // groups whose members are among theirs, by the name in small letters
}

// with runs fn in a session. Every error that leaves this
// package has passed through here, so it has a class and names the attempt.
func (c *Client) with(ctx context.Context, attempt string, fn func(s *session) error) error {
	err := c.session(ctx, fn)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		// The cut connection is only the consequence.
		return actions.Again(fmt.Errorf("%s: %w", attempt, ctx.Err()))
	}
	return classify(attempt, err)
}

func (c *Client) session(ctx context.Context, fn func(s *session) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l := c.pool.take(c.cfg.URL); l != nil {
		// The server may have been started again meanwhile, or a firewall have
		// forgotten the connection: then nothing has been answered, so nothing but
		// the first question, which is a read in every call, has been asked.
		if err := c.use(ctx, l, fn); !l.dead(err) || ctx.Err() != nil {
			return err
		}
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	return c.use(ctx, l, fn)
}

// use runs fn on a connection, which waits for the next call if all went well.
func (c *Client) use(ctx context.Context, l *link, fn func(s *session) error) error {
	stop := context.AfterFunc(ctx, l.cut)
	well := false
	defer func() {
		if stop() && well {
			c.pool.give(l)
			return
		}
		l.close()
	}()
	cfg := c.cfg.withFlavour(l.fl)
	err := fn(&session{cfg: &cfg, fl: l.fl, conn: l.conn})
	well = err == nil
	return err
}

// open makes a connection, signs in, and looks what the server is.
func (c *Client) open(ctx context.Context) (_ *link, err error) {
	raw, line, err := c.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", c.cfg.URL, err)
	}
	_, encrypted := raw.(*tls.Conn)
	l := &link{to: c.cfg.URL, raw: raw, line: line, conn: ldap.NewConn(raw, encrypted), fl: c.flavour, born: time.Now()}
	defer context.AfterFunc(ctx, l.cut)()
	l.conn.SetTimeout(c.cfg.Timeout)
	l.conn.Start()
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if c.cfg.StartTLS {
		tc, err := c.tlsConfig()
		if err != nil {
			return nil, err
		}
		// The handshake of go-ldap has no time limit of its own.
		if err := raw.SetDeadline(time.Now().Add(c.cfg.Timeout)); err != nil {
			return nil, fmt.Errorf("start TLS: %w", err)
		}
		if err := l.conn.StartTLS(tc); err != nil {
			return nil, &tlsError{err}
		}
		if err := raw.SetDeadline(time.Time{}); err != nil {
			return nil, fmt.Errorf("start TLS: %w", err)
		}
	}
	if err := l.conn.Bind(c.cfg.BindDN, c.cfg.BindPassword.Value()); err != nil {
		return nil, &bindError{err}
	}
	if l.fl == nil {
		if l.fl, err = recognise(l.conn); err != nil {
			return nil, err
		}
	}
	if l.fl.fit != nil {
		if l.fl, err = l.fl.fit(*l.fl, l.conn, &c.cfg); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// dial connects, and encrypts where the url says so. line is what is below that.
func (c *Client) dial(ctx context.Context) (raw net.Conn, _ *line, err error) {
	u, err := url.Parse(c.cfg.URL)
	if err != nil {
		return nil, nil, err
	}
	port := u.Port()
	if port == "" {
		port = ldap.DefaultLdapPort
		if u.Scheme == "ldaps" {
			port = ldap.DefaultLdapsPort
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	tcp, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, nil, err
	}
	below := &line{Conn: tcp}
	if u.Scheme == "ldap" {
		return below, below, nil
	}
	tc, err := c.tlsConfig()
	if err != nil {
		_ = tcp.Close()
		return nil, nil, err
	}
	conn := tls.Client(below, tc)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = tcp.Close()
		return nil, nil, &tlsError{err}
	}
	return conn, below, nil
}

func (c *Client) tlsConfig() (*tls.Config, error) {
	u, err := url.Parse(c.cfg.URL)
	if err != nil {
		return nil, err
	}
	tc := &tls.Config{ServerName: c.cfg.ServerName, MinVersion: tls.VersionTLS12}
	if tc.ServerName == "" {
		tc.ServerName = u.Hostname()
	}
	if c.cfg.CAFile != "" {
		pem, err := os.ReadFile(c.cfg.CAFile)
		if err != nil {
			return nil, actions.Final(fmt.Errorf("read ca_file: %w", err))
		}
		tc.RootCAs = x509.NewCertPool()
		if !tc.RootCAs.AppendCertsFromPEM(pem) {
			return nil, actions.Final(fmt.Errorf("ca_file %s holds no certificate", c.cfg.CAFile))
		}
	}
	return tc, nil
}

// search reads all entries below base that match, page by page. A result that
// the server has cut short is an error, never a shorter answer. Continuation
// references are not followed: they lead to servers nobody has configured.
func (s *session) search(base string, scope int, filter string, attrs ...string) ([]*ldap.Entry, error) {
	entries, err := s.partly(base, scope, filter, attrs...)
	if err != nil {
		return nil, err
	}
	return entries, s.complete(entries)
}

// partly is search where a part of the values of an attribute will do; see cut.
func (s *session) partly(base string, scope int, filter string, attrs ...string) ([]*ldap.Entry, error) {
	req := ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, s.seconds(), false, filter, attrs, nil)
	res, err := s.conn.SearchWithPaging(req, uint32(s.cfg.PageSize))
	if err != nil {
		return nil, fmt.Errorf("search %s below %s: %w", filter, base, err)
	}
	return res.Entries, nil
}

// few reads at most limit entries that match, and does not mind that there are more.
func (s *session) few(base, filter string, limit int, attrs ...string) ([]*ldap.Entry, error) {
	req := ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, limit, s.seconds(), false, filter, attrs, nil)
	res, err := s.conn.Search(req)
	if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) {
		return nil, fmt.Errorf("search %s below %s: %w", filter, base, err)
	}
	if res == nil {
		return nil, nil
	}
	return res.Entries, s.complete(res.Entries)
}

// read returns the entry with this DN, or nil if there is none or it may not be seen.
func (s *session) read(dn string, attrs ...string) (*ldap.Entry, error) {
	req := ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, s.seconds(), false, "(objectClass=*)", attrs, nil)
	res, err := s.conn.Search(req)
	switch {
	case ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", dn, err)
	case len(res.Entries) == 0:
		return nil, nil
	}
	return res.Entries[0], s.complete(res.Entries)
}

// byID returns the entry that this id pins below base, or nil.
func (s *session) byID(base, id string, attrs ...string) (*ldap.Entry, error) {
	if id == "" {
		return nil, nil
	}
	found, err := s.few(base, s.fl.id.filter(id), 2, attrs...)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, nil
	case len(found) > 1:
		return nil, actions.Final(fmt.Errorf("%s %s is carried by more than one entry", s.fl.id.attr, id))
	}
	return found[0], nil
}

// together is how many entries byIDs asks for in one filter.
const together = 100

// byIDs returns the entries that these ids pin below base, by the id. One that
// is not there is not in it.
func (s *session) byIDs(base string, ids []string, attrs ...string) (map[string]*ldap.Entry, error) {
	out := map[string]*ldap.Entry{}
	for some := range slices.Chunk(ids, together) {
		var by []string
		for _, id := range some {
			by = append(by, s.fl.id.filter(id))
		}
		found, err := s.search(base, ldap.ScopeWholeSubtree, or(by...), append(attrs, s.fl.id.attr)...)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			id := s.id(e)
			if out[id] != nil {
				return nil, actions.Final(fmt.Errorf("%s %s is carried by more than one entry", s.fl.id.attr, id))
			}
			out[id] = e
		}
	}
	return out, nil
}

func (s *session) modify(dn string, changes ...ldap.Change) error {
	req := ldap.NewModifyRequest(dn, nil)
	req.Changes = changes
	return s.conn.Modify(req)
}

func change(op uint, attr string, values ...string) ldap.Change {
	return ldap.Change{Operation: op, Modification: ldap.PartialAttribute{Type: attr, Vals: values}}
}

// seconds is the time limit sent with a search, so that the server gives up when we do.
func (s *session) seconds() int {
	return max(1, int(s.cfg.Timeout/time.Second))
}

func equals(attr, value string) string {
	return "(" + attr + "=" + ldap.EscapeFilter(value) + ")"
}

func or(filters ...string) string {
	out := "(|"
	for _, f := range filters {
		out += f
	}
	return out + ")"
}

// tlsError is a connection that could not be encrypted. A certificate that is
// not trusted stays so, everything else may pass.
type tlsError struct{ err error }

func (e *tlsError) Error() string { return "start TLS: " + e.err.Error() }
func (e *tlsError) Unwrap() error { return e.err }

func (e *tlsError) distrust() bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](e.err); ok {
		return true
	}
	return ldap.IsErrorWithCode(e.err, ldap.ErrorNetwork) && certificateText(e.err)
}

// bindError is a refused sign-in of this bot itself.
type bindError struct{ err error }

func (e *bindError) Error() string { return "sign in: " + e.err.Error() }
func (e *bindError) Unwrap() error { return e.err }
