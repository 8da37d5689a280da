package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"offboard/bot/bottest"
)

// Slack's own schema accepts the manifest, whatever it is made for.
func TestManifestSchema(t *testing.T) {
	dir := bottest.Specs("slack")
	if dir == "" {
		t.Skip("there is no shared/specs/slack above this folder: the manifest is not checked against Slack's own schema")
	}
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) {
		return regexp.Compile(strings.ReplaceAll(s, `(?![\.\-])`, "")) // RE2 does not look ahead
	})
	b, err := os.ReadFile(filepath.Join(dir, "manifest-schemas", "manifest.schema.1.0.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("manifest.json", schema); err != nil {
		t.Fatal(err)
	}
	checker, err := c.Compile("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, mail := range []bool{false, true} {
		text, err := Manifest("leaver", mail)
		if err != nil {
			t.Fatal(err)
		}
		data, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		if err := checker.Validate(v); err != nil {
			t.Errorf("mail %t: %v", mail, err)
		}
		if !strings.Contains(text, "command: /leaver") {
			t.Error("another command is not in it")
		}
	}
}

// Every scope says why it is asked for, and none is asked for without a use.
func TestManifestScopes(t *testing.T) {
	want := []string{"channels:history", "channels:read", "chat:write", "commands", "files:write", "groups:history", "groups:read", "im:history", "im:write", "users:read"}
	if got := slices.Sorted(slices.Values(scopes(false))); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := scopes(true); !slices.Contains(got, "users:read.email") || len(got) != len(want)+1 {
		t.Errorf("with addresses: %q", got)
	}
	for _, bad := range []string{"", "Off", "/offboard", "a b", strings.Repeat("a", 32)} {
		if _, err := Manifest(bad, false); err == nil {
			t.Errorf("%q is a command", bad)
		}
	}
}
