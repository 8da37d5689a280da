package figures

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"offboard/store"
)

// Period is a stretch of whole days in a zone, both ends included.
type Period struct {
	Name string     `json:"name,omitempty"` // "Q3 2026"; empty for two dates
	From store.Date `json:"from"`
	To   store.Date `json:"to"`
}

// Days says in words which days they are: "1 July to 30 September 2026".
func (p Period) Days() string {
	from, to := p.From.In(time.UTC), p.To.In(time.UTC)
	switch {
	case from.Equal(to):
		return from.Format("2 January 2006")
	case from.Year() != to.Year():
		return from.Format("2 January 2006") + " to " + to.Format("2 January 2006")
	case from.Month() == to.Month():
		return from.Format("2") + " to " + to.Format("2 January 2006")
	}
	return from.Format("2 January") + " to " + to.Format("2 January 2006")
}

// Title is the period as a heading has it: its name, or its days.
func (p Period) Title() string { return cmp.Or(p.Name, p.Days()) }

// begin and end are the moments that bound the period. The end is not in it: a
// day has 23 or 25 hours twice a year.
func (p Period) begin(zone *time.Location) time.Time { return p.From.In(zone) }
func (p Period) end(zone *time.Location) time.Time   { return p.To.In(zone).AddDate(0, 0, 1) }

// Usual is the period of whoever names none.
const Usual = "last 90 days"

// Examples are periods as people type them.
const Examples = "this month, last month, last quarter, 2026-09, 2026-Q3, 2026, last 90 days, or two days such as 2026-07-01 2026-09-30"

var (
	errPeriod = errors.New("this is no period that I know: it is " + Examples)
	lastDays  = regexp.MustCompile(`^last (\d{1,4}) days?$`)
	quarter   = regexp.MustCompile(`^(\d{4})[- ]?q([1-4])$`)
	month     = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	year      = regexp.MustCompile(`^(\d{4})$`)
	twoDays   = regexp.MustCompile(`^(?:from )?(\d{4}-\d{2}-\d{2})(?: *(?:to|until|-|–|\.\.) *| +)(\d{4}-\d{2}-\d{2})$`)
)

// longest is how many days a period may have: what is longer was mistyped.
const longest = 3660

// ParsePeriod reads a period as people type it, and says which one it is
// compared with: the one before it, and of one that is not over as many days of
// that. Empty is Usual. Its error is for whoever typed it.
func ParsePeriod(text string, now time.Time, zone *time.Location) (p, before Period, err error) {
	text = strings.Join(strings.Fields(strings.ToLower(cmp.Or(strings.TrimSpace(text), Usual))), " ")
	now = now.In(zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC) // days are counted where none is missing
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	q := first.AddDate(0, -((int(now.Month()) - 1) % 3), 0)
	y := time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	switch text {
	case "today":
		return days(today, today, today, "today")
	case "this month":
		return months(first, 1, today)
	case "last month":
		return months(first.AddDate(0, -1, 0), 1, today)
	case "this quarter":
		return months(q, 3, today)
	case "last quarter":
		return months(q.AddDate(0, -3, 0), 3, today)
	case "this year":
		return months(y, 12, today)
	case "last year":
		return months(y.AddDate(-1, 0, 0), 12, today)
	}
	num := func(s string) int { n, _ := strconv.Atoi(s); return n } // the expressions let only digits through
	if m := lastDays.FindStringSubmatch(text); m != nil {
		n := num(m[1])
		if n == 0 {
			return p, before, errPeriod
		}
		return days(today.AddDate(0, 0, 1-n), today, today, "last "+store.Count(n, "day", "days"))
	}
	if m := quarter.FindStringSubmatch(text); m != nil {
		return months(time.Date(num(m[1]), time.Month(3*num(m[2])-2), 1, 0, 0, 0, 0, time.UTC), 3, today)
	}
	if m := month.FindStringSubmatch(text); m != nil && num(m[2]) >= 1 && num(m[2]) <= 12 {
		return months(time.Date(num(m[1]), time.Month(num(m[2])), 1, 0, 0, 0, 0, time.UTC), 1, today)
	}
	if m := year.FindStringSubmatch(text); m != nil {
		return months(time.Date(num(m[1]), 1, 1, 0, 0, 0, 0, time.UTC), 12, today)
	}
	if m := twoDays.FindStringSubmatch(text); m != nil {
		from, err := store.ParseDate(m[1])
		to, err2 := store.ParseDate(m[2])
		if err = errors.Join(err, err2); err != nil {
			return p, before, errPeriod
		}
		return days(from.In(time.UTC), to.In(time.UTC), today, "")
	}
	return p, before, errPeriod
}

// days is a period of days, compared with as many days before it.
func days(from, to, today time.Time, name string) (p, before Period, err error) {
	switch n := int(to.Sub(from)/(24*time.Hour)) + 1; {
	case from.Year() < 1970 || n > longest:
		return p, before, errPeriod
	case n < 1:
		return p, before, fmt.Errorf("the period ends (%s) before it begins (%s)", to.Format(time.DateOnly), from.Format(time.DateOnly))
	case from.After(today):
		return p, before, notYet(from)
	default:
		if to.After(today) {
			to, n = today, int(today.Sub(from)/(24*time.Hour))+1
		}
		return period(name, from, to), period("", from.AddDate(0, 0, -n), from.AddDate(0, 0, -1)), nil
	}
}

// months is a period of whole months, compared with as many before it.
func months(from time.Time, n int, today time.Time) (p, before Period, err error) {
	switch {
	case from.Year() < 1970:
		return p, before, errPeriod
	case from.After(today):
		return p, before, notYet(from)
	}
	to, was := from.AddDate(0, n, -1), from.AddDate(0, -n, 0)
	until := from.AddDate(0, 0, -1)
	if to.After(today) {
		to = today
		if same := was.Add(to.Sub(from)); same.Before(until) {
			until = same
		}
	}
	p, before = period(unit(from, n), from, to), period(unit(was, n), was, until)
	if until.AddDate(0, 0, 1).Before(from) {
		before.Name = ""
	}
	return p, before, nil
}

func notYet(from time.Time) error {
	return fmt.Errorf("that period begins on %s, which is still to come", from.Format("2 January 2006"))
}

// unit is the name of so many months from one on.
func unit(from time.Time, n int) string {
	switch n {
	case 1:
		return from.Format("January 2006")
	case 3:
		return fmt.Sprintf("Q%d %d", (int(from.Month())+2)/3, from.Year())
	}
	return strconv.Itoa(from.Year())
}

func period(name string, from, to time.Time) Period {
	return Period{name, store.Date(from.Format(time.DateOnly)), store.Date(to.Format(time.DateOnly))}
}
