package actions

import (
	"errors"
	"time"

	"offboard/store"
)

// manualDue is how long after the cut-off a person may take for a step that
// the bot only looks at.
const manualDue = 24 * time.Hour

// observed is what a person is told who does the work of a bot that observes.
const observed = "The bot only observes: do this in the system yourself."

// manual makes a task for a person of a step that the bot only looks at: the
// same accounts and items, the same questions to the manager, and whoever
// skips a lock-out still needs a second person. A task waits for no other step:
// whoever does it sees them all.
func manual(s store.StepPlan, instructions string) store.StepPlan {
	s.Action, s.Proof, s.After, s.Needs = "", "", nil, nil
	s.Manual = &store.Manual{
		Owner: store.IT, Due: manualDue, Proof: "what was done, and where it can be seen",
		Instructions: instructions,
	}
	return s
}

// errObserve ends a step that was planned before the bot was told to observe.
// A retry looks again, and finds it done once a person has done it.
var errObserve = errors.New("the bot only observes (mode: observe in the configuration): do this by hand and retry it, then the bot looks whether it is done")
