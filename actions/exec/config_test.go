package exec_test

import (
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/exec"
	"offboard/config"
)

// Each mistake in the section is said with its key.
func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 101)
	for _, tt := range []struct {
		name string
		make func(c *exec.Config, a *exec.Action)
		want string
	}{
		{"no program", func(c *exec.Config, _ *exec.Action) { c.Command = nil }, "command: name the program"},
		{"a relative path", func(c *exec.Config, _ *exec.Action) { c.Command = []string{"badges"} }, `command: "badges" is not the absolute path`},
		{"of an action", func(_ *exec.Config, a *exec.Action) { a.Command = []string{"./x"} }, `actions[0].command: "./x"`},
		{"a relative folder", func(c *exec.Config, _ *exec.Action) { c.Dir = "x" }, "dir: "},
		{"too long", func(c *exec.Config, _ *exec.Action) { c.Timeout = 2 * time.Minute }, "timeout: 2m0s is not from 1s to 1m50s"},
		{"too short", func(c *exec.Config, _ *exec.Action) { c.Timeout = time.Millisecond }, "timeout: "},
		{"too much", func(c *exec.Config, _ *exec.Action) { c.MaxOutput = 1 << 30 }, "max_output: "},
		{"a bad name", func(c *exec.Config, _ *exec.Action) { c.Env = map[string]string{"A-B": "x"} }, `env: "A-B" is not the name`},
		{"a bad secret", func(c *exec.Config, _ *exec.Action) { c.Secrets["A="] = config.NewSecret("x") }, `secrets: "A=" is not the name`},
		{"an empty secret", func(c *exec.Config, _ *exec.Action) { c.Secrets["T"] = config.Secret{} }, "secrets.T: it is empty"},
		{"both", func(c *exec.Config, _ *exec.Action) {
			c.Env, c.Secrets["T"] = map[string]string{"T": "x"}, config.NewSecret("x")
		}, "secrets.T: it is in env too"},
		{"a NUL", func(c *exec.Config, _ *exec.Action) { c.Env = map[string]string{"A": "x\x00"} }, "env.A: a NUL"},
		{"nothing to do", func(c *exec.Config, _ *exec.Action) { c.Actions = nil }, "actions: name at least one"},
		{"a name", func(_ *exec.Config, a *exec.Action) { a.Name = "Lock it" }, "actions[0].name: "},
		{"twice", func(_ *exec.Config, a *exec.Action) { a.Name = "b" }, `actions[1].name: "b" is there twice`},
		{"long words", func(_ *exec.Config, a *exec.Action) { a.Words = long }, "actions[0].words: "},
		{"two lines", func(_ *exec.Config, a *exec.Action) { a.Undoes = "a\nb" }, "actions[0].undoes: "},
		{"a phase", func(_ *exec.Config, a *exec.Action) { a.Phase = "now" }, `actions[0].phase: "now" is none of`},
		{"a proof", func(_ *exec.Config, a *exec.Action) { a.Proof = "trust" }, `actions[0].proof: "trust" is none of`},
		{"a lock-out that waits", func(_ *exec.Config, a *exec.Action) { a.LockOut, a.Answers = true, true }, "actions[0].answers: "},
		{"no way back", func(_ *exec.Config, a *exec.Action) { a.Undoes = "" }, "actions[0].loses: it can't be undone"},
		{"which credential", func(_ *exec.Config, a *exec.Action) { a.Credential = true }, "actions[0].loses: say which"},
		{"after what", func(_ *exec.Config, a *exec.Action) { a.After = []string{"c"} }, `actions[0].after: there is no other action "c"`},
		{"undo after what", func(_ *exec.Config, a *exec.Action) { a.UndoAfter = []string{"c"} }, `actions[0].undo_after: there is no other action "c"`},
		{"a circle", func(_ *exec.Config, a *exec.Action) { a.After = []string{"b"} }, "actions: after and needs: a, b wait for each other"},
		{"needs what", func(_ *exec.Config, a *exec.Action) { a.Needs = []string{"c"} }, `actions[0].needs: there is no other action "c"`},
		{"a circle of both", func(_ *exec.Config, a *exec.Action) { a.Needs = []string{"b"} }, "actions: after and needs: a, b wait for each other"},
		{"a lock-out that needs", func(_ *exec.Config, a *exec.Action) { a.LockOut, a.Needs = true, []string{"tasks/laptop"} }, "actions[0].needs: a lock-out"},
		{"deletes, always", func(_ *exec.Config, a *exec.Action) { a.Phase = actions.PhaseDestroy }, "actions[0].optional: "},
		{"deletes, and undoes", func(_ *exec.Config, a *exec.Action) { a.Phase, a.Optional = actions.PhaseDestroy, true }, "actions[0].undoes: "},
	} {
		c := exec.Config{Command: []string{"/bin/true"}, Secrets: map[string]config.Secret{}, Actions: []exec.Action{
			{Name: "a", Words: "A", Undoes: "Un-A"}, {Name: "b", Words: "B", Undoes: "Un-B", After: []string{"a"}},
		}}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		tt.make(&c, &c.Actions[0])
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}
