package ldap

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// apart is how far the clocks of two servers may differ: more, and Kerberos refuses
// people (RFC 4120, 8.2), and times that prove a change prove nothing.
const apart = 5 * time.Minute

// replicas reaches each of the other servers, and looks whether it is one of the
// same directory. clock is how far that of the writer is ahead of ours.
func (i *inspection) replicas(ctx context.Context, c *Client, w written, clock time.Duration) {
	type look struct {
		err   error
		clock time.Duration
	}
	looks := make([]look, len(c.cfg.Replicas))
	c.each(func(n int, replica string) {
		looks[n].err = w.among(ctx, c, replica, "look at it", func(s *session) error {
			now, err := s.now()
			looks[n].clock = time.Until(now)
			return err
		})
	})
	for n, replica := range c.cfg.Replicas {
		switch l := looks[n]; {
		case errors.Is(l.err, errOther):
			i.broken("correct replicas in the settings", "replicas: %s is a server of another directory: its %s is not the one of %s", host(replica), c.cfg.Base, host(c.cfg.URL))
		case l.err != nil:
			i.broken("let the bot reach it, or take it out of replicas: what it shows is not known", "replicas: %s: %s", host(replica), l.err)
		case (l.clock - clock).Abs() > apart:
			i.unsafe("set the clocks right", "the clocks of %s and %s are %s apart", host(replica), host(c.cfg.URL), lasts((l.clock - clock).Abs()))
		}
	}
}

// oneServer looks whether url names the domain: its name leads to any of the domain
// controllers, so that a read need not go where the write went.
func (i *inspection) oneServer(s *session) error {
	root, err := s.read("", "defaultNamingContext", "dnsHostName")
	if err != nil || root == nil {
		return err
	}
	dn, err := ldap.ParseDN(get(root, "defaultNamingContext"))
	if err != nil {
		return nil // it does not say
	}
	var parts []string
	for _, rdn := range dn.RDNs {
		parts = append(parts, rdn.Attributes[0].Value)
	}
	domain := strings.Join(parts, ".")
	if domain != "" && strings.EqualFold(hostname(s.cfg.URL), domain) {
		i.unsafe("name one domain controller, such as "+get(root, "dnsHostName")+", and the others in replicas", "url: %s is the domain, which is another domain controller at each call: the bot may read back from one that has not heard of what it wrote", domain)
	}
	return nil
}
