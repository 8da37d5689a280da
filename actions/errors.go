package actions

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoPerson says that the directory has no person with that id.
var ErrNoPerson = errors.New("no such person in the directory")

// Class says what the executor does about an error of an action.
type Class string

// The classes of errors.
const (
	ClassAgain Class = "again" // the same call may succeed later: network, 5xx, 429, busy
	ClassLater Class = "later" // not done yet, and that is expected: a transfer that takes hours
	ClassFinal Class = "final" // a person is needed: refused, forbidden, malformed
)

// Error is an error of an action with what to do about it.
type Error struct {
	Class Class
	After time.Duration // ClassLater: when to look again; ClassAgain: at the earliest (Retry-After), or 0
	Err   error

	spreads bool // it is done, and not all servers of the system show it: see Finding.Behind
}

// Error returns the text of the wrapped error.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the wrapped error.
func (e *Error) Unwrap() error { return e.Err }

// Again says that the same call may succeed later.
func Again(err error) error { return &Error{Class: ClassAgain, Err: err} }

// Later says that the system works on it, and to look again after d.
func Later(d time.Duration, format string, args ...any) error {
	return &Error{Class: ClassLater, After: d, Err: fmt.Errorf(format, args...)}
}

// Final says that trying again does not help: a person is needed.
func Final(err error) error { return &Error{Class: ClassFinal, Err: err} }

// ClassOf is the class of err. An error without a class may be tried again:
// a step that a person must look at is worse than one attempt too many, and
// the executor bounds the attempts.
func ClassOf(err error) (Class, time.Duration) {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class, e.After
	}
	return ClassAgain, 0
}
