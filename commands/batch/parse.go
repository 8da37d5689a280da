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
	"time"
	"unicode/utf8"

	"offboard/bot"
	"offboard/store"
)

// MaxSize of a list's text in bytes; a line of it has about 60.
const MaxSize = 1 << 20

// maxReason of one person, in characters.
const maxReason = 500

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
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case len(text) > MaxSize:
		return nil, []Problem{{1, "", fmt.Sprintf("the list has more than %d KiB; split it", MaxSize>>10)}}
	case !utf8.Valid(text):
		return nil, []Problem{{1, "", "the list is not UTF-8; save it as \"CSV UTF-8\""}}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	first, _, _ := strings.Cut(string(text), "\n")
	for _, sep := range []rune{';', '\t'} {
		if strings.ContainsRune(first, sep) && !strings.ContainsRune(first, ',') {
			r.Comma = sep
		}
	}
	header, err := r.Read()
	if err != nil {
		return nil, []Problem{{1, "", "there is no header; the first line names the columns: " + strings.Join(Columns, ",")}}
	}
	var problems []Problem
	columns := make([]string, len(header))
	for i, name := range header {
		known := aliases[folded.Replace(strings.ToLower(strings.TrimSpace(name)))]
		switch {
		case known == "":
			problems = append(problems, Problem{1, bot.Clean(name, 40), "this column is not known; it is one of " + strings.Join(Columns, ", ")})
		case slices.Contains(columns, known):
			problems = append(problems, Problem{1, known, "this column stands there twice"})
		}
		columns[i] = known
	}
	if !slices.Contains(columns, "person") {
		problems = append(problems, Problem{1, "person", "this column is missing: the login, mail address or directory id of who leaves"})
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
		lines = append(lines, l)
	}
	switch {
	case len(problems) > 0:
	case len(lines) == 0:
		problems = append(problems, Problem{1, "", "nobody is on the list"})
	case len(lines) > store.MaxRows:
		return nil, append(problems, Problem{1, "", fmt.Sprintf("%d people are on the list, and one has at most %d; split it", len(lines), store.MaxRows)})
	}
	return lines, problems
}

// Terms are what a list says beside who: the part of each line that needs no
// directory.
type Terms struct {
	CutOff store.CutOff
	Rows   []store.Row // Person and Manager are found later, and Zone where it is empty
}

// Check reads the values. Empty ones are those of def; kinds are those of the
// configuration with whether they are confidential. zone is the company's.
func Check(lines []Line, def Line, kinds map[string]bool, zone *time.Location, now time.Time) (Terms, []Problem) {
	var t Terms
	var problems []Problem
	said := map[string]bool{} // columns whose default is wrong, which is wrong once
	for i, l := range lines {
		own := l
		wrong := func(column, format string, args ...any) {
			if *own.field(column) == "" && *def.field(column) != "" {
				if said[column] {
					return
				}
				said[column] = true
			}
			problems = append(problems, Problem{l.No, column, fmt.Sprintf(format, args...)})
		}
		for _, c := range Columns {
			if f := l.field(c); *f == "" && c != "zone" { // the directory's comes first
				*f = *def.field(c)
			}
		}
		lines[i] = l
		row := store.Row{Kind: strings.ToLower(l.Kind), LastDay: store.Date(l.LastDay), Zone: l.Zone}
		if l.Person == "" {
			wrong("person", "nobody is named")
		}
		secret, known := kinds[row.Kind]
		if !known {
			names := make([]string, 0, len(kinds))
			for k := range kinds {
				names = append(names, k)
			}
			slices.Sort(names)
			wrong("kind", "this is none of the kinds: %s", strings.Join(names, ", "))
		}
		if _, err := store.ParseDate(l.LastDay); err != nil {
			wrong("last_day", "write the last day of work like 2026-11-30")
		}
		if z := cmp.Or(l.Zone, def.Zone); z != "" {
			if _, err := time.LoadLocation(z); err != nil || z == "Local" {
				wrong("zone", "this time zone is not known; write one like Europe/Berlin")
			}
		}
		switch strings.ToLower(l.Confidential) {
		case "":
			row.Confidential = secret
		case "yes", "true", "1", "y":
			row.Confidential = true
		case "no", "false", "0", "n":
		default:
			wrong("confidential", "write yes or no, or leave it empty: then it is as the kind says")
		}
		if row.Reason = bot.Clean(l.Reason, len(l.Reason)); utf8.RuneCountInString(row.Reason) > maxReason {
			wrong("reason", "it is longer than %d characters", maxReason)
		}
		cut, err := cutOff(l.CutOff, cmp.Or(l.Zone, def.Zone), zone)
		switch {
		case err != "":
			wrong("cut_off", "%s", err)
		case cut.Mode == store.At && !cut.At.After(now):
			wrong("cut_off", "this time has passed")
		case t.CutOff.Mode == "":
			t.CutOff = cut
		case cut != t.CutOff:
			wrong("cut_off", "all people of a list lose access at one minute, and this is another one than above; with several zones write it like 2026-11-30 17:00+01:00, or make two lists")
		}
		t.Rows = append(t.Rows, row)
	}
	return t, problems
}

// cutOff reads when access ends; without an offset a time is in the line's zone,
// or else in the company's. wrong is what is wrong with it.
func cutOff(text, zone string, company *time.Location) (cut store.CutOff, wrong string) {
	switch strings.ToLower(text) {
	case "now":
		return store.CutOff{Mode: store.Now}, ""
	case "press":
		return cut, "a list ends now or at a time; who has to wait for a press is a case of their own"
	case "":
		return cut, "write when access ends: now, or a time like 2026-11-30 17:00"
	}
	at, err := time.LoadLocation(cmp.Or(zone, company.String()))
	if err != nil {
		at = company // said beside the zone
	}
	text = strings.Replace(text, "T", " ", 1)
	for _, layout := range []string{"2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, at); err == nil {
			return store.CutOff{Mode: store.At, At: t.UTC()}, ""
		}
	}
	return cut, "write now, or a time like 2026-11-30 17:00"
}
