package view

import (
	"cmp"
	"fmt"

	"offboard/store"
)

// A wording is how people read of a plan of one kind. %s is the person's name.
type wording struct {
	asks      string // what the approver is asked: "X asks you to approve OFF-1: ..."
	would     string // what a survey is: "this is ..."
	looking   string // what it looks for
	untouched string // what does not happen before the decision
	none      string // that nothing has happened
	never     string // that nothing has happened, and nothing will
	begins    string // before the time at which it begins
	was       string // the same, where the time has passed
	passed    string // that it has, as a heading
	when      string // the label of that time
	nothing   string // of a step that had nothing to do
	undone    string // what stays so when it is stopped
	press     string // the button that begins it, where it waits for one; empty: that of a leave
}

// wordings are those of the kinds of plans that exist. Who adds a kind adds its
// line, what "called" and View.ended say of it, and a test like TestUndoNeverTakes.
var wordings = map[store.PlanKind]wording{
	store.Leave: {
		asks: "%s leaves", would: "what would be taken from %s", looking: "what %s has",
		untouched: "Nothing is taken away before", none: "Nothing was taken away.", never: "Nothing has been taken away, and nothing will be.",
		begins: "Access of %s ends", was: "access of %s was to end", passed: "The cut-off has passed", when: "Access ends", nothing: "nothing was held there", undone: "What was taken stays taken", press: "Cut off now",
	},
	store.Move: {
		asks: "%s changes roles", would: "what would be taken from %s", looking: "what %s has that only the old role gives",
		untouched: "Nothing is taken away before", none: "Nothing was taken away.", never: "Nothing has been taken away, and nothing will be.",
		begins: "What %s has by the old role only is taken away", was: "what %s has by the old role only was to be taken away", passed: "The time has passed", when: "Taken away",
		nothing: "nothing was held there", undone: "What was taken stays taken", press: "Take it away now",
	},
	store.Restore: {
		asks: "what was taken from %s is to be given back", would: "what would be given back to %s", looking: "what can be given back to %s",
		untouched: "Nothing is given back before", none: "Nothing was given back.", never: "Nothing has been given back, and nothing will be.",
		begins: "What was taken from %s is given back", was: "what was taken from %s was to be given back", passed: "The time has passed", when: "Given back", nothing: "it was there already",
		undone: "What was given back stays given back",
	},
	store.Retake: {
		asks: "%s has access again", would: "what would be taken from %s again", looking: "what %s has again",
		untouched: "Nothing is taken away again before", none: "Nothing was taken away again.", never: "Nothing has been taken away again, and nothing will be: it stays.",
		begins: "What %s has again is taken away", was: "what %s has again was to be taken away", passed: "The time has passed", when: "Taken away again", nothing: "it had gone already",
		undone: "What was taken stays taken",
	},
	store.Destroy: {
		asks: "what was left of %s is to be deleted for good", would: "what would be deleted of %s for good", looking: "what is left of %s",
		untouched: "Nothing is deleted before", none: "Nothing was deleted.", never: "Nothing has been deleted, and nothing will be: it stays.",
		begins: "What was left of %s is deleted for good", was: "what was left of %s was to be deleted", passed: "The time has passed", when: "Deleted", nothing: "it was gone already",
		undone: "What was deleted can't be given back",
	},
}

// wording is that of the case's current plan.
func (v View) wording(c store.Case) wording {
	w, ok := wordings[c.Plan(0).Kind]
	if !ok {
		w = wordings[store.Leave] // an empty case
	}
	switch k := v.Kind(c.Terms.Kind); {
	case c.Plan(0).Kind != store.Leave:
	case k.Neutral:
		w.asks = "the accounts of %s are to be closed"
	case k.Returns:
		w.asks = "%s is to have no access until it is ended"
	}
	return w
}

// Untouched says that nothing has happened yet, in the words of the current plan.
func (v View) Untouched(c store.Case) string { return v.wording(c).none }

// Stays says what stays as it is when the current plan is stopped.
func (v View) Stays(c store.Case) string { return v.wording(c).undone }

// named fills in the person.
func (v View) named(format string, c store.Case) string { return fmt.Sprintf(format, v.Name(c.Person)) }

// called names the case, and where its current plan is no leave what it does.
func (v View) called(c store.Case) string {
	switch c.Plan(0).Kind {
	case store.Restore:
		return "the undo of " + string(c.ID)
	case store.Retake:
		return "what came back in " + string(c.ID)
	case store.Destroy:
		return "what is deleted in " + string(c.ID)
	case store.Leave, store.Move:
	}
	return string(c.ID)
}

// Begins says what happens at the time of the current plan, before that time:
// "Access of Jane Doe ends".
func (v View) Begins(c store.Case) string { return v.named(v.wording(c).begins, c) }

// Press is what the button says for which the current plan may wait.
func (v View) Press(c store.Case) string {
	return cmp.Or(v.wording(c).press, wordings[store.Leave].press)
}

// decider is who made a decision: nobody where the configuration did.
func (v View) decider(d *store.Decision) string {
	if d.By == "" {
		return "the configuration, without asking"
	}
	return v.Name(d.By)
}
