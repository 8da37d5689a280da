package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"offboard/actions"
	"offboard/actions/policy"
	"offboard/store"
)

func TestProfiles(t *testing.T) {
	t.Parallel()
	b, wrong := policy.New(policy.Config{
		Systems: []actions.System{{Name: "corp", Title: "Corp"}, {Name: "figma", Title: "Figma"}, {Name: "slack", Title: "Slack"}},
		Kinds:   []policy.Kind{{ID: "k"}},
		Profiles: []policy.Profile{
			{ID: "designer", When: `person.department == "Design"`, Has: map[string][]string{"corp": {"Design", "Staff", "Design"}}, All: []string{"figma", "slack"}},
			{ID: "engineer", When: `person.groups[9] == "x"`, Has: map[string][]string{"corp": {"Engineering", "Staff"}, "slack": {"devs"}}},
			{ID: "boss", All: []string{"corp"}},
		},
	})
	if wrong != nil {
		t.Fatal(wrong)
	}
	for _, tt := range []struct {
		from, to string
		want     []store.Loss
	}{
		{"designer", "engineer", []store.Loss{ // names are compared, the account goes where nothing is left, and stays where something is
			{System: "corp", Named: []string{"Design"}, Keep: []string{"Engineering", "Staff"}}, {System: "figma", All: true}, {System: "slack", All: true, Keep: []string{"devs"}},
		}},
		{"engineer", "designer", []store.Loss{{System: "corp", Named: []string{"Engineering"}, Keep: []string{"Design", "Staff", "Design"}}}},
		{"engineer", "boss", []store.Loss{{System: "slack", Named: []string{"devs"}}}}, // who has all of it loses nothing there
		{"boss", "engineer", []store.Loss{{System: "corp", All: true, Keep: []string{"Engineering", "Staff"}}}},
		{"designer", "designer", nil},
		{"designer", "nobody", nil},
	} {
		if d := cmp.Diff(tt.want, b.Loses(tt.from, tt.to)); d != "" {
			t.Errorf("%s to %s (-want +got):\n%s", tt.from, tt.to, d)
		}
	}
	for department, want := range map[string][]string{"Design": {"designer"}, "Engineering": nil, "": nil} { // a condition that can't be decided says nothing
		if d := cmp.Diff(want, b.Of(store.Card{Department: department})); d != "" {
			t.Errorf("who is in %q (-want +got):\n%s", department, d)
		}
	}
	if text := b.Show(); !strings.Contains(text, "all of Figma") || !strings.Contains(text, "Corp: Engineering, Staff") || !strings.Contains(text, "(boss) — only chosen by hand") {
		t.Errorf("it is shown as\n%s", text)
	}
	moves := b.Ruling(store.Card{}, store.Terms{Kind: store.MoveKind, Move: &store.RoleChange{}})
	if moves.Retention != 0 || moves.Missing != store.MissingHold {
		t.Errorf("a change of role is ruled %+v", moves)
	}
	if _, wrong := policy.New(policy.Config{Profiles: []policy.Profile{{ID: "a"}, {ID: "b", When: "person.team"}}}); len(wrong) != 1 || wrong[0].Index != 1 || !wrong[0].Profile {
		t.Errorf("a condition that is wrong: %v", wrong)
	}
}
