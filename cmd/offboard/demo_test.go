package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offboard/config"
)

// The demo ends well only if everything it says is true from outside, and its
// conversation has the moments that it is there to show.
func TestDemo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := playDemo(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, moment := range []string{
		`2 people match "jane". Which one leaves?`,
		"This is what will happen. Nothing has been changed yet",
		"Only Marco Reyes can do this for OFF-1",           // HR may not approve
		"There is no case OFF-1 that you can see",          // nor may a bystander know
		"Marco Reyes declined:",                            // and why
		"OFF-1 was approved already by Marco Reyes",        // the second click
		"VPN does not answer",                              // the system that is down
		"not proven: the system answered that it was done", // the system that lies
		"confirmed by Ivan Petrov: serial LW-2207",         // the manual task with its proof
		"You have taken over 1 thing from Jane Doe",        // the heir
		"Nothing remains to be done",
		"Checkpoint of the audit log",
		"✔ adm-jane cannot sign in to the directory with the right password",
		"✔ the audit log is whole",
	} {
		if !strings.Contains(squeeze(out.String()), squeeze(moment)) {
			t.Errorf("the conversation lacks %q", moment)
		}
	}
}

// squeeze undoes the line breaks of a transcript.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "│", " ")), " ")
}

// A demo in which nothing was done must not end well.
func TestDemoNoticesThatNothingWasDone(t *testing.T) {
	s, err := newStage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := tell(&out, s.after()); err == nil {
		t.Error("nothing was done, and nobody noticed")
	}
	for _, want := range []string{"NOT TRUE: jane cannot sign in to the directory", "NOT TRUE: no group, no owner and no manager names Jane any more directory", "✔ the audit log is whole"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// What is wrong with a system is reported with its place in the file.
func TestConnect(t *testing.T) {
	const head = `company: {name: A, zone: UTC}
database: a.db
keys: {file: a.keys, secret: "${OFFBOARD_TEST_KEY}"}
roles: [{role: hr, people: [a]}]
places: {it: c}
`
	t.Setenv("OFFBOARD_TEST_KEY", "a secret for tests only")
	const settings = `{url: "ldap://127.0.0.1:1", bind_dn: "cn=a", bind_password: "${OFFBOARD_TEST_KEY}", base: "dc=a"}`
	for _, tt := range []struct {
		name, systems, want string
	}{
		{"type", "directory: d\nsystems: [{name: d, type: ldpa, settings: {}}]\n", `systems[0].type: "ldpa" is not known`},
		{"action", "directory: d\nsystems:\n- {name: d, type: ldap, actions: [lokc], settings: " + settings + "}\n", `did you mean "lock"?`},
		{"clear text", "directory: d\nsystems:\n- {name: d, type: ldap, settings: " + strings.Replace(settings, "127.0.0.1", "ldap.example.com", 1) + "}\n", "would carry the password in the clear"},
		{"good", "directory: d\nsystems:\n- {name: d, type: ldap, actions: [lock], settings: " + settings + "}\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := config.Parse("a.yaml", []byte(head+tt.systems))
			if err != nil {
				t.Fatal(err)
			}
			systems, directory, err := connect(cfg)
			if tt.want == "" {
				if err != nil || directory == nil || len(systems) != 1 || len(systems[0].Actions) != 1 || systems[0].Actions[0].Name != "lock" {
					t.Errorf("got %v, %v, %v", systems, directory, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestDemoInALongFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("x", maxSocket))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	if _, err := openHouse(t.Context(), time.Second, time.Second); err == nil || !strings.Contains(err.Error(), "set TMPDIR to a shorter one") {
		t.Errorf("it says %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v (%v)", left, err)
	}
}
