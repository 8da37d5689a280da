package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"offboard/actions/demo"
	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/config"
	"offboard/store"
)

// office is a folder with a configuration for the demo's directory.
type office struct {
	t       testing.TB
	dir     string
	company *demo.Company
	path    string
}

// officeConfig is written with the folder, the server's address and what a
// test adds.
const officeConfig = `company: {name: Lumen Works, zone: Europe/Lisbon}
database: DIR/data/o.db
socket: DIR/o.sock
keys: {file: DIR/keys/o.keys, secret: "file:DIR/secret"}
directory: corp
systems:
  - name: corp
    title: Company directory
    type: ldap
    settings: {url: "ldap://ADDR", bind_dn: "cn=offboard,ou=services,dc=example,dc=com", bind_password: "file:DIR/password", base: "dc=example,dc=com", people_base: "ou=people,dc=example,dc=com", groups_base: "ou=groups,dc=example,dc=com", policy_dn: "cn=default,ou=policies,dc=example,dc=com"}
roles:
  - {role: hr, groups: [hr]}
  - {role: it, groups: [it]}
  - {role: security, groups: [security]}
  - {role: auditor, groups: [auditors]}
  - {role: admin, people: [ivan]}
deny: [break-glass, offboard]
places: {it: it-offboarding}
link: {attributes: {web: uid}}
http: {listen: "127.0.0.1:0"}
metrics: {listen: "127.0.0.1:0"}
watch: {sweep: off}
questions: []
`

func newOffice(t testing.TB) *office {
	t.Helper()
	// t.TempDir has the test's name in it, too long for a socket.
	dir, err := os.MkdirTemp("", "ob")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	company, err := demo.NewCompany(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := company.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, dir: dir, company: company, path: filepath.Join(dir, "offboard.yaml")}
	for _, sub := range []string{"data", "keys"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o.write("secret", "a secret for tests only")
	o.write("password", company.Directory.Config().BindPassword.Value())
	o.configure(officeConfig)
	return o
}

func (o *office) write(name, text string) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *office) configure(text string) {
	o.t.Helper()
	o.write("offboard.yaml", strings.NewReplacer("DIR", o.dir, "ADDR", o.company.Directory.Addr()).Replace(text))
}

func (o *office) config() *config.Config {
	o.t.Helper()
	cfg, err := config.Load(o.path)
	if err != nil {
		o.t.Fatal(err)
	}
	return cfg
}

// fill writes a log with one draft and returns when it is closed.
func (o *office) fill() {
	o.t.Helper()
	s, err := store.Open(storeOptions(o.config()))
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := configure(o.t.Context(), s, o.config(), operator()); err != nil {
		o.t.Fatal(err)
	}
	ids := map[string]store.PersonID{}
	for _, name := range []string{"Hanna", "Jane", "Marco"} {
		if ids[name], err = s.Meet(o.t.Context(), store.Bot("people"), store.Card{ID: "id-" + name, Name: name, Login: strings.ToLower(name)}); err != nil {
			o.t.Fatal(err)
		}
	}
	hanna := store.Actor{Person: ids["Hanna"], Via: "web", Claims: []store.Claim{{Role: store.HR}}}
	terms := store.Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "Europe/Lisbon", Manager: ids["Marco"]}
	if _, err := s.Append(o.t.Context(), store.NewCase, hanna, store.Drafted{Person: ids["Jane"], Terms: terms, Systems: []string{"corp"}}); err != nil {
		o.t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		o.t.Fatal(err)
	}
}

// oneChat is a chat without a vendor.
func oneChat(*config.Config, zerolog.Logger) ([]bot.Platform, error) {
	c := bottest.New("web")
	c.AddChannel("it-offboarding")
	return []bot.Platform{c}, nil
}

// ran is what a command has printed, and how it ended.
type ran struct {
	out, err string
	code     int
}

// run runs a command as a user would, with the configuration of the office.
func (o *office) run(args ...string) ran {
	o.t.Helper()
	return command(o.t.Context(), oneChat, "", append(args, "--config", o.path)...)
}

func command(ctx context.Context, chats chats, stdin string, args ...string) ran {
	var out, errs bytes.Buffer
	cmd := root(outside{chats: chats, clock: store.MachineClock()})
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SetContext(ctx)
	code := execute(cmd)
	return ran{out.String(), errs.String(), code}
}

// want fails the test unless the command ended so and printed each of these.
func (r ran) want(t *testing.T, code int, texts ...string) ran {
	t.Helper()
	if r.code != code {
		t.Fatalf("ended with %d, want %d\n%s%s", r.code, code, r.out, r.err)
	}
	for _, text := range texts {
		if !strings.Contains(r.out+r.err, text) {
			t.Errorf("this lacks %q:\n%s%s", text, r.out, r.err)
		}
	}
	return r
}

func (r ran) decode(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.out), v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, r.out)
	}
}

// serving runs a server in this process until the test ends.
func (o *office) serving() *server {
	o.t.Helper()
	return o.servingAs(mustChat(o.t), store.Clock{})
}

// servingBy is serving with the clocks of another machine.
func (o *office) servingBy(clock store.Clock) *server {
	o.t.Helper()
	return o.servingAs(mustChat(o.t), clock)
}

// servingIn is serving with these chats.
func (o *office) servingIn(rooms []bot.Platform) *server {
	o.t.Helper()
	return o.servingAs(rooms, store.Clock{})
}

func (o *office) servingAs(rooms []bot.Platform, clock store.Clock) *server {
	o.t.Helper()
	cfg := o.config()
	a, err := newApp(cfg, operator(), just(rooms...), zerolog.Nop(), clock)
	if err != nil {
		o.t.Fatal(err)
	}
	s := &server{app: a, health: newHealth(a, zerolog.Nop()), log: zerolog.Nop(), reload: newReload(o.path)}
	o.t.Cleanup(s.reload.stop)
	if err := s.listen(o.t.Context(), cfg); err != nil {
		o.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(o.t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := s.run(ctx, newControl(s, cfg), wanted{cfg, operator()})
		done <- err
	}()
	o.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			o.t.Error(err)
		}
		if err := a.store.Check(); err != nil {
			o.t.Error(err)
		}
		if err := a.close(); err != nil {
			o.t.Error(err)
		}
	})
	return s
}

// Every command teaches: it says what it does, and shows how it is typed.
func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"serve"}, {"check"}, {"policy", "show"}, {"init"}, {"audit", "verify"}, {"audit", "show"}, {"audit", "export"}, {"audit", "check"}, {"audit", "reconcile"}, {"link"}, {"import"}, {"reload"}, {"backup"}, {"restore"}, {"metrics", "dashboard"}, {"metrics", "alerts"}, {"version"}, {"demo"}} {
		r := command(t.Context(), oneChat, "", append(args, "--help")...).want(t, 0, "Examples:", "offboard "+strings.Join(args, " "))
		if args[0] != "version" && args[0] != "demo" && !strings.Contains(r.out, "Exit codes:") {
			t.Errorf("%v does not say its exit codes", args)
		}
	}
	command(t.Context(), oneChat, "", "completion", "bash").want(t, 0, "__start_offboard")
	command(t.Context(), oneChat, "", "__complete", "link", "--platform", "").want(t, 0, "slack\ndiscord\nweb\n")
}

// What is typed wrongly ends with 1 and says what is wrong.
func TestRubbish(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"srve"}, "unknown command"},
		{[]string{"audit", "verify", "--chekpoint", "x"}, "unknown flag"},
		{[]string{"audit", "show"}, "accepts 1 arg"},
		{[]string{"backup"}, `"out" not set`},
		{[]string{"link", "U1", "--platform", "web"}, `"person" not set`},
		{[]string{"audit", "verify", "--config", filepath.Join(o.dir, "none.yaml")}, "offboard init --out"},
		{[]string{"audit", "verify", "--config", o.path}, "offboard serve makes it"}, // and it is not made by looking
		{[]string{"check", "--config", o.write("bad.yaml", "company: [\n")}, "bad.yaml:"},
		{[]string{"audit", "verify", "--config", o.path, "--checkpoint", filepath.Join(o.dir, "none")}, "read the checkpoint"},
		{[]string{"audit", "verify", "--config", o.path, "--checkpoint", o.write("empty", " \n")}, "empty is empty: give all of it"},
		{[]string{"audit", "verify", "--config", o.path, "--checkpoint", o.write("letter", "Dear auditor\n")}, "there is no checkpoint in "},
		{[]string{"audit", "verify", "--config", o.path, "--checkpoint", ""}, "--checkpoint is empty"},
		{[]string{"audit", "verify", "--config", o.path, "--checkpoint", store.Origin + "\n12\nhalf"}, "has no whole checkpoint: give all of it"},
	} {
		command(t.Context(), oneChat, "", tt.args...).want(t, codeUsage, tt.want)
	}
	if _, err := os.Stat(filepath.Join(o.dir, "data", "o.db")); err == nil {
		t.Error("a command that only reads made a database")
	}
}

func TestVersion(t *testing.T) {
	command(t.Context(), oneChat, "", "version").want(t, 0, "log format 1", "go1.")
	var v about
	command(t.Context(), oneChat, "", "version", "--json").want(t, 0).decode(t, &v)
	if v.Log != store.Version || v.Go == "" {
		t.Errorf("got %+v", v)
	}
}

var zerologNop = zerolog.Nop()

func mustChat(t testing.TB) []bot.Platform {
	t.Helper()
	rooms, err := oneChat(nil, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}
