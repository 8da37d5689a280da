package actions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"offboard/store"
)

// CheckOrder reports what is wrong with the order of the actions of one system, by
// the keys of a section that lists them as "actions": names that there are not, and
// actions that would wait for each other for ever.
func CheckOrder(all []Spec) error {
	var errs []error
	names := map[string]Spec{}
	for _, a := range all {
		names[a.Name] = a
	}
	for i, a := range all {
		bad := func(key, format string, args ...any) {
			errs = append(errs, fmt.Errorf("actions[%d].%s: %s", i, key, fmt.Sprintf(format, args...)))
		}
		for _, list := range []struct {
			key   string
			names []string
		}{{"after", a.After}, {"needs", a.Needs}, {"undo_after", a.UndoAfter}} {
			for _, name := range list.names {
				if _, ok := names[name]; (!ok || name == a.Name) && (list.key != "needs" || task(name) == "") {
					bad(list.key, "there is no other action %q in this system", name)
				}
			}
		}
		if len(a.Needs) > 0 && a.LockOut {
			bad("needs", "a lock-out waits for nothing but what is over (after): else access would stay because of what did not happen elsewhere")
		}
		for _, name := range a.Needs {
			switch n := names[name]; {
			case slices.Contains(a.After, name):
				bad("needs", "%q is in after too; needs says all of it", name)
			case task(name) != "" && a.Phase == PhaseDestroy, n.Name != "" && (a.Phase == PhaseDestroy) != (n.Phase == PhaseDestroy):
				bad("needs", "%q is not done at the same time: one of them deletes for good, months later. Nothing is deleted of an account of which something was left out", name)
			}
		}
	}
	for _, way := range []struct {
		words string
		first func(a, b Spec) bool // b comes before a
	}{{"after and needs", takenAfter}, {"undo_after", undoneAfter}} {
		if stuck := circle(all, way.first); len(stuck) > 0 {
			errs = append(errs, fmt.Errorf("actions: %s: %s wait for each other", way.words, strings.Join(stuck, ", ")))
		}
	}
	return errors.Join(errs...)
}

// takenAfter reports whether a comes after b.
func takenAfter(a, b Spec) bool {
	return slices.Contains(a.After, b.Name) || slices.Contains(a.Needs, b.Name)
}

// undoneAfter reports whether a is undone after b: in the reverse of the order in
// which they were taken, and as the actions say.
func undoneAfter(a, b Spec) bool {
	return takenAfter(b, a) || slices.Contains(a.UndoAfter, b.Name)
}

// circle names what waits for each other, or for what does.
func circle(all []Spec, after func(a, b Spec) bool) []string {
	left := slices.Clone(all)
	for {
		free := slices.IndexFunc(left, func(a Spec) bool {
			return !slices.ContainsFunc(left, func(b Spec) bool { return after(a, b) })
		})
		if free < 0 {
			break
		}
		left = slices.Delete(left, free, free+1)
	}
	var stuck []string
	for _, a := range left {
		stuck = append(stuck, a.Name)
	}
	return stuck
}

// CheckNeeds reports the first action that needs another one, or a manual task, of
// which the configuration makes no use: it could never be done.
func CheckNeeds(all []Spec, tasks []string) error {
	for _, a := range all {
		for _, name := range a.Needs {
			if of := task(name); of != "" && !slices.Contains(tasks, of) {
				return fmt.Errorf("the action %s needs the task %q, and there is none of that name below tasks", a.Name, of)
			} else if of == "" && !slices.ContainsFunc(all, func(b Spec) bool { return b.Name == name }) {
				return fmt.Errorf("the action %s needs %s: name that one too in actions of the system", a.Name, name)
			}
		}
	}
	return nil
}

// task is the name of the manual task that a name in Spec.Needs is; empty for an
// action.
func task(name string) string {
	of, ok := strings.CutPrefix(name, Tasks+"/")
	if !ok {
		return ""
	}
	return of
}

// needed is the step of a name in Spec.Needs, for the account of that number.
func (s *surveyor) needed(name string, n int) store.StepID {
	if of := task(name); of != "" {
		return stepID(Tasks, of, 0)
	}
	return stepID(s.sys.Name, name, n)
}

// lacking sees to steps that need one that is not planned. Where a rule leaves that
// one out, they are left out too. Else nobody knows whether it is done (it could not
// be read, or it is no part of this plan), so what is there is left to a person.
func (s *surveyor) lacking() {
	planned := func(id store.StepID) bool {
		return slices.Contains(s.tasks, id) || slices.ContainsFunc(s.out.Steps, func(o store.StepPlan) bool { return o.ID == id })
	}
	for i := 0; i < len(s.out.Steps); i++ {
		st := s.out.Steps[i]
		if j := slices.IndexFunc(st.Needs, func(id store.StepID) bool { return !planned(id) }); j >= 0 {
			s.without(i, st.Needs[j])
			i = -1 // something may need this one
		}
	}
}

// ruled is how a rule names what a step does (Config.Left): the step's id without
// the number of the account.
func ruled(id store.StepID) string {
	return string(id)[:strings.LastIndexByte(string(id), '/')]
}

// without takes out the step at i, which needs what is not planned, or makes a task
// of it.
func (s *surveyor) without(i int, id store.StepID) {
	st := s.out.Steps[i]
	words := s.wordsOf(id)
	switch rule := s.left[ruled(id)]; {
	case rule != "":
		s.left = maps.Clone(s.left)
		s.left[ruled(st.ID)] = rule // so is what needs this one
		s.note(fmt.Sprintf("%s: left out too, because it needs %q, which the rule %s leaves out.", st.Words, words, rule))
	case len(st.Items) > 0:
		s.out.Steps[i] = manual(st, fmt.Sprintf("This needs %q, and nobody knows here whether that is done. See to it first, then do this in the system yourself.", words))
		return
	}
	s.out.Steps = slices.Delete(s.out.Steps, i, i+1)
}

// wordsOf says what a step does that is not planned.
func (s *surveyor) wordsOf(id store.StepID) string {
	for _, sp := range s.sys.Actions {
		if strings.HasPrefix(string(id), s.sys.Name+"/"+sp.Name+"/") {
			return sp.Words
		}
	}
	for _, t := range s.x.cfg.Tasks {
		if stepID(Tasks, t.Name, 0) == id {
			return t.Words
		}
	}
	return string(id)
}
