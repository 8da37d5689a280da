package discord

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"offboard/bot/bottest"
)

// The bodies of Discord's own description that this package makes.
const (
	aPost    = "MessageCreateRequest"
	anEdit   = "MessageEditRequestPartial"
	aModal   = "ModalInteractionCallbackRequest"
	aCommand = "ApplicationCommandUpdateRequest"
	aChoice  = "ApplicationCommandAutocompleteCallbackRequest"
)

// definitions compiles them.
var definitions = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	raw, err := os.ReadFile(filepath.Join(bottest.Specs("discord"), "openapi.json"))
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	const at = "https://discord.test/openapi.json"
	if err := c.AddResource(at, doc); err != nil {
		return nil, err
	}
	out := map[string]*jsonschema.Schema{}
	for _, d := range []string{aPost, anEdit, aModal, aCommand, aChoice} {
		if out[d], err = c.Compile(at + "#/components/schemas/" + d); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// TestSchema says by its name where shapes are not checked.
func TestSchema(t *testing.T) {
	if bottest.Specs("discord") == "" {
		t.Skip("there is no shared/specs/discord above this folder: bodies are not checked against Discord's own description")
	}
	r := &bottest.Recorder{TB: t}
	conforms(r, aPost, map[string]any{"components": []any{map[string]any{"type": 10}}})
	if r.Errors() == 0 {
		t.Error("a text display without a text passes")
	}
}

// conforms fails what has not the shape of a definition, where the description
// is there; see TestSchema.
func conforms(t testing.TB, definition string, v any) {
	t.Helper()
	if bottest.Specs("discord") == "" {
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

// generic is v as Discord reads it.
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
