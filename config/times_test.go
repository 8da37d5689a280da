package config

import "testing"

// A day that the file does not name has the usual hour.
func TestHoursOfCutOff(t *testing.T) {
	if got := parsed(t, ruled).Times.Hours(); got != [7]Clock{"18:00", "18:00", "18:00", "18:00", "18:00", "18:00", "18:00"} {
		t.Errorf("without a word about it: %v", got)
	}
	c := parsed(t, ruled+`times: {cut_off: {mon-thu: "17:30", fri: "16:00", "sun": "12:00"}, zones: {Lisbon: Europe/Lisbon}}`)
	if got := c.Times.Hours(); got != [7]Clock{"12:00", "17:30", "17:30", "17:30", "17:30", "16:00", "18:00"} {
		t.Errorf("from Sunday on: %v", got)
	}
	if got := c.Times.Zones["Lisbon"].String(); got != "Europe/Lisbon" {
		t.Errorf("Lisbon is in %s", got)
	}
}
