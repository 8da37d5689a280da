package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"offboard/actions"
	"offboard/store"
)

func line(out *strings.Builder, format string, args ...any) {
	fmt.Fprintf(out, format, args...) // a Builder does not fail
}

// where is the condition of a rule in one line, as it is written.
func where(when string) string {
	if when == "" {
		return ""
	}
	return "whom this is true of: " + strings.Join(strings.Fields(when), " ")
}

// says puts a rule in words.
func (b *Book) says(r rule) []string {
	var out []string
	switch r.Protect {
	case Refuse:
		out = append(out, "nobody can open a case for them, and nobody is told why: "+r.Why)
	case Approvals:
		out = append(out, "they are protected, and the requester is told why: "+r.Why)
	}
	for _, s := range store.Tally(b.approvals(r)) {
		out = append(out, persons(s)+" must approve too")
	}
	if r.Confidential {
		out = append(out, "the case is always confidential")
	}
	for _, s := range r.Systems {
		out = append(out, b.system(s)+" is looked at")
	}
	for _, s := range r.NotSystems {
		out = append(out, b.system(s)+" is not looked at")
	}
	for _, a := range r.Actions {
		out = append(out, b.action(a)+" is done")
	}
	for _, a := range r.NotActions {
		out = append(out, b.action(a)+" is left out")
	}
	for _, t := range r.Tasks {
		out = append(out, "the task "+b.task(t)+" is given")
	}
	for _, t := range r.NotTasks {
		out = append(out, "the task "+b.task(t)+" is left out")
	}
	if r.Missing != "" {
		out = append(out, "if approvals are missing at the cut-off: "+r.Missing.Words())
	}
	if r.CutOff != "" {
		out = append(out, "access ends at "+r.CutOff+", where the requester writes no other time")
	}
	if r.Retention != nil {
		out = append(out, deleted(*r.Retention))
	}
	return out
}

// persons is who approves: "one person of security", "2 people of security".
func persons(s store.Seats) string {
	if s.Count == 1 {
		return "one person of " + s.Role.Words()
	}
	return s.Words()
}

func (b *Book) system(name string) string {
	if i := slices.IndexFunc(b.Systems, func(s actions.System) bool { return s.Name == name }); i >= 0 {
		return b.Systems[i].Title
	}
	return name
}

func (b *Book) action(name string) string {
	system, action, _ := strings.Cut(name, "/")
	i := slices.IndexFunc(b.Systems, func(s actions.System) bool { return s.Name == system })
	if i < 0 {
		return name
	}
	j := slices.IndexFunc(b.Systems[i].Actions, func(a actions.Spec) bool { return a.Name == action })
	if j < 0 {
		return name
	}
	return fmt.Sprintf("%q in %s", b.Systems[i].Actions[j].Words, b.Systems[i].Title)
}

func (b *Book) task(name string) string {
	if i := slices.IndexFunc(b.Tasks, func(t actions.Task) bool { return t.Name == name }); i >= 0 {
		return fmt.Sprintf("%q", b.Tasks[i].Words)
	}
	return name
}

// deleted is what a retention means.
func deleted(retention time.Duration) string {
	if retention == 0 {
		return "nothing is deleted for good"
	}
	return span(retention) + " after access ended it is asked, once, whether what is left is deleted for good"
}

// defaults are what counts where no rule says anything.
func (b *Book) defaults() []string {
	var lock, hold, secret []string
	for _, k := range b.Kinds {
		if k.Missing == store.MissingLock {
			lock = append(lock, k.Title)
		} else {
			hold = append(hold, k.Title)
		}
		if k.Confidential {
			secret = append(secret, k.Title)
		}
	}
	out := []string{
		"every system is looked at, all its actions are done, and every task is given",
		"the manager approves; where a system needs one of the accounts, one person of " + b.guard().Words() + " too",
		"access ends when the requester says",
	}
	each := func(kinds []string, text string) {
		if len(kinds) > 0 {
			out = append(out, strings.Join(kinds, ", ")+": "+text)
		}
	}
	kept := map[time.Duration][]string{}
	for _, k := range b.Kinds {
		kept[k.Retention] = append(kept[k.Retention], k.Title)
	}
	if len(kept) == 1 {
		out = append(out, deleted(b.Kinds[0].Retention))
	} else {
		for _, d := range slices.Sorted(maps.Keys(kept)) {
			each(kept[d], deleted(d))
		}
	}
	each(lock, "if approvals are missing at the cut-off, "+store.MissingLock.Words())
	each(hold, "if approvals are missing at the cut-off, "+store.MissingHold.Words())
	each(secret, "the case is confidential unless the requester says otherwise")
	return append(out, "who is on the deny list is never offboarded, whatever a rule says")
}
