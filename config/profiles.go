package config

import (
	"fmt"
	"maps"
	"slices"
)

// Profile is what people of one role have: an access profile, for
// /offboard move. Its condition is compiled elsewhere.
type Profile struct {
	ID    string              `yaml:"id,required"`
	Title string              `yaml:"title"` // what people read; the id if it is not set
	When  string              `yaml:"when"`  // condition on person: who has it; empty: it is only chosen by hand
	Has   map[string][]string `yaml:"has"`   // system -> what it calls the things that the role gives there
	All   []string            `yaml:"all"`   // systems of which the role gives the account and everything in it; never the directory
}

// moveKind is the word that stands for a change of role where the id of a kind of
// departure may stand.
const moveKind = "move"

func (k checker) profiles(whole bool) {
	var systems []string
	for _, s := range k.Systems {
		systems = append(systems, s.Name)
	}
	first := map[string]int{}
	for i, p := range k.Profiles {
		at := fmt.Sprintf("profiles[%d]", i)
		k.id(at+".id", p.ID, first)
		k.filled(at+".when", p.When)
		k.filled(at+".title", p.Title)
		k.allFilled(at+".all", p.All)
		for _, system := range slices.Sorted(maps.Keys(p.Has)) {
			path := join(at+".has", system)
			if whole {
				k.words(path, system, systems)
			}
			k.allFilled(path, p.Has[system])
			if k.none(path, p.Has[system]) {
				k.add(path, "the list is empty; write what the role gives there, or remove the line")
			}
		}
		for j, system := range p.All {
			path := fmt.Sprintf("%s.all[%d]", at, j)
			if whole {
				k.words(path, system, systems)
			}
			if system == k.Directory { // it would lock whoever changes roles out of everything
				k.add(path, "%s is the people directory, and whoever changes roles stays in it; write below has what the role gives there", quote(system))
			}
			if _, some := p.Has[system]; some {
				k.add(path, "%s is in has too; a role has all of a system or some of it", quote(system))
			}
		}
	}
}
