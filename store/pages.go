package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// The form of a bbolt file (bbolt, internal/common: page.go, meta.go, bucket.go).
// bbolt maps the file and trusts it: a file that was cut off or damaged would end
// the program. So what is to be proven is read here first, with bounds.
const (
	pageHeader  = 16 // id 8, flags 2, count 2, pages that it goes on over 4
	pageElement = 16 // of a leaf: flags 4, place 4, key size 4, value size 4; of a branch: place 4, key size 4, page 8
	bucketHead  = 16 // root 8, sequence 8
	metaSum     = 56 // offset of the checksum in a meta page's content

	flagBranch, flagLeaf = 0x01, 0x02
	boltMagic            = 0xED0CDAED
	inlineFlag           = 0x01 // of a leaf element: a bucket
)

// ErrTruncated says that a database file is shorter than it was written.
var ErrTruncated = errors.New("the file is cut off: its end is missing. Keep it as it is, look why (a full disk, a copy that was interrupted), and put back the last backup with offboard restore")

// boltMeta is the page that says where everything is, as the last commit left it.
type boltMeta struct {
	pageSize uint32
	root     uint64
	free     uint64 // the page with the list of free ones
	pages    uint64 // how many the file must have
	txid     uint64
	twins    int // how many of the two pages are whole
}

// readMeta reads the newer of the two that is whole.
func readMeta(f io.ReaderAt, size int64) (boltMeta, error) {
	var best boltMeta
	twins := 0
	// The first page says how large a page is; where it is damaged the second
	// is found at the sizes that there are.
	for at := int64(0); at <= 64<<10; at = max(1<<10, at*2) {
		b := make([]byte, pageHeader+metaSum+8)
		if _, err := f.ReadAt(b, at); err != nil {
			continue // it is shorter
		}
		m := b[pageHeader:]
		sum := fnv.New64a()
		_, _ = sum.Write(m[:metaSum]) // never fails
		if binary.NativeEndian.Uint32(m) != boltMagic || sum.Sum64() != binary.NativeEndian.Uint64(m[metaSum:]) {
			continue
		}
		one := boltMeta{
			pageSize: binary.NativeEndian.Uint32(m[8:]), root: binary.NativeEndian.Uint64(m[16:]), free: binary.NativeEndian.Uint64(m[32:]),
			pages: binary.NativeEndian.Uint64(m[40:]), txid: binary.NativeEndian.Uint64(m[48:]),
		}
		if one.pageSize < 1<<10 || one.pageSize > 64<<10 {
			continue // no machine has such pages (bbolt takes the system's)
		}
		if at == 0 || at == int64(one.pageSize) {
			twins++
			if best.pageSize == 0 || one.txid > best.txid {
				best = one
			}
		}
	}
	best.twins = twins
	switch {
	case best.pageSize == 0:
		return best, errors.New("both pages that say where everything is are damaged, or it is no database")
	case uint64(size)/uint64(best.pageSize) < best.pages:
		return best, fmt.Errorf("%w (it has %d pages of %d)", ErrTruncated, size/int64(best.pageSize), best.pages)
	}
	return best, nil
}

// sized opens a file that is only read, and says how many bytes it has.
func sized(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// whole refuses a file whose end is missing, before bbolt maps it.
func whole(path string) error {
	f, size, err := sized(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	if _, err := readMeta(f, size); errors.Is(err, ErrTruncated) {
		return err
	}
	return nil // anything else bbolt says itself
}

// openFile has bbolt open a file. Who waited for its lock while the log was
// compacted has the file from before, which is nobody's any more.
func openFile(path string, readOnly bool) (*bolt.DB, error) {
	var file *os.File
	// The freelist is kept on the disk: without it Open reads every page of a
	// log that only grows.
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: time.Second, FreelistType: bolt.FreelistMapType, ReadOnly: readOnly,
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			f, err = os.OpenFile(name, flag, mode)
			file = f
			return f, err
		},
	})
	if err != nil {
		return nil, err
	}
	opened, err := file.Stat()
	named, err2 := os.Stat(path)
	if err := errors.Join(err, err2); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if !os.SameFile(opened, named) {
		return nil, errors.Join(berrors.ErrTimeout, db.Close())
	}
	return db, nil
}

// ExamineFile reads every page of a database file that is in use, and proves
// that they fit together: then it may be opened and checked, whatever somebody
// has done to it. It is ErrLocked while somebody may write it.
func ExamineFile(path string) error {
	f, size, err := sized(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	if size == 0 {
		return fmt.Errorf("%s: %w", path, ErrNoLog)
	}
	if err := shared(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	m, err := readMeta(f, size)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if m.twins < 2 {
		return fmt.Errorf("%s: one of the two pages that say where everything is is damaged, so the last commit may be lost. If the machine has just lost power, start the server and verify again; else put back the last backup with offboard restore", path)
	}
	x := &examiner{f: f, m: m, seen: make([]byte, m.pages/8+1)}
	if err := x.bucket(m.root, 0); err != nil {
		return fmt.Errorf("%s is damaged: %w. Keep it as it is, look at the disk, and put back the last backup with offboard restore", path, err)
	}
	return nil
}

// examiner walks through the pages of a file, and keeps one bit of each.
type examiner struct {
	f    io.ReaderAt
	m    boltMeta
	seen []byte
}

// mostDepth is deeper than any tree of 2^64 keys with two in a page that
// somebody's disk holds.
const mostDepth = 64

// bucket walks through the tree of a bucket.
func (x *examiner) bucket(root uint64, depth int) error {
	_, _, err := x.page(root, depth)
	return err
}

// page walks through a page and those below it, and returns its first and last
// key.
func (x *examiner) page(id uint64, depth int) (first, last []byte, err error) {
	if depth > mostDepth {
		return nil, nil, fmt.Errorf("page %d is too deep: the pages lead in a circle", id)
	}
	if id < 2 || id >= x.m.pages || x.seen[id/8]>>(id%8)&1 == 1 {
		return nil, nil, fmt.Errorf("something leads to page %d, which is not there or is used twice", id)
	}
	head := make([]byte, pageHeader)
	if _, err := x.f.ReadAt(head, int64(id)*int64(x.m.pageSize)); err != nil {
		return nil, nil, fmt.Errorf("read page %d: %w", id, err)
	}
	more := uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || id+more >= x.m.pages {
		return nil, nil, fmt.Errorf("page %d is not what it should be", id)
	}
	for p := id; p <= id+more; p++ {
		if x.seen[p/8]>>(p%8)&1 == 1 {
			return nil, nil, fmt.Errorf("page %d is used twice", p)
		}
		x.seen[p/8] |= 1 << (p % 8)
	}
	b := make([]byte, (more+1)*uint64(x.m.pageSize))
	if _, err := x.f.ReadAt(b, int64(id)*int64(x.m.pageSize)); err != nil {
		return nil, nil, fmt.Errorf("read page %d: %w", id, err)
	}
	return x.content(b, id, depth)
}

// content looks at what stands in a page, or in a bucket that is kept inside
// another one's.
func (x *examiner) content(b []byte, id uint64, depth int) (first, last []byte, err error) {
	flags, count := binary.NativeEndian.Uint16(b[8:]), int(binary.NativeEndian.Uint16(b[10:]))
	bad := func(i int) error { return fmt.Errorf("line %d of page %d is damaged", i, id) }
	if flags != flagLeaf && flags != flagBranch || flags == flagBranch && count == 0 {
		return nil, nil, fmt.Errorf("page %d is neither one with data nor one that leads to data", id)
	}
	if pageHeader+count*pageElement > len(b) {
		return nil, nil, fmt.Errorf("page %d says that it has more lines than fit in it", id)
	}
	for i := range count {
		at := pageHeader + i*pageElement
		e := b[at:]
		place, size := binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:])
		var value, kind uint32
		if flags == flagLeaf {
			kind, place, size, value = place, size, binary.NativeEndian.Uint32(e[8:]), binary.NativeEndian.Uint32(e[12:])
		}
		start := uint64(at) + uint64(place)
		end := start + uint64(size) + uint64(value)
		if start < uint64(pageHeader+count*pageElement) || end > uint64(len(b)) || kind > inlineFlag {
			return nil, nil, bad(i)
		}
		key := b[start : start+uint64(size)]
		if size == 0 || i > 0 && bytes.Compare(last, key) >= 0 {
			return nil, nil, bad(i)
		}
		if last = key; i == 0 {
			first = key
		}
		switch {
		case flags == flagBranch:
			low, high, err := x.page(binary.NativeEndian.Uint64(e[8:]), depth+1)
			if err != nil {
				return nil, nil, err
			}
			// A search finds only what stands between the key here and the next,
			// which is compared with the last one of the page.
			if bytes.Compare(low, key) < 0 {
				return nil, nil, bad(i)
			}
			last = high
		case kind == inlineFlag:
			if err := x.inner(b[start+uint64(size):end], id, depth); err != nil {
				return nil, nil, err
			}
		}
	}
	return first, last, nil
}

// inner walks through a bucket that stands in a line of a page.
func (x *examiner) inner(v []byte, id uint64, depth int) error {
	if len(v) < bucketHead {
		return fmt.Errorf("a table in page %d is cut off", id)
	}
	if root := binary.NativeEndian.Uint64(v); root != 0 {
		return x.bucket(root, depth+1)
	}
	if len(v) < bucketHead+pageHeader {
		return fmt.Errorf("a table in page %d is cut off", id)
	}
	_, _, err := x.content(v[bucketHead:], id, depth+1)
	return err
}
