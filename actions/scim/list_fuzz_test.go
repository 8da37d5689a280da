package scim

import (
	"encoding/json"
	"testing"
)

// A place in a list is within its bounds, and reads the same again.
func FuzzCursor(f *testing.F) {
	for _, s := range []string{`{"start":1,"count":100}`, `{"Start":1,"Count":100}`, `{"start":-1}`, `{}`, `7`, ``} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := parseCursor(s)
		if err != nil {
			if at != (cursor{}) {
				t.Errorf("%q is refused and is %+v", s, at)
			}
			return
		}
		b, err := json.Marshal(at)
		if again, err2 := parseCursor(string(b)); err != nil || err2 != nil || again != at || at.Start < 1 || at.Count < 1 {
			t.Errorf("%q is %+v, and again %+v (%v, %v)", s, at, again, err, err2)
		}
	})
}
