package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Nothing is deleted unless the file says so, and never of who is to come back.
func TestRetention(t *testing.T) {
	if got := parsed(t, ruled).RetentionOf("resignation"); got != 0 {
		t.Errorf("the usual retention is %s", got)
	}
	c := parsed(t, ruled+"\nretention: 90d\n")
	if got := c.RetentionOf("resignation"); got != 90*24*time.Hour {
		t.Errorf("the retention is %s", got)
	}
	if got := c.RetentionOf("suspension"); got != 0 {
		t.Errorf("who is to come back loses everything after %s", got)
	}
}

func TestRetentionIsChecked(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "a secret for tests only")
	for text, want := range map[string]string{"23h": "23h is too short", "1d": "", "0s": ""} {
		_, err := Parse("x.yaml", []byte(ruled+"\nretention: "+text+"\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestEraseIsChecked(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "a secret for tests only")
	for text, want := range map[string]string{
		"erase: 29d": "29d is too short", "erase: 0s": "", "erase: 365d": "",
		"retention: 400d\nerase: 400d": "not longer than retention (400d)",
		"erase: 2y":                    "", "erase: 31d": "not longer than policy[1].retention (180d)",
		"watch: {for: 2000d}\nerase: 365d": "not longer than watch.for (2000d)",
	} {
		_, err := Parse("x.yaml", []byte(ruled+"\n"+text+"\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	never, later, sooner := parsed(t, ruled).Rules(), parsed(t, ruled+"\nerase: 730d\n").Rules(), parsed(t, ruled+"\nerase: 365d\n").Rules()
	if len(later.Weakens(never)) != 1 || len(sooner.Weakens(later)) != 1 || len(later.Weakens(sooner)) != 0 || len(never.Weakens(later)) != 0 {
		t.Errorf("%q, %q, %q", later.Weakens(never), sooner.Weakens(later), later.Weakens(sooner))
	}
}

func TestARetentionThatIsShorterIsWeaker(t *testing.T) {
	for _, tt := range []struct{ old, now, want string }{
		{"0s", "90d", "what somebody left may be deleted for good after 90d; it was kept for ever"},
		{"90d", "30d", "what somebody left may be deleted for good after 30d instead of 90d"},
		{"30d", "90d", ""},
		{"30d", "0s", ""},
	} {
		var want []string
		if tt.want != "" {
			want = []string{tt.want}
		}
		old := parsed(t, ruled+"\nretention: "+tt.old+"\n").Rules()
		if got := parsed(t, ruled+"\nretention: "+tt.now+"\n").Rules().Weakens(old); !slices.Equal(got, want) {
			t.Errorf("%s after %s: %q", tt.now, tt.old, got)
		}
	}
}
