package main

import (
	"errors"

	"offboard/store"
)

// exitCodes is a part of the help of every command that has several.
const exitCodes = `Exit codes:
  0  all is well
  1  the command line or the configuration is wrong; nothing was done
  2  a rule refuses it; nothing was done
  3  something does not work, or the log does not verify
  4  all works, and something is not safe (check --strict)`

const (
	codeUsage   = 1
	codeRefused = 2
	codeBroken  = 3
	codeUnsafe  = 4
)

// coded is an error with the exit code that it stands for.
type coded struct {
	code int
	err  error
}

func (e *coded) Error() string { return e.err.Error() }
func (e *coded) Unwrap() error { return e.err }

// broken says that something does not work, as opposed to a mistake of who
// typed the command.
func broken(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*coded](err); ok {
		return err
	}
	return &coded{codeBroken, err}
}

func exitCode(err error) int {
	if e, ok := errors.AsType[*coded](err); ok {
		return e.code
	}
	if _, ok := errors.AsType[*store.Refused](err); ok {
		return codeRefused
	}
	return codeUsage
}
