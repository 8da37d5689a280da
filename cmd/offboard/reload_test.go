package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"offboard/config"
	"offboard/store"
)

// Whoever runs the server changes its file: it is told what changes, the log
// has it, and a mistake changes nothing.
func TestReload(t *testing.T) {
	o := newOffice(t)
	o.run("reload").want(t, codeUsage, "no server listens")
	s := o.serve()
	o.run("reload").want(t, 0, "has not changed")
	if !s.until("looked at all systems") {
		t.Fatalf("it did not begin again:\n%s", &s.all)
	}
	o.configure(officeConfig + "attempts: 8\nlimits: {per_requester: 500}\n")
	o.run("reload").want(t, 0, "+ attempts: 8", "weaker", "one person may open 500 cases within 1d instead of 10")
	if !s.until("looked at all systems") {
		t.Fatalf("it did not begin again:\n%s", &s.all)
	}
	o.run("audit", "show", "installation").want(t, 0, "operator "+operator(), "changed the configuration; what it makes weaker waits for a second person", "+ attempts: 8")

	o.configure(officeConfig + "attempts: soon\n")
	o.run("reload").want(t, codeUsage, "attempts")
	hup := func(message string) {
		t.Helper()
		if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if !s.until(message) {
			t.Fatalf("it did not say %q:\n%s", message, &s.all)
		}
	}
	hup("the configuration was not read again: nothing has changed")
	o.configure(strings.ReplaceAll(officeConfig, "DIR/data/o.db", "DIR/data/other.db"))
	hup("the configuration was not read again: nothing has changed")

	// A file that is right and cannot be served.
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	o.configure(strings.Replace(officeConfig, "127.0.0.1:0", taken.Addr().String(), 1))
	hup("the new configuration cannot be served; going on with the one before")
	if !s.until("looked at all systems") {
		t.Fatalf("it does not go on:\n%s", &s.all)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if !s.until("stopped") {
		t.Errorf("it did not stop:\n%s", &s.all)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
	o.run("audit", "verify").want(t, 0)
	o.configure(officeConfig + "limits: {per_requester: 600}\n")
	o.run("check").want(t, 0, "weaker than what was served last: one person may open 600 cases within 1d instead of 10")
}

// tried is a log that configurations are tried on.
type tried struct {
	*office
	log *store.Store
}

// under is what a configuration leads to: the one to run with.
func (o tried) under(text string) *config.Config {
	o.t.Helper()
	o.configure(text)
	cfg, err := configure(o.t.Context(), o.log, o.config(), "root")
	if err != nil {
		o.t.Fatal(err)
	}
	return cfg
}

func (o tried) second(agree bool) {
	o.t.Helper()
	st, err := o.log.State()
	if err != nil {
		o.t.Fatal(err)
	}
	id, err := o.log.Meet(o.t.Context(), store.Bot("people"), store.Card{ID: "id-sasha", Name: "Sasha"})
	if err != nil {
		o.t.Fatal(err)
	}
	sasha := store.Actor{Person: id, Via: "web", Claims: []store.Claim{{Role: store.Security}}}
	if _, err := o.log.Append(o.t.Context(), store.Installation, sasha, store.Seconded{Entry: st.Config.Entry, Agree: agree}); err != nil {
		o.t.Fatal(err)
	}
}

// What a file makes weaker is in force when a second person has agreed, across
// restarts, and what they refused is not, however often the file is read.
func TestWeakerConfiguration(t *testing.T) {
	o := opened(t)
	s := o.log
	entries := func(want uint64) {
		t.Helper()
		st, err := s.State()
		if err != nil || st.Config.Entry != want {
			t.Errorf("the configuration is of entry %d, want %d; %v", st.Config.Entry, want, err)
		}
	}
	hr := func(cfg *config.Config) bool {
		return slices.ContainsFunc(cfg.Roles, func(r config.Role) bool { return r.Role == "hr" && slices.Contains(r.People, "tom") })
	}
	weaker := strings.Replace(officeConfig, "{role: hr, groups: [hr]}", "{role: hr, groups: [hr], people: [tom]}", 1)
	if cfg := o.under(officeConfig); hr(cfg) || !slices.Equal(cfg.Deny, []string{"break-glass", "offboard"}) {
		t.Errorf("at first: %+v", cfg.Rules())
	}
	o.under(officeConfig)
	entries(1)
	for range 2 {
		if cfg := o.under(weaker); hr(cfg) {
			t.Error("tom has the role before anybody agreed")
		}
		entries(2)
	}
	o.second(true)
	if cfg := o.under(weaker); !hr(cfg) {
		t.Error("tom does not have the role after sasha agreed")
	}
	short := strings.Replace(weaker, "deny: [break-glass, offboard]", "deny: [offboard, root]", 1)
	if cfg := o.under(short); !slices.Equal(cfg.Deny, []string{"break-glass", "offboard"}) || !hr(cfg) {
		t.Errorf("%+v", cfg.Rules())
	}
	o.second(false)
	if cfg := o.under(short); !slices.Contains(cfg.Deny, "break-glass") {
		t.Error("what sasha did not agree to is in force")
	}
	if cfg := o.under(officeConfig); hr(cfg) {
		t.Error("a role that was taken away is still there")
	}
	if cfg := o.under(weaker); hr(cfg) {
		t.Error("a role that was taken away comes back alone")
	}
	var f store.ConfigFile
	st, err := s.State()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RevealJSON(store.Installation, st.Config.File, &f); err != nil || !slices.Equal(f.Weaker, []string{"tom has the role hr"}) || !slices.Equal(f.Changed, []string{"+ roles[hr].people: tom"}) {
		t.Errorf("%+v, %v", f, err)
	}
	b, err := os.ReadFile(o.path)
	if err != nil || f.Sum != fmt.Sprintf("%x", sha256.Sum256(b)) {
		t.Errorf("the log says %s of the file, %v", f.Sum, err)
	}
}

// opened is a log that configurations are tried on, checked at the end.
func opened(t *testing.T) tried {
	t.Helper()
	o := tried{office: newOffice(t)}
	s, err := store.Open(store.Options{Path: filepath.Join(o.dir, "data", "o.db"), Keys: filepath.Join(o.dir, "keys", "o.keys"), Secret: "a secret for tests only"})
	if err != nil {
		t.Fatal(err)
	}
	o.log = s
	t.Cleanup(func() {
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return o
}

// disown opens the link about an entry.
func (o tried) disown(seq uint64) {
	o.t.Helper()
	e, err := o.log.Event(seq)
	if err == nil {
		err = o.log.Disown(o.t.Context(), o.log.DisownToken(e))
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// A disowned agreement to weaker rules: those from before are in force again,
// also if only a comment of the file was changed since. What the file has made
// stricter meanwhile waits with the rest of it.
func TestDisownedAgreement(t *testing.T) {
	for _, tt := range []struct {
		name, after string
		deny        int
	}{
		{"the same file", "", 2},
		{"a comment more", "# later\n", 2},
		{"stricter since", "deny", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := opened(t)
			o.under(officeConfig)
			file := officeConfig + "limits: {per_requester: 500}\n"
			o.under(file)
			o.second(true)
			agreed := o.log.Last()
			if cfg := o.under(file); cfg.Limits.PerRequester != 500 {
				t.Fatalf("agreed, and the limit is %d", cfg.Limits.PerRequester)
			}
			if tt.after == "deny" {
				file = strings.Replace(file, "deny: [break-glass, offboard]", "deny: [break-glass, offboard, root]", 1)
			} else {
				file += tt.after
			}
			o.under(file)
			o.disown(agreed)
			for range 2 { // across starts
				cfg := o.under(file)
				if cfg.Limits.PerRequester != 10 || len(cfg.Deny) != 2 { // what was tightened since waits with it
					t.Errorf("disowned: %+v", cfg.Rules())
				}
			}
			st, err := o.log.State()
			if err != nil || st.Config.Wanted.IsZero() || st.Config.Redo {
				t.Fatalf("what waits: %+v, %v", st.Config, err)
			}
			var f store.ConfigFile
			if err := o.log.RevealJSON(store.Installation, st.Config.File, &f); err != nil || len(f.Weaker) != 1 {
				t.Errorf("%+v, %v", f, err)
			}
			hanna, err := o.log.Meet(t.Context(), store.Bot("people"), store.Card{ID: "id-hanna", Name: "Hanna"})
			if err != nil {
				t.Fatal(err)
			}
			by := store.Actor{Person: hanna, Via: "web", Claims: []store.Claim{{Role: store.HR}}}
			if _, err := o.log.Append(t.Context(), store.Installation, by, store.Seconded{Entry: st.Config.Entry, Agree: true}); err != nil {
				t.Fatal(err)
			}
			if cfg := o.under(file); cfg.Limits.PerRequester != 500 || len(cfg.Deny) != tt.deny {
				t.Errorf("agreed by hanna: %+v", cfg.Rules())
			}
		})
	}
}

// A server begins again when an agreement is given, and when it is disowned,
// also if the file was changed in between.
func TestServerNoticesADisownedAgreement(t *testing.T) {
	for _, after := range []string{"", "# later\n"} {
		o := opened(t)
		o.under(officeConfig)
		file := officeConfig + "limits: {per_requester: 500}\n"
		o.under(file)
		// It can't read the file again, so it takes a signal whenever it waits.
		r := &reload{path: filepath.Join(o.dir, "none"), hup: make(chan os.Signal), asked: make(chan wanted)}
		notices := func(what string, happens func()) {
			t.Helper()
			ended := make(chan error, 1)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			st, err := o.log.State()
			if err != nil {
				t.Fatal(err)
			}
			go func() { ended <- r.wait(ctx, o.log, wanted{user: "root"}, st.Config.Rev) }()
			r.hup <- syscall.SIGHUP
			happens()
			for range 2 { // one may be faster than the news; after it the log is read
				select {
				case err := <-ended:
					if a, ok := errors.AsType[*again](err); !ok || a.with.user != "root" {
						t.Errorf("%s: %v", what, err)
					}
					return
				case r.hup <- syscall.SIGHUP:
				}
			}
			t.Errorf("%s: it goes on as before", what)
		}
		notices("agreed", func() { o.second(true) })
		agreed := o.log.Last()
		o.under(file + after)
		notices("disowned", func() { o.disown(agreed) })
	}
}
