//go:build !linux

package places

// AppendOnly reports whether a file can only be appended to; known is false
// where that can't be told.
func AppendOnly(string) (only, known bool) { return false, false }
