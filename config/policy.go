package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// RuleEntry is one rule about what is done for whom. Its condition is compiled
// elsewhere.
type RuleEntry struct {
	Name         string     `yaml:"name,required"`
	When         string     `yaml:"when"` // condition on person and kind; empty is everybody
	Systems      []string   `yaml:"systems"`
	NotSystems   []string   `yaml:"not_systems"`
	Actions      []string   `yaml:"actions"` // system/action
	NotActions   []string   `yaml:"not_actions"`
	Tasks        []string   `yaml:"tasks"`
	NotTasks     []string   `yaml:"not_tasks"`
	Approvals    []Approver `yaml:"approvals"`
	Missing      string     `yaml:"missing"`   // lock or hold
	CutOff       string     `yaml:"cut_off"`   // time of day, 18:00
	Retention    *Retention `yaml:"retention"` // nil: the rule says nothing about it
	Protect      string     `yaml:"protect"`   // refuse or approvals
	Why          string     `yaml:"why"`
	Confidential bool       `yaml:"confidential"`
}

// Approver is a role of which so many persons must approve too, all different
// ones. Written as the role alone it is one.
type Approver struct {
	Role  string `yaml:"role,required"` // of RoleNames
	Count int    `yaml:"count"`         // 0: not written, one person
}

// MostApprovers is how many persons of one role a rule may ask for.
const MostApprovers = 5

// UnmarshalText reads the role alone.
func (a *Approver) UnmarshalText(text []byte) error {
	a.Role = string(text)
	return nil
}

// mapping: it may be written with its keys too.
func (Approver) mapping() {}

// Persons is how many persons must approve.
func (a Approver) Persons() int { return max(1, a.Count) }

// The values of RuleEntry.Missing and RuleEntry.Protect.
const (
	Lock             = "lock"
	Hold             = "hold"
	ProtectRefuse    = "refuse"
	ProtectApprovals = "approvals"
)

// Retention is a Duration; 0 is written as "never" and means that nothing is
// destroyed.
type Retention Duration

// UnmarshalText reads the text.
func (r *Retention) UnmarshalText(text []byte) error {
	if string(text) == "never" {
		*r = 0
		return nil
	}
	if err := (*Duration)(r).UnmarshalText(text); err != nil {
		return fmt.Errorf("%w; or never", err)
	}
	if time.Duration(*r) < 24*time.Hour {
		return fmt.Errorf("%s is too short to notice a mistake; write at least 1d, or never", quote(string(text)))
	}
	return nil
}

var timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// roles are those of which somebody must approve too.
func (r RuleEntry) roles() []string {
	var out []string
	for _, a := range r.Approvals {
		out = append(out, a.Role)
	}
	return out
}

// chooses are the lists of a rule, by their keys.
func (r RuleEntry) chooses() map[string][]string {
	return map[string][]string{
		"systems": r.Systems, "not_systems": r.NotSystems, "actions": r.Actions, "not_actions": r.NotActions,
		"tasks": r.Tasks, "not_tasks": r.NotTasks, "approvals": r.roles(),
	}
}

// policy looks whether the rules can be followed.
func (k checker) policy(whole bool) {
	first := map[string]int{}
	for i, r := range k.Policy {
		at := fmt.Sprintf("policy[%d]", i)
		k.id(at+".name", r.Name, first)
		k.filled(at+".when", r.When)
		k.filled(at+".why", r.Why)
		k.rule(at, r, whole)
	}
}

func (k checker) rule(at string, r RuleEntry, whole bool) {
	empty := true
	lists := r.chooses()
	for _, key := range []string{"systems", "not_systems", "actions", "not_actions", "tasks", "not_tasks", "approvals"} {
		k.allFilled(at+"."+key, lists[key])
		if k.written(at+"."+key) && k.none(at+"."+key, lists[key]) {
			k.add(at+"."+key, "the list is empty; write something or remove the line")
		}
		empty = empty && len(lists[key]) == 0
		for j, word := range lists[strings.TrimPrefix(key, "not_")] {
			if strings.HasPrefix(key, "not_") && slices.Contains(lists[key], word) {
				k.add(fmt.Sprintf("%s.%s[%d]", at, strings.TrimPrefix(key, "not_"), j), "%s is in %s too; a rule can say only one of the two", quote(word), key)
			}
		}
	}
	if whole {
		k.chosen(at, r)
	}
	k.words(at+".missing", r.Missing, []string{Lock, Hold})
	k.words(at+".protect", r.Protect, []string{ProtectRefuse, ProtectApprovals})
	if k.written(at+".cut_off") && !timeOfDay.MatchString(r.CutOff) {
		k.add(at+".cut_off", "%s is not a time of day; write one such as 18:00", quote(r.CutOff))
	}
	switch {
	case r.Protect != "" && r.Why == "":
		k.add(at+".protect", "say why: somebody has to understand it a year from now")
	case r.Why != "" && r.Protect == "" && k.written(at+".why"):
		k.add(at+".why", "it is the reason of protect, which this rule does not have")
	}
	if empty && r.Missing == "" && r.CutOff == "" && r.Retention == nil && r.Protect == "" && !r.Confidential {
		k.add(at, "this rule chooses nothing; write what it is for, or remove it")
	}
}

// chosen compares the names in a rule with what the file has.
func (k checker) chosen(at string, r RuleEntry) {
	var systems, tasks, given []string
	for _, s := range k.Systems {
		systems = append(systems, s.Name)
	}
	for _, t := range k.Tasks {
		tasks = append(tasks, t.Name)
	}
	for _, g := range k.Roles {
		given = append(given, g.Role)
	}
	lists := r.chooses()
	each := func(key string, known []string) {
		for j, word := range lists[key] {
			k.words(fmt.Sprintf("%s.%s[%d]", at, key, j), word, known)
		}
	}
	each("systems", systems)
	each("not_systems", systems)
	each("tasks", tasks)
	each("not_tasks", tasks)
	for _, key := range []string{"actions", "not_actions"} {
		for j, word := range lists[key] {
			path := fmt.Sprintf("%s.%s[%d]", at, key, j)
			if system, action, ok := strings.Cut(word, "/"); !ok || action == "" {
				k.add(path, "%s must name the system and its action, such as corp/groups", quote(word))
			} else {
				k.words(path, system, systems)
			}
		}
	}
	for j, a := range r.Approvals {
		path := fmt.Sprintf("%s.approvals[%d]", at, j)
		k.role(path, a.Role)
		people, all := k.holders(a.Role)
		switch {
		case !slices.Contains(RoleNames, a.Role):
		case slices.Contains(r.roles()[:j], a.Role):
			k.add(path, "the role %s stands there already; write how many with count", a.Role)
		case !slices.Contains(given, a.Role):
			k.add(path, "nobody is given the role %s, so nobody could approve; give it to somebody below roles", a.Role)
		case k.written(path+".count") && (a.Count < 1 || a.Count > MostApprovers):
			k.add(path+".count", "write a number from 1 to %d", MostApprovers)
		case all && a.Persons() > people:
			k.add(path+".count", "only %d people have the role %s, so %d could never approve; give it to more people below roles", people, a.Role, a.Persons())
		}
	}
}

// holders is how many people have a role; all says that no group has it, of which
// only the directory knows the members.
func (k checker) holders(role string) (people int, all bool) {
	var logins []string
	all = true
	for _, g := range k.Roles {
		if g.Role != role {
			continue
		}
		all = all && len(g.Groups) == 0
		for _, login := range g.People {
			if login = strings.ToLower(login); !slices.Contains(logins, login) {
				logins = append(logins, login)
			}
		}
	}
	return len(logins), all
}

// policyActions compares the actions in the rules with those that are used.
func (k checker) policyActions(has map[string][]string) {
	used := map[string][]string{}
	for _, s := range k.Systems {
		if used[s.Name] = s.Actions; len(s.Actions) == 0 {
			used[s.Name] = has[s.Name]
		}
	}
	for i, r := range k.Policy {
		for key, list := range map[string][]string{"actions": r.Actions, "not_actions": r.NotActions} {
			for j, word := range list {
				system, action, _ := strings.Cut(word, "/")
				if known, ok := used[system]; ok && !slices.Contains(known, action) {
					k.add(fmt.Sprintf("policy[%d].%s[%d]", i, key, j), "%s has no action %s; %s", system, quote(action), hint(action, known))
				}
			}
		}
	}
}

// Hint ends the message about a wrong word: with the word that was probably
// meant, or with the words there are.
func Hint(wrong string, known []string) string { return hint(wrong, known) }
