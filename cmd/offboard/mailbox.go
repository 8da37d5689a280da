package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"offboard/bot/mail"
	"offboard/config"
)

// mailbox makes the mail platform; nil if none is configured. The salt tells
// this installation from others.
func mailbox(cfg *config.Config, salt string) (*mail.Mail, error) {
	c := cfg.Mail
	if c.Server == "" {
		return nil, nil
	}
	var roots *x509.CertPool
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("%s: read the authority of the mail server: %w", cfg.At("mail.ca_file"), err)
		}
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: %s holds no certificate in PEM", cfg.At("mail.ca_file"), c.CAFile)
		}
	}
	m, err := mail.New(mail.Config{
		Server: c.Server, From: c.From, Username: c.Username, Password: c.Password.Value(), TLS: c.TLS, Roots: roots, Salt: salt, Zone: cfg.Company.Zone.Location,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.At("mail.server"), err)
	}
	return m, nil
}

// mail signs in to the mail server and sends nothing.
func (c *checks) mail(ctx context.Context) error {
	m, err := mailbox(c.cfg, "")
	if m == nil || err != nil {
		return err
	}
	const about = "mail"
	if err := m.Reach(ctx); err != nil {
		c.add(about, fails, err.Error(), "look at its address, the username and the password, and whether it can be reached from this machine")
	} else {
		c.add(about, works, c.cfg.Mail.Server+" takes mails; none was sent", "")
	}
	if c.cfg.Mail.TLS == mail.Plain {
		c.add(about, unsafe, "nothing is encrypted on the way to the server", "set mail.tls to starttls or tls")
	}
	if strings.HasPrefix(c.cfg.Mail.Link, "http://") {
		c.add(about, unsafe, "the links in the mails work on this machine only, and are not encrypted", "set mail.link to an address with https that a proxy leads to http.listen")
	}
	return nil
}
