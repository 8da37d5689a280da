// Package actionstest is the suite that every action passes, and Memory, a
// fake system for the tests of other packages.
//
// The suite holds an action to the contract of package actions and to what
// the action's own Spec declares. It never looks at how an action works: it
// has a World to act on, a text of all the World's state, and switches that
// make the system lie, refuse or vanish.
package actionstest

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"offboard/actions"
)

// A Kit makes worlds for one action.
type Kit struct {
	// New makes a fresh world, in the same state every time.
	New func() (*World, error)
}

// A World is a system with people in it, for one check.
type World struct {
	// Spec returns the action, a fresh instance at every call.
	Spec func() actions.Spec

	Person   actions.Person // has two accounts or more, or the one; each, or at least the first, holds something
	Stranger actions.Person // has no account
	Other    actions.Person // holds something, and must stay untouched
	Heir     actions.Person // has an account; needed if Spec.Answers

	// OneAccount says that the system ties one account at most to a person.
	OneAccount bool

	// Snapshot is all that the action could change, as text, without what
	// changes by itself (times, sequence numbers) and in a fixed order.
	Snapshot func() (string, error)
	// Writes is a text that differs after any write, even one that changes
	// nothing. Without it, Snapshot is all that tells of a write.
	Writes func() (string, error)

	// Faults of the system. A nil switch means that it cannot be made so, and
	// leaves out the checks that need it.
	Ignore func(on bool) // answers success to writes and changes nothing
	Refuse func(on bool) // forbids writes; reads go on
	Down   func(on bool) // cannot be reached
	Busy   func(on bool) // answers that it is overloaded, or has an internal problem
	Hang   func(on bool) // takes requests and never answers; answers the ones that wait when switched off

	Secrets []string // must not occur in an error, a finding or evidence
	Close   func()   // ends the world; may be nil
}

// A Check is one thing that the suite demands.
type Check struct {
	Name string
	Run  func(k Kit) error
}

// errSkip says that a check does not apply to the action or its world.
var errSkip = errors.New("does not apply")

// Action runs the suite on the action that k makes.
func Action(t *testing.T, k Kit) {
	t.Helper()
	for _, c := range Checks() {
		t.Run(c.Name, func(t *testing.T) {
			err := c.Run(k)
			if errors.Is(err, errSkip) {
				t.Skip(err)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// Failures runs the suite without a test and returns the names of the checks
// that found something, each with what it found.
func Failures(k Kit) map[string]error {
	found := map[string]error{}
	for _, c := range Checks() {
		if err := c.Run(k); err != nil && !errors.Is(err, errSkip) {
			found[c.Name] = err
		}
	}
	return found
}

// Checks are the demands of the suite.
func Checks() []Check {
	return []Check{
		{"the spec is complete", checkSpec},
		{"a stranger holds nothing", checkStranger},
		{"every account is found", checkAccounts},
		{"an account that is gone holds nothing", checkGone},
		{"reading writes nothing", checkReads},
		{"what is taken is gone", checkTakes},
		{"only the wanted items are taken", checkSubset},
		{"nothing wanted takes nothing", checkNothing},
		{"doing it twice is harmless", checkTwice},
		{"a fresh instance goes on", checkFresh},
		{"undo gives back exactly that", checkUndo},
		{"undo gives back only what is named", checkUndoSubset},
		{"an undo that was cut short goes on", checkUndoFresh},
		{"undo gives back to one account", checkUndoOthers},
		{"an ignored undo is never proven", checkUndoIgnored},
		{"a refused undo is final", checkUndoRefused},
		{"heirs get what is handed over", checkHeirs},
		{"without an heir nothing moves", checkNoHeir},
		{"others stay untouched", checkOthers},
		{"no account, no act", checkNoAccount},
		{"an ignored write is never proven", checkIgnored},
		{"a mark must be new", checkMark},
		{"a refused write is final and never proven", checkRefused},
		{"an unreachable system is tried again", checkDown},
		{"a busy system is tried again", checkBusy},
		{"a cancelled call does nothing", checkCancelled},
		{"a call cancelled while it waits returns", checkHang},
	}
}

// Require skips the test, by name, unless the program is installed; it fails
// it instead where OFFBOARD_TEST_REQUIRE=all says that nothing may be skipped.
// It returns the path of the program.
func Require(t testing.TB, program string) string {
	t.Helper()
	// Daemons live in sbin, which is often not in the PATH of a user.
	for _, name := range []string{program, "/usr/sbin/" + program, "/usr/local/sbin/" + program} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("OFFBOARD_TEST_REQUIRE") == "all" {
		t.Fatalf("%s is not installed, and OFFBOARD_TEST_REQUIRE=all", program)
	}
	t.Skipf("%s is not installed", program)
	return ""
}
