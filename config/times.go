package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Times says when access ends where nobody chooses another time, and in which
// zone that is for people of whom the directory does not say it.
type Times struct {
	CutOff map[string]Clock `yaml:"cut_off"` // days of the week, as in reminders.days -> their hour
	Zones  map[string]Zone  `yaml:"zones"`   // location or country in the directory -> zone

	SurveyAgain Duration `yaml:"survey_again"` // what the leaver has is looked at again so long before the cut-off
}

func usualTimes() Times { return Times{SurveyAgain: Duration(30 * time.Minute)} }

// Clock is a time of day, such as 18:00.
type Clock string

// usualCutOff is the hour of a day that the file does not name.
const usualCutOff Clock = "18:00"

// UnmarshalText reads 18:00.
func (c *Clock) UnmarshalText(text []byte) error {
	if _, ok := clock(string(text)); !ok || string(text) == "24:00" {
		return fmt.Errorf("%s is not a time of day; write it such as \"18:00\"", quote(string(text)))
	}
	*c = Clock(text)
	return nil
}

// Hours are the hours of the cut-off, from Sunday to Saturday.
func (t Times) Hours() [7]Clock {
	var out [7]Clock
	for i := range out {
		out[i] = usualCutOff
	}
	for text, hour := range t.CutOff {
		var days Days
		if days.UnmarshalText([]byte(text)) == nil {
			for _, d := range days {
				out[d] = hour
			}
		}
	}
	return out
}

func (k checker) times() {
	first := map[time.Weekday]string{}
	for _, text := range slices.Sorted(maps.Keys(k.Times.CutOff)) {
		path := join("times.cut_off", text)
		var days Days
		if err := days.UnmarshalText([]byte(text)); err != nil {
			k.add(path, "%v", err)
			continue
		}
		for _, d := range days {
			if other, ok := first[d]; ok {
				k.add(path, "%s is in %s too; name each day once", d, quote(other))
				break
			}
			first[d] = text
		}
	}
	places := map[string]string{}
	for _, place := range slices.Sorted(maps.Keys(k.Times.Zones)) {
		path, key := join("times.zones", place), strings.ToLower(strings.TrimSpace(place))
		if other, ok := places[key]; ok {
			k.add(path, "%s is the same place; write it once", quote(other))
		}
		places[key] = place
		if key == "" {
			k.add(path, "the place has no name; write a location or a country as the directory has it")
		}
	}
}
