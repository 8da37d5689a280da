package view_test

import (
	"testing"

	"offboard/commands/view"
)

// What was announced reads the same again.
func FuzzAnnouncement(f *testing.F) {
	for _, s := range []string{"", "0", "1796061600", "-1", "now", "9223372036854775807"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := view.ParseAnnouncement(s)
		if again := view.ParseAnnouncement(a.String()); again != a {
			t.Errorf("%q is %+v, and again %+v", s, a, again)
		}
	})
}
