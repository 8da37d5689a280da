package ldap

import (
	"errors"
	"strings"
	"time"
)

// lockedForGood is what draft-behera-ldap-password-policy, 5.3.3, gives for
// "locked until an administrator resets it". It is no time at all.
const lockedForGood = "000001010000Z"

var errTime = errors.New("not a generalized time")

// now is the time by the server's clock, which the root DSE of a domain shows
// (MS-ADTS, 3.1.1.3.2.3); by ours where the server does not say.
func (s *session) now() (time.Time, error) {
	root, err := s.read("", "currentTime")
	if err != nil || root == nil {
		return time.Now(), err
	}
	at, err := parseTime(get(root, "currentTime"))
	if err != nil {
		return time.Now(), nil
	}
	return at, nil
}

// parseTime reads a generalized time (RFC 4517, 3.3.13): minutes and seconds
// may be missing, the last part may have a fraction, a zone is required.
func parseTime(s string) (time.Time, error) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	var layout string
	var unit time.Duration
	switch digits {
	case 10:
		layout, unit = "2006010215", time.Hour
	case 12:
		layout, unit = "200601021504", time.Minute
	case 14:
		layout, unit = "20060102150405", time.Second
	default:
		return time.Time{}, errTime
	}
	t, err := time.Parse(layout, s[:digits])
	if err != nil {
		return time.Time{}, errTime
	}
	rest := s[digits:]
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		n := 1
		scale, part := int64(unit), int64(0)
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			scale /= 10
			part += int64(rest[n]-'0') * scale
			n++
		}
		if n == 1 {
			return time.Time{}, errTime
		}
		t, rest = t.Add(time.Duration(part)), rest[n:]
	}
	offset, err := parseZone(rest)
	if err != nil {
		return time.Time{}, err
	}
	return t.Add(-offset), nil
}

func parseZone(s string) (time.Duration, error) {
	if s == "Z" {
		return 0, nil
	}
	if len(s) != 3 && len(s) != 5 || !strings.ContainsAny(s[:1], "+-") {
		return 0, errTime
	}
	if len(s) == 3 {
		s += "00"
	}
	t, err := time.Parse("1504", s[1:])
	if err != nil {
		return 0, errTime
	}
	d := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, nil
}
