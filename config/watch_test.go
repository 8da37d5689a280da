package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWatchDefaults(t *testing.T) {
	day := Duration(24 * time.Hour)
	want := Watch{First: Duration(time.Hour), Second: day, Every: 7 * day, For: 90 * day, Tell: []string{"security"}, Sweep: Sweep{Day: time.Monday, Hour: 6 * time.Hour}, KnownFor: 365 * day}
	if got := parsed(t, ruled).Watch; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWatchIsChecked(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "a secret for tests only")
	for text, want := range map[string]string{
		"{tell: [cook]}":           "watch.tell[0]",
		"{first: 10s}":             "watch.first: 10s is too soon",
		"{first: 25h}":             "watch.first: the second look (1d) must come after the first",
		"{second: 30m}":            "watch.second: the second look (30m) must come after the first (1h)",
		"{every: 1m}":              "watch.every: 1m is too often",
		"{for: 2h}":                "watch.for: 2h ends before the second look",
		"{for: 30d, every: 24h}":   "",
		"{sweep: monday}":          "\"monday\" is not a time of the week; write it such as \"mon 06:00\"",
		"{sweep: daily 25:00}":     "is not a time of the week",
		"{sweep: mon 24:00}":       "is not a time of the week",
		"{known_for: 3h}":          "watch.known_for: write a time from 1d to 730d",
		"{known_for: 1000d}":       "watch.known_for: write a time from 1d to 730d",
		"{sweep: daily 05:30}":     "",
		"{sweep: off}":             "",
		"{first: 5m, second: 10m}": "",
	} {
		_, err := Parse("x.yaml", []byte(ruled+"\nwatch: "+text+"\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// What makes the watch see or ask less is weaker.
func TestAWatchThatIsWeaker(t *testing.T) {
	old := parsed(t, ruled).Rules()
	for text, want := range map[string][]string{
		"{retake_without_asking: true}":        {"access that came back is taken again without asking anybody"},
		"{tell: []}":                           {"the role security is not told any more of access that came back"},
		"{for: 30d}":                           {"what was taken is watched for 30d instead of 90d"},
		"{every: 30d}":                         {"what was taken is read again every 30d instead of 1w"},
		"{for: 120d, every: 24h, second: 12h}": nil,
		"{sweep: off}":                         {"accounts that belong to nobody are looked for: off, instead of mon 06:00"},
		"{sweep: daily 23:15, known_for: 30d}": nil,
		"{known_for: 500d}":                    {"an account that belongs to nobody may be known for 500d instead of 365d"},
		"{first: 3h, second: 48h}":             {"what was taken is read again after 3h instead of 1h", "what was taken is read again a second time after 2d instead of 1d"},
	} {
		if got := parsed(t, ruled+"\nwatch: "+text+"\n").Rules().Weakens(old); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
