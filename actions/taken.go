package actions

import (
	"slices"

	"offboard/store"
)

// A taken is what all plans of a case have taken by one action from one account,
// or what a person did by hand about it.
type taken struct {
	ref     []store.Ref
	step    store.Step // the first that took it, for its words
	account Account
	items   []store.Held  // as the first attempt that found each had found it
	heirs   []store.Held  // those of items that somebody got, Label being who
	lost    []string      // irreversible
	byHand  store.Private // the note of whoever confirmed it; zero if the bot did it
}

// takings lists what was taken in one system by the plans before p, as far as p is
// about it.
func (x *Executor) takings(c store.Case, p store.Plan, system string) ([]taken, error) {
	list, err := x.allTaken(c, p, system)
	return slices.DeleteFunc(list, func(t taken) bool { return !asked(p, t) }), err
}

// allTaken lists what was taken in one system by the plans before p: by all of
// them, because a retake may have taken more. What was found by the survey and
// by no attempt was not taken by the bot.
func (x *Executor) allTaken(c store.Case, p store.Plan, system string) ([]taken, error) {
	var out []taken
	for _, q := range c.Plans[:p.No-1] {
		if q.Kind == store.Restore || q.Begun.IsZero() {
			continue
		}
		for _, s := range q.Steps {
			if s.System != system || s.Asks() || s.Manual == nil && s.Tries == 0 || s.Manual != nil && (s.State != store.Confirmed || s.Manual.First) {
				continue
			}
			t, err := x.taking(c, q, s)
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(out, func(o taken) bool {
				return o.step.Manual == nil && s.Manual == nil && o.step.Action == s.Action && o.account.ID == t.account.ID
			})
			if i < 0 {
				out = append(out, t)
				continue
			}
			out[i].merge(t)
		}
	}
	return out, nil
}

// asked reports whether a plan is about it.
func asked(p store.Plan, t taken) bool {
	return len(p.Only) == 0 || slices.ContainsFunc(t.ref, func(r store.Ref) bool { return r.Plan == p.Of && slices.Contains(p.Only, r.Step) })
}

func (t *taken) merge(o taken) {
	t.ref = append(t.ref, o.ref...)
	for _, h := range o.items {
		if _, ok := find(t.items, h.Ref); !ok {
			t.items = append(t.items, h)
		}
	}
	for _, h := range o.heirs { // who has it now got it last
		t.heirs = append(slices.DeleteFunc(t.heirs, func(x store.Held) bool { return x.Ref == h.Ref }), h)
	}
	for _, l := range o.lost {
		if !slices.Contains(t.lost, l) {
			t.lost = append(t.lost, l)
		}
	}
}

func (x *Executor) taking(c store.Case, q store.Plan, s store.Step) (taken, error) {
	t := taken{ref: []store.Ref{{Plan: q.No, Step: s.ID}}, step: s}
	if err := x.cfg.Store.RevealJSON(string(c.ID), s.Account, &t.account); err != nil {
		return t, err
	}
	found := s
	if s.Manual != nil {
		t.byHand = s.Note
	} else {
		found.Held = store.Private{} // by the survey
	}
	held, err := x.cfg.Store.Befores(c, found)
	if err != nil {
		return t, err
	}
	for _, h := range held {
		i := slices.IndexFunc(s.Items, func(i store.Item) bool { return i.ID == h.ID })
		switch {
		case i < 0 || !s.Takes(h.ID): // left, or kept
		case s.Items[i].Irreversible && s.Manual == nil:
			t.lost = append(t.lost, h.Label)
		default:
			t.items = append(t.items, h)
			name, err := x.heir(c, s, h)
			if err != nil {
				return t, err
			}
			if name != "" {
				t.heirs = append(t.heirs, store.Held{Ref: h.Ref, Label: name})
			}
		}
	}
	return t, nil
}

// heir names who got an item; empty for nobody.
func (x *Executor) heir(c store.Case, s store.Step, h store.Held) (string, error) {
	id := c.Terms.Manager
	if !s.StepPlan.Answers || !h.Heir {
		return "", nil
	}
	if answer, ok := s.Answer(h.ID); ok {
		id = answer.Heir
	}
	_, card, err := x.cfg.Store.Person(id)
	return card.Name, err
}
