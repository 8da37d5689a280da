package commands

import (
	"testing"

	"offboard/store"
)

// A decision that is typed names what it decides about, as a button does: by
// the code that the message shows. Less than the code decides nothing.
func TestTypedScope(t *testing.T) {
	t.Parallel()
	c := store.Case{ID: "OFF-1", Plans: []store.Plan{{No: 1, Scope: "9f3ac1d2e4b5a687"}}}
	for _, tt := range []struct {
		detail, arg string
		want        string
		ok          bool
	}{
		{"aaaa", "", "aaaa", true},                     // a button, also an old one: the rules refuse it
		{"", "9f3ac1d2", "9f3ac1d2e4b5a687", true},     // what the message shows
		{"", "9F3AC1D2", "9f3ac1d2e4b5a687", true},     // as a phone writes it
		{"", "9f3ac1d2e4", "9f3ac1d2e4b5a687", true},   // more of it
		{"", "9f3a", "9f3ac1d2e4b5a687", false},        // too little
		{"", "", "9f3ac1d2e4b5a687", false},            // nothing
		{"", "aaaaaaaa", "9f3ac1d2e4b5a687", false},    // that of another plan
		{"", "9f3ac1d2 ok", "9f3ac1d2e4b5a687", false}, // and something else
	} {
		r := &request{c: c, arg: tt.arg, obj: store.Object{Case: "OFF-1", Plan: 1, Detail: tt.detail}}
		if got, ok := typedScope(r); got != tt.want || ok != tt.ok {
			t.Errorf("%q %q: %q, %t", tt.detail, tt.arg, got, ok)
		}
	}
}
