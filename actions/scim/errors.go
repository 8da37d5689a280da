package scim

import (
	"errors"
	"fmt"

	"offboard/actions"
)

// classify says what was attempted; the class is kept. Everything that reaches
// it was classified by package rest or here.
func classify(attempt string, err error) error {
	if e, ok := errors.AsType[*actions.Error](err); ok {
		return &actions.Error{Class: e.Class, After: e.After, Err: fmt.Errorf("%s: %w", attempt, err)}
	}
	return actions.Again(fmt.Errorf("%s: %w", attempt, err))
}
