package bottest

import (
	"sync"
	"time"
)

var zones sync.Map // name -> *time.Location

// Zone is the time zone with a name; UTC where there is none. It is kept: whatever
// is drawn asks for one, and to read one is to open a file.
func Zone(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, z)
	return z
}
