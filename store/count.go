package store

import "fmt"

// Count is a number of things, for people: "1 step", "12 steps".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
