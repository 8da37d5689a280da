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
