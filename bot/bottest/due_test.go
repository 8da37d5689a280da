package bottest

import "testing"

func TestDue(t *testing.T) {
	var d Due[string]
	if f := d.Next("post"); f != nil {
		t.Errorf("%s, and none was asked for", *f)
	}
	d.Add("post", "a", 2)
	d.Add("post", "b", -1)
	d.Add("edit", "c", 1)
	for i, want := range []string{"a", "a", "b", "b", "b"} {
		if f := d.Next("post"); f == nil || *f != want {
			t.Errorf("the %d. is %v, want %s", i, f, want)
		}
	}
	d.Heal("post")
	if d.Next("post") != nil || d.Next("edit") == nil || d.Next("edit") != nil {
		t.Error("one target is healed, and the other one failed once")
	}
}
