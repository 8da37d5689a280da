package store

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// A key is destroyed by overwriting its slot with a tombstone, which says so and
// is told apart from damage. It has the form of a slot: subject (32), nonce (12),
// the number of the entry that erased it, the time, and zeros, wrapped as a key
// would be (48), a 1, zeros, CRC-32 (4). Only who has the secret can make one.
//
// An old copy of the key file still has the key. So beside the key file stands a
// list of what was destroyed: the SHA-256 of each slot as it was, and whose it
// was. A slot with that sum is not opened, and is destroyed again. It is a file of
// its own because who puts back an old key file should not put back an old list,
// and it holds nothing that anybody could not read.
const (
	holdsAt = 92 // in a slot
	aKey    = 0
	tomb    = 1
)

// ErrErased says that a text can't be read any more because a person was erased:
// its key was destroyed. It is no damage.
var ErrErased = errors.New("erased: the key was destroyed, and nothing brings it back")

// gonePath is where the list of what was destroyed is.
func gonePath(keys string) string { return keys + ".erased" }

// tombContext is what a tombstone's seal is bound to, so that no key can be
// taken for one.
func tombContext(slot []byte) []byte { return append(slices.Clone(slot[:32]), tomb) }

// tombstone is what stands in the slot of a key that was destroyed.
func (k *keyring) tombstone(subject string, entry uint64, at time.Time) []byte {
	b := make([]byte, slotSize)
	copy(b[:32], subject)
	_, _ = rand.Read(b[32:44])
	var text [32]byte
	binary.BigEndian.PutUint64(text[:], entry)
	binary.BigEndian.PutUint64(text[8:], uint64(at.UnixMicro()))
	k.wrap.Seal(b[44:44], b[32:44], text[:], tombContext(b))
	b[holdsAt] = tomb
	finish(b)
	return b
}

// doomed is a key that is to be destroyed.
type doomed struct {
	subject string
	slot    int64
}

// destroy overwrites keys with tombstones, and returns when that is on the disk
// and none of them can be read back. Doing it again is harmless, and finishes what
// a kill has cut off.
func (k *keyring) destroy(list []doomed, entry uint64, at time.Time, fault func(string) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var lines strings.Builder
	var sums [][32]byte
	for _, d := range list {
		delete(k.cache, d.slot)
		b := make([]byte, slotSize)
		if _, err := k.file.ReadAt(b, d.slot*slotSize); err != nil {
			return fmt.Errorf("read the key of %s: %w", d.subject, err)
		}
		sum := sha256.Sum256(b)
		switch {
		case !intact(b): // a crash has cut off a tombstone, or it was damaged before: nothing of it may stay
		case !whose(b, d.subject):
			return fmt.Errorf("destroy the key of %s: %w", d.subject, ErrOtherKeys)
		case b[holdsAt] != tomb && !k.gone[sum]:
			_, _ = fmt.Fprintf(&lines, "%x %s\n", sum, d.subject)
			sums = append(sums, sum)
		}
	}
	// A crash before the list is on the disk leaves keys that the log says are to
	// be destroyed; the next start goes on here. After it they are not opened.
	if err := appendGone(gonePath(k.path), lines.String()); err != nil {
		return err
	}
	for _, sum := range sums { // not before: what a full disk has kept off the list must be listed when it is tried again
		k.gone[sum] = true
	}
	if err := fault("listed"); err != nil {
		return err
	}
	for _, d := range list {
		if _, err := k.read(d.slot, d.subject); errors.Is(err, ErrErased) && k.buried(d.slot) {
			continue
		}
		if _, err := k.file.WriteAt(k.tombstone(d.subject, entry, at), d.slot*slotSize); err != nil {
			return fmt.Errorf("destroy the key of %s: %w", d.subject, err)
		}
		// A crash here leaves some keys destroyed, and others listed.
		if err := fault("overwritten"); err != nil {
			return err
		}
	}
	if err := k.file.Sync(); err != nil {
		return fmt.Errorf("destroy keys: %w", err)
	}
	for _, d := range list {
		if _, err := k.read(d.slot, d.subject); !errors.Is(err, ErrErased) || !k.buried(d.slot) {
			return fmt.Errorf("the key of %s was overwritten and can still be read: %w", d.subject, err)
		}
	}
	return nil
}

// buried reports whether a slot has a tombstone; k.mu is held.
func (k *keyring) buried(slot int64) bool {
	b := make([]byte, slotSize)
	_, err := k.file.ReadAt(b, slot*slotSize)
	return err == nil && intact(b) && b[holdsAt] == tomb
}

// destroyed reports whether a slot has a tombstone.
func (k *keyring) destroyed(slot int64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.buried(slot)
}

// tombs are the slots with keys that were destroyed. It reads the whole file.
func (k *keyring) tombs() (map[int64]bool, error) {
	k.mu.Lock()
	slots := k.slots
	k.mu.Unlock()
	out := map[int64]bool{}
	r := bufio.NewReaderSize(io.NewSectionReader(k.file, 0, slots*slotSize), 1<<20)
	for slot := range slots {
		b := make([]byte, slotSize)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, fmt.Errorf("read the key file: %w", err)
		}
		k.mu.Lock()
		if intact(b) && (b[holdsAt] == tomb || k.gone[sha256.Sum256(b)]) {
			out[slot] = true
		}
		k.mu.Unlock()
	}
	return out, nil
}

// readGone reads the list of what was destroyed. A line that a crash has cut off
// is no line: its key is still listed in the log.
func readGone(path string) (map[[32]byte]bool, error) {
	out := map[[32]byte]bool{}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the list of keys that were destroyed: %w", remedy(err))
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		sum, _, _ := strings.Cut(lines.Text(), " ")
		if b, err := hex.DecodeString(sum); err == nil && len(b) == 32 {
			out[[32]byte(b)] = true
		}
	}
	return out, errors.Join(lines.Err(), f.Close())
}

// appendGone brings lines to the end of the list, and to the disk. It begins
// with a line feed where a crash has left half a line.
func appendGone(path, lines string) error {
	if lines == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("list the keys to be destroyed: %w", remedy(err))
	}
	end, err := f.Seek(0, io.SeekEnd)
	last := []byte("\n")
	if err == nil && end > 0 {
		_, err = f.ReadAt(last, end-1)
	}
	if err == nil && last[0] != '\n' {
		lines = "\n" + lines
	}
	if err == nil {
		_, err = f.WriteString(lines)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil && end == 0 {
		err = syncDir(path)
	}
	if err != nil {
		return fmt.Errorf("list the keys to be destroyed in %s: %w", path, err)
	}
	return nil
}
