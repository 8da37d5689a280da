package store

import "slices"

// Held is one item with its name and before-state, as StepPlan.Held and
// Attempted.Found seal a list of them.
type Held struct {
	ID           string `json:"id"`  // number within the step, as in Item
	Ref          string `json:"ref"` // what the action calls it
	Label        string `json:"label"`
	Before       string `json:"before,omitempty"`
	Irreversible bool   `json:"irreversible,omitempty"`
	Heir         bool   `json:"heir,omitempty"`
	Then         bool   `json:"then,omitempty"`
}

// Befores is what a step has found in the plan and in all its attempts; of an
// item that was found several times the first, because a later attempt may
// have seen what an earlier one had changed already. An undo gives this back.
func (s *Store) Befores(c Case, st Step) ([]Held, error) {
	var out []Held
	seen := map[string]bool{}
	for _, p := range append([]Private{st.Held}, st.Befores...) {
		var held []Held
		if err := s.RevealJSON(string(c.ID), p, &held); err != nil {
			return nil, err
		}
		for _, h := range held {
			if !seen[h.Ref] {
				seen[h.Ref] = true
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// Afters is what came back of a step, each thing as it was found first.
func (s *Store) Afters(c Case, plan int, step StepID) ([]Held, error) {
	var out []Held
	for _, r := range c.Returns {
		if r.Plan != plan || r.Step != step {
			continue
		}
		held, err := s.Came(c, r)
		if err != nil {
			return nil, err
		}
		for _, h := range held {
			if !slices.ContainsFunc(out, func(x Held) bool { return x.Ref == h.Ref }) {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// Came is what came back at one time.
func (s *Store) Came(c Case, r Return) ([]Held, error) {
	var held []Held
	err := s.RevealJSON(string(c.ID), r.Held, &held)
	return held, err
}
