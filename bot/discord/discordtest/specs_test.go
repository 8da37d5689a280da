package discordtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/bot/bottest"
	"offboard/bot/discord/discordtest"
)

// document is the part of Discord's OpenAPI document that these tests read.
type document struct {
	Paths      map[string]map[string]any
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct{ Enum []any }
		}
	}
}

func openAPI(t *testing.T) document {
	t.Helper()
	need(t, bottest.Specs("discord") != "", "shared/specs/discord")
	raw, err := os.ReadFile(filepath.Join(bottest.Specs("discord"), "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The keys that this package knows are those of Discord's document.
func TestKeysAreTheDocuments(t *testing.T) {
	d := openAPI(t)
	theirs := map[int]map[string]bool{}
	for name, s := range d.Components.Schemas {
		kind := s.Properties["type"].Enum
		if !strings.HasSuffix(name, "ForMessageRequest") && !strings.HasSuffix(name, "ForModalRequest") || len(kind) != 1 {
			continue
		}
		n := int(kind[0].(float64))
		if theirs[n] == nil {
			theirs[n] = map[string]bool{}
		}
		for key := range s.Properties {
			theirs[n][key] = true
		}
	}
	for kind, keys := range discordtest.KnownKeys() {
		slices.Sort(keys)
		if want := slices.Sorted(maps.Keys(theirs[kind])); !slices.Equal(keys, want) {
			t.Errorf("component %d has the keys %q, not %q", kind, keys, want)
		}
	}
	if len(theirs) != len(discordtest.KnownKeys()) {
		t.Errorf("there are %d types of components, not %d", len(theirs), len(discordtest.KnownKeys()))
	}
	for name, keys := range discordtest.KnownObjects() {
		for _, key := range slices.Sorted(maps.Keys(d.Components.Schemas[name].Properties)) {
			if !slices.Contains(keys, key) {
				t.Errorf("%s has the key %q", name, key)
			}
		}
	}
}

var parameter = regexp.MustCompile(`\{\w+\}`)

// Every route of this fake is one of Discord's.
func TestRoutesAreTheDocuments(t *testing.T) {
	d := openAPI(t)
	theirs := map[string]bool{}
	for path, methods := range d.Paths {
		for method := range methods {
			theirs[strings.ToUpper(method)+" "+parameter.ReplaceAllString(path, "{}")] = true
		}
	}
	for _, route := range discordtest.RoutePaths() {
		if !theirs[parameter.ReplaceAllString(route, "{}")] {
			t.Errorf("Discord has no %s", route)
		}
	}
}

// Discord's own examples of messages and modals are taken without a problem.
func TestExamplesAreTaken(t *testing.T) {
	need(t, bottest.Specs("discord") != "", "shared/specs/discord")
	files, err := filepath.Glob(filepath.Join(bottest.Specs("discord"), "examples", "reference-x*.json"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var example object
		if err := json.Unmarshal(raw, &example); err != nil {
			t.Fatal(err)
		}
		bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
			b.command()
			if example["type"] == 9.0 {
				g, _ := b.ready()
				_, i := b.slash(g)
				if a := b.reply(i, 9, example["data"].(object)); a.status != 200 {
					t.Errorf("%s: %s", file, a.raw)
				}
				return
			}
			if a := b.call("POST", "/channels/"+b.room.ID+"/messages", example); a.status != 200 {
				t.Errorf("%s: %s", file, a.raw)
			}
		})
	}
}

// What this fake answers is what Discord's document says.
func TestAnswersAreTheDocuments(t *testing.T) {
	need(t, bottest.Specs("discord") != "", "shared/specs/discord")
	bubble(t, discordtest.Config{MembersIntent: true, RatesCounted: true}, func(t *testing.T, b *bench) {
		b.allowed(discordtest.Administrator)
		b.command()
		id := b.post(b.room.ID, v2(object{"type": 17, "components": []object{display("x <@" + b.ann.ID + ">")}}, row(button("Go", "go"), menuless())))
		_, err := b.Say(b.ben.ID, b.room.ID, "hi")
		b.must(err)
		b.call("POST", "/channels/"+b.room.ID+"/messages/"+id+"/threads", object{"name": "OFF-42"})
		dm := b.call("POST", "/users/@me/channels", object{"recipient_id": b.ann.ID}).str("id")
		b.AddInvite(discordtest.Invite{Channel: b.room.ID, Inviter: b.ann.ID, MaxAge: time.Hour})
		hook := b.AddWebhook(discordtest.Webhook{Channel: b.room.ID, Name: "CI", Creator: b.ann.ID})
		b.Ban(b.GuildID, b.AddUser(discordtest.User{GlobalName: "Bad"}).ID, "x")
		b.call("PATCH", "/guilds/"+b.GuildID+"/members/"+b.ben.ID, object{"nick": "Benny"})
		g := "/guilds/" + b.GuildID
		for path, schema := range map[string]string{
			"/gateway":           "GatewayResponse",
			"/gateway/bot":       "GatewayBotResponse",
			"/users/@me":         "UserPIIResponse",
			"/users/" + b.ann.ID: "UserResponse",
			"/applications/@me":  "PrivateApplicationResponse",
			"/applications/" + b.AppID + g + "/commands": "[]ApplicationCommandResponse",
			"/channels/" + b.room.ID:                     "GuildChannelResponse",
			"/channels/" + id:                            "ThreadResponse",
			"/channels/" + dm:                            "PrivateChannelResponse",
			"/channels/" + b.room.ID + "/messages":       "[]MessageResponse",
			"/channels/" + b.room.ID + "/messages/" + id: "MessageResponse",
			"/channels/" + id + "/thread-members":        "[]ThreadMemberResponse",
			g:                                            "GuildWithCountsResponse",
			g + "/roles":                                 "[]GuildRoleResponse",
			g + "/channels":                              "[]GuildChannelResponse",
			g + "/members?limit=1000":                    "[]GuildMemberResponse",
			g + "/members/" + b.ben.ID:                   "GuildMemberResponse",
			g + "/bans":                                  "[]GuildBanResponse",
			g + "/audit-logs":                            "GuildAuditLogResponse",
			"/webhooks/" + hook.ID:                       "GuildIncomingWebhookResponse",
			g + "/webhooks":                              "[]GuildIncomingWebhookResponse",
			g + "/invites":                               "[]GuildInviteResponse",
		} {
			a := b.call("GET", path, nil)
			bodies := []any{map[string]any(a.object)}
			if name, list := strings.CutPrefix(schema, "[]"); list {
				schema, bodies = name, nil
				for _, o := range a.list {
					bodies = append(bodies, map[string]any(o))
				}
			}
			if a.status != 200 || len(bodies) == 0 {
				t.Errorf("%s: %s", path, a.raw)
			}
			for _, body := range bodies {
				if wrong := b.Check(schema, body); wrong != "" {
					t.Errorf("%s is no %s: %s", path, schema, wrong)
				}
			}
		}
	})
}

func menuless() object {
	return object{"type": 2, "style": 5, "label": "Docs", "url": "https://x.example"}
}

// An interaction has all the keys that Discord's example of one has.
func TestInteractionHasTheExamplesKeys(t *testing.T) {
	need(t, bottest.Specs("discord") != "", "shared/specs/discord")
	raw, err := os.ReadFile(filepath.Join(bottest.Specs("discord"), "examples", "application-commands-06-.json"))
	if err != nil {
		t.Fatal(err)
	}
	var example object
	if err := json.Unmarshal(raw, &example); err != nil {
		t.Fatal(err)
	}
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		_, i := b.sent(g)(b.UserCommand(b.ann.ID, b.room.ID, "Offboard", b.ben.ID))
		for _, lacking := range lacks("", example, i) {
			t.Errorf("%s is not there", lacking)
		}
	})
}

// lacks are the keys of an example that something does not have. Objects by id
// are compared as one; is_pending and is the old name of pending.
func lacks(at string, example, got any) []string {
	e, ok := example.(object)
	g, _ := got.(object)
	if !ok {
		return nil
	}
	var out []string
	for key, v := range e {
		mine, there := g[key]
		if !there && regexp.MustCompile(`^\d{15,}$`).MatchString(key) && len(g) == 1 {
			for _, only := range g {
				mine, there = only, true
			}
		}
		if !there && key != "is_pending" && key != "premium_since" && key != "bot" {
			out = append(out, fmt.Sprint(at, ".", key))
			continue
		}
		out = append(out, lacks(at+"."+key, v, mine)...)
	}
	return out
}
