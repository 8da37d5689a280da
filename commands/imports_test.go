package commands_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// may says which packages of ours a package imports. A package is ruled by its
// own line, or by the longest one with a "/*" that fits; tests may import more.
// It is the table of the design; what imports nothing is a leaf.
var may = map[string][]string{
	"cmd/*":                  {"*"},
	"cmd/offboard/metrics":   {"actions", "bot", "store", "store/audit/places"},
	"config":                 {},
	"store":                  {},
	"store/audit":            {"store"},
	"store/audit/places":     {"store", "store/audit"},
	"store/sheet":            {}, // tables as spreadsheets write them: a leaf
	"store/audit/look":       {},
	"store/audit/pack":       {"store", "store/sheet", "store/audit/look"},
	"store/audit/figures":    {"store", "store/sheet", "store/audit/look"},
	"store/audit/population": {"store", "store/sheet", "store/audit/look"},
	"bot":                    {},
	"bot/adapter":            {"bot"},
	"bot/bottest":            {"bot"},
	"bot/*":                  {"bot", "bot/*"}, // bot/*: what adapters have alike, and a wire client that is a leaf below its platform
	"commands":               {"bot", "store", "actions", "commands/view", "commands/people", "commands/batch", "store/audit/figures"},
	"commands/batch":         {"bot", "store", "store/sheet", "commands/view", "commands/people"},
	"commands/view":          {"bot", "store"},
	"commands/keeper":        {"bot", "store", "commands/view", "commands/people", "commands/batch"}, // who reads a channel may know of a case?
	"commands/people":        {"bot", "store", "actions", "actions/policy"},
	"actions":                {"store", "config"},
	"actions/policy":         {"actions", "store"},
	"actions/watch":          {"actions", "store"},
	"actions/actionstest":    {"actions", "store"},
	"actions/actionstest/*":  {"actions/actionstest/certs", "actions/actionstest/port"}, // real servers, their certificates and ports
	"actions/demo":           {"actions", "actions/ldap", "config", "store"},            // configures the connectors of its own servers
	"actions/*":              {"actions", "store", "config"},
	"actions/scim":           {"actions", "actions/rest", "store", "config"},
	"actions/discord":        {"actions", "store", "config", "bot/discord/wire"}, // the wire client is a leaf
	"actions/http":           {"actions", "actions/rest", "config"},
}

func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "offboard/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for d := json.NewDecoder(bytes.NewReader(out)); ; seen++ {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, "offboard/")
		rule, ok := ruleOf(name)
		if !ok {
			t.Errorf("%s is in no line of the table", name)
		}
		for _, i := range p.Imports {
			i, ours := strings.CutPrefix(i, "offboard/")
			if ours && !slices.ContainsFunc(rule, func(allowed string) bool { return fits(allowed, i) }) {
				t.Errorf("%s imports %s", name, i)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d packages were looked at", seen)
	}
	for rule, name := range map[string]string{"cmd/*": "cmd/offboard", "actions/*": "actions/ldap"} {
		if !fits(rule, name) || fits(rule, "store") {
			t.Errorf("%s is misread", rule)
		}
	}
}

func ruleOf(name string) ([]string, bool) {
	if r, ok := may[name]; ok {
		return r, true
	}
	best := ""
	for rule := range may {
		if strings.HasSuffix(rule, "/*") && fits(rule, name) && len(rule) > len(best) {
			best = rule
		}
	}
	r, ok := may[best]
	return r, ok
}

func fits(rule, name string) bool {
	prefix, many := strings.CutSuffix(rule, "*")
	return rule == name || many && strings.HasPrefix(name, prefix)
}
