package main

import (
	"crypto/sha256"
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
	o.configure(officeConfig + "attempts: 8\nlimits: {starts_per_hour: 500}\n")
	o.run("reload").want(t, 0, "+ attempts: 8", "weaker", "one person may start 500 cases an hour instead of 10")
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
	o.configure(officeConfig + "limits: {starts_per_hour: 600}\n")
	o.run("check").want(t, 0, "weaker than what was served last: one person may start 600 cases an hour instead of 10")
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
	o := tried{office: newOffice(t)}
	s, err := store.Open(store.Options{Path: filepath.Join(o.dir, "data", "o.db"), Keys: filepath.Join(o.dir, "keys", "o.keys"), Secret: "a secret for tests only"})
	if err != nil {
		t.Fatal(err)
	}
	o.log = s
	defer func() {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		_ = s.Close()
	}()
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
