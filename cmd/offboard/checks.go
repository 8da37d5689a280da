package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/config"
	"offboard/store"
)

// checks are the single checks of a configuration. None of them changes
// anything, anywhere.
type checks struct {
	*report
	cfg       *config.Config
	systems   []actions.System
	directory actions.Directory
}

func (c *checks) configuration() {
	text := fmt.Sprintf("read: %s, %s, %s", store.Count(len(c.systems), "system", "systems"), store.Count(len(c.cfg.Roles), "role", "roles"), store.Count(len(c.cfg.Tasks), "task", "tasks"))
	if c.cfg.Mode == config.Observe {
		text += "; mode observe: nothing is changed, each step becomes a task"
	}
	c.add("configuration", works, text, "")
}

// files looks at the database and the keys.
func (c *checks) files() {
	opt := storeOptions(c.cfg)
	opt.ReadOnly = true
	const about = "database"
	_, err := os.Stat(c.cfg.Database)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.folder(about, c.cfg.Database)
	case err != nil:
		c.add(about, fails, err.Error(), "correct database: or the rights on its folder")
	default:
		c.log(opt)
		c.room()
	}
	if len(c.cfg.Keys.Secret.Value()) < 16 {
		c.add("keys", fails, store.ErrShortSecret.Error(), "")
	}
	if same(filepath.Dir(c.cfg.Database), filepath.Dir(c.cfg.Keys.File)) {
		c.add("keys", unsafe, "the key file is in the same folder as the database: one backup of the folder has both, and then a destroyed key forgets nobody", "set keys.file to another folder, best on another disk, and back it up apart")
	}
	if info, err := os.Stat(c.cfg.Keys.File); err == nil && info.Mode().Perm()&0o077 != 0 {
		c.add("keys", unsafe, fmt.Sprintf("others on this machine may use the key file (mode %04o)", info.Mode().Perm()), "chmod 600 "+c.cfg.Keys.File)
	}
	if len(c.cfg.Socket) > maxSocket {
		c.add("control socket", fails, fmt.Sprintf("its path has %d characters, more than the %d that a socket can have", len(c.cfg.Socket), maxSocket), "set socket: to a shorter path")
	}
}

// folder looks whether a new database can be made.
func (c *checks) folder(about, path string) {
	info, err := os.Stat(filepath.Dir(path))
	if err != nil || !info.IsDir() {
		c.add(about, fails, "the folder "+filepath.Dir(path)+" is not there", "mkdir -m 700 -p "+filepath.Dir(path))
		return
	}
	c.add(about, works, path+" is not there yet: serve makes it", "")
}

// log opens the log that is there, which proves that the keys belong to it.
func (c *checks) log(opt store.Options) {
	s, err := store.Open(opt)
	older, isOlder := errors.AsType[*store.OlderError](err)
	switch {
	case errors.Is(err, store.ErrLocked):
		c.add("database", works, "in use by a server that runs", "")
	case isOlder && older.Copy != "":
		c.add("database", works, fmt.Sprintf("it has format %d: the next start of the server brings it to format %d, keeps the file as it is now as %s, and needs as much space again for that", older.Found, store.Version, older.Copy), "")
	case err != nil:
		c.add("database", fails, err.Error(), "")
	default:
		if t := s.Time(); t.Doubt {
			c.add("clock", unsafe, "it does not go on from where the log was left: the machine says "+t.Machine.UTC().Format(clockForm), remedyClock)
		}
		c.add("database", works, store.Count(int(s.Last()), "entry", "entries")+", and the keys open it; offboard audit verify reads all of it", "")
		c.pending(s)
		c.replaced(s)
		if err := s.Close(); err != nil {
			c.add("database", fails, err.Error(), "")
		}
	}
}

// room says when the file is much larger than what is in it.
func (c *checks) room() {
	if s, err := store.SpaceOf(c.cfg.Database); err == nil && s.Worth() { // what is wrong with the file is said above
		c.add("database", works, fmt.Sprintf("%s of its %s hold nothing", size(s.Free), size(s.Size)), "offboard compact gives that back, while the server is stopped")
	}
}

// pending says what of the file does not count, although it is right.
func (c *checks) pending(s *store.Store) {
	diff, err := compare(s, c.cfg)
	if err != nil {
		c.add("configuration", fails, err.Error(), "")
		return
	}
	st, err := s.State()
	switch {
	case err != nil:
		c.add("configuration", fails, err.Error(), "")
	case diff.same && !st.Config.Wanted.IsZero():
		c.add("configuration", unsafe, "it makes something weaker and waits for a second person: what was in force before goes on", remedyRules)
	case diff.same && st.Config.Not != "":
		c.add("configuration", unsafe, "a second person did not agree to what it makes weaker: what was in force before goes on", "correct the file, or change it and ask again")
	case len(diff.Weaker) > 0:
		c.add("configuration", unsafe, "it is weaker than what was served last: "+strings.Join(diff.Weaker, "; "), "once it is served, somebody of HR or security must agree with /offboard config")
	}
}

func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

// remedies are what to do about the notes of a server's parts.
var remedies = map[string]string{partClock: remedyClock, partConfiguration: remedyRules, partKey: remedyKey}

// server asks the one that runs, if one does.
func (c *checks) server(ctx context.Context) {
	l, err := dial(ctx, c.cfg.Socket)
	if err != nil {
		c.add("server", fails, err.Error(), "")
		return
	}
	if l == nil {
		return // none runs, and check is for before that
	}
	r, err := l.ready(ctx)
	if err = errors.Join(err, l.close()); err != nil {
		c.add("server", fails, err.Error(), "")
		return
	}
	for _, p := range r.Parts {
		if p.Note != "" {
			c.add(p.Name, unsafe, p.Note, remedies[p.Name])
		}
		// Systems are looked at below, from here.
		if !p.Ready && !strings.HasPrefix(p.Name, "system ") {
			c.add("server", fails, p.Name+": "+p.Why, "")
		}
	}
	c.add("server", works, "runs", "")
}

// reach signs in to every system.
func (c *checks) reach(ctx context.Context) {
	for _, s := range c.systems {
		if s.Inspect == nil {
			c.add("system "+s.Name, unsafe, "its connector has no way to look at it without a person", "")
			continue
		}
		remarks, err := s.Inspect(ctx)
		if err != nil {
			c.add("system "+s.Name, fails, err.Error(), remedy(err))
			continue
		}
		if !slices.ContainsFunc(remarks, func(r actions.Remark) bool { return r.Broken }) {
			c.add("system "+s.Name, works, s.Title+" answers", "")
		}
		for _, r := range remarks {
			state := unsafe
			if r.Broken {
				state = fails
			}
			c.add("system "+s.Name, state, r.Text, r.Remedy)
		}
	}
}

func remedy(err error) string {
	if class, _ := actions.ClassOf(err); class == actions.ClassFinal {
		return "correct the settings of the system, or the rights of the bot's account there"
	}
	return "look whether it runs and can be reached from this machine, and at its address in the settings"
}

// chats looks at how people reach the bot, and how it knows them.
func (c *checks) chats(ctx context.Context, rooms []bot.Platform) {
	if len(rooms) == 0 {
		c.add("chat", fails, errNoPlatform.Error(), "")
	}
	for _, p := range rooms {
		c.platform(ctx, p)
		if slices.Contains(c.cfg.Link.Email, p.Name()) {
			c.add("chat", unsafe, "the e-mail address of a "+p.Name()+" account says whose it is: whoever may change addresses there can become anybody here", "have an attribute of the directory name the accounts (link.attributes."+p.Name()+"), and empty link.email")
			continue
		}
		if c.cfg.Link.Attributes[p.Name()] == "" {
			c.add("chat", unsafe, "no attribute of the directory names the "+p.Name()+" accounts: nobody is known there before offboard link", "set link.attributes."+p.Name())
		}
	}
	for platform, attr := range c.cfg.Link.Attributes {
		if slices.ContainsFunc(rooms, func(p bot.Platform) bool { return p.Name() == platform }) {
			c.add("chat", works, platform+" accounts are known by the attribute "+attr+"; make sure that nobody can write their own", "")
		}
	}
}

// platform asks a platform what it lacks.
func (c *checks) platform(ctx context.Context, p bot.Platform) {
	about := "chat " + p.Name()
	i, ok := p.(bot.Inspector)
	if !ok {
		c.add(about, works, "configured", "")
		return
	}
	var places []bot.Place
	it, approvals := c.cfg.Places.On(p.Name())
	for _, id := range []string{it, approvals} {
		if id != "" {
			places = append(places, bot.Place{Platform: p.Name(), Kind: bot.Channel, ID: id})
		}
	}
	remarks, err := i.Inspect(ctx, places...)
	for _, r := range remarks {
		state := unsafe
		if r.Broken {
			state = fails
		}
		c.add(about, state, r.Text, r.Remedy)
	}
	switch {
	case err != nil:
		c.add(about, fails, err.Error(), "look whether this machine reaches it, and at the proxy")
	case !slices.ContainsFunc(remarks, func(r bot.Remark) bool { return r.Broken }):
		c.add(about, works, "answers, and the bot can post where it has to", "")
	}
}

// brakes looks at what limits the harm.
func (c *checks) brakes() {
	if len(c.cfg.Deny) == 0 {
		c.add("deny list", unsafe, "it is empty: nothing keeps the bot from the break-glass account or from its own", "name both below deny")
	}
	if host, _, err := net.SplitHostPort(c.cfg.HTTP.Listen); err == nil && host != "localhost" && !net.ParseIP(host).IsLoopback() {
		c.add("http", unsafe, "/healthz and /readyz are shown to other machines, and name your systems", "listen on 127.0.0.1, or let only your monitoring in")
	}
	if host, _, err := net.SplitHostPort(c.cfg.Metrics.Listen); err == nil && host != "localhost" && !net.ParseIP(host).IsLoopback() {
		c.add("metrics", unsafe, "/metrics is shown to other machines: it names nobody, and tells when something happens", "listen on 127.0.0.1, or let only your Prometheus in")
	}
	c.checkpoints()
}
