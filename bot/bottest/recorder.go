package bottest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Recorder is a test that is watched while it fails, to try out what would fail
// one. TB is the test that watches; it may be nil where nothing but Errorf is used.
type Recorder struct {
	testing.TB
	errors   []string
	cleanups []func()
}

// Helper does nothing.
func (r *Recorder) Helper() {}

// Errorf keeps what the test would have failed with.
func (r *Recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

// Cleanup keeps f for End.
func (r *Recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

// End cleans up, as at the end of a test.
func (r *Recorder) End() {
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
}

// Errors is how many times the test would have failed.
func (r *Recorder) Errors() int { return len(r.errors) }

// String is what the test would have failed with, a line each.
func (r *Recorder) String() string { return strings.Join(r.errors, "\n") }
