package pack

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"offboard/store"
	"offboard/store/sheet"
)

// recordCSV is the record: one row an entry.
func recordCSV(m *model) ([]byte, error) {
	t := sheet.NewTable("entry", "time (UTC)", "time ("+m.zone.String()+")", "case", "who", "number", "via", "kind", "what", "texts", "leaf hash (hex)")
	for _, k := range m.cases {
		for _, e := range k.entries {
			var texts []string
			for _, x := range m.shown(e.Event) {
				texts = append(texts, x.Label+": "+x.Text)
			}
			h := leaf(e)
			t.Row(strconv.FormatUint(e.Event.Seq, 10), e.Event.At.Format(time.RFC3339Nano), m.moment(e.Event.At), string(k.ID), m.by(e.Event.Actor),
				string(e.Event.Actor.Person), e.Event.Actor.Via, kindOf(e), m.words(e.Event), strings.Join(texts, "; "), hex.EncodeToString(h[:]))
		}
	}
	return t.Bytes(), nil
}

// accessCSV is what was held before and what became of it: one row a thing, or
// a step without any.
func accessCSV(m *model) ([]byte, error) {
	t := sheet.NewTable("case", "person", "name", "plan", "kind of plan", "step", "system", "what was done", "lock-out", "account", "account id", "thing", "before", "after",
		"can't be given back", "state of the step", "ended (UTC)", "by")
	for _, k := range m.cases {
		for _, p := range k.plans {
			for _, s := range p.steps {
				items := s.items
				if len(items) == 0 {
					items = []itemModel{{}}
				}
				for _, i := range items {
					t.Row(string(k.ID), string(k.Person), m.name(k.Person), strconv.Itoa(p.No), string(p.Kind), string(s.ID), s.System, s.Words, sheet.YesNo(s.LockOut), s.login, s.accountID,
						i.Held.Label, i.before, i.after, sheet.YesNo(i.Held.Irreversible), string(s.State), utc(s.Ended), m.doer(s.Step))
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

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
