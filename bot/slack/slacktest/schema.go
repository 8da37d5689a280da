package slacktest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"offboard/bot/bottest"
)

// schema is the Block Kit schema, generated from Slack's own types: the shape
// of each block, without lengths. Where its file is not there, it lets
// everything pass.
type schema struct{ blocks map[string]*jsonschema.Schema }

func loadSchema(t testing.TB) *schema {
	t.Helper()
	sc, err := readSchema()
	if err != nil {
		t.Fatalf("Block Kit schema: %v", err)
	}
	if sc.blocks == nil {
		t.Log("there is no shared/specs/slack above this folder: blocks are not checked against the Block Kit schema")
	}
	return sc
}

var readSchema = sync.OnceValues(func() (*schema, error) {
	dir := bottest.Specs("slack")
	if dir == "" {
		return &schema{}, nil
	}
	f, err := os.Open(filepath.Join(dir, "blockkit.schema.json"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		return nil, err
	}
	const url = "https://slack.test/blockkit.schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(url, doc); err != nil {
		return nil, err
	}
	sc := &schema{blocks: map[string]*jsonschema.Schema{}}
	for kind, name := range blockTypes(doc) {
		if sc.blocks[kind], err = c.Compile(url + "#/definitions/" + name); err != nil {
			return nil, err
		}
	}
	return sc, nil
})

// blockTypes reads from the schema which definition is for which type of
// block.
func blockTypes(doc any) map[string]string {
	var d struct {
		Definitions map[string]struct {
			AnyOf []struct {
				Ref string `json:"$ref"`
			}
			Properties map[string]struct{ Const any }
		}
	}
	raw, _ := json.Marshal(doc)
	_ = json.Unmarshal(raw, &d)
	out := map[string]string{}
	for _, known := range d.Definitions["KnownBlock"].AnyOf {
		name := filepath.Base(known.Ref)
		if kind, ok := d.Definitions[name].Properties["type"].Const.(string); ok {
			out[kind] = name
		}
	}
	return out
}

// block says what is wrong with the shape of a block.
func (s *schema) block(b map[string]any) []string {
	if s.blocks == nil {
		return nil
	}
	kind := text(b["type"])
	sc, ok := s.blocks[kind]
	if !ok {
		var known []string
		for k := range s.blocks {
			known = append(known, k)
		}
		slices.Sort(known)
		return []string{fmt.Sprintf("unsupported type: %q, not one of %q", kind, known)}
	}
	if err := sc.Validate(map[string]any(b)); err != nil {
		return []string{err.Error()}
	}
	return nil
}
