package store

import (
	"cmp"
	"time"
)

// Limits stop a mistake, or a stolen account, from emptying the company.
type Limits struct {
	Window    time.Duration // how far back cases are counted; 0 means 24 h
	Requester int           // cases that one person may open within it; 0 means 10
	Source    int           // cases that may come from one source within it, those that are confidential counted apart; 0 means 30
	Percent   int           // of the people in the directory, as the same bound on both; 0 means none

	Known time.Duration // for which an account that belongs to nobody may be known at a time; 0 means 365 days

	Watch time.Duration // for which a case without a retention of its own is watched; 0 means 90 days
	Erase time.Duration // after which somebody is erased, from the end of the last of their cases; 0 means never
}

// orUsual puts the usual limits in the place of those that are 0.
func (l Limits) orUsual() Limits {
	l.Window, l.Requester, l.Source = cmp.Or(l.Window, 24*time.Hour), cmp.Or(l.Requester, 10), cmp.Or(l.Source, 30)
	l.Known, l.Watch = cmp.Or(l.Known, 365*24*time.Hour), cmp.Or(l.Watch, 90*24*time.Hour)
	return l
}

// fewest is the least that a percentage comes to: of a small company it would
// be one case, or none.
const fewest = 5

// of is the smaller of a number of cases and the percentage of a directory with
// so many people; of one whose size nobody knows it is the number.
func (l Limits) of(cases, people int) int {
	if l.Percent == 0 || people == 0 {
		return cases
	}
	return min(cases, max(fewest, (people*l.Percent+99)/100))
}
