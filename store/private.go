package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Private is a text that must be forgettable: a name, a reason, a note, a
// before-state. The log's entry holds only a salted commitment to it; the text
// is kept outside the entry, encrypted with the key of its subject. Once that
// key is destroyed, the text is gone everywhere and the log still verifies.
//
// A Private that was read back from the log knows its commitment only; Reveal
// opens it. Allows and Apply never see the text.
type Private struct {
	commit [32]byte
	salt   [16]byte
	text   string
	open   bool // text and salt are here
}

// Seal makes a Private from a text. An empty text is the zero Private.
func Seal(text string) Private {
	if text == "" {
		return Private{}
	}
	p := Private{text: text, open: true}
	_, _ = rand.Read(p.salt[:]) // never fails (crypto/rand, Go 1.24)
	p.commit = commitment(p.salt, text)
	return p
}

// SealJSON makes a Private from the JSON form of v.
func SealJSON(v any) Private {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: %T cannot be marshalled: %v", v, err)) // a type of ours without a JSON form
	}
	return Seal(string(b))
}

// OpenJSON reads what SealJSON made, of a Private that was not read back from
// the log: its text is still in memory. Others are opened by Store.RevealJSON.
func (p Private) OpenJSON(v any) error {
	if p.IsZero() {
		return nil
	}
	if !p.open {
		return errors.New("this text is in the log only")
	}
	return json.Unmarshal([]byte(p.text), v)
}

// The prefix separates these hashes from those of the tree.
func commitment(salt [16]byte, text string) [32]byte {
	h := sha256.New()
	h.Write([]byte("offboard private v1\x00"))
	h.Write(salt[:])
	h.Write([]byte(text))
	var out [32]byte
	h.Sum(out[:0])
	return out
}

// IsZero reports whether there is no text at all.
func (p Private) IsZero() bool { return p.commit == [32]byte{} }

// MarshalJSON writes the commitment, never the text.
func (p Private) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.StdEncoding.EncodeToString(p.commit[:]))
}

// UnmarshalJSON reads a commitment.
func (p *Private) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(raw) != len(p.commit) {
		return fmt.Errorf("malformed commitment %q", s)
	}
	*p = Private{}
	copy(p.commit[:], raw)
	return nil
}

var privateType = reflect.TypeFor[Private]()

// privates lists every Private in a body, however deep.
func privates(v reflect.Value, out []Private) []Private {
	if v.Type() == privateType {
		if p := v.Interface().(Private); !p.IsZero() {
			return append(out, p)
		}
		return out
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = privates(v.Field(i), out)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			out = privates(v.Index(i), out)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			out = privates(v.Elem(), out)
		}
	default: // a leaf without a Private in it; maps are not used in bodies
	}
	return out
}
