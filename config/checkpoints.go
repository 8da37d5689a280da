package config

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Checkpoints are the places, besides the chat, that get the log's checkpoints:
// those that the bot cannot change.
type Checkpoints struct {
	Every  Duration   `yaml:"every"`  // how long a change of the log may wait; a closed case goes at once
	Mail   []string   `yaml:"mail"`   // addresses
	File   string     `yaml:"file"`   // that can only be appended to
	Syslog *Collector `yaml:"syslog"` // nil: not used
	Bucket *Bucket    `yaml:"bucket"` // nil: not used

	Key     int      `yaml:"key"`     // which of the installation's own keys signs, from 1
	Signers []Signer `yaml:"signers"` // keys that live elsewhere; the last one signs
}

// Signer is a key that lives elsewhere: a program signs with it.
type Signer struct {
	Verifier string   `yaml:"verifier,required"` // public key, in the form of golang.org/x/mod/sumdb/note
	Command  []string `yaml:"command"`           // the program, with its whole path, and its arguments
	Lost     bool     `yaml:"lost"`              // nothing can sign with it any more
}

// Collector is a server that takes syslog.
type Collector struct {
	URL    string `yaml:"url,required"` // tls://, tcp:// or udp:// and host:port, or unix:// and a path
	CAFile string `yaml:"ca_file"`      // PEM; the authorities of the machine if it is not set
}

// Bucket is where objects are put by HTTP.
type Bucket struct {
	URL    string   `yaml:"url,required"` // of a folder, ending with /
	Keep   Duration `yaml:"keep"`         // each object is locked so long; 0 leaves it to the bucket
	Bearer Secret   `yaml:"bearer"`
	KeyID  string   `yaml:"key_id"` // with Key and Region: S3's signature
	Key    Secret   `yaml:"key"`
	Region string   `yaml:"region"`
	CAFile string   `yaml:"ca_file"` // PEM; the authorities of the machine if it is not set
}

var verifierPattern = regexp.MustCompile(`^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$`)

const leastEvery = Duration(time.Minute)

func usualCheckpoints() Checkpoints { return Checkpoints{Every: Duration(time.Hour), Key: 1} }

// Any reports whether there is such a place.
func (c Checkpoints) Any() bool { return len(c.places()) > 0 }

// places are the places in words, by which it is seen that one is gone.
func (c Checkpoints) places() []string {
	var out []string
	for _, m := range c.Mail {
		out = append(out, "the mail address "+m)
	}
	if c.File != "" {
		out = append(out, "the file "+c.File)
	}
	if c.Syslog != nil {
		out = append(out, "the collector "+c.Syslog.URL)
	}
	if c.Bucket != nil {
		out = append(out, "the bucket "+redact("", c.Bucket.URL))
	}
	slices.Sort(out)
	return out
}

func (k checker) checkpoints() {
	c := k.Checkpoints
	if k.written("checkpoints.every") && c.Every < leastEvery {
		k.add("checkpoints.every", "%s is too often; write at least %s", c.Every, leastEvery)
	}
	for i, m := range c.Mail {
		at := fmt.Sprintf("checkpoints.mail[%d]", i)
		if a, err := mail.ParseAddress(m); err != nil || a.Address != m {
			k.add(at, "%s is not an address; write one such as auditor@example.com", quote(m))
		}
	}
	if len(c.Mail) > 0 && !k.written("mail.server") {
		k.add("checkpoints.mail", "there is no mail server; add mail")
	}
	k.filled("checkpoints.file", c.File)
	if s := c.Syslog; s != nil && k.written("checkpoints.syslog.url") {
		u, err := url.Parse(s.URL)
		switch {
		case err == nil && u.Scheme == "unix" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		case err == nil && slices.Contains([]string{"tls", "tcp", "udp"}, u.Scheme) && u.Hostname() != "" && u.Port() != "" && u.Path == "":
		default:
			k.add("checkpoints.syslog.url", "%s is not the address of a collector; write one such as tls://logs.example.com:6514 or unix:///dev/log", quote(s.URL))
		}
	}
	if k.written("checkpoints.key") && (c.Key < 1 || c.Key > 1000) {
		k.add("checkpoints.key", "it must be 1 or, for a new key, the number after the last")
	}
	for i, s := range c.Signers {
		at := fmt.Sprintf("checkpoints.signers[%d]", i)
		if k.written(at+".verifier") && !verifierPattern.MatchString(s.Verifier) {
			k.add(at+".verifier", "%s is no key of the form NAME+HASH+KEY that verifiers of signed notes have", quote(s.Verifier))
		}
		k.allFilled(at+".command", s.Command)
		switch err := CheckProgram(s.Command); {
		case s.Lost && len(s.Command) > 0:
			k.add(at+".command", "the key is lost; remove the command, or lost")
		case !s.Lost && err != nil:
			k.add(at+".command", "%s", err)
		}
	}
	b := c.Bucket
	if b == nil {
		return
	}
	if k.written("checkpoints.bucket.url") && !urlPattern.MatchString(b.URL) {
		k.add("checkpoints.bucket.url", "it must begin with https:// and end with /, such as https://s3.eu-central-1.amazonaws.com/audit/offboard/")
	}
	signed := b.KeyID != "" || b.Region != "" || k.written("checkpoints.bucket.key")
	switch {
	case signed && b.Bearer.Value() != "":
		k.add("checkpoints.bucket.bearer", "there is a key too; remove one of them")
	case signed && (b.KeyID == "" || b.Region == "" || !k.written("checkpoints.bucket.key")):
		k.add("checkpoints.bucket", "the signature needs key_id, key and region; add what is missing")
	}
}
