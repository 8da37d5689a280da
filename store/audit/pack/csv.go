package pack

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"offboard/store"
)

// table writes CSV (RFC 4180) for people, who open it in a spreadsheet.
type table struct{ bytes.Buffer }

// row writes a row. Every cell is quoted, and one that a spreadsheet would take
// for a formula begins with an apostrophe, as OWASP's "CSV Injection" says.
func (t *table) row(cells ...string) {
	for i, c := range cells {
		if i > 0 {
			t.WriteByte(',')
		}
		t.WriteString(`"` + strings.ReplaceAll(harmless(c), `"`, `""`) + `"`)
	}
	t.WriteString("\r\n")
}

// harmless is one line that no spreadsheet computes. Full-width forms of the
// signs count too: some programs take them for the signs.
func harmless(s string) string {
	s = line(s)
	if strings.IndexAny(s, "=+-@|%＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

func newTable(head ...string) *table {
	t := &table{}
	t.WriteString("\ufeff") // else Excel takes it for Windows-1252
	t.row(head...)
	return t
}

// recordCSV is the record: one row an entry.
func recordCSV(m *model) ([]byte, error) {
	t := newTable("entry", "time (UTC)", "time ("+m.zone.String()+")", "case", "who", "number", "via", "kind", "what", "texts", "leaf hash (hex)")
	for _, k := range m.cases {
		for _, e := range k.entries {
			var texts []string
			for _, x := range m.shown(e.Event) {
				texts = append(texts, x.Label+": "+x.Text)
			}
			h := leaf(e)
			t.row(strconv.FormatUint(e.Event.Seq, 10), e.Event.At.Format(time.RFC3339Nano), m.moment(e.Event.At), string(k.ID), m.by(e.Event.Actor),
				string(e.Event.Actor.Person), e.Event.Actor.Via, kindOf(e), m.words(e.Event), strings.Join(texts, "; "), hex.EncodeToString(h[:]))
		}
	}
	return t.Bytes(), nil
}

// accessCSV is what was held before and what became of it: one row a thing, or
// a step without any.
func accessCSV(m *model) ([]byte, error) {
	t := newTable("case", "person", "name", "plan", "kind of plan", "step", "system", "what was done", "lock-out", "account", "account id", "thing", "before", "after",
		"can't be given back", "state of the step", "ended (UTC)", "by")
	for _, k := range m.cases {
		for _, p := range k.plans {
			for _, s := range p.steps {
				items := s.items
				if len(items) == 0 {
					items = []itemModel{{}}
				}
				for _, i := range items {
					t.row(string(k.ID), string(k.Person), m.name(k.Person), strconv.Itoa(p.No), string(p.Kind), string(s.ID), s.System, s.Words, yes(s.LockOut), s.login, s.accountID,
						i.Held.Label, i.before, i.after, yes(i.Held.Irreversible), string(s.State), utc(s.Ended), m.doer(s.Step))
				}
			}
		}
	}
	return t.Bytes(), nil
}

// doer is who ended a step, with whoever agreed.
func (m *model) doer(s store.Step) string {
	switch {
	case s.By == "":
		return ""
	case s.Seconder != "":
		return fmt.Sprintf("%s, agreed by %s", m.name(s.By), m.name(s.Seconder))
	}
	return m.name(s.By)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// CSV writes rows as a table for a spreadsheet, the head first: every cell is one
// line that no program takes for a formula.
func CSV(rows [][]string) []byte {
	t := newTable(rows[0]...)
	for _, r := range rows[1:] {
		t.row(r...)
	}
	return t.Bytes()
}
