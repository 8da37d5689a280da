package adapter

import "testing"

func TestRecent(t *testing.T) {
	r := NewRecent(2)
	for _, c := range []struct {
		id, value string
		isNew     bool
	}{
		{"a", "", true},
		{"a", "1", false}, // the value may become known later
		{"b", "2", true},
		{"c", "3", true}, // the oldest is forgotten
	} {
		if got := r.Put(c.id, c.value); got != c.isNew {
			t.Errorf("%q is new: %v", c.id, got)
		}
		if v, ok := r.Get(c.id); !ok || v != c.value {
			t.Errorf("%q is %q, %v", c.id, v, ok)
		}
	}
	if _, ok := r.Get("a"); ok || len(r.set) != 2 {
		t.Errorf("%d are remembered", len(r.set))
	}
}
