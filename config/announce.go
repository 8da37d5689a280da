package config

import (
	"fmt"
	"time"
)

// Announce says who is told of a leave before access ends.
type Announce struct {
	Roles  []string `yaml:"roles"`  // some of RoleNames; none: nobody is told
	Before Duration `yaml:"before"` // so long before the cut-off
	Hours  Hours    `yaml:"hours"`  // of the day in which they are told, on the recipient's clock
	Days   Days     `yaml:"days"`   // of the week, likewise
}

func usualAnnounce() Announce {
	return Announce{
		Before: Duration(2 * 24 * time.Hour),
		Hours:  Hours{8 * time.Hour, 18 * time.Hour}, Days: Days{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
	}
}

// leastAnnounce is the shortest time in which somebody could still prepare.
const leastAnnounce = Duration(time.Hour)

func (k checker) announce() {
	for i, r := range k.Announce.Roles {
		k.words(fmt.Sprintf("announce.roles[%d]", i), r, RoleNames)
	}
	const before = "announce.before"
	if k.written(before) && k.Announce.Before < leastAnnounce {
		k.add(before, "%s is too late to prepare anything; write at least %s", k.Announce.Before, leastAnnounce)
	}
}
