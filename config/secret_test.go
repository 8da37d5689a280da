package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"offboard/config"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	s := config.NewSecret("hunter2")
	inside := struct {
		Shown  config.Secret
		hidden config.Secret // fmt does not call methods of unexported fields
	}{s, s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		for _, v := range []any{s, &s, inside, &inside, []config.Secret{s}} {
			text := fmt.Sprintf(verb, v)
			if strings.Contains(text, "hunter2") || strings.Contains(text, "68756e74657232") {
				t.Errorf("%s prints %s", verb, text)
			}
		}
	}
	text, err := json.Marshal(inside)
	if err != nil || string(text) != `{"Shown":"\u003credacted\u003e"}` {
		t.Errorf("%s %v", text, err)
	}
}

func TestSecretReferences(t *testing.T) {
	dir := t.TempDir()
	full, empty := filepath.Join(dir, "full"), filepath.Join(dir, "empty")
	for path, text := range map[string]string{full: "hunter2\r\n", empty: "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SET", "hunter2")
	tests := []struct{ ref, want, err string }{
		{"${SET}", "hunter2", ""},
		{"file:" + full, "hunter2", ""}, // without the end of the line
		{"", "", ""},
		{"file:" + empty, "", "is empty; write the secret into it"},
		{"file:" + full + "x", "", "read the secret: open"},
		{"${UNSET_HERE}", "", "UNSET_HERE is not set"},
		{"${hunter2}", "", "a secret is not written into this file"}, // not a name, so it may be the secret
		{"x${SET}", "", "a secret is not written into this file"},
	}
	for _, tt := range tests {
		var s config.Secret
		err := s.UnmarshalText([]byte(tt.ref))
		if s.Value() != tt.want || (err == nil) != (tt.err == "") {
			t.Errorf("%s: %q, %v", tt.ref, s.Value(), err)
		}
		if err != nil && (!strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v", tt.ref, err)
		}
	}
}

// A secret that begins with a sign of YAML must not be quoted by the error
// about that sign.
func TestSyntaxErrorsKeepSecrets(t *testing.T) {
	for _, sign := range strings.Split("| > |- >9 @ ` % & * ! !! ? \" ' [ { ] } , : - # |9 \"\\ ${ $ file: file:/ <<", " ") {
		for _, text := range []string{
			"keys:\n  secret: " + sign + "hunter2\n",
			"keys:\n  secret: " + sign + " hunter2\n",
			"keys:\n  secret:" + sign + "hunter2\n  file: x\n",
			"keys: {secret: " + sign + "hunter2}\n",
			"keys: {secret: \"${X}\"" + sign + "hunter2}\n",
			"keys:\n  secret: x" + sign + "\n   hunter2\n",
		} {
			_, err := config.Parse("s.yaml", []byte(text))
			if err == nil {
				t.Errorf("%q: no error", text)
				continue
			}
			if strings.Contains(err.Error(), "hunter2") && !strings.HasPrefix(sign, "file:") {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}
