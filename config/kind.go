package config

// Kind is why somebody leaves, and what that changes in how a case is shown.
type Kind struct {
	ID           string
	Title        string
	Confidential bool // only those who must know see the case before the cut-off
	Neutral      bool // words that do not speak of a departure, for the bereaved and the press
	Reminders    bool // people who have not answered are reminded
	Returns      bool // the person is to come back: an undo is its normal end
}

// KindEntry is a kind as the file writes it. What it leaves out comes from
// the kind that Base names, or from the built-in kind with the same ID.
type KindEntry struct {
	ID           string `yaml:"id,required"`
	Title        string `yaml:"title"`
	Confidential *bool  `yaml:"confidential"`
	Neutral      *bool  `yaml:"neutral"`
	Reminders    *bool  `yaml:"reminders"`
	Returns      *bool  `yaml:"returns"`
	Base         string `yaml:"base"`
}

func presets() []Kind {
	return []Kind{
		{ID: "resignation", Title: "Resignation", Reminders: true},
		{ID: "termination", Title: "Termination", Confidential: true, Reminders: true},
		{ID: "end-of-contract", Title: "End of contract", Reminders: true},
		{ID: "garden-leave", Title: "Garden leave", Reminders: true},
		{ID: "death", Title: "Death", Neutral: true},
		{ID: "suspension", Title: "Suspension", Reminders: true, Returns: true},
	}
}

// Kinds are the built-in kinds, changed as the file says, and then the file's
// own in their order. The caller owns the result.
func (c *Config) Kinds() []Kind { return mergeKinds(c.OwnKinds) }

func mergeKinds(entries []KindEntry) []Kind {
	kinds := presets()
	find := func(id string) int {
		for i := range kinds {
			if kinds[i].ID == id {
				return i
			}
		}
		return -1
	}
	for _, e := range entries {
		k, place := Kind{Reminders: true}, find(e.ID)
		if base := find(e.Base); base >= 0 {
			k = kinds[base]
		} else if place >= 0 {
			k = kinds[place]
		}
		k.ID = e.ID
		if e.Title != "" {
			k.Title = e.Title
		}
		override(&k.Confidential, e.Confidential)
		override(&k.Neutral, e.Neutral)
		override(&k.Reminders, e.Reminders)
		override(&k.Returns, e.Returns)
		if place >= 0 {
			kinds[place] = k
		} else {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func override(to, from *bool) {
	if from != nil {
		*to = *from
	}
}
