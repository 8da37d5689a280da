package config

import (
	"fmt"
	"time"
)

// leastRetention is the shortest: what is deleted sooner is deleted before
// anybody could notice that the leave was wrong.
const leastRetention = Duration(24 * time.Hour)

func (k checker) retention() {
	if k.Retention != 0 && k.Retention < leastRetention {
		k.add("retention", "%s is too short; write at least %s, or 0s to keep everything", k.Retention, leastRetention)
	}
}

// leastErase is the shortest time after which somebody is erased by a rule: until
// then questions about how they left can still be answered.
const leastErase = Duration(30 * 24 * time.Hour)

// erase is longer than whatever is still to happen about a case: what is left is
// deleted with what the log knows of it, and it is watched with that too.
func (k checker) erase() {
	if k.Erase == 0 {
		return
	}
	longest, what := k.Retention, "retention"
	for i, r := range k.Policy {
		if r.Retention != nil && Duration(*r.Retention) > longest {
			longest, what = Duration(*r.Retention), fmt.Sprintf("policy[%d].retention", i)
		}
	}
	if k.Watch.For > longest {
		longest, what = k.Watch.For, "watch.for"
	}
	switch {
	case k.Erase < leastErase:
		k.add("erase", "%s is too short; write at least %s, or 0s to erase nobody by a rule", k.Erase, leastErase)
	case k.Erase <= longest:
		k.add("erase", "%s is not longer than %s (%s): until then what the log knows of somebody is needed", k.Erase, what, longest)
	}
}

// erasesSooner says that people are erased who were not, or sooner.
func erasesSooner(now, inForce Duration) []string {
	switch {
	case now == 0 || inForce != 0 && now >= inForce:
		return nil
	case inForce == 0:
		return []string{fmt.Sprintf("people are erased %s after their last case; they were not", now)}
	}
	return []string{fmt.Sprintf("people are erased %s after their last case instead of %s", now, inForce)}
}

// RetentionOf is how long what somebody left is kept who goes for a kind of
// departure; 0 is for ever. Who is to come back keeps everything.
func (c *Config) RetentionOf(kind string) time.Duration {
	for _, k := range c.Kinds() {
		if k.ID == kind && k.Returns {
			return 0
		}
	}
	return time.Duration(c.Retention)
}

// deletesSooner says that more is deleted than by the rules in force, or sooner.
func deletesSooner(now, inForce Duration) []string {
	switch {
	case now == 0 || inForce != 0 && now >= inForce:
		return nil
	case inForce == 0:
		return []string{fmt.Sprintf("what somebody left may be deleted for good after %s; it was kept for ever", now)}
	}
	return []string{fmt.Sprintf("what somebody left may be deleted for good after %s instead of %s", now, inForce)}
}
