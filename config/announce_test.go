package config

import (
	"strings"
	"testing"
	"time"
)

// Nobody is told beforehand unless the file names them.
func TestAnnounce(t *testing.T) {
	if got := parsed(t, ruled).Announce; len(got.Roles) != 0 || got.Before != Duration(48*time.Hour) || got.Hours.String() != "08:00-18:00" || len(got.Days) != 5 {
		t.Errorf("%+v", got)
	}
	t.Setenv("OFFBOARD_KEY", "a secret for tests only")
	for text, want := range map[string]string{
		"{roles: [it], before: 1d}":                        "",
		"{roles: [it]}":                                    "",
		"{roles: [it], hours: 07:00-12:00, days: sun-thu}": "",
		"{roles: [it], hours: at night}":                   "are not hours of one day",
		"{roles: [cook]}":                                  "announce.roles[0]",
		"{roles: [it], before: 10m}":                       "announce.before: 10m is too late",
	} {
		_, err := Parse("x.yaml", []byte(ruled+"\nannounce: "+text+"\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
