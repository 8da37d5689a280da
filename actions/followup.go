package actions

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"offboard/config"
	"offboard/store"
)

// FollowUp is Spec.Then, as a section of a connector whose actions are declared says
// it: what a person does about each item that asks for it.
type FollowUp struct {
	Words        string          `yaml:"words,required"` // as an order, of no single item: "Rotate the secret"
	Instructions string          `yaml:"instructions"`
	Owner        string          `yaml:"owner"` // one of config.RoleNames; default: it
	Due          config.Duration `yaml:"due"`   // after the cut-off; default: a day
	Proof        string          `yaml:"proof"` // what the note should say
}

// longestWords is how many characters a step's words may have: a line on a card.
const longestWords = 100

// Validate reports what is wrong with the section, with its key.
func (f *FollowUp) Validate() error {
	switch {
	case f == nil:
		return nil
	case utf8.RuneCountInString(f.Words) > longestWords || strings.ContainsFunc(f.Words, unicode.IsControl):
		return fmt.Errorf("then.words: it is not one line of at most %d characters", longestWords)
	case f.Owner != "" && !slices.Contains(config.RoleNames, f.Owner):
		return fmt.Errorf("then.owner: %q is none of %s", f.Owner, strings.Join(config.RoleNames, ", "))
	}
	return nil
}

// Task is what the section says; nil if there is none.
func (f *FollowUp) Task() *Task {
	if f == nil {
		return nil
	}
	return &Task{Words: f.Words, Instructions: f.Instructions, Owner: store.Role(f.Owner), Due: time.Duration(f.Due), Proof: f.Proof}
}
