package store

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Whatever a key file holds, a key comes out of it only as it was put in.
func FuzzKeyFile(f *testing.F) {
	path := filepath.Join(f.TempDir(), "keys")
	k, err := openKeys(path, testSecret, true, false)
	if err != nil {
		f.Fatal(err)
	}
	// The same in each process that fuzzes.
	subjects := []string{Installation, "P-1", "OFF-1"}
	var good []byte
	for i, s := range subjects {
		b := make([]byte, slotSize)
		copy(b, s)
		b[32] = byte(i) // nonce
		k.wrap.Seal(b[44:44], b[32:44], bytes.Repeat([]byte{byte(i)}, 32), b[:32])
		binary.BigEndian.PutUint32(b[slotSize-4:], crc32.ChecksumIEEE(b[:slotSize-4]))
		good = append(good, b...)
	}
	if err := k.close(); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:slotSize+7])
	f.Add(append(bytes.Clone(good[slotSize:]), good[:slotSize]...))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := openKeys(path, testSecret, false, true)
		if err != nil {
			t.Fatal(err) // it is read later
		}
		for slot := range k.slots + 1 {
			for i, s := range subjects {
				_, err := k.raw(slot, s)
				at := int(slot) * slotSize
				same := len(file) >= at+slotSize && bytes.Equal(file[at:at+slotSize], good[i*slotSize:][:slotSize])
				if (err == nil) != same {
					t.Errorf("slot %d, %s: %v", slot, s, err)
				}
			}
		}
		if err := k.close(); err != nil {
			t.Error(err)
		}
	})
}

// A checkpoint counts only as it was signed, and is no handover of the key.
func FuzzReadCheckpoint(f *testing.F) {
	s, err := Open(testOptions(f.TempDir()))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	if _, err := s.Meet(f.Context(), Bot("test"), Card{ID: "1"}); err != nil {
		f.Fatal(err)
	}
	good, err := s.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	want, err := s.ReadCheckpoint(good)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good + good)
	f.Add(strings.Replace(good, "\n1\n", "\n2\n", 1))
	f.Add(strings.Replace(good, "\n\n", "\n\nmore\n", 1))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ReadCheckpoint(text)
		if err == nil && got != want {
			t.Errorf("%q states %+v", text, got)
		}
		if err != nil && got != (Statement{}) {
			t.Errorf("%q is refused, and states %+v", text, got)
		}
		if (Rekeyed{Verifier: s.sign.Verifier, Proof: text}).Agreed(s.sign.Verifier, s.sign.Verifier) == nil {
			t.Errorf("%q hands the key over", text)
		}
	})
}

// A wish that can be read is an instant in every zone, at which the clocks there
// show it, or that follows a gap.
func FuzzWish(f *testing.F) {
	for _, s := range []string{"2026-11-30 18:00", "2026-03-29 02:30", "2026-10-25 02:30", "2011-12-30 12:00", "0001-01-01 00:00", "9999-12-31 23:59", "2026-1-1 9:00", ""} {
		f.Add(s)
	}
	var zones []*time.Location
	for _, name := range []string{"UTC", "Europe/Lisbon", "Pacific/Apia", "Australia/Lord_Howe"} {
		z, err := time.LoadLocation(name)
		if err != nil {
			f.Fatal(err)
		}
		zones = append(zones, z)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := Wish(s)
		for _, z := range zones {
			at, fit := w.In(z)
			if !w.Valid() {
				if fit != NoWish || !at.IsZero() || w.Day() != "" || w.Clock() != "" {
					t.Errorf("%q can't be read and is %s in %s", s, at, z)
				}
				continue
			}
			if WishOf(w.Day(), w.Clock()) != w {
				t.Errorf("%q is %s and %s", s, w.Day(), w.Clock())
			}
			if shown := at.In(z).Format(wishLayout); (shown == s) == (fit == Gap) {
				t.Errorf("%q in %s is %s (%q)", s, z, shown, fit)
			}
			if !(CutOff{Mode: At, At: at, Wish: w}).sound() {
				t.Errorf("%q in %s does not fit its own instant", s, z)
			}
		}
	})
}
