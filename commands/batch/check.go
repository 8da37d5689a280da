package batch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"offboard/bot"
	"offboard/store"
	"offboard/store/sheet"
)

// maxReason of one person, in characters.
const maxReason = 500

// Terms are what a list says beside who: the part of each line that needs no
// directory.
type Terms struct {
	CutOff store.CutOff
	Rows   []store.Row // Person and Manager are found later, and Zone where it is empty
}

// Check reads the values. Empty ones are those of def; kinds are those of the
// configuration with whether they are confidential. zone is the company's.
func Check(lines []Line, def Line, kinds map[string]bool, zone *time.Location, now time.Time) (Terms, []Problem) {
	var t Terms
	var problems []Problem
	said := map[string]bool{} // columns whose default is wrong, which is wrong once
	for i, l := range lines {
		own := l
		wrong := func(column, format string, args ...any) {
			if *own.field(column) == "" && *def.field(column) != "" {
				if said[column] {
					return
				}
				said[column] = true
			}
			problems = append(problems, Problem{Line: l.No, Column: column, Text: fmt.Sprintf(format, args...)})
		}
		for _, c := range Columns {
			if f := l.field(c); *f == "" && c != "zone" { // the directory's comes first
				*f = *def.field(c)
			}
		}
		lines[i] = l
		row := store.Row{Kind: strings.ToLower(l.Kind), LastDay: store.Date(l.LastDay), Zone: l.Zone}
		if l.Person == "" {
			wrong("person", "nobody is named; write a login, or take the line out")
		}
		secret, known := kinds[row.Kind]
		if !known {
			names := make([]string, 0, len(kinds))
			for k := range kinds {
				names = append(names, k)
			}
			slices.Sort(names)
			wrong("kind", "this is none of the kinds: %s", strings.Join(names, ", "))
		}
		if _, err := store.ParseDate(l.LastDay); err != nil {
			wrong("last_day", "%s", sheet.WrongDay(l.LastDay))
		}
		if z := cmp.Or(l.Zone, def.Zone); z != "" {
			if _, err := time.LoadLocation(z); err != nil || z == "Local" {
				wrong("zone", "this time zone is not known; write one like Europe/Berlin")
			}
		}
		switch strings.ToLower(l.Confidential) {
		case "":
			row.Confidential = secret
		case "yes", "true", "1", "y":
			row.Confidential = true
		case "no", "false", "0", "n":
		default:
			wrong("confidential", "write yes or no, or leave it empty: then it is as the kind says")
		}
		if row.Reason = bot.Clean(l.Reason, len(l.Reason)); utf8.RuneCountInString(row.Reason) > maxReason {
			wrong("reason", "it is longer than %d characters", maxReason)
		}
		cut, err := cutOff(l.CutOff, cmp.Or(l.Zone, def.Zone), zone)
		switch {
		case err != "":
			wrong("cut_off", "%s", err)
		case cut.Mode == store.At && !cut.At.After(now):
			wrong("cut_off", "this time has passed; write a later one, or now")
		case t.CutOff.Mode == "":
			t.CutOff = cut
		case cut != t.CutOff:
			wrong("cut_off", "all people of a list lose access at one minute, and this is another one than above; with several zones write it like 2026-11-30 17:00+01:00, or make two lists")
		}
		t.Rows = append(t.Rows, row)
	}
	return t, problems
}

// cutOff reads when access ends; without an offset a time is in the line's zone,
// or else in the company's. wrong is what is wrong with it.
func cutOff(text, zone string, company *time.Location) (cut store.CutOff, wrong string) {
	switch strings.ToLower(text) {
	case "now":
		return store.CutOff{Mode: store.Now}, ""
	case "":
		return cut, "write when access ends: now, or a time like 2026-11-30 17:00"
	}
	at, err := time.LoadLocation(cmp.Or(zone, company.String()))
	if err != nil {
		at = company // said beside the zone
	}
	text = strings.Replace(text, "T", " ", 1)
	for _, layout := range []string{"2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, at); err == nil {
			return store.CutOff{Mode: store.At, At: t.UTC()}, ""
		}
	}
	day, clock, timed := strings.Cut(text, " ")
	if _, err := store.ParseDate(day); err == nil && timed {
		return cut, fmt.Sprintf("there is no time %q; write the time of day after the date, like 2026-11-30 17:00", bot.Clean(clock, 20))
	} else if err == nil {
		return cut, fmt.Sprintf("write the time of day too, like %s 17:00", day)
	}
	if say := sheet.WrongDay(day); say != sheet.LikeDay {
		return cut, say + ", and the time after it: 2026-11-30 17:00"
	}
	return cut, "write now, or a time like 2026-11-30 17:00"
}

// Armed reports whether a cut-off is written as one that waits for a press, which
// no list has.
func Armed(cutOff string) bool {
	return slices.Contains([]string{"press", "pressed", "arm", "armed", "when i press"}, strings.ToLower(strings.TrimSpace(cutOff)))
}

// armed is the problem of a list that is to wait for a press. It is said before
// anybody is looked up, and alone: the list has to be another one.
func armed(lines []Line, def Line) []Problem {
	for _, l := range lines {
		if Armed(cmp.Or(l.CutOff, def.CutOff)) {
			return []Problem{{Line: l.No, Column: "cut_off", Text: store.UnarmedList}}
		}
	}
	return nil
}
