package exec

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"offboard/actions"
)

// The classes of an answer. Only the first is a success.
const (
	classOK    = "ok"
	classAgain = "again"
	classLater = "later"
	classFinal = "final"
)

// head is in every answer.
type head struct {
	Version int    `json:"version"`
	Class   string `json:"class"`
}

// failure is the answer of a program that could not do what it was asked.
type failure struct {
	head
	Error string `json:"error"` // for people: what went wrong, and what to do
	After string `json:"after"` // "10m": needed with later, may be with again
}

// found is the answer to check.
type found struct {
	head
	Accounts *[]account        `json:"accounts"` // needed, if only as []
	Items    *[]item           `json:"items"`    // needed, if only as []
	Searched string            `json:"searched"` // needed
	Unread   []string          `json:"unread"`
	Notes    []string          `json:"notes"`
	ByHand   map[string]string `json:"by_hand"`
	Needed   map[string]string `json:"needed"`
}

// done is the answer to do and undo.
type done struct {
	head
	Evidence string `json:"evidence"` // needed
}

// page is the answer to list.
type page struct {
	head
	Accounts *[]listed `json:"accounts"` // needed, if only as []
	Next     *string   `json:"next"`     // needed; "" says that this is the last page
	Total    int       `json:"total"`
}

type account struct {
	ID     string `json:"id"`
	Login  string `json:"login"`
	Chosen bool   `json:"chosen,omitempty"`
	Admin  bool   `json:"admin,omitempty"`
	Note   string `json:"note,omitempty"`
}

type item struct {
	ID           string `json:"id"`
	Account      string `json:"account"`
	Label        string `json:"label"`
	Before       string `json:"before,omitempty"`
	Irreversible bool   `json:"irreversible,omitempty"`
	Then         bool   `json:"then,omitempty"` // of an answer
	Name         string `json:"name,omitempty"` // what an access profile calls it
}

type listed struct {
	account
	Enabled *bool      `json:"enabled"` // needed
	Used    *time.Time `json:"used"`
	Person  string     `json:"person"`
	Mail    string     `json:"mail"`
	Number  string     `json:"number"`
}

// Limits of an answer. What is longer would not fit into an entry of the log
// (store.MaxEntry) or onto a card.
const (
	maxID       = 200      // bytes of an id
	maxLabel    = 200      // characters of a login or a label
	maxText     = 1000     // characters of all else that people read
	maxBefore   = 16 << 10 // bytes of a before-state
	maxAccounts = 100      // of one person
	maxItems    = 1000     // of one person: a survey holds no more
	maxTexts    = 50       // unread, notes
	maxListed   = 5000     // accounts on one page
	maxWait     = 7 * 24 * time.Hour
)

// parse reads an answer of the kind of v: each field has exactly its name, is
// there once, and is known. Failures are returned as an error with their class.
func (c *Client) parse(b []byte, v any) error {
	var h head
	if err := json.Unmarshal(b, &h); err != nil {
		return wrong(b, err)
	}
	switch {
	case h.Version != version:
		return fmt.Errorf("its answer has the version %d, and this bot speaks %d", h.Version, version)
	case h.Class == "":
		return errors.New("its answer has no class: it must say ok, again, later or final")
	case h.Class == classOK:
		if err := json.Unmarshal(b, v, json.RejectUnknownMembers(true)); err != nil {
			return wrong(b, err)
		}
		return nil
	}
	var f failure
	if err := json.Unmarshal(b, &f, json.RejectUnknownMembers(true)); err != nil {
		return wrong(b, err)
	}
	return c.failed(f)
}

// wrong says in words why b is no answer.
func wrong(b []byte, err error) error {
	at := ""
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		name := string(e.JSONPointer)
		switch {
		case errors.Is(err, json.ErrUnknownName):
			return fmt.Errorf("its answer has the field %s, which is not known there", quoted(name))
		case name != "":
			return fmt.Errorf("in its answer %s is not what it must be: it is a JSON %s", quoted(name), e.JSONKind)
		}
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return fmt.Errorf("its answer has the field %s twice", quoted(string(e.JSONPointer)))
		}
		at = fmt.Sprintf(" from byte %d on", e.ByteOffset+1)
	}
	if len(strings.TrimSpace(string(b))) == 0 {
		return errors.New("it wrote no answer")
	}
	return fmt.Errorf("what it wrote is not one JSON object%s", at)
}

// quoted is a JSON pointer as people read it. Where the names in it may be
// anything a program writes they are cut short.
func quoted(pointer string) string {
	return fmt.Sprintf("%q", plain(strings.TrimPrefix(pointer, "/"), 100))
}

// failed is the error that a program reports.
func (c *Client) failed(f failure) error {
	if strings.TrimSpace(f.Error) == "" && (f.Class == classAgain || f.Class == classLater || f.Class == classFinal) {
		return fmt.Errorf("its answer has the class %q and says no error", f.Class)
	}
	text := errors.New(plain(c.redact(f.Error), maxText))
	var after time.Duration
	if f.After != "" {
		d, err := time.ParseDuration(f.After)
		if err != nil || d < time.Second || d > maxWait {
			return fmt.Errorf("in its answer after is not a time such as 10m, from 1s to %s", maxWait)
		}
		after = d
	}
	switch {
	case f.Class == classAgain:
		return &actions.Error{Class: actions.ClassAgain, After: after, Err: text}
	case f.Class == classLater && after == 0:
		return errors.New("its answer has the class \"later\" and does not say after which time")
	case f.Class == classLater:
		return &actions.Error{Class: actions.ClassLater, After: after, Err: text}
	case f.Class == classFinal && after != 0:
		return errors.New("its answer has the class \"final\" and a time: it is tried again only if a person says so")
	case f.Class == classFinal:
		return actions.Final(text)
	}
	return fmt.Errorf("its answer has the class %q, which is none of ok, again, later, final", plain(f.Class, 40))
}

// evidence reads the answer to do and undo.
func (c *Client) evidence(b []byte) (actions.Evidence, error) {
	var d done
	if err := c.parse(b, &d); err != nil {
		return actions.Evidence{}, err
	}
	if strings.TrimSpace(d.Evidence) == "" {
		return actions.Evidence{}, errors.New("its answer has no evidence: it must say in words what it did")
	}
	return actions.Evidence{Text: plain(c.redact(d.Evidence), maxText)}, nil
}

// plain is text on one line of at most n characters.
func plain(text string, n int) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)), " ")
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
