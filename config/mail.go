package config

import (
	"net"
	"net/mail"
	"net/url"
	"strconv"
)

// Mail is the server over which people without a chat account are written to.
type Mail struct {
	Server           string `yaml:"server,required"` // host:port
	From             string `yaml:"from,required"`   // as in a mail: Offboard <offboard@example.com>
	Username         string `yaml:"username"`
	Password         Secret `yaml:"password"`
	TLS              string `yaml:"tls"`               // one of mailTLS; starttls if it is not set
	CAFile           string `yaml:"ca_file"`           // PEM; the authorities of the machine if it is not set
	ConfirmDecisions bool   `yaml:"confirm_decisions"` // each decision is told by mail to the person in whose name it was made
	Link             string `yaml:"link"`              // address of http.listen as people reach it, for the links in these mails
}

var mailTLS = []string{"starttls", "tls", "none"}

// mail looks at the form only; offboard check signs in to the server.
func (k checker) mail() {
	m := k.Mail
	k.words("mail.tls", m.TLS, mailTLS)
	k.filled("mail.username", m.Username)
	k.filled("mail.ca_file", m.CAFile)
	host, port, err := net.SplitHostPort(m.Server)
	number, portErr := strconv.ParseUint(port, 10, 16)
	switch {
	case !k.written("mail.server"):
	case err != nil || portErr != nil || number == 0 || host == "":
		k.add("mail.server", "%s is not the address of a server; write one such as mail.example.com:587", quote(m.Server))
	case m.TLS == "none" && !loopback(host):
		k.add("mail.tls", "none is for a server on this machine only: others could read the mails and the password; write starttls or tls")
	}
	if _, err := mail.ParseAddress(m.From); k.written("mail.from") && err != nil {
		k.add("mail.from", "%s is not an address; write one such as Offboard <offboard@example.com>", quote(m.From))
	}
	switch {
	case k.written("mail.username") && m.Password.Value() == "" && !k.source.bad["mail.password"]:
		k.add("mail.username", "a password is missing; add mail.password, or remove the username")
	case k.written("mail.password") && m.Username == "" && !k.source.bad["mail.username"]:
		k.add("mail.password", "a username is missing; add mail.username, or remove the password")
	}
	k.link()
}

// link: a link in a mail that nobody can open would be a promise not kept.
func (k checker) link() {
	const confirm, link = "mail.confirm_decisions", "mail.link"
	u, err := url.Parse(k.Mail.Link)
	switch {
	case !k.written(link):
		if k.Mail.ConfirmDecisions && !k.source.bad[link] {
			k.add(confirm, "the mails need a link; add mail.link, the address at which people reach http.listen, such as https://offboard.example.com")
		}
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		k.add(link, "%s is not an address for links; write one such as https://offboard.example.com", quote(k.Mail.Link))
	}
	if k.Mail.ConfirmDecisions && k.HTTP.Listen == "" && !k.source.bad["http.listen"] {
		k.add(confirm, "nothing listens for the links in the mails; add http.listen")
	}
}

func loopback(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }
