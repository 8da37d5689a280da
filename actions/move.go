package actions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/store"
)

// What a change of role takes: of what the ordinary survey finds the things that
// the old access profile names and the new one does not, by the names that people
// call them in that system, or by their immutable id. Everything else stays.

// calls reports whether a profile's word means this thing.
func (i Item) calls(word string) bool { return i.ID == word || slices.Contains(i.Names, word) }

// exact is what tells things of one name apart.
func (i Item) exact() string {
	if len(i.Names) == 0 {
		return i.ID
	}
	return i.Names[len(i.Names)-1]
}

// losing sorts things of one account by what somebody loses. What no profile could
// name is no thing that a role gives, and stays; so does what one word means
// several of: nobody can say which.
type losing struct {
	takes     []Item
	ambiguous map[string][]Item // word -> the things that it may mean
	others    int               // that stay, of those that could be named
	named     map[string]bool   // words that something was found for
}

func lose(l store.Loss, items []Item) losing {
	out := losing{ambiguous: map[string][]Item{}, named: map[string]bool{}}
	if l.Whole() {
		out.takes = items
		return out
	}
	unclear := map[string]bool{} // by exact name
	for _, word := range l.Named {
		var meant []Item
		for _, i := range items {
			if i.calls(word) && !keeps(l, i) {
				meant = append(meant, i)
			}
			out.named[word] = out.named[word] || i.calls(word)
		}
		if slices.ContainsFunc(meant, func(i Item) bool { return i.exact() != meant[0].exact() }) {
			out.ambiguous[word] = meant
			for _, i := range meant {
				unclear[i.exact()] = true
			}
		}
	}
	for _, i := range items {
		switch {
		case len(i.Names) == 0 && !slices.ContainsFunc(l.Named, i.calls):
		case unclear[i.exact()] && !slices.ContainsFunc(l.Named, func(w string) bool { return i.calls(w) && out.ambiguous[w] == nil }):
		case !keeps(l, i) && (l.All || slices.ContainsFunc(l.Named, i.calls)):
			out.takes = append(out.takes, i)
		default:
			out.others++
		}
	}
	return out
}

func keeps(l store.Loss, i Item) bool { return slices.ContainsFunc(l.Keep, i.calls) }

// losses are what the case takes, as its terms say it.
func (x *Executor) losses(c store.Case) ([]store.Loss, error) {
	var out []store.Loss
	if c.Terms.Move == nil {
		return nil, fmt.Errorf("%s is no change of role", c.ID)
	}
	err := x.cfg.Store.RevealJSON(string(c.ID), c.Terms.Move.Loses, &out)
	return out, err
}

// loss is that of one system; false if nothing of it is lost.
func (x *Executor) loss(c store.Case, system string) (store.Loss, bool, error) {
	list, err := x.losses(c)
	i := slices.IndexFunc(list, func(l store.Loss) bool { return l.System == system })
	if err != nil || i < 0 {
		return store.Loss{}, false, err
	}
	return list[i], true, nil
}

// lookMove surveys one system for a change of role.
func (x *Executor) lookMove(ctx context.Context, c store.Case, card Person, system string) (store.Surveyed, error) {
	l, ok, err := x.loss(c, system)
	if err != nil || !ok {
		return store.Surveyed{Plan: c.Plan(0).No, System: system}, err
	}
	return x.lookFor(ctx, c, card, system, &l)
}

// mine says what of one account's things a step would take.
func (s *surveyor) mine(spec Spec, a Account, items []Item) []Item {
	if s.loss == nil {
		return items
	}
	out := lose(*s.loss, items)
	s.others += out.others
	for word := range out.named {
		s.met[word] = s.met[word] || out.named[word]
	}
	for _, word := range s.loss.Named {
		if list := out.ambiguous[word]; len(list) > 0 {
			s.unclear(spec, a, word, list)
		}
	}
	for _, i := range items {
		s.names = append(s.names, i.Names...)
	}
	return out.takes
}

// unclear leaves to a person which of several things of one name is meant.
func (s *surveyor) unclear(spec Spec, a Account, word string, list []Item) {
	var exact []string
	for _, i := range list {
		exact = append(exact, i.exact())
	}
	text := fmt.Sprintf("%s holds %d things that are called %q: %s. Which one the old role gave can't be told, so none is taken, and IT has a task. Write the whole name in the profile.", a.Login, len(list), word, strings.Join(exact, "; "))
	s.note(text)
	step := s.byRole(text)
	step.Account, step.Login = store.SealJSON(a), store.Seal(a.Login)
	s.out.Steps = append(s.out.Steps, step)
}

// byRoleWords are those of a step that takes some of what its action is about:
// "Leave all groups" would not be true.
const byRoleWords = "Take what only the old role gave"

// byRole is a task for a person: what the old role gave, and the bot can't take.
func (s *surveyor) byRole(detail string) store.StepPlan {
	s.hands++
	return store.StepPlan{
		ID: stepID(s.sys.Name, "by-hand", s.hands-1), System: s.sys.Name, Words: "By hand: " + lower(byRoleWords), Login: store.Seal(s.card.Login),
		Manual: &store.Manual{
			Owner: store.IT, Due: manualDue, Proof: "what was found, and what was done", Detail: store.Seal(detail),
			Instructions: "Look at what they hold there, take what only the old role gave, and leave all else.",
		},
	}
}

// inWords is what is lost, for a person who looks by hand.
func inWords(l store.Loss) string {
	switch {
	case l.Whole():
		return "Their account, and all that it holds."
	case l.All:
		return "All but " + strings.Join(l.Keep, ", ") + "."
	}
	return strings.Join(l.Named, ", ") + "."
}

// moved says what stays, and of which words of the profile nothing was found: a
// slip in the configuration would be silent otherwise.
func (s *surveyor) moved() {
	switch {
	case s.loss.Whole():
		return
	case s.unread:
		s.out.Steps = append(s.out.Steps, s.byRole(inWords(*s.loss)))
	}
	if s.loss.All {
		s.note("The old role has all of it, the new one only " + strings.Join(s.loss.Keep, ", ") + ": the account stays, and everything else that a role can give is taken.")
	}
	for _, word := range s.loss.Named {
		if s.met[word] || s.unread {
			continue
		}
		text := fmt.Sprintf("The old role names %q, and %s does not have it.", word, s.card.Name)
		if i := slices.IndexFunc(s.names, func(n string) bool { return strings.EqualFold(n, word) }); i >= 0 {
			text = fmt.Sprintf("The old role names %q, and %s has %q. That is not the same name, so it stays: correct the profile if it is meant.", word, s.card.Name, s.names[i])
		}
		s.note(text)
	}
	if s.others > 0 {
		s.note(store.Count(s.others, "other thing stays.", "other things stay."))
	}
}

// toLose says what is taken of what a read has found for a change of role: what was
// approved, whatever it is called by now, and never what the terms do not name, also
// if it came since the survey. What stayed at an earlier attempt, because its name
// meant another thing too, stays when that one is gone.
func (a *attempt) toLose(found Finding, held []store.Held) (sorted, error) {
	l, _, err := a.x.loss(a.c, a.s.System)
	if err != nil {
		return sorted{}, err
	}
	takes := lose(l, found.Items).takes
	return toTake(a.s, slices.DeleteFunc(slices.Clone(held), func(h store.Held) bool {
		planned := slices.ContainsFunc(a.s.Items, func(i store.Item) bool { return i.ID == h.ID })
		_, seen := find(a.known, h.Ref)
		named := slices.ContainsFunc(takes, func(i Item) bool { return i.ID == h.Ref })
		return !planned && (!named || seen && !h.Irreversible)
	})), nil
}

// some reports whether only some of what is found is taken: then an account of
// which nothing is has no step, and what can't be read is no lock-out.
func (s *surveyor) some() bool { return s.loss != nil && !s.loss.Whole() }
