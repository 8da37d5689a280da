package exec

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"offboard/actions"
	"offboard/config"
)

// Config is the section of one system that a program speaks to.
type Config struct {
	Command   []string                 `yaml:"command,required"` // the program, by its absolute path, and its arguments; no shell
	Dir       string                   `yaml:"dir"`              // where it runs; default: /
	Env       map[string]string        `yaml:"env"`              // all of its environment, but for the secrets
	Secrets   map[string]config.Secret `yaml:"secrets"`          // further variables, hidden wherever the program writes them
	Timeout   time.Duration            `yaml:"timeout"`          // for one run; default: 1m
	MaxOutput int                      `yaml:"max_output"`       // bytes that it may write; default: 1 MiB
	List      bool                     `yaml:"list"`             // it knows the verb list
	Actions   []Action                 `yaml:"actions,required"`
}

// Action is one thing that the program can do, as actions.Spec has it.
type Action struct {
	Name       string        `yaml:"name,required"`
	Words      string        `yaml:"words,required"`
	Phase      actions.Phase `yaml:"phase"` // default: cut-off
	Proof      actions.Proof `yaml:"proof"` // default: read
	LockOut    bool          `yaml:"lock_out"`
	Answers    bool          `yaml:"answers"`
	After      []string      `yaml:"after"`
	Needs      []string      `yaml:"needs"`
	Loses      string        `yaml:"loses"`
	Credential bool          `yaml:"credential"`
	Undoes     string        `yaml:"undoes"` // not empty: it knows the verb undo
	UndoAfter  []string      `yaml:"undo_after"`
	Optional   bool          `yaml:"optional"`
	Command    []string      `yaml:"command"` // default: that of the system

	Then *actions.FollowUp `yaml:"then"` // what a person does about each item that says then
}

const (
	defaultTimeout   = time.Minute
	defaultMaxOutput = 1 << 20

	// maxTimeout ends a run before the executor ends the call, so that people
	// read that it was the program that took so long (actions.Config.Timeout).
	maxTimeout = 110 * time.Second
	// maxOutputs is what a run may need of this machine's memory.
	maxOutputs = 64 << 20
	maxWords   = 100 // characters; a line on a card
)

var (
	names     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$`)
	variables = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// Validate reports what is wrong with the section. It looks at no file: the
// programs are looked at before each run, and by offboard check.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	if err := config.CheckProgram(c.Command); err != nil {
		errs = append(errs, fmt.Errorf("command: %w", err))
	}
	if !filepath.IsAbs(c.Dir) {
		errs = append(errs, fmt.Errorf("dir: %q is not an absolute path", c.Dir))
	}
	if c.Timeout < time.Second || c.Timeout > maxTimeout {
		errs = append(errs, fmt.Errorf("timeout: %s is not from 1s to %s; for work that takes longer the program answers \"later\"", c.Timeout, maxTimeout))
	}
	if c.MaxOutput < 1<<10 || c.MaxOutput > maxOutputs {
		errs = append(errs, fmt.Errorf("max_output: %d is not from %d to %d bytes", c.MaxOutput, 1<<10, maxOutputs))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		errs = append(errs, variable("env", name, c.Env[name]))
		if _, twice := c.Secrets[name]; twice {
			errs = append(errs, fmt.Errorf("secrets.%s: it is in env too; name it once", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		if c.Secrets[name].Value() == "" {
			errs = append(errs, fmt.Errorf("secrets.%s: it is empty", name))
		}
		errs = append(errs, variable("secrets", name, c.Secrets[name].Value()))
	}
	if len(c.Actions) == 0 {
		errs = append(errs, errors.New("actions: name at least one"))
	}
	for i, a := range c.Actions {
		for _, err := range a.validate(c.Actions[:i]) {
			errs = append(errs, fmt.Errorf("actions[%d].%w", i, err))
		}
	}
	return errors.Join(append(errs, actions.CheckOrder(New(c).System("", "").Actions))...)
}

func variable(key, name, value string) error {
	switch {
	case !variables.MatchString(name):
		return fmt.Errorf("%s: %q is not the name of a variable (letters, digits and _)", key, name)
	case strings.Contains(value, "\x00"):
		return fmt.Errorf("%s.%s: a NUL can't be in it", key, name)
	}
	return nil
}

// validate is what is wrong with one action; each error begins with its key.
func (a Action) validate(before []Action) []error {
	var errs []error
	bad := func(is bool, format string, args ...any) {
		if is {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(!names.MatchString(a.Name), "name: %q is not a-z, 0-9 and hyphens, at most 24", a.Name)
	bad(slices.ContainsFunc(before, func(b Action) bool { return b.Name == a.Name }), "name: %q is there twice", a.Name)
	bad(a.Words != plain(a.Words, maxWords), "words: it is not one line of at most %d characters", maxWords)
	bad(a.Undoes != plain(a.Undoes, maxWords), "undoes: it is not one line of at most %d characters", maxWords)
	phases := []actions.Phase{actions.PhaseCutOff, actions.PhaseAfter, actions.PhaseDestroy}
	bad(!slices.Contains(phases, a.Phase), "phase: %q is none of cut-off, after, destroy", a.Phase)
	proofs := []actions.Proof{actions.ProofRead, actions.ProofMark, actions.ProofAccepted}
	bad(!slices.Contains(proofs, a.Proof), "proof: %q is none of read, mark, accepted", a.Proof)
	bad(a.LockOut && a.Answers, "answers: a lock-out can't wait for who gets what")
	bad(a.Undoes == "" && a.Loses == "", "loses: it can't be undone, so say what is lost, or in undoes how it is undone")
	bad(a.Credential && a.Loses == "", "loses: say which credential is lost")
	if a.Phase == actions.PhaseDestroy {
		bad(!a.Optional, "optional: what deletes for good must be true here; it is used only where the actions of the system name it")
		bad(a.LockOut, "lock_out: what deletes for good is no lock-out")
		bad(a.Answers, "answers: what deletes for good goes to nobody")
		bad(a.Undoes != "", "undoes: what deletes for good is never undone")
	}
	if err := a.Then.Validate(); err != nil {
		errs = append(errs, err)
	}
	if len(a.Command) > 0 {
		if err := config.CheckProgram(a.Command); err != nil {
			errs = append(errs, fmt.Errorf("command: %w", err))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errs
}

func (c Config) withDefaults() Config {
	c.Dir = cmp.Or(c.Dir, "/")
	c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
	c.MaxOutput = cmp.Or(c.MaxOutput, defaultMaxOutput)
	c.Actions = slices.Clone(c.Actions)
	for i := range c.Actions {
		a := &c.Actions[i]
		a.Phase = cmp.Or(a.Phase, actions.PhaseCutOff)
		a.Proof = cmp.Or(a.Proof, actions.ProofRead)
		if len(a.Command) == 0 {
			a.Command = c.Command
		}
	}
	return c
}
