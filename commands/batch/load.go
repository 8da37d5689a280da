package batch

import (
	"slices"
	"strings"

	"offboard/commands/view"
	"offboard/store"
)

// Load reads a list with its cases. What would be done is counted over the plans
// of all of them, and only while somebody has to decide about it.
func Load(s *store.Store, id store.BatchID) (view.List, error) {
	var l view.List
	var err error
	if l.Batch, err = s.Batch(id); err != nil {
		return l, err
	}
	if l.Facts, err = s.Whole(id); err != nil {
		return l, err
	}
	l.Late = l.CutOff.Mode == store.At && !l.Settled() && !l.CutOff.At.After(s.Now())
	if l.Cases, err = s.BatchCases(id); err != nil {
		return l, err
	}
	if err := further(s, &l); err != nil || !l.Proposes() {
		return l, err
	}
	at := map[view.Tally]int{}
	for row := range l.Rows { // in the order of the list, so that the message is the same each time
		c := l.Cases[row]
		if c.Batch != id || c.State != store.CaseDraft {
			continue
		}
		cs, err := s.Case(c.ID)
		if err != nil {
			return l, err
		}
		for _, st := range cs.Plan(0).Steps {
			key := view.Tally{System: st.System, Words: st.Words}
			i, ok := at[key]
			if !ok {
				i = len(l.Tally)
				at[key] = i
				l.Tally = append(l.Tally, key)
			}
			l.Tally[i].Steps++
			if st.Irreversible() {
				l.Tally[i].Loses++
			}
		}
	}
	systems := map[string]int{}
	for i, t := range l.Tally {
		if _, ok := systems[t.System]; !ok {
			systems[t.System] = i
		}
	}
	slices.SortStableFunc(l.Tally, func(a, b view.Tally) int { return systems[a.System] - systems[b.System] })
	return l, nil
}

// further counts the cases that need more than the list's own approval: all of
// them while the list is proposed, and later those that still wait.
func further(s *store.Store, l *view.List) error {
	at := map[view.Further]int{}
	for row := range l.Rows {
		c := l.Cases[row]
		waits := c.State == store.CaseOpen && c.PlanKind == store.Leave && c.Plan == store.Asked && len(c.Asked) > 0
		if c.Batch != l.ID || !waits && (c.State != store.CaseDraft || !l.Proposes()) {
			continue
		}
		cs, err := s.Case(c.ID)
		if err != nil {
			return err
		}
		needed, open := cs.Needed(), cs.Needed()
		if waits {
			open = cs.Outstanding()
		}
		var words []string
		for _, r := range open {
			if r != store.Approver {
				words = append(words, r.Words())
			}
		}
		if len(words) == 0 {
			continue
		}
		key := view.Further{Roles: strings.Join(words, " and of "), Given: len(needed) - len(open), Of: len(needed)}
		i, ok := at[key]
		if !ok {
			i = len(l.Further)
			at[key] = i
			l.Further = append(l.Further, key)
		}
		l.Further[i].Cases++
	}
	return nil
}
