// Package mailtest is a mail server for tests: it speaks SMTP (RFC 5321) with
// STARTTLS or TLS, keeps what it takes, and fails as it is told.
package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// User and Password are whom the server lets in.
const (
	User     = "offboard"
	Password = "a password for tests only"
)

// Mail is one that the server has taken.
type Mail struct {
	From, To   string // of the envelope
	Header     mail.Header
	Text, HTML string
}

// Subject is the subject in the clear.
func (m Mail) Subject() string {
	s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err.Error()
	}
	return s
}

// Options are how the server is.
type Options struct {
	TLS   bool // from the first byte, instead of STARTTLS
	Plain bool // offers no encryption
	Open  bool // takes mails of whoever has not signed in
}

// Faults are how it fails, until it is told otherwise.
type Faults struct {
	From, Rcpt, Data error // answered at MAIL, RCPT, and after the mail
	Cut              bool  // takes the mail, and ends the connection instead of saying so
	Hang             bool  // never answers after the mail
}

// Refusal is an answer with a code, such as 550.
func Refusal(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no mail for jane.doe@example.com here"}
}

// Server is a running mail server.
type Server struct {
	Addr  string
	Roots *x509.CertPool // trusts its certificate
	CA    []byte         // the same as PEM

	mu     sync.Mutex
	faults Faults
	mails  []Mail
	change chan struct{}
	ended  chan struct{}
	opt    Options
}

// New starts a server that ends with the test.
func New(t testing.TB, opt Options) *Server {
	t.Helper()
	// The server of the standard library brings a certificate for 127.0.0.1.
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	s := &Server{change: make(chan struct{}), ended: make(chan struct{}), opt: opt, Roots: x509.NewCertPool()}
	s.Roots.AddCert(certified.Certificate())
	s.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certified.Certificate().Raw})
	encrypted := &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }))
	srv.Domain, srv.MaxRecipients, srv.MaxMessageBytes, srv.MaxLineLength = "mail.example.com", 1, 1<<20, 1000 // RFC 5321, 4.5.3.1.6
	srv.ReadTimeout, srv.WriteTimeout = time.Minute, time.Minute
	srv.ErrorLog = silent{}
	if !opt.Plain {
		srv.TLSConfig = encrypted
	}
	srv.AllowInsecureAuth = opt.Plain
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = l.Addr().String()
	if opt.TLS {
		srv.TLSConfig = nil // else it would offer STARTTLS inside
		l = tls.NewListener(l, encrypted)
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		close(s.ended)
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		_ = l.Close() // the server may not have begun to listen, and then has not closed it
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return s
}

// Fail changes how the server fails.
func (s *Server) Fail(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Mails are those that it has taken so far, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Await returns the mails once there are as many.
func (s *Server) Await(ctx context.Context, n int) ([]Mail, error) {
	for {
		s.mu.Lock()
		change := s.change
		s.mu.Unlock()
		if mails := s.Mails(); len(mails) >= n {
			return mails, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, fmt.Errorf("%d mails came, not %d: %w", len(s.Mails()), n, ctx.Err())
		}
	}
}

func (s *Server) fault() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// session is one conversation.
type session struct {
	s      *Server
	c      *smtp.Conn
	signed bool
	m      Mail
}

func (*session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		x.signed = true
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if !x.signed && !x.s.opt.Open {
		return smtp.ErrAuthRequired
	}
	x.m = Mail{From: from}
	return x.s.fault().From
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.m.To = to
	return x.s.fault().Rcpt
}

func (x *session) Data(r io.Reader) error {
	f := x.s.fault()
	m, err := read(x.m, r)
	if err != nil {
		return err
	}
	if f.Data != nil {
		return f.Data
	}
	if f.Hang {
		<-x.s.ended
		return nil
	}
	x.s.mu.Lock()
	x.s.mails = append(x.s.mails, m)
	close(x.s.change)
	x.s.change = make(chan struct{})
	x.s.mu.Unlock()
	if f.Cut {
		return x.c.Conn().Close()
	}
	return nil
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

// read takes a mail apart, strictly.
func read(m Mail, r io.Reader) (Mail, error) {
	msg, err := mail.ReadMessage(r)
	if err != nil {
		return m, err
	}
	m.Header = msg.Header
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return m, fmt.Errorf("it is %q: %w", kind, err)
	}
	for parts := multipart.NewReader(msg.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return m, err
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			m.HTML = text
		} else {
			m.Text = text
		}
	}
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
