package bot

import (
	"fmt"
	"slices"
	"strings"
)

// urgency orders the marks by how much a reader needs to see the row when
// there is no room for all: what needs a person first, what is settled last.
var urgency = []Mark{Failed, Running, Amber, Open, Info, Proven, Skipped, Nothing}

// Word is the mark in one word, for readers who do not know the symbols.
func (m Mark) Word() string {
	switch m {
	case Amber:
		return "accepted"
	case Info:
		return "to know"
	case Open, Running, Proven, Failed, Skipped, Nothing:
		return string(m)
	}
	return "unknown"
}

// Counts says how many rows have each mark, the urgent ones first:
// "120: 2 failed, 7 open, 111 proven".
func (c Checklist) Counts() string {
	n := map[Mark]int{}
	for _, r := range c.Rows {
		n[r.Mark]++
	}
	var out []string
	for _, m := range urgency {
		if n[m] > 0 {
			out = append(out, fmt.Sprintf("%d %s", n[m], m.Word()))
		}
	}
	return fmt.Sprintf("%d: %s", len(c.Rows), strings.Join(out, ", "))
}

// Fold chooses at most limit rows, the urgent ones first, and leaves them in
// their order. A platform that hides rows writes Counts above them and the
// number of the hidden ones below.
func (c Checklist) Fold(limit int) (shown []Row, hidden int) {
	limit = max(limit, 0)
	if len(c.Rows) <= limit {
		return c.Rows, 0
	}
	order := make([]int, len(c.Rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Index(urgency, c.Rows[a].Mark) - slices.Index(urgency, c.Rows[b].Mark)
	})
	kept := order[:limit]
	slices.Sort(kept)
	for _, i := range kept {
		shown = append(shown, c.Rows[i])
	}
	return shown, len(c.Rows) - limit
}
