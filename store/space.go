package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Space is how large a database file is, and how much of that holds nothing, in
// bytes. bbolt uses free pages again, and never makes a file smaller.
type Space struct {
	Size int64 `json:"size"`
	Free int64 `json:"free"`
}

// Worth reports whether a compaction would be: a third of the file and more than
// 64 MiB hold nothing. Below that the next months would use it anyway.
func (s Space) Worth() bool { return s.Free > 64<<20 && s.Free > s.Size/3 }

// SpaceOf looks at a database file, also while a server writes it; then the
// answer may be a commit old. It reads three pages.
func SpaceOf(path string) (Space, error) {
	f, size, err := sized(path)
	if err != nil {
		return Space{}, err
	}
	defer func() { _ = f.Close() }() // only read
	return spaceIn(f, size)
}

// flagFree is of the page that lists the free ones.
const flagFree = 0x10

func spaceIn(f io.ReaderAt, size int64) (Space, error) {
	m, err := readMeta(f, size)
	if err != nil {
		return Space{}, err
	}
	if m.free < 2 || m.free >= m.pages {
		return Space{}, fmt.Errorf("the list of free pages should be page %d, which is not there", m.free)
	}
	b := make([]byte, pageHeader+8)
	if _, err := f.ReadAt(b, int64(m.free)*int64(m.pageSize)); err != nil {
		return Space{}, err
	}
	if binary.NativeEndian.Uint64(b) != m.free || binary.NativeEndian.Uint16(b[8:]) != flagFree {
		return Space{}, errors.New("the list of free pages is not where it should be")
	}
	free := uint64(binary.NativeEndian.Uint16(b[10:]))
	if free == math.MaxUint16 { // more than fit there (bbolt, freelist.go)
		free = binary.NativeEndian.Uint64(b[pageHeader:])
	}
	// What lies behind the last page was made in advance.
	return Space{Size: size, Free: size - int64(m.pages-min(free, m.pages))*int64(m.pageSize)}, nil
}
