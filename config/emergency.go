package config

import (
	"fmt"
	"time"
)

// Emergency says how an emergency begins and who is told of it.
type Emergency struct {
	Kind     string   `yaml:"kind"`     // id of the kind of departure, where no case is open yet
	Announce []string `yaml:"announce"` // roles, some of RoleNames, whose people are told of each
	Ratify   Duration `yaml:"ratify"`   // after so long without a decision HR and security are told
}

func usualEmergency() Emergency {
	return Emergency{Kind: "termination", Announce: []string{"hr", "security"}, Ratify: Duration(24 * time.Hour)}
}

// The bounds of Ratify: people need time to answer, and a lock-out that nobody
// has approved must not be forgotten.
const (
	leastRatify = Duration(time.Hour)
	mostRatify  = Duration(7 * 24 * time.Hour)
)

func (k checker) emergency(whole bool) {
	e := k.Emergency
	for i, r := range e.Announce {
		k.words(fmt.Sprintf("emergency.announce[%d]", i), r, RoleNames)
	}
	const ratify, announce = "emergency.ratify", "emergency.announce"
	if k.written(ratify) && (e.Ratify < leastRatify || e.Ratify > mostRatify) {
		k.add(ratify, "write from %s to %s", leastRatify, mostRatify)
	}
	if k.written(announce) && len(e.Announce) == 0 {
		k.add(announce, "one person is enough for an emergency, so somebody must be told of it")
	}
	if !whole {
		return
	}
	var ids []string
	for _, kind := range k.Kinds() {
		ids = append(ids, kind.ID)
	}
	k.words("emergency.kind", e.Kind, ids)
}
