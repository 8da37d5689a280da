package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"offboard/config"
)

// Where the socket is can be read without the rest, and is the same as with it.
func FuzzSocketOf(f *testing.F) {
	f.Setenv("OFFBOARD_KEY", "k")
	example, err := os.ReadFile("example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	for _, s := range []string{"database: a\n", "socket: b\ndatabase: a\n", "socket: [a]\n", "- socket: a\n", "socket: ~\n", "a: &x b\nsocket: *x\n"} {
		f.Add([]byte(s))
	}
	path := filepath.Join(f.TempDir(), "f.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		socket, err := config.SocketOf(path)
		if c, wrong := config.Parse("f.yaml", data); wrong == nil && (err != nil || c.Socket != socket) {
			t.Errorf("it is %q, and %q by itself (%v)", c.Socket, socket, err)
		}
	})
}
