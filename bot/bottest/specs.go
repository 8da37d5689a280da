package bottest

import (
	"os"
	"path/filepath"
)

// Specs is the folder shared/specs/VENDOR, with what the vendor publishes of its
// formats, beside one of the folders above; "" if there is none.
func Specs(vendor string) string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		at := filepath.Join(dir, "shared", "specs", vendor)
		if _, err := os.Stat(at); err == nil {
			return at
		}
		dir = filepath.Dir(dir)
	}
	return ""
}
