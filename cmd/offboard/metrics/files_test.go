package metrics_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goccy/go-yaml"

	"offboard/actions/actionstest"
	"offboard/cmd/offboard/metrics"
	"offboard/store/audit/places"
)

// dashboard is what the tests look at of one; everything else is Grafana's.
type dashboard struct {
	SchemaVersion int    `json:"schemaVersion"`
	Title         string `json:"title"`
	UID           string `json:"uid"`
	Panels        []struct {
		ID          int    `json:"id"`
		Type        string `json:"type"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Datasource  *struct{ Type, UID string }
		GridPos     struct{ H, W, X, Y int }
		Targets     []struct{ Expr, LegendFormat, RefID string }
		FieldConfig struct {
			Defaults struct {
				Unit       string
				Thresholds *struct {
					Steps []struct {
						Color string
						Value *float64
					}
				}
			}
		}
	} `json:"panels"`
	Templating struct {
		List []struct{ Name, Type string }
	} `json:"templating"`
}

type alerts struct {
	Groups []struct {
		Rules []struct {
			Alert       string
			Expr        string
			For         string
			Labels      map[string]string
			Annotations map[string]string
		}
	}
}

func parsed(t *testing.T) (d dashboard, a alerts) {
	t.Helper()
	if err := json.Unmarshal([]byte(metrics.Dashboard), &d); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(metrics.Alerts), &a); err != nil {
		t.Fatal(err)
	}
	return d, a
}

// exposed is what a scrape has: name -> label -> values.
func exposed(t *testing.T) map[string]map[string][]string {
	t.Helper()
	var lines map[string]string
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.places = []places.Status{{Place: "file"}}
		w.asked()
		go func() { _ = w.m.Run(t.Context(), w.Store) }()
		synctest.Wait()
		lines = w.now()
	})
	out := map[string]map[string][]string{}
	for line := range lines {
		name, labels, _ := strings.Cut(strings.TrimSuffix(line, "}"), "{")
		if out[name] == nil {
			out[name] = map[string][]string{"instance": nil, "job": nil} // Prometheus adds them
		}
		for _, l := range label.FindAllStringSubmatch(labels, -1) {
			out[name][l[1]] = append(out[name][l[1]], l[3])
		}
	}
	return out
}

var (
	label    = regexp.MustCompile(`([a-z_]+)(=~?)"([^"]*)"`)
	selected = regexp.MustCompile(`(offboard_[a-z_]+)(\{[^}]*\})?`)
	grouped  = regexp.MustCompile(`(?:by|on) \(([a-z, ]+)\)`)
)

// unknown reports what an expression selects that nothing exposes.
func unknown(expr string, exposed map[string]map[string][]string) []string {
	var out []string
	all := map[string]bool{}
	for _, s := range selected.FindAllStringSubmatch(expr, -1) {
		labels, ok := exposed[s[1]]
		if !ok {
			out = append(out, s[1])
		}
		for name := range labels {
			all[name] = true
		}
		for _, l := range label.FindAllStringSubmatch(s[2], -1) {
			values, ok := labels[l[1]]
			if !ok {
				out = append(out, s[1]+"{"+l[1]+"}")
			}
			if l[1] == "instance" {
				continue
			}
			for v := range strings.SplitSeq(l[3], "|") {
				if !slices.Contains(values, v) {
					out = append(out, s[1]+"{"+l[1]+"="+v+"}")
				}
			}
		}
	}
	for _, g := range grouped.FindAllStringSubmatch(expr, -1) {
		for name := range strings.SplitSeq(g[1], ", ") {
			if !all[name] {
				out = append(out, "by "+name)
			}
		}
	}
	return out
}

// Every expression of the dashboard and of the alerts selects what is exposed,
// and parses; the panels are whole and do not lie on each other.
func TestDashboardAndAlerts(t *testing.T) {
	d, a := parsed(t)
	all := exposed(t)
	if missing := unknown(`sum by (colour) (offboard_paused{room="1"}) + offboard_nothing + offboard_steps_total{result="blue"}`, all); len(missing) != 5 {
		t.Errorf("what is not there is not noticed: %q", missing)
	}
	if d.Title == "" || d.UID == "" || d.SchemaVersion < 39 || len(d.Templating.List) != 2 {
		t.Errorf("it is no dashboard: %q %q %d", d.Title, d.UID, d.SchemaVersion)
	}
	var exprs []string
	ids := map[int]bool{}
	cells := map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %d, %q: its number or its place is wrong", p.ID, p.Title)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := cells[[2]int{x, y}]; other != "" {
					t.Errorf("%q lies on %q", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || p.Datasource == nil || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 || p.FieldConfig.Defaults.Unit == "" {
			t.Errorf("%q lacks a description, its source, its unit or what it shows", p.Title)
		}
		refs := map[string]bool{}
		for _, target := range p.Targets {
			if missing := unknown(target.Expr, all); len(missing) > 0 || refs[target.RefID] {
				t.Errorf("%q: %s selects what is not there: %q", p.Title, target.Expr, missing)
			}
			refs[target.RefID] = true
			exprs = append(exprs, strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*").Replace(target.Expr))
		}
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range a.Groups[0].Rules {
		if missing := unknown(r.Expr, all); len(missing) > 0 {
			t.Errorf("%s selects what is not there: %q", r.Alert, missing)
		}
		if _, err := time.ParseDuration(r.For); r.For != "" && err != nil || !slices.Contains([]string{"page", "ticket"}, r.Labels["severity"]) || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s lacks how long, how bad, what happened or what to do", r.Alert)
		}
		if !strings.Contains(string(readme), "| `"+r.Alert+"` |") {
			t.Errorf("README.md has no line for %s", r.Alert)
		}
		exprs = append(exprs, r.Expr)
	}
	parses(t, exprs)
}

// parses asks Prometheus itself.
func parses(t *testing.T, exprs []string) {
	t.Helper()
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for i, e := range exprs {
		rules = append(rules, rule{fmt.Sprintf("x:%d", i), e})
	}
	// JSON is YAML.
	b, err := json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "x", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", file)
}

// Prometheus takes the alerts, and they fire when they should.
func TestAlertsFire(t *testing.T) {
	promtool(t, "check", "rules", "alerts.yaml")
	promtool(t, "test", "rules", filepath.Join("testdata", "alerts_test.yaml"))
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), actionstest.Require(t, "promtool"), args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
