package config_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"offboard/config"
)

var update = flag.Bool("update", false, "write the answers of the program into testdata/*.err")

// TestErrors reads each testdata/*.yaml; the file beside it holds the error,
// or nothing if there is none.
func TestErrors(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "k")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	t.Setenv("DISCORD_TOKEN", "dc-1")
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata", err)
	}
	oneLine := regexp.MustCompile(`^[a-z0-9_-]+\.yaml:[1-9]\d*:[1-9]\d*: \S.*$`)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if _, err := config.Parse(filepath.Base(file), data); err != nil {
				got = err.Error() + "\n"
			}
			for line := range strings.Lines(got) {
				if !oneLine.MatchString(strings.TrimSuffix(line, "\n")) {
					t.Errorf("no place in %q", line)
				}
			}
			if strings.Contains(got, "hunter2") {
				t.Errorf("the error prints a secret:\n%s", got)
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".err"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	c := parse(t, minimal)
	if c.Limits != (config.Limits{Window: config.Duration(24 * time.Hour), PerRequester: 10, PerSource: 30, Percent: 5}) || c.Attempts != 6 || c.Retry.First.String() != "2s" || c.Retry.Max.String() != "10m" || c.Log.Level != "info" {
		t.Errorf("defaults: %+v", c)
	}
	if r := c.Reminders; r.Every.String() != "1d" || r.Hours.String() != "09:00-17:00" || len(r.Days) != 5 || r.Escalate.String() != "2d" || r.UrgentEvery.String() != "15m" || r.BeforeReturn != 1 || c.Places.Approvals != "" {
		t.Errorf("reminders: %+v", r)
	}
	if c.Systems[0].Title != "corp" {
		t.Errorf("title %q, want the name", c.Systems[0].Title)
	}
	if at := c.At("systems[0].type"); at != "test.yaml:8:11" {
		t.Errorf("type stands at %s", at)
	}
	if at := c.At("deny[3]"); at != "deny[3]" {
		t.Errorf("deny[3] stands at %s", at)
	}
}

// A part of a section may be set without losing the defaults of the rest.
func TestPartOfADefault(t *testing.T) {
	c := parse(t, minimal+"retry: {max: 1h}\n")
	if c.Retry.First.String() != "2s" || c.Retry.Max.String() != "1h" {
		t.Errorf("retry: %+v", c.Retry)
	}
}

// Windows editors must not move the places in errors.
func TestWindowsFile(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(minimal+"limts: 3\n", "\n", "\r\n")
	t.Setenv("OFFBOARD_KEY", "k")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	t.Setenv("DISCORD_TOKEN", "dc-1")
	_, err := config.Parse("w.yaml", []byte(text))
	if err == nil || err.Error() != `w.yaml:11:1: unknown key "limts"; did you mean "limits"?` {
		t.Error(err)
	}
}

// A number is taken as text where text is meant: Discord ids have 18 digits.
func TestNumbersAsText(t *testing.T) {
	c := parse(t, strings.Replace(minimal, "{it: ops}", "{it: 123456789012345678}", 1))
	if c.Places.IT != "123456789012345678" {
		t.Errorf("it: %q", c.Places.IT)
	}
}

func TestCheckTypesAndActions(t *testing.T) {
	c := parse(t, strings.Replace(minimal, "type: ldap", "type: ldap\n    actions: [lock, gruops, x]", 1))
	system := c.Systems[0].Name
	if err := c.CheckActions(map[string][]string{system: {"lock", "groups", "x"}}); err == nil ||
		err.Error() != `test.yaml:9:21: systems[0].actions[1]: "gruops" is not known; did you mean "groups"?` {
		t.Error(err)
	}
	if err := c.CheckTypes([]string{"ldpa", "scim"}); err == nil ||
		err.Error() != `test.yaml:8:11: systems[0].type: "ldap" is not known; did you mean "ldpa"?` {
		t.Error(err)
	}
	if err := c.CheckActions(nil); err == nil || strings.Count(err.Error(), "none can stand here") != 3 {
		t.Error(err)
	}
	if err := errors.Join(c.CheckTypes([]string{"ldap"}), c.CheckActions(map[string][]string{system: {"lock", "gruops", "x"}})); err != nil {
		t.Error(err)
	}
}

func TestLoadWithoutFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "offboard.yaml")
	_, err := config.Load(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "offboard init --out "+path) {
		t.Error(err)
	}
	if _, err := config.Load(t.TempDir()); err == nil {
		t.Error("a folder was loaded")
	}
}

func TestKinds(t *testing.T) {
	c := parse(t, minimal+`kinds:
  - {id: death, reminders: true}
  - {id: quiet, title: Quiet, base: termination, reminders: false}
  - {id: quieter, title: Quieter, base: quiet, neutral: true}
  - {id: plain, title: Plain}
  - {id: sabbatical, title: Sabbatical, returns: true}
`)
	want := []config.Kind{
		{ID: "resignation", Title: "Resignation", Reminders: true, Lock: true},
		{ID: "termination", Title: "Termination", Confidential: true, Reminders: true},
		{ID: "end-of-contract", Title: "End of contract", Reminders: true, Lock: true},
		{ID: "garden-leave", Title: "Garden leave", Reminders: true},
		{ID: "death", Title: "Death", Neutral: true, Reminders: true},
		{ID: "suspension", Title: "Suspension", Reminders: true, Returns: true},
		{ID: "quiet", Title: "Quiet", Confidential: true},
		{ID: "quieter", Title: "Quieter", Confidential: true, Neutral: true},
		{ID: "plain", Title: "Plain", Reminders: true},
		{ID: "sabbatical", Title: "Sabbatical", Reminders: true, Returns: true},
	}
	got := c.Kinds()
	if len(got) != len(want) {
		t.Fatalf("%d kinds, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("kind %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

const minimal = `company: {name: A, zone: UTC}
database: a.db
keys: {file: a.keys, secret: "${OFFBOARD_KEY}"}
directory: corp
places: {it: ops}
systems:
  - name: corp
    type: ldap
roles:
  - {role: hr, people: [maria]}
`

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	t.Setenv("OFFBOARD_KEY", "k")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	t.Setenv("DISCORD_TOKEN", "dc-1")
	c, err := config.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPlacesOn(t *testing.T) {
	p := config.Places{IT: "#it", Approvals: "#ask", Other: map[string]config.Other{"discord": {IT: "4711"}}}
	for platform, want := range map[string][2]string{"slack": {"#it", "#ask"}, "discord": {"4711", "#ask"}} {
		if it, approvals := p.On(platform); it != want[0] || approvals != want[1] {
			t.Errorf("on %s they are %s and %s", platform, it, approvals)
		}
	}
}
