package ldap_test

import (
	"testing"

	"offboard/actions/actionstest"
)

// What 389 Directory Server has that other directories have not, and the suite.
// One instance serves all.
func TestDirsrv(t *testing.T) {
	t.Parallel()
	d := newInstance(t)
	for _, tt := range []struct {
		name string
		test func(t *testing.T, d *instance)
	}{
		{"the suite", testDirsrvActions},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := d.restore(t); err != nil {
				t.Fatal(err)
			}
			tt.test(t, d)
		})
	}
}

func testDirsrvActions(t *testing.T, d *instance) {
	for _, tt := range []struct{ action, other string }{
		{"lock", "bo"},
		{"password", "bo"},
		{"groups", "bo"},
		{"owner", "ivan"},
		{"reports", "elif"},
		{"stamp", "bo"},
		{"move", "bo"},
		{"delete", "bo"},
	} {
		t.Run(tt.action, func(t *testing.T) { actionstest.Action(t, d.kit(t, tt.action, tt.other)) })
	}
}
