package config_test

import (
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	_ "time/tzdata" // the test machine may have no time zones

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"offboard/config"
)

func TestExampleLoads(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "k")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	t.Setenv("DISCORD_TOKEN", "dc-1")
	t.Setenv("OFFBOARD_MAIL_PASSWORD", "p")
	t.Setenv("OFFBOARD_BUCKET_KEY", "b")
	c, err := config.Load("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Company.Zone.String() != "Europe/Lisbon" || c.Systems[0].Limit != 4 || len(c.Tasks) != 2 || c.Keys.Secret.Value() != "k" {
		t.Errorf("unexpected values: %+v", c)
	}
}

// TestExampleExplainsEveryKey compares the keys of the example with the fields
// of Config, and wants a comment at exactly one place for each.
func TestExampleExplainsEveryKey(t *testing.T) {
	want := map[string]bool{}
	fields(reflect.TypeFor[config.Config](), "", want)
	for kind, keys := range map[string]string{
		"ldap": `url start_tls ca_file server_name flavour bind_dn bind_password base people_base
			groups_base leavers_base replicas replicas_within timeout lock_attribute lock_value policy_dn admin_groups empty_group_member service_accounts`,
		"slack":   `token admin_token api_url scim_url timeout`,
		"discord": `token guild after webhooks api_url`,
		"exec": `command dir env secrets timeout max_output list actions actions[].name actions[].words actions[].phase actions[].proof actions[].lock_out actions[].answers
			actions[].after actions[].needs actions[].loses actions[].credential actions[].undoes actions[].undo_after actions[].optional actions[].command
			actions[].then actions[].then.words actions[].then.instructions actions[].then.owner actions[].then.due actions[].then.proof`,
		"http": `url timeout auth auth.bearer fails header header.X-Client rehearse rehearse.login rehearse.mail
			account account.find account.find.get account.find.proven account.find.list
			account.read account.read.get account.read.proven account.read.list
			account.id account.login account.admin account.note account.chosen
			actions actions[].name actions[].words actions[].phase actions[].lock_out actions[].needs
			actions[].read actions[].read.get actions[].read.proven actions[].read.list actions[].item actions[].item.id actions[].item.label
			actions[].do actions[].do[].post actions[].do[].done actions[].undoes actions[].undo actions[].undo[].post actions[].undo[].done actions[].then actions[].then.words
			list list.read list.read.get list.read.proven list.read.list list.enabled list.mail`,
		"scim": `url preset auth auth.oauth auth.oauth.token_url auth.oauth.client_id auth.oauth.client_secret auth.oauth.scopes
			auth.oauth.params auth.oauth.in_body timeout find deactivate leave text page scan settle`,
	} {
		for _, key := range strings.Fields(keys) {
			want["systems[].settings."+kind+"."+key] = true
		}
	}

	text := string(config.Example())
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	written, explained := map[string]bool{}, map[string]int{}
	keys(file.Docs[0].Body, "", func(path string, line int) {
		written[path] = true
		if strings.HasPrefix(strings.TrimSpace(lines[line-2]), "#") {
			explained[path]++
		}
	})
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if !written[path] {
			t.Errorf("%s is not in example.yaml", path)
		}
		if n := explained[path]; n != 1 {
			t.Errorf("%s has %d comments above it, want 1", path, n)
		}
	}
	for path := range written {
		if !want[path] {
			t.Errorf("%s is in example.yaml but not in Config", path)
		}
	}
}

// fields collects the paths of every key that Config can be given.
func fields(t reflect.Type, path string, into map[string]bool) {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) && t != reflect.TypeFor[config.Approver]() || t == reflect.TypeFor[config.Section]() {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		fields(t.Elem(), path, into)
	case reflect.Slice:
		fields(t.Elem(), path+"[]", into)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			sub := strings.TrimPrefix(path+"."+name, ".")
			into[sub] = true
			fields(f.Type, sub, into)
		}
	default: // a leaf has no keys below it
	}
}

// keys visits every key of the tree with its line; the keys of the maps
// with free keys are not visited. A connector's settings are below its type.
func keys(n ast.Node, path string, visit func(path string, line int)) {
	switch n := n.(type) {
	case *ast.SequenceNode:
		for _, v := range n.Values {
			keys(v, path+"[]", visit)
		}
	case ast.MapNode:
		if slices.Contains([]string{"link.attributes", "profiles[].has", "places.other", "times.cut_off", "times.zones", "systems[].settings.exec.env", "systems[].settings.exec.secrets", "systems[].settings.scim.auth.oauth.params"}, path) {
			return
		}
		kind := ""
		for iter := n.MapRange(); iter.Next(); {
			k := iter.Key().GetToken()
			sub := strings.TrimPrefix(path+"."+k.Value, ".")
			visit(sub, k.Position.Line)
			switch sub {
			case "systems[].type":
				kind = iter.Value().GetToken().Value
			case "systems[].settings":
				sub += "." + kind
			}
			keys(iter.Value(), sub, visit)
		}
	}
}
