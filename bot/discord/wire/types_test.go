package wire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A component that does not exist yet, or whose fields are of other types, does
// not hide what is beside it.
func TestInteraction_lenient(t *testing.T) {
	var i Interaction
	sent := `{"id": "1", "type": 3, "token": "t", "context": 7, "app_permissions": "442368", "data": {"custom_id": "approve:OFF-1", "component_type": 2},
		"member": {"user": {"id": "5", "username": "ann", "global_name": null}, "nick": 7, "roles": ["6"], "permissions": "8"},
		"message": {"id": "9", "channel_id": "8", "nonce": 12, "flags": 32768, "components": [
			{"type": 99, "id": 3, "label": {"text": "x"}, "components": "none"}, 7, "x", null,
			{"type": 17, "components": [{"type": 23, "custom_id": "c", "value": true}, {"type": 2, "custom_id": "approve:OFF-1", "label": "Approve", "style": 3}]}]}}`
	if err := json.Unmarshal([]byte(sent), &i); err != nil {
		t.Fatal(err)
	}
	var labels []string
	kinds := 0
	All(i.Message.Components, func(c Component) {
		kinds++
		if c.Label != "" {
			labels = append(labels, c.Label)
		}
	})
	if diff := cmp.Diff([]string{"Approve"}, labels); diff != "" || kinds != 7 || i.Message.Components[0].Type != 99 {
		t.Errorf("%d components: %+v", kinds, i.Message.Components)
	}
	if i.By().ID != "5" || i.By().Shown() != "ann" || !i.Member.Permissions.Has(BanMembers) || i.AppPermissions.Has(BanMembers) {
		t.Errorf("%+v", i)
	}
}

func TestMessageBody(t *testing.T) {
	for want, v := range map[string]any{
		`{"allowed_mentions":{"parse":[]}}`:                              MessageBody{},
		`{"allowed_mentions":{"parse":[],"users":["5"]}}`:                MessageBody{AllowedMentions: AllowedMentions{Users: []string{"5"}}},
		`{"flags":32768,"allowed_mentions":{"parse":[]},"content":null}`: MessageBody{Flags: ComponentsV2, NoContent: true},
		`{"type":1,"name":"x","default_member_permissions":null}`:        Command{Type: ChatInput, Name: "x"},
		`{"type":3,"custom_id":"c","min_values":0,"required":false}`:     Component{Type: StringSelect, CustomID: "c", MinValues: new(0), Required: new(false)},
		`{"type":6}`: Response{Type: UpdateLater},
	} {
		b, err := json.Marshal(v)
		if err != nil || string(b) != want {
			t.Errorf("%s, %v; want %s", b, err, want)
		}
	}
}

// The bits of permissions are a string on the wire, both ways.
func TestPermissions(t *testing.T) {
	b, err := json.Marshal(Overwrite{ID: "1", Allow: ModerateMembers})
	if err != nil || string(b) != `{"id":"1","type":0,"allow":"1099511627776","deny":"0"}` {
		t.Errorf("%s, %v", b, err)
	}
	for sent, want := range map[string]Permissions{`"1099511627776"`: ModerateMembers, `2`: KickMembers, `null`: 0, `"x"`: 0, `{}`: 0} {
		var p Permissions
		if err := json.Unmarshal([]byte(sent), &p); err != nil || p != want {
			t.Errorf("%s is %v, %v; want %v", sent, p, err, want)
		}
	}
}

func TestMade(t *testing.T) {
	// The example of Discord's documentation (reference, snowflakes).
	if got, want := Made("175928847299117063"), time.Date(2016, 4, 30, 11, 18, 25, 796e6, time.UTC); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, s := range []string{"", "0", "42", "-175928847299117063", "0175928847299117063", "+175928847299117063", "x", "99999999999999999999"} {
		if Snowflake(s) || !Made(s).IsZero() {
			t.Errorf("%q passes for an id", s)
		}
	}
}

// Every example of Discord's documentation can be read as anything.
func TestExamples(t *testing.T) {
	files, _ := filepath.Glob("../../../../shared/specs/discord/examples/*.json")
	if len(files) == 0 {
		t.Skip("there is no shared/specs/discord beside the project: Discord's examples are not read")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		readable(t, f, b)
	}
}

func readable(t *testing.T, what string, b []byte) {
	t.Helper()
	if !json.Valid(b) {
		return
	}
	for _, v := range []any{&Interaction{}, &Message{}, &Component{}, &Data{}, &Given{}} {
		if err := json.Unmarshal(b, v); err != nil {
			t.Errorf("%s as %T: %v", what, v, err)
		}
	}
}

// Whatever JSON Discord sends is read without an error.
func FuzzLenient(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, `null`, `7`, `{"components": [{"components": 7}]}`, `{"member": {"communication_disabled_until": "x"}, "data": []}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { readable(t, string(b), b) })
}
