package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"offboard/config"
)

// Where the socket is can be read without any secret.
func TestSocketOf(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"database: a.db\nkeys: {secret: \"${OFFBOARD_NOT_SET}\"}\n", "a.db.sock"},
		{"database: a.db\nsocket: /run/b.sock\n", "/run/b.sock"},
		{"database: [a]\n", ""},
		{"company: {name: A}\n", ""},
		{"- a\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "offboard.yaml")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := config.SocketOf(path); err != nil || got != tt.want {
			t.Errorf("%q: %q, %v; want %q", tt.text, got, err, tt.want)
		}
	}
	if _, err := config.SocketOf(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestServerKeys(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "k")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	t.Setenv("DISCORD_TOKEN", "dc-1")
	t.Setenv("OFFBOARD_MAIL_PASSWORD", "p")
	t.Setenv("OFFBOARD_BUCKET_KEY", "b")
	text := string(config.Example())
	for _, tt := range []struct{ old, with, want string }{
		{"mode: act\n", "mode: watch\n", "mode"},
		{"listen: 127.0.0.1:8080", "listen: here", "write one such as 127.0.0.1:8080"},
		{"  listen: 127.0.0.1:8080\n", "  lisen: 127.0.0.1:8080\n", `did you mean "listen"?`},
	} {
		_, err := config.Parse("a.yaml", []byte(strings.Replace(text, tt.old, tt.with, 1)))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v", tt.with, err)
		}
	}
	c, err := config.Parse("a.yaml", []byte(strings.NewReplacer("mode: act\n", "", "socket: offboard.db.sock\n", "").Replace(text)))
	if err != nil || c.Mode != config.Act || c.Socket != "offboard.db.sock" {
		t.Errorf("%+v, %v", c, err)
	}
}
