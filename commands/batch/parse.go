// Package batch brings lists of people who leave into the log, and the loop that
// opens and settles their cases. A list is read from a table (CSV) or from a
// form; each of its people is looked up in the directory before anything is
// recorded, and all that is wrong is said at once.
//
// What is asked and shown is in package commands, the messages are the keeper's.
package batch

import (
	"fmt"

	"offboard/store"
	"offboard/store/sheet"
)

// MaxSize of a list's text in bytes.
const MaxSize = sheet.MaxSize

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
type Problem = sheet.Problem

// Columns are the names of the columns, in the order in which they are explained.
var Columns = []string{"person", "kind", "last_day", "cut_off", "zone", "manager", "confidential", "reason"}

// aliases are other names of the columns, as sheet.Fold writes them.
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

var form = sheet.Form{
	Columns: Columns, Aliases: aliases, Needs: []string{"person"},
	Missing: "this column is missing: the login, mail address or directory id of who leaves",
}

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

// Parse reads a table: a header, and a line for each person. It says all that is
// wrong with its form; the lines that it could read are there too.
func Parse(text []byte) ([]Line, []Problem) {
	rows, _, problems := form.Read(text)
	if len(rows) > store.MaxRows {
		return nil, append(problems, Problem{Line: 1, Text: fmt.Sprintf("%d people are on the list, and one has at most %d; split it", len(rows), store.MaxRows)})
	}
	var lines []Line
	for _, row := range rows {
		l := Line{No: row.No}
		for column, v := range row.Values {
			*l.field(column) = v
		}
		lines = append(lines, l)
	}
	return lines, problems
}
