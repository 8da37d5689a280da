package ldap

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// An identity is the attribute that pins an entry through renames and moves.
type identity struct {
	attr string
	guid bool // its value is the 16 bytes of a GUID, not a text
}

// of is the identity of an entry as text; empty if it may not be read.
func (i identity) of(e *ldap.Entry) string {
	value := get(e, i.attr)
	if !i.guid || value == "" {
		return value
	}
	if len(value) != 16 {
		return ""
	}
	b := swapGUID([]byte(value))
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// filter finds the entry with this identity. What cannot be one finds nothing.
func (i identity) filter(id string) string {
	if !i.guid {
		return equals(i.attr, id)
	}
	b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil || len(b) != 16 {
		return "(!(objectClass=*))"
	}
	var out strings.Builder
	for _, c := range swapGUID(b) {
		fmt.Fprintf(&out, `\%02x`, c)
	}
	return "(" + i.attr + "=" + out.String() + ")"
}

// swapGUID turns the bytes of a GUID into the order in which it is written, or
// back: its first three fields are numbers, stored with the low byte first
// (MS-DTYP, 2.3.4.2).
func swapGUID(b []byte) []byte {
	return []byte{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]}
}

// id is what pins an entry; empty if the bot may not read it.
func (s *session) id(e *ldap.Entry) string { return s.fl.id.of(e) }
