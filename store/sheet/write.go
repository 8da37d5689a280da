package sheet

import (
	"bytes"
	"strings"
)

// A Table writes CSV (RFC 4180) for people, who open it in a spreadsheet.
type Table struct{ bytes.Buffer }

// NewTable begins a table with its header.
func NewTable(head ...string) *Table {
	t := &Table{}
	t.WriteString("\ufeff") // else Excel takes it for Windows-1252
	t.Row(head...)
	return t
}

// Row writes a row. Every cell is quoted, and one that a spreadsheet would take
// for a formula begins with an apostrophe, as OWASP's "CSV Injection" says.
func (t *Table) Row(cells ...string) {
	for i, c := range cells {
		if i > 0 {
			t.WriteByte(',')
		}
		t.WriteString(`"` + strings.ReplaceAll(harmless(c), `"`, `""`) + `"`)
	}
	t.WriteString("\r\n")
}

// YesNo is how a table says whether something is so.
func YesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// harmless is one line that no spreadsheet computes. Full-width forms of the
// signs count too: some programs take them for the signs.
func harmless(s string) string {
	s = Line(s)
	if strings.IndexAny(s, "=+-@|%＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// Line makes a text fit for one line: what people and systems wrote must not
// steer a terminal, a table or a browser.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if misleading(r) {
			return -1
		}
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))), " ")
}

// misleading reports a character that makes a text look like another one: the
// C1 controls, and the bidi embeddings, overrides and isolates.
func misleading(r rune) bool {
	return r >= 0x80 && r < 0xa0 || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f
}
