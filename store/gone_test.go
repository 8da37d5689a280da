package store

import "testing"

// Somebody with two cases that took their access away is gone for as long as one of
// them has not given it back, whichever is undone first.
func TestGoneByTwoCases(t *testing.T) {
	for name, newer := range map[string]bool{"the newer one is undone": true, "the older one is undone": false} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			gone := func(want bool) {
				t.Helper()
				if got, err := o.Gone(o.people["jane"]); got != want || err != nil {
					t.Fatalf("gone is %v, want %v (%v)", got, want, err)
				}
			}
			undo := func(id string) error {
				_, err := o.Append(t.Context(), id, o.actor("helge"), o.undo())
				return err
			}
			finish := func(id string) {
				t.Helper()
				c := o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
				c = o.do(id, "helge", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
				o.approve(c, "marco")
				o.gives(o.bot(id, Started{Plan: 2}), "dir/lock/1")
			}
			_, one := o.left()
			_, two := o.left()
			if r := refusal(t, undo(one)); r == nil {
				t.Fatal("the older one is undone while a newer one stands")
			}
			if !newer { // hired again by the older one only
				o.do(one, "hanna", Rehired{Reason: Seal("a mistake")})
				gone(true)
				if err := undo(two); err != nil {
					t.Fatal(err)
				}
				finish(two)
				gone(false)
				return
			}
			if err := undo(two); err != nil {
				t.Fatal(err)
			}
			finish(two)
			gone(true) // what the older one took stays taken
			if err := undo(one); err != nil {
				t.Fatalf("nothing stands in the way of the older one any more: %v", err)
			}
			gone(true)
			finish(one)
			gone(false)
		})
	}
}
