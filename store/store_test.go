package store

import "testing"

func TestLifeOfACase(t *testing.T) {
	o := newOffice(t)
	c := o.begun()
	id := string(c.ID)
	c = o.attempt(c.ID, "dir/lock/1")
	if got := c.Plan(1).Step("dir/lock/1").State; got != Proven {
		t.Fatalf("lock is %s", got)
	}
	if a, _ := c.Plan(1).Step("dir/owner/1").Answer("2"); a.Heir != o.people["marco"] {
		t.Errorf("the default heir is %s, want the manager", a.Heir)
	}
	o.attempt(c.ID, "dir/owner/1")
	c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("serial 4711")})
	if c.State != CaseClosed || c.Outcome != Done {
		t.Errorf("the case is %s (%s), want closed (done)", c.State, c.Outcome)
	}
}
