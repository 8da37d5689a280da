package store

// Held is one item with its name and before-state, as StepPlan.Held and
// Attempted.Found seal a list of them.
type Held struct {
	ID           string `json:"id"`  // number within the step, as in Item
	Ref          string `json:"ref"` // what the action calls it
	Label        string `json:"label"`
	Before       string `json:"before,omitempty"`
	Irreversible bool   `json:"irreversible,omitempty"`
	Heir         bool   `json:"heir,omitempty"`
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
