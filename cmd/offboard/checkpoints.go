package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/config"
	"offboard/store"
	"offboard/store/audit/places"
)

// checkpointPlaces are the places of a configuration.
func checkpointPlaces(cfg *config.Config, mail bot.Platform) ([]places.Place, error) {
	c := cfg.Checkpoints
	var out []places.Place
	for _, to := range c.Mail {
		out = append(out, mailed(mail, to))
	}
	if c.File != "" {
		out = append(out, places.File(c.File))
	}
	if s := c.Syslog; s != nil {
		u, err := url.Parse(s.URL)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cfg.At("checkpoints.syslog.url"), err)
		}
		conf, err := trusting(cfg, "checkpoints.syslog.ca_file", s.CAFile)
		if err != nil {
			return nil, err
		}
		out = append(out, places.Syslog(u, conf))
	}
	if b := c.Bucket; b != nil {
		conf, err := trusting(cfg, "checkpoints.bucket.ca_file", b.CAFile)
		if err != nil {
			return nil, err
		}
		transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http says so
		transport.TLSClientConfig = conf
		client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a token goes to the server that was named, and to no other
		}}
		out = append(out, places.Object(places.Bucket{
			URL: b.URL, Keep: time.Duration(b.Keep), Client: client, Bearer: b.Bearer.Value(), KeyID: b.KeyID, Key: b.Key.Value(), Region: b.Region,
		}))
	}
	return out, nil
}

// trusting trusts an authority of one's own, or those of the machine.
func trusting(cfg *config.Config, at, file string) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if file == "" {
		return conf, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: read the authority: %w", cfg.At(at), err)
	}
	conf.RootCAs = x509.NewCertPool()
	if !conf.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: %s holds no certificate in PEM", cfg.At(at), file)
	}
	return conf, nil
}

// mailed is a place by mail. That the server took it is all that is known.
func mailed(m bot.Platform, to string) places.Place {
	return places.Place{Name: "mail " + to, Put: func(ctx context.Context, c places.Checkpoint) error {
		summary := "Checkpoint of the audit log, " + store.Count(int(c.Entries), "entry", "entries")
		_, err := m.Post(ctx, bot.Place{Platform: m.Name(), Kind: bot.Direct, ID: to}, bot.Message{Summary: summary, Parts: []bot.Part{
			bot.Heading{Text: summary},
			bot.Prose{Text: bot.T("Keep this mail: it proves later that nothing before it was changed. Check it with: offboard audit verify --checkpoint FILE, where the file is this mail.")},
			bot.Fine{Text: bot.T(c.Text)},
		}}, "checkpoint/"+to+"/"+c.Text)
		return err
	}}
}

// unwitnessed are the places that have lacked something for long. It is not known
// before each place that lacks something was tried once by this program.
func unwitnessed(all []places.Status, s *store.Store) (out []view.Unwitnessed, known bool) {
	known = true
	for _, st := range all {
		known = known && (st.Why != "" || !st.At.IsZero() || st.Entries >= s.Last())
		if st.Why != "" && s.Now().Sub(st.Since) >= places.Late {
			out = append(out, view.Unwitnessed{Place: st.Place, Entries: st.Entries, Since: st.Since})
		}
	}
	return out, known
}

// checkpoints looks whether anybody outside would notice another log.
func (c *checks) checkpoints() {
	const about = "checkpoints"
	c.signing()
	p := c.cfg.Checkpoints
	if !p.Any() {
		c.add(about, unsafe, "they go nowhere but into the chat: who has the bot's token there and the files here can rewrite both", "name a place that nobody who runs this server can change, below checkpoints: a mail to the auditor, a collector, an append-only file or a locked bucket")
		return
	}
	words := store.Count(len(p.Mail), "mail address", "mail addresses")
	if p.File != "" {
		words += ", a file"
		c.appendOnly(p.File)
	}
	if p.Syslog != nil {
		words += ", a collector"
		if u, err := url.Parse(p.Syslog.URL); err == nil && (u.Scheme == "udp" || u.Scheme == "tcp") {
			c.add(about, unsafe, u.Scheme+" to the collector: anybody on the way can leave out or change what is sent", "use tls://")
		}
	}
	if p.Bucket != nil {
		words += ", a bucket"
		if p.Bucket.Keep == 0 {
			c.add(about, unsafe, "this program doesn't lock the objects in the bucket", "set checkpoints.bucket.keep, or make sure that the bucket locks each by itself (S3 Object Lock)")
		}
	}
	c.add(about, works, "they go to "+words, "")
}

const (
	remedyKey   = "bring the auditors the verifier key that offboard audit verify shows, by a way that does not lead over this machine"
	remedyRules = "somebody of HR or security, who is neither IT nor an administrator, types /offboard config in the chat"
)

// unnamed says that the key that signs now was not named by the key before it.
func unnamed(all []store.Signing) string {
	if k := all[len(all)-1]; k.Lost != "" {
		return fmt.Sprintf("the key before it was lost (entry %d), so nothing but this machine says that this one follows: whoever trusts the lost key only can't tell it from a forgery", k.Entry)
	}
	return ""
}

// replaced looks at the key of a log that no server has open.
func (c *checks) replaced(s *store.Store) {
	all, err := s.Signings()
	if err != nil {
		c.add(partKey, fails, err.Error(), "")
		return
	}
	if text := unnamed(all); text != "" {
		c.add(partKey, unsafe, text, remedyKey)
	}
}

// signing has the command sign something that is no checkpoint.
func (c *checks) signing() {
	list := slices.DeleteFunc(slices.Clone(c.cfg.Checkpoints.Signers), func(s config.Signer) bool { return s.Lost })
	if len(list) == 0 {
		return
	}
	last := list[len(list)-1]
	text := []byte("offboard check\n")
	v, err := note.NewVerifier(last.Verifier)
	if err == nil {
		var sig []byte
		if sig, err = sign(last.Command, text); err == nil && !v.Verify(text, sig) {
			err = errors.New("what the command wrote is no signature of this key")
		}
	}
	if err != nil {
		c.add(partKey, fails, last.Verifier+": "+err.Error(), "correct checkpoints.signers; without this key there are no checkpoints")
		return
	}
	c.add(partKey, works, last.Verifier+" signs", "")
}

// appendOnly looks at the file as far as the system shows it.
func (c *checks) appendOnly(path string) {
	const about = "checkpoints"
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		c.folder(about, path)
		c.add(about, unsafe, path+" is not there yet, so nothing keeps the bot from changing it", "touch it, give it to the user of the bot, and run: chattr +a "+path)
		return
	case err != nil:
		c.add(about, fails, err.Error(), "correct checkpoints.file or the rights on its folder")
		return
	}
	if only, known := places.AppendOnly(path); known && !only {
		c.add(about, unsafe, path+" can be changed by whoever may write it", "as root: chattr +a "+filepath.Clean(path)+", or make it a file of another machine")
	}
}
