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
