package config

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Duration is a length of time as the file writes it: 90s, 24h, 3d, 2w, or
// several of them from long to short, such as 1d12h. A day is 24 hours, a year 365
// days.
type Duration time.Duration

const year = 365 * 24 * time.Hour

// units go from long to short, the order in which they may follow each other.
var units = []struct {
	name string
	size time.Duration
}{
	{"y", year},
	{"w", 7 * 24 * time.Hour},
	{"d", 24 * time.Hour},
	{"h", time.Hour},
	{"m", time.Minute},
	{"s", time.Second},
	{"ms", time.Millisecond},
}

// UnmarshalText reads the text; there are no negative durations and no
// fractions.
func (d *Duration) UnmarshalText(text []byte) error {
	rest, next, total := string(text), 0, int64(0)
	bad := fmt.Errorf("%s is not a duration; write one such as 90s, 24h, 3d or 2w", quote(rest))
	if rest == "" {
		return bad
	}
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		letters := len(rest[digits:]) - len(strings.TrimLeft(rest[digits:], "hdmswy"))
		if digits == 0 || letters == 0 {
			return bad
		}
		unit := next
		for unit < len(units) && units[unit].name != rest[digits:digits+letters] {
			unit++
		}
		if unit == len(units) {
			return bad
		}
		size := int64(units[unit].size)
		n := int64(0)
		for _, c := range rest[:digits] {
			n = n*10 + int64(c-'0')
			if n > (math.MaxInt64-total)/size {
				return errors.New("this duration is longer than 292 years; write a shorter one")
			}
		}
		total += n * size
		rest, next = rest[digits+letters:], unit+1
	}
	*d = Duration(total)
	return nil
}

// String is the duration in the longest unit that fits it exactly, as
// UnmarshalText reads it.
func (d Duration) String() string {
	for _, u := range units {
		if u.size != year && d != 0 && d%Duration(u.size) == 0 { // many think in days up to a year
			return fmt.Sprintf("%d%s", int64(d)/int64(u.size), u.name)
		}
	}
	// Zero, or finer than a millisecond, which no file can contain.
	return time.Duration(d).String()
}

// Offset is a Duration after a moment or, with a minus in front, before it.
type Offset time.Duration

// UnmarshalText reads the text of a Duration, with or without a minus.
func (o *Offset) UnmarshalText(text []byte) error {
	rest, before := strings.CutPrefix(string(text), "-")
	var d Duration
	if err := d.UnmarshalText([]byte(rest)); err != nil {
		return err
	}
	*o = Offset(d)
	if before {
		*o = -*o
	}
	return nil
}
