package policy

import (
	"cmp"
	"slices"
	"strings"

	"offboard/store"
)

// Profile is what people of a role have: an access profile. What one has and
// another has not is what a change of role takes.
type Profile struct {
	ID, Title string
	When      string              // condition in CEL over person: who has it; empty: it is only chosen by hand
	Has       map[string][]string // system -> what it calls the things that the role gives there
	All       []string            // systems of which the role gives the account and everything in it
}

type profile struct {
	Profile
	when *condition // nil: nobody by themselves
}

// Of are the ids of the profiles that somebody has by the directory, in the order
// of the file. One of which that can't be decided is none of them.
func (b *Book) Of(p store.Card) []string {
	var out []string
	for _, f := range b.profiles {
		if f.when == nil {
			continue
		}
		if yes, err := f.when.holds(p, ""); err == nil && yes {
			out = append(out, f.ID)
		}
	}
	return out
}

// Loses is what somebody loses who changes from one profile to another, in the
// order of the systems: what the first names and the second does not. It is nil
// where there is no such profile, too.
func (b *Book) Loses(from, to string) []store.Loss {
	find := func(id string) (profile, bool) {
		i := slices.IndexFunc(b.profiles, func(p profile) bool { return p.ID == id })
		if i < 0 {
			return profile{}, false
		}
		return b.profiles[i], true
	}
	old, ok := find(from)
	next, is := find(to)
	if !ok || !is {
		return nil
	}
	var out []store.Loss
	for _, s := range b.Systems {
		l := store.Loss{System: s.Name, All: slices.Contains(old.All, s.Name), Keep: next.Has[s.Name]}
		for _, word := range old.Has[s.Name] {
			if !slices.Contains(l.Keep, word) && !slices.Contains(l.Named, word) {
				l.Named = append(l.Named, word)
			}
		}
		if !slices.Contains(next.All, s.Name) && (l.All || len(l.Named) > 0) {
			out = append(out, l)
		}
	}
	return out
}

// roles says what each role has.
func (b *Book) roles(out *strings.Builder) {
	if len(b.profiles) == 0 {
		return
	}
	out.WriteString("\nWhat people of a role have, for a change of role:\n")
	for _, p := range b.profiles {
		name := p.Title
		if name != p.ID {
			name += " (" + p.ID + ")"
		}
		line(out, "   - %s — %s\n", name, cmp.Or(where(p.When), "only chosen by hand"))
		for _, s := range b.Systems {
			if slices.Contains(p.All, s.Name) {
				line(out, "     all of %s\n", s.Title)
			} else if has := p.Has[s.Name]; len(has) > 0 {
				line(out, "     %s: %s\n", s.Title, strings.Join(has, ", "))
			}
		}
	}
}
