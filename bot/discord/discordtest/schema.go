package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"offboard/bot/bottest"
)

// The schemas of Discord's OpenAPI document that bodies are checked against.
const (
	bodyPost         = "MessageCreateRequest"
	bodyEdit         = "MessageEditRequestPartial"
	bodyFollowUp     = "IncomingWebhookInteractionRequest"
	bodyEditFollowUp = "IncomingWebhookUpdateForInteractionCallbackRequestPartial"
	bodyReply        = "CreateMessageInteractionCallbackRequest"
	bodyUpdate       = "UpdateMessageInteractionCallbackRequest"
	bodyModal        = "ModalInteractionCallbackRequest"
	bodyCommand      = "ApplicationCommandUpdateRequest"
	bodyThread       = "CreateTextThreadWithMessageRequest"
	bodyThreadAlone  = "CreateTextThreadWithoutMessageRequest"
	bodyOpenDM       = "CreatePrivateChannelRequest"
)

// schema is Discord's own description of its API. Where its file is not there,
// it lets everything pass.
type schema struct {
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
	good     map[string]bool // bodies that were found right, by schema: the same cards and commands come again and again
}

const openAPI = "https://discord.test/openapi.json"

func loadSchema(t testing.TB) *schema {
	t.Helper()
	sc, err := readSchema()
	if err != nil {
		t.Fatalf("Discord's OpenAPI document: %v", err)
	}
	if sc.compiler == nil {
		t.Log("there is no shared/specs/discord above this folder: bodies are not checked against Discord's OpenAPI document")
	}
	return sc
}

var readSchema = sync.OnceValues(func() (*schema, error) {
	dir := bottest.Specs("discord")
	if dir == "" {
		return &schema{}, nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, "openapi.json"))
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	shim(doc)
	c := jsonschema.NewCompiler()
	if err := c.AddResource(openAPI, doc); err != nil {
		return nil, err
	}
	return &schema{compiler: c, compiled: map[string]*jsonschema.Schema{}, good: map[string]bool{}}, nil
})

// shim mends what the document has wrong: permissions are texts on the wire
// and integers in it.
func shim(doc any) {
	root, _ := doc.(map[string]any)
	components, _ := root["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	for _, name := range []string{"ApplicationCommandCreateRequest", "ApplicationCommandUpdateRequest", "ApplicationCommandPatchRequestPartial"} {
		s, _ := schemas[name].(map[string]any)
		properties, _ := s["properties"].(map[string]any)
		if properties["default_member_permissions"] != nil {
			properties["default_member_permissions"] = map[string]any{"type": []any{"string", "null"}, "pattern": "^[0-9]+$"}
		}
	}
}

// check says what is wrong with a body, by the place in it.
func (s *schema) check(name string, body any) (at, what string, wrong bool) {
	if s.compiler == nil {
		return "", "", false
	}
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // it was made of JSON
	}
	key := name + string(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.good[key] {
		return "", "", false
	}
	sc := s.compiled[name]
	if sc == nil {
		if sc, err = s.compiler.Compile(openAPI + "#/components/schemas/" + name); err != nil {
			panic(err) // the document lacks it: this package is wrong
		}
		s.compiled[name] = sc
	}
	err = sc.Validate(body)
	if err == nil {
		s.good[key] = true
		return "", "", false
	}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return "", err.Error(), true
	}
	deepest := invalid
	deepen(invalid, &deepest)
	return strings.Join(deepest.InstanceLocation, "."), deepest.Error(), true
}

// deepen looks for the error that lies deepest: of the many that a oneOf gives,
// it is the one about the branch that was meant.
func deepen(e *jsonschema.ValidationError, deepest **jsonschema.ValidationError) {
	if len(e.InstanceLocation) > len((*deepest).InstanceLocation) || len(e.Causes) == 0 && len(e.InstanceLocation) == len((*deepest).InstanceLocation) {
		*deepest = e
	}
	for _, c := range e.Causes {
		deepen(c, deepest)
	}
}

// validate checks the body of a call against Discord's own description, beside
// the stricter checks of this package.
func (c *call) validate(name string) { c.validateAt("", name, c.args) }

func (c *call) validateAt(at, name string, body any) {
	if body == nil {
		body = object{}
	}
	where, what, wrong := c.schema.check(name, body)
	if wrong {
		c.form.add(strings.Trim(at+where, "."), "SCHEMA", "%s", what)
	}
}
