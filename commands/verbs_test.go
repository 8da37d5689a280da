package commands_test

import (
	"os"
	"strings"
	"testing"

	"offboard/commands"
)

// TestTableOfVerbs: bot/README.md says of every verb how it is done on each
// platform, and of no other.
func TestTableOfVerbs(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../bot/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		name := strings.TrimSpace(cells[0])
		if len(cells) != 5 || !strings.HasPrefix(name, "`") {
			continue
		}
		for i, c := range cells {
			if strings.TrimSpace(c) == "" {
				t.Errorf("%s: cell %d is empty", name, i+1)
			}
		}
		got = append(got, strings.Trim(name, "`"))
	}
	var want []string
	for _, u := range commands.Usage() {
		want = append(want, u.Name)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the table has %v, want %v", got, want)
	}
}
