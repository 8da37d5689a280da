package config

import (
	"fmt"
	"time"
)

// Watch says when what was taken is looked at again, and what is done if it is
// there again.
type Watch struct {
	First  Duration `yaml:"first"`  // after the last step of a case
	Second Duration `yaml:"second"` // likewise
	Every  Duration `yaml:"every"`  // from then on
	For    Duration `yaml:"for"`    // until so long after it, where the case has no retention of its own

	Tell []string `yaml:"tell"` // roles whose people are told what came back, beside IT and whoever asked for the case

	RetakeWithoutAsking bool `yaml:"retake_without_asking"` // what came back and can be given back is taken again at once

	Sweep    Sweep    `yaml:"sweep"`     // when all accounts are looked at
	KnownFor Duration `yaml:"known_for"` // the longest time for which one that belongs to nobody may be known
}

func usualWatch() Watch {
	return Watch{
		First: Duration(time.Hour), Second: Duration(24 * time.Hour), Every: Duration(7 * 24 * time.Hour), For: Duration(90 * 24 * time.Hour),
		Tell: []string{"security"}, Sweep: usualSweep(), KnownFor: Duration(365 * 24 * time.Hour),
	}
}

// leastRecheck is the shortest time between two looks at the same account: a
// system is not there to be asked all day.
const leastRecheck = Duration(time.Hour)

func (k checker) watch() {
	w := k.Watch
	if k.written("watch.first") && w.First < Duration(time.Minute) {
		k.add("watch.first", "%s is too soon to tell anything; write at least 1m", w.First)
	}
	if (k.written("watch.second") || k.written("watch.first")) && w.Second <= w.First {
		at := "watch.second"
		if !k.written(at) {
			at = "watch.first"
		}
		k.add(at, "the second look (%s) must come after the first (%s)", w.Second, w.First)
	}
	if k.written("watch.every") && w.Every < leastRecheck {
		k.add("watch.every", "%s is too often; write at least %s", w.Every, leastRecheck)
	}
	for i, r := range w.Tell {
		k.words(fmt.Sprintf("watch.tell[%d]", i), r, RoleNames)
	}
	if k.written("watch.for") && w.For < w.Second {
		k.add("watch.for", "%s ends before the second look (%s)", w.For, w.Second)
	}
	if k.written("watch.known_for") && (w.KnownFor < leastKnown || w.KnownFor > mostKnown) {
		k.add("watch.known_for", "write a time from %s to %s; what stays for ever belongs on the deny list", leastKnown, mostKnown)
	}
}

// weakens says what would be seen later or less, and what nobody would be asked
// about any more.
func (w Watch) weakens(inForce Watch) []string {
	var out []string
	later := func(a, b Duration, what string) {
		if a > b {
			out = append(out, fmt.Sprintf("what was taken is %s %s instead of %s", what, a, b))
		}
	}
	later(w.First, inForce.First, "read again after")
	later(w.Second, inForce.Second, "read again a second time after")
	later(w.Every, inForce.Every, "read again every")
	if w.For < inForce.For {
		out = append(out, fmt.Sprintf("what was taken is watched for %s instead of %s", w.For, inForce.For))
	}
	for _, role := range missing(inForce.Tell, w.Tell) {
		out = append(out, "the role "+role+" is not told any more of access that came back")
	}
	if w.RetakeWithoutAsking && !inForce.RetakeWithoutAsking {
		out = append(out, "access that came back is taken again without asking anybody")
	}
	if w.Sweep.seldom(inForce.Sweep) {
		out = append(out, fmt.Sprintf("accounts that belong to nobody are looked for: %s, instead of %s", w.Sweep, inForce.Sweep))
	}
	if w.KnownFor > inForce.KnownFor {
		out = append(out, fmt.Sprintf("an account that belongs to nobody may be known for %s instead of %s", w.KnownFor, inForce.KnownFor))
	}
	return out
}
