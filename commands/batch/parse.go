// Package batch brings lists of people who leave into the log, and the loop that
// opens and settles their cases. A list is read from a table (CSV) or from a
// form; each of its people is looked up in the directory before anything is
// recorded, and all that is wrong is said at once.
//
// What is asked and shown is in package commands, the messages are the keeper's.
package batch

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// MaxSize of a list's text in bytes; a line of it has about 60.
const MaxSize = 1 << 20

// Line is one person of a list as it was written.
type Line struct {
	No           int // of the text, from 1
	Person       string
	Kind         string
	LastDay      string
	CutOff       string
	Zone         string
	Manager      string
	Confidential string
	Reason       string
}

// Problem is what is wrong with one value.
type Problem struct {
	Line   int    `json:"line"`
	Column string `json:"column"`
	Text   string `json:"text"`
}

// String is the problem in one line.
func (p Problem) String() string {
	if p.Column == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.Text)
	}
	return fmt.Sprintf("line %d, %s: %s", p.Line, p.Column, p.Text)
}

// Columns are the names of the columns, in the order in which they are explained.
var Columns = []string{"person", "kind", "last_day", "cut_off", "zone", "manager", "confidential", "reason"}

// aliases are other names of the columns, without regard to case, spaces,
// hyphens and underscores.
var aliases = map[string]string{
	"person": "person", "login": "person", "mail": "person", "email": "person", "user": "person", "username": "person", "leaver": "person", "id": "person", "employee": "person",
	"kind": "kind", "type": "kind",
	"lastday": "last_day", "lastdayofwork": "last_day", "leaves": "last_day",
	"cutoff": "cut_off", "accessends": "cut_off", "when": "cut_off",
	"zone": "zone", "timezone": "zone", "tz": "zone",
	"manager": "manager", "boss": "manager",
	"confidential": "confidential", "secret": "confidential",
	"reason": "reason", "why": "reason",
}

var folded = strings.NewReplacer(" ", "", "_", "", "-", "", "\u00a0", "")

func (l *Line) field(column string) *string {
	switch column {
	case "person":
		return &l.Person
	case "kind":
		return &l.Kind
	case "last_day":
		return &l.LastDay
	case "cut_off":
		return &l.CutOff
	case "zone":
		return &l.Zone
	case "manager":
		return &l.Manager
	case "confidential":
		return &l.Confidential
	}
	return &l.Reason
}

// Parse reads a table: a header, and a line for each person, separated by
// commas, semicolons or tabs. It says all that is wrong with its form; the lines
// that it could read are there too.
func Parse(text []byte) ([]Line, []Problem) {
	if len(text) > MaxSize {
		return nil, []Problem{{1, "", fmt.Sprintf("the list has more than %d KiB; split it", MaxSize>>10)}}
	}
	text, wrong := decoded(text)
	if wrong != nil {
		return nil, []Problem{*wrong}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, []Problem{{1, "", "the list is empty; its first line names the columns: " + strings.Join(Columns, ",")}}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	if r.Comma = separator(text); r.Comma == '\t' {
		r.TrimLeadingSpace = false // it would take an empty first value away
	}
	header, err := r.Read()
	if len(header) == 1 && strings.HasPrefix(strings.ToLower(header[0]), "sep=") || err == nil && len(header) == 2 && strings.EqualFold(header[0], "sep=") {
		header, err = r.Read() // a spreadsheet's own line says how values are separated
	}
	if err != nil {
		return nil, []Problem{{1, "", "there is no header; the first line names the columns: " + strings.Join(Columns, ",")}}
	}
	at, _ := r.FieldPos(0)
	var problems []Problem
	columns := make([]string, len(header))
	for i, name := range header {
		known := aliases[folded.Replace(strings.ToLower(strings.TrimSpace(name)))]
		switch {
		case known == "":
			problems = append(problems, Problem{at, cmp.Or(bot.Clean(name, 40), fmt.Sprintf("column %d", i+1)), "this column is not known; it is one of " + strings.Join(Columns, ", ")})
		case slices.Contains(columns, known):
			problems = append(problems, Problem{at, known, "this column stands there twice"})
		}
		columns[i] = known
	}
	if !slices.Contains(columns, "person") {
		problems = append(problems, Problem{at, "person", "this column is missing: the login, mail address or directory id of who leaves"})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	var lines []Line
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			return nil, append(problems, Problem{bad.Line, "", "this is no line of a table: a quotation mark is missing, or one too many"})
		}
		no, _ := r.FieldPos(0)
		l := Line{No: no}
		if len(record) > len(columns) {
			problems = append(problems, Problem{no, "", fmt.Sprintf("%d values, and the header names %d columns; put a value with a comma in quotation marks", len(record), len(columns))})
			continue
		}
		for i, v := range record {
			*l.field(columns[i]) = strings.TrimSpace(v)
		}
		if l == (Line{No: no}) {
			continue // a line of separators, as a spreadsheet writes an empty one
		}
		lines = append(lines, l)
	}
	switch {
	case len(problems) > 0:
	case len(lines) == 0:
		problems = append(problems, Problem{at, "", "there is a header, and nobody is on the list; write a line for each person below it"})
	case len(lines) > store.MaxRows:
		return nil, append(problems, Problem{1, "", fmt.Sprintf("%d people are on the list, and one has at most %d; split it", len(lines), store.MaxRows)})
	}
	return lines, problems
}
