package store

import "time"

// Wish is a time as somebody chose it on the leaver's clock, without its zone:
// "2026-11-30 18:00". What is gone by is the instant (CutOff.At), which was
// approved; the wish is kept beside it so that everybody can be told when the
// two do not fit, because that clock skips or repeats the hour, or because the
// rules of the zone have changed since.
type Wish string

// wishLayout is how a Wish is written.
const wishLayout = "2006-01-02 15:04"

// WishOf joins a day and a time of day, "18:00". What is no time gives a Wish
// that is not valid.
func WishOf(day Date, clock string) Wish { return Wish(string(day) + " " + clock) }

// Valid reports whether the wish can be read.
func (w Wish) Valid() bool {
	t, err := time.Parse(wishLayout, string(w))
	return err == nil && t.Format(wishLayout) == string(w)
}

// Day is the day of the wish; empty if it can't be read.
func (w Wish) Day() Date {
	if !w.Valid() {
		return ""
	}
	return Date(w[:len(time.DateOnly)])
}

// Clock is the time of day, "18:00"; empty if the wish can't be read.
func (w Wish) Clock() string {
	if !w.Valid() {
		return ""
	}
	return string(w[len(time.DateOnly)+1:])
}

// Fit says how a wish fits the clocks of a zone.
type Fit string

// The fits.
const (
	Once   Fit = ""       // the clocks there show it once
	Gap    Fit = "gap"    // never: they are put forward over it
	Twice  Fit = "twice"  // they are put back, and show it again
	Moved  Fit = "moved"  // the zone's rules have changed since it was chosen
	NoWish Fit = "unsaid" // nobody chose a time of the clock
)

// farthest is more than the largest offset from UTC that any zone has had (about
// 16 hours), with the day that a place can skip when it moves over the date line.
const farthest = 50 * time.Hour

// In is the instant of a wish in a zone. A time that the clocks skip is the first
// instant after the gap. Of one that they show twice it is the first: a lock-out
// that is an hour late is worse than one that is an hour early. It is the zero
// time if the wish can't be read.
func (w Wish) In(zone *time.Location) (time.Time, Fit) {
	wall, err := time.Parse(wishLayout, string(w))
	if err != nil || !w.Valid() {
		return time.Time{}, NoWish
	}
	// Each stretch between two changes of the clocks is looked at by itself;
	// what it would make of the wish is the instant if it lies within it.
	var found []time.Time
	var after time.Time // end of the last stretch in which the wish was still to come
	for at := wall.Add(-farthest); !at.After(wall.Add(farthest)); {
		_, offset := at.In(zone).Zone()
		from, to := at.In(zone).ZoneBounds()
		t := wall.Add(-time.Duration(offset) * time.Second)
		switch {
		case !to.IsZero() && !t.Before(to):
			after = to
		case from.IsZero() || !t.Before(from):
			found = append(found, t)
		}
		if to.IsZero() {
			break
		}
		at = to
	}
	switch len(found) {
	case 0:
		return after.UTC(), Gap
	case 1:
		return found[0].UTC(), Once
	}
	return found[0].UTC(), Twice
}

// Fit says how the instant of a cut-off fits what was chosen, by the rules that
// this program knows of the zone.
func (c CutOff) Fit(zone *time.Location) Fit {
	if c.Mode != At || c.Wish == "" {
		return NoWish
	}
	at, fit := c.Wish.In(zone)
	if !at.Equal(c.At) {
		return Moved
	}
	return fit
}

// sound reports whether the wish of a cut-off, where there is one, can belong to
// its instant in some zone. No rule asks in which: the same log must fold to the
// same cases wherever the zones are kept differently.
func (c CutOff) sound() bool {
	if c.Wish == "" {
		return true
	}
	wall, err := time.Parse(wishLayout, string(c.Wish))
	return err == nil && c.Wish.Valid() && c.Mode == At && wall.Sub(c.At).Abs() <= farthest
}
