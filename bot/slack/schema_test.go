package slack

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"offboard/bot/bottest"
)

// definitions compiles what is sent, from the schema of Slack's own types.
var definitions = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	out := map[string]*jsonschema.Schema{}
	for _, d := range []string{"KnownBlock", "ModalView", "HomeView", "Option"} {
		s, err := c.Compile(filepath.Join(bottest.Specs("slack"), "blockkit.schema.json") + "#/definitions/" + d)
		if err != nil {
			return nil, err
		}
		out[d] = s
	}
	return out, nil
})

// TestSchema says by its name where shapes are not checked.
func TestSchema(t *testing.T) {
	if bottest.Specs("slack") == "" {
		t.Skip("there is no shared/specs/slack above this folder: blocks are not checked against Slack's own types")
	}
	r := &bottest.Recorder{TB: t}
	conforms(r, "KnownBlock", map[string]any{"type": "header"})
	if r.Errors() == 0 {
		t.Error("a header without a text passes")
	}
}

// conforms fails what has not the shape of a definition, where the schema is
// there; see TestSchema.
func conforms(t testing.TB, definition string, v any) {
	t.Helper()
	if bottest.Specs("slack") == "" {
		return
	}
	all, err := definitions()
	if err != nil {
		t.Fatal(err)
	}
	if err := all[definition].Validate(generic(t, v)); err != nil {
		t.Errorf("%s: %v\n%s", definition, err, encoded(t, v))
	}
}

// generic is v as Slack reads it.
func generic(t testing.TB, v any) (out any) {
	t.Helper()
	if err := json.Unmarshal(encoded(t, v), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
