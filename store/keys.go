package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// The key file holds one random key for each subject, wrapped by a key that is
// derived from the installation's secret. It is a file of its own so that a
// backup of the log never holds it, and of fixed slots so that overwriting one
// slot forgets a person everywhere.
//
// A slot is 128 bytes: subject (32), nonce (12), wrapped key (48), what it holds
// (1; 0: a key), zeros, and a CRC-32 of all that (4), which every format has. The
// log remembers the slot of each subject. What a destroyed key leaves in its slot
// is in erasekeys.go.
const (
	slotSize   = 128
	minSecret  = 16 // bytes; below that a secret can be guessed
	keyContext = "offboard key file v1"
)

// Errors of the key file. Each says what to do.
var (
	ErrNoKeys      = errors.New("the key file is missing although the log has entries: put it back from its backup; without it no name or reason in the log can be read")
	ErrWrongSecret = errors.New("the key file does not open with this secret: check keys.secret in the configuration")
	ErrOtherKeys   = errors.New("the key file belongs to another log: put back the one that was made with this log")
	ErrOldKeys     = errors.New("the key file is older than the log and lacks keys that the log uses: put back the newest one")
	ErrNewerKeys   = errors.New("the key file was written by a newer program: use that one; nothing was changed")
	ErrShortSecret = fmt.Errorf("keys.secret is shorter than %d characters: make one with openssl rand -base64 32", minSecret)
)

type keyring struct {
	path  string
	file  *os.File
	wrap  cipher.AEAD
	mu    sync.Mutex
	slots int64
	cache map[int64]cipher.AEAD

	reserved []byte // slots that the commit under way needs
	unsaved  error  // why the last write of the file failed; nil if it did not

	gone map[[32]byte]bool // keys that were destroyed, by the sum of their slots; see erasekeys.go
}

// openKeys opens the key file, or makes it when fresh says that there is no
// log yet that would need the old one.
func openKeys(path, secret string, fresh, readOnly bool) (*keyring, error) {
	if len(secret) < minSecret {
		return nil, ErrShortSecret
	}
	flags := os.O_RDWR
	if readOnly {
		flags = os.O_RDONLY
	}
	if fresh {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoKeys
	}
	if err != nil {
		return nil, fmt.Errorf("open the key file: %w", remedy(err))
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the key file: %w", err), f.Close())
	}
	master, err := hkdf.Key(sha256.New, []byte(secret), nil, keyContext, 32)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	wrap, err := aead(master)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	// A part of a slot at the end is a write that a kill cut off before any
	// entry could use it: the next slot overwrites it.
	k := &keyring{path: path, file: f, wrap: wrap, slots: size / slotSize, cache: map[int64]cipher.AEAD{}}
	k.gone, err = readGone(gonePath(path))
	if fresh && err == nil {
		// Slots of a log that is gone may stay, but not below another secret:
		// a file must open with one. A crash must not lose the file's name.
		if _, err = k.raw(0, Installation); !errors.Is(err, ErrWrongSecret) && !errors.Is(err, ErrNewerKeys) {
			err = syncDir(path)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return k, nil
}

// syncDir brings the name of a new file to the disk.
func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	return nil
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// reserve makes a new key for a subject. Nothing of it is on the disk before
// flush.
func (k *keyring) reserve(subject string) (int64, error) {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails (crypto/rand, Go 1.24)
	c, err := aead(key[:])
	if err != nil {
		return 0, err
	}
	b := make([]byte, slotSize)
	copy(b[:32], subject)
	_, _ = rand.Read(b[32:44])
	k.wrap.Seal(b[44:44], b[32:44], key[:], b[:32])
	finish(b)
	k.mu.Lock()
	defer k.mu.Unlock()
	slot := k.slots + int64(len(k.reserved)/slotSize)
	k.reserved = append(k.reserved, b...)
	k.cache[slot] = c
	return slot, nil
}

// flush brings the reserved keys to the disk. It comes before the commit that
// needs them: an entry sealed with a key that a crash could lose would be lost
// too. If it fails, the next flush overwrites what it left.
func (k *keyring) flush() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.reserved) == 0 {
		return nil
	}
	if err := k.write(k.reserved); err != nil {
		return err
	}
	k.slots += int64(len(k.reserved) / slotSize)
	k.reserved = nil
	return nil
}

// write brings bytes to the end of the file, and to the disk. k.mu is held.
func (k *keyring) write(b []byte) error {
	_, err := k.file.WriteAt(b, k.slots*slotSize)
	if err == nil {
		err = k.file.Sync()
	}
	if err != nil {
		err = fmt.Errorf("write the key file: %w", err)
	}
	k.unsaved = err
	return err
}

// failed is why the last write failed; nil if it did not.
func (k *keyring) failed() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unsaved
}

// try writes less than a slot, which the next key overwrites.
func (k *keyring) try() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.write(make([]byte, slotSize-1))
}

// discard drops the keys that were reserved for a commit that did not happen.
// Keys that were flushed for it stay in slots that nobody uses.
func (k *keyring) discard() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range len(k.reserved) / slotSize {
		delete(k.cache, k.slots+int64(i))
	}
	k.reserved = nil
}

// raw reads the key in a slot. Of one that was destroyed the error is ErrErased.
func (k *keyring) raw(slot int64, subject string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.read(slot, subject)
}

// read is raw; k.mu is held.
func (k *keyring) read(slot int64, subject string) ([]byte, error) {
	b := make([]byte, slotSize)
	if _, err := k.file.ReadAt(b, slot*slotSize); err != nil {
		return nil, fmt.Errorf("the key of %s is not in the key file: %w", subject, ErrNoKeys)
	}
	if !whose(b, subject) || !intact(b) {
		return nil, fmt.Errorf("the key of %s is not in the key file: it is damaged, or belongs to another log", subject)
	}
	switch b[holdsAt] {
	case aKey:
	case tomb:
		if _, err := k.wrap.Open(nil, b[32:44], b[44:92], tombContext(b)); err != nil {
			return nil, ErrWrongSecret
		}
		return nil, fmt.Errorf("%s: %w", subject, ErrErased)
	default:
		return nil, ErrNewerKeys
	}
	if k.gone[sha256.Sum256(b)] {
		return nil, fmt.Errorf("%s: %w", subject, ErrErased)
	}
	key, err := k.wrap.Open(nil, b[32:44], b[44:92], b[:32])
	if err != nil {
		return nil, ErrWrongSecret
	}
	return key, nil
}

// whose reports whether a slot is that of a subject.
func whose(b []byte, subject string) bool {
	want := make([]byte, 32)
	copy(want, subject)
	return string(b[:32]) == string(want)
}

// finish ends a slot with its checksum.
func finish(b []byte) { binary.BigEndian.PutUint32(b[slotSize-4:], crc32.ChecksumIEEE(b[:slotSize-4])) }

func intact(b []byte) bool {
	return binary.BigEndian.Uint32(b[slotSize-4:]) == crc32.ChecksumIEEE(b[:slotSize-4])
}

// cipher returns the cipher of a subject. It is cached: a key never changes
// until it is destroyed, which takes it out. The lock is held while a key is
// read, so that none comes back into the cache after that.
func (k *keyring) cipher(slot int64, subject string) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c, ok := k.cache[slot]; ok {
		return c, nil
	}
	key, err := k.read(slot, subject)
	if err != nil {
		return nil, err
	}
	c, err := aead(key)
	if err != nil {
		return nil, err
	}
	if len(k.cache) > 4096 { // bounded: an old case is read again when it is needed
		maps.DeleteFunc(k.cache, func(slot int64, _ cipher.AEAD) bool { return slot < k.slots }) // the others are nowhere else yet
	}
	k.cache[slot] = c
	return c, nil
}

func (k *keyring) close() error { return k.file.Close() }

// sealBlob encrypts salt and text; the commitment is bound to the ciphertext.
func sealBlob(c cipher.AEAD, p Private) []byte {
	nonce := make([]byte, c.NonceSize(), c.NonceSize()+len(p.salt)+len(p.text)+c.Overhead())
	_, _ = rand.Read(nonce)
	return c.Seal(nonce, nonce, append(p.salt[:], p.text...), p.commit[:])
}

// openBlob decrypts a blob and proves that it is what was committed to.
func openBlob(c cipher.AEAD, commit [32]byte, blob []byte) (Private, error) {
	if len(blob) < c.NonceSize() {
		return Private{}, errors.New("the sealed text is cut off")
	}
	plain, err := c.Open(nil, blob[:c.NonceSize()], blob[c.NonceSize():], commit[:])
	if err != nil || len(plain) < 16 {
		return Private{}, errors.New("the sealed text does not open: it was changed, or the key is another one")
	}
	p := Private{commit: commit, text: string(plain[16:]), open: true}
	copy(p.salt[:], plain)
	if commitment(p.salt, p.text) != commit {
		return Private{}, errors.New("the sealed text is not the one the log commits to")
	}
	return p, nil
}
