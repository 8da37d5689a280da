package exec_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/exec"
)

// example is one of README.md's programs, with the settings that stand there.
type example struct {
	file  string // in testdata
	needs []string
	make  func(dir string) error // the company that it works on
	env   func(dir string) map[string]string
	state func(dir string) (string, error)
	acts  []exec.Action
}

func keys(dir string, of ...string) error {
	for _, sub := range []string{"on", "off"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	for _, name := range of {
		if err := os.WriteFile(filepath.Join(dir, "on", name), []byte("ssh-ed25519 AAAA "+name+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}

const badgesSQL = `CREATE TABLE badge (id TEXT PRIMARY KEY, login TEXT, mail TEXT, active INTEGER);
CREATE TABLE booking (id TEXT PRIMARY KEY, room TEXT, badge TEXT);
INSERT INTO badge VALUES ('b-1', 'jane', 'jane@x.example', 1), ('b-2', 'adm-jane', '', 1), ('b-3', 'bo', 'bo@x.example', 1), ('b-4', 'ann', 'ann@x.example', 1);
INSERT INTO booking VALUES ('r-1', 'Porto', 'b-1'), ('r-2', 'Oslo', 'b-1'), ('r-3', 'Bergen', 'b-3');`

const jobsJSON = `{
 "people": ["jane", "adm-jane", "bo", "ann"],
 "jobs": {
  "export": {"owner": "jane", "host": "build-3", "secret": "deploy key"},
  "cleanup": {"owner": "jane", "host": "build-3"},
  "backup": {"owner": "adm-jane", "host": "db-1", "secret": "password of backup"},
  "report": {"owner": "bo", "host": "build-3"}
 }
}`

// path is the PATH of the programs, with the interpreter itself in front of a
// script that looks for it.
var path = sync.OnceValue(func() string {
	out, _ := osexec.CommandContext(context.Background(), "python3", "-c", "import sys; print(sys.executable)").Output()
	return filepath.Dir(strings.TrimSpace(string(out))) + ":" + os.Getenv("PATH")
})

// sql runs a script on the database of the badges, and returns all that is in it.
func sql(dir, script string) (string, error) {
	python, err := osexec.LookPath(filepath.Join(strings.Split(path(), ":")[0], "python3"))
	if err != nil {
		return "", err
	}
	cmd := osexec.CommandContext(context.Background(), python, "-c", `import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript(sys.argv[2])
print("\n".join(db.iterdump()))`, filepath.Join(dir, "badges.db"), script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return string(out), err
}

var examples = []example{
	{
		file: "keys.sh", needs: []string{"sh", "jq"},
		make: func(dir string) error {
			return keys(dir, "jane@laptop.pub", "jane@phone.pub", "adm-jane@laptop.pub", "bo@laptop.pub", "janet@x.pub")
		},
		env: func(dir string) map[string]string {
			return map[string]string{"PATH": os.Getenv("PATH"), "KEYS": filepath.Join(dir, "on"), "KEYS_OFF": filepath.Join(dir, "off")}
		},
		state: func(dir string) (string, error) {
			found, err := filepath.Glob(filepath.Join(dir, "o*", "*"))
			return strings.Join(found, "\n"), err
		},
		acts: []exec.Action{{Name: "keys", Words: "Take the SSH keys away", LockOut: true, Undoes: "Put the SSH keys back"}},
	},
	{
		file: "badges.py", needs: []string{"python3"},
		make: func(dir string) error { _, err := sql(dir, badgesSQL); return err },
		env: func(dir string) map[string]string {
			return map[string]string{"PATH": path(), "BADGES": filepath.Join(dir, "badges.db")}
		},
		state: func(dir string) (string, error) { return sql(dir, "") },
		acts: []exec.Action{
			{Name: "badge", Words: "Switch the badge off", LockOut: true, Undoes: "Switch the badge on"},
			{Name: "bookings", Words: "Hand over room bookings", Phase: actions.PhaseAfter, Answers: true, Loses: "whose booking it was"},
		},
	},
	{
		file: "jobs.py", needs: []string{"python3"},
		make: func(dir string) error { return os.WriteFile(filepath.Join(dir, "jobs.json"), []byte(jobsJSON), 0o600) },
		env: func(dir string) map[string]string {
			return map[string]string{"PATH": path(), "JOBS": filepath.Join(dir, "jobs.json")}
		},
		state: func(dir string) (string, error) {
			b, err := os.ReadFile(filepath.Join(dir, "jobs.json"))
			return string(b), err
		},
		acts: []exec.Action{{
			Name: "jobs", Words: "Hand over scheduled jobs", Phase: actions.PhaseAfter, Answers: true, Loses: "whose jobs they were",
			Then: &actions.FollowUp{Words: "Rotate what a job signs in with"},
		}},
	},
}

// config copies the program to where only its owner can write, as README.md says.
func (e example) config(dir string) (exec.Config, error) {
	text, err := os.ReadFile(filepath.Join("testdata", e.file))
	path := filepath.Join(dir, e.file)
	if err == nil {
		err = os.WriteFile(path, text, 0o700)
	}
	return exec.Config{Command: []string{path}, Env: e.env(dir), List: true, Actions: e.acts}, err
}

func (e example) require(t *testing.T) {
	t.Helper()
	for _, program := range e.needs {
		actionstest.Require(t, program)
	}
}

// demands are the checks of the suite that an example is put to. The others are
// about what the connector does with an answer, which TestActions has.
var demands = []string{
	"a stranger holds nothing", "every account is found", "only the wanted items are taken", "doing it twice is harmless",
	"undo gives back exactly that", "heirs get what is handed over", "others stay untouched", "an unreachable system is tried again",
}

// The examples pass the suite too: they are what people copy.
func TestExamples(t *testing.T) {
	for _, e := range examples {
		for _, act := range e.acts {
			t.Run(e.file+" "+act.Name, func(t *testing.T) {
				t.Parallel()
				e.require(t)
				run := 0
				for _, c := range actionstest.Checks() {
					if !slices.Contains(demands, c.Name) {
						continue
					}
					run++
					if err := c.Run(e.kit(act.Name)); err != nil && !strings.Contains(err.Error(), "does not apply") {
						t.Errorf("%s: %v", c.Name, err)
					}
				}
				if run != len(demands) {
					t.Errorf("%d of %d checks were run", run, len(demands))
				}
			})
		}
	}
}

func (e example) kit(act string) actionstest.Kit {
	return actionstest.Kit{New: func() (*actionstest.World, error) {
		dir, err := os.MkdirTemp("", "exec")
		if err != nil {
			return nil, err
		}
		cfg, err := e.config(dir)
		if err == nil {
			err = e.make(dir)
		}
		return &actionstest.World{
			Spec:   func() actions.Spec { return specOf(cfg, act) },
			Person: jane, Stranger: none, Other: bo, Heir: ann,
			Snapshot: func() (string, error) { return e.state(dir) },
			Down: func(on bool) { // the share is not mounted, the file is elsewhere
				for _, v := range []string{"KEYS", "BADGES", "JOBS"} {
					if path := cfg.Env[v]; path != "" {
						from, to := path, path+".gone"
						if !on {
							from, to = to, from
						}
						if err := os.Rename(from, to); err != nil {
							panic(err)
						}
					}
				}
			},
			Close: func() { _ = os.RemoveAll(dir) },
		}, err
	}}
}

// The examples list, and nobody finds a mistake in them beforehand.
func TestExamplesLookedAt(t *testing.T) {
	for _, e := range examples {
		t.Run(e.file, func(t *testing.T) {
			t.Parallel()
			e.require(t)
			dir := t.TempDir()
			cfg, err := e.config(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.make(dir); err != nil {
				t.Fatal(err)
			}
			if err := cfg.Validate(); err != nil {
				t.Error(err)
			}
			sys := exec.New(cfg).System("tools", "Tools")
			if remarks, err := sys.Inspect(t.Context()); err != nil || len(remarks) > 0 {
				t.Errorf("%v %+v", err, remarks)
			}
			all, _ := actionstest.Lister(t, sys.Lister)
			if len(all) < 4 || !slices.ContainsFunc(slices.Collect(maps.Values(all)), func(a actions.Listed) bool { return a.Login == "jane" && a.Enabled }) {
				t.Errorf("it lists %+v", all)
			}
		})
	}
}

// Of a job that signs in with something a person changes that, whoever gets the job.
func TestJobsThen(t *testing.T) {
	t.Parallel()
	e := examples[len(examples)-1]
	e.require(t)
	dir := t.TempDir()
	cfg, err := e.config(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.make(dir); err != nil {
		t.Fatal(err)
	}
	spec := specOf(cfg, "jobs")
	f, err := spec.Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil {
		t.Fatal(err)
	}
	then := map[string]bool{}
	for _, i := range f.Items {
		then[i.ID] = i.Then
	}
	if want := map[string]bool{"export": true, "cleanup": false, "backup": true}; !maps.Equal(then, want) || spec.Then.Words != "Rotate what a job signs in with" {
		t.Errorf("%v, %+v", then, spec.Then)
	}
	cfg.Actions[0].Then = nil
	_, err = specOf(cfg, "jobs").Action.Check(t.Context(), actions.Target{Person: jane})
	if err == nil || !strings.Contains(err.Error(), "items[0].then: the action says in no then") {
		t.Errorf("nobody is told what to do: %v", err)
	}
}

// What README.md shows is what is tested.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		text, err := os.ReadFile(filepath.Join("testdata", e.file))
		if err != nil {
			t.Fatal(err)
		}
		kind := map[string]string{".sh": "sh", ".py": "python"}[filepath.Ext(e.file)]
		if !bytes.Contains(readme, []byte("```"+kind+"\n"+string(text)+"```\n")) {
			t.Errorf("README.md does not have %s as it is in testdata", e.file)
		}
	}
}
