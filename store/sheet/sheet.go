// Package sheet reads and writes tables as spreadsheets do: CSV in the forms in
// which they save it, and CSV that they compute nothing of.
//
// The nouns are Form (which columns a table has), Row (a line of it) and Problem
// (what is wrong in a line, with what to do). What the values mean is the
// caller's. It imports nothing of ours.
package sheet

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// MaxSize of a table's text in bytes; a line of it has about 60.
const MaxSize = 1 << 20

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

// Form says which columns a table has.
type Form struct {
	Columns []string          // in the order in which they are explained
	Aliases map[string]string // other names of them, as Fold writes a name
	Needs   []string          // one of these must be there
	Missing string            // what is said if none is, of the first
	Others  bool              // columns that are not known are no mistake, and are not read
}

// Row is one line of a table.
type Row struct {
	No     int               // of the text, from 1
	Values map[string]string // by column, without the space around them
}

// Fold is a column's name without regard to case, spaces, hyphens, dots and
// underscores.
func Fold(name string) string {
	return folded.Replace(strings.ToLower(strings.TrimSpace(name)))
}

var folded = strings.NewReplacer(" ", "", "_", "", "-", "", ".", "", "\u00a0", "")

// Read reads a table: a header, and a line for each row, separated by commas,
// semicolons or tabs. It says all that is wrong with its form, and returns the
// rows that it could read all the same; none if a quotation mark is wrong. unused
// are the columns that it left out.
func (f Form) Read(text []byte) (rows []Row, unused []string, problems []Problem) {
	if len(text) > MaxSize {
		return nil, nil, []Problem{{1, "", fmt.Sprintf("the list has more than %d KiB; split it", MaxSize>>10)}}
	}
	text, wrong := decoded(text)
	if wrong != nil {
		return nil, nil, []Problem{*wrong}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil, []Problem{{1, "", "the list is empty; its first line names the columns: " + strings.Join(f.Columns, ",")}}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	if r.Comma = f.separator(text); r.Comma == '\t' {
		r.TrimLeadingSpace = false // it would take an empty first value away
	}
	header, err := r.Read()
	if len(header) == 1 && strings.HasPrefix(strings.ToLower(header[0]), "sep=") || err == nil && len(header) == 2 && strings.EqualFold(header[0], "sep=") {
		header, err = r.Read() // a spreadsheet's own line says how values are separated
	}
	if err != nil {
		return nil, nil, []Problem{{1, "", "there is no header; the first line names the columns: " + strings.Join(f.Columns, ",")}}
	}
	at, _ := r.FieldPos(0)
	columns, unused, problems := f.columns(header, at)
	if len(problems) > 0 {
		return nil, unused, problems
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			// What follows may be the rest of one value, so nothing of it counts.
			return nil, unused, append(problems, Problem{bad.Line, "", "this is no line of a table: a quotation mark is missing, or one too many"})
		}
		no, _ := r.FieldPos(0)
		if len(record) > len(columns) && strings.Join(record[len(columns):], "") != "" {
			problems = append(problems, Problem{no, "", fmt.Sprintf("%d values, and the header names %d columns; put a value with a comma in quotation marks", len(record), len(columns))})
			continue
		}
		row := Row{No: no, Values: map[string]string{}}
		for i, v := range record[:min(len(record), len(columns))] {
			if v = strings.TrimSpace(v); v != "" && columns[i] != "" {
				row.Values[columns[i]] = v
			}
		}
		if strings.TrimSpace(strings.Join(record, "")) != "" { // else a line of separators, as a spreadsheet writes an empty one
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 && len(problems) == 0 {
		problems = append(problems, Problem{at, "", "there is a header, and nobody is on the list; write a line for each person below it"})
	}
	return rows, unused, problems
}

// columns are those of a header, empty where one is not read.
func (f Form) columns(header []string, at int) (columns, unused []string, problems []Problem) {
	columns = make([]string, len(header))
	for i, name := range header {
		shown := cmp.Or(Line(short(name)), fmt.Sprintf("column %d", i+1))
		known := f.known(name)
		switch {
		case known == "" && f.Others:
			unused = append(unused, shown)
		case known == "":
			problems = append(problems, Problem{at, shown, "this column is not known; it is one of " + strings.Join(f.Columns, ", ")})
		case slices.Contains(columns, known):
			problems = append(problems, Problem{at, known, "this column stands there twice"})
		}
		columns[i] = known
	}
	if !slices.ContainsFunc(f.Needs, func(c string) bool { return slices.Contains(columns, c) }) {
		problems = append(problems, Problem{at, f.Needs[0], f.Missing})
	}
	return columns, unused, problems
}

// known is the column that a header names; empty if it is none.
func (f Form) known(name string) string { return f.Aliases[Fold(name)] }

// short is the beginning of a text, for a message.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
