//go:build linux

package ldap_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"offboard/actions/actionstest/slapd"
)

// The rights that README.md gives to the bot's account, and no others: that all
// actions pass their suite with them is the proof that they are enough.
//
// Each is a kind of object and what is written there: attributes, by their
// schemaIDGUID, and one extended right.
const (
	userClass     = "bf967aba-0de6-11d0-a285-00aa003049e2"
	groupClass    = "bf967a9c-0de6-11d0-a285-00aa003049e2"
	computerClass = "bf967a86-0de6-11d0-a285-00aa003049e2"
	managedClass  = "7b8b558a-93a5-4af7-adca-c017e67f1057" // msDS-GroupManagedServiceAccount
	resetPassword = "00299570-246d-11d0-a768-00aa006e0529"
)

var delegated = []struct{ class, attr string }{
	{userClass, "bf967a68-0de6-11d0-a285-00aa003049e2"},     // userAccountControl
	{userClass, "bf967915-0de6-11d0-a285-00aa003049e2"},     // accountExpires
	{userClass, "bf967950-0de6-11d0-a285-00aa003049e2"},     // description
	{userClass, "bf9679b5-0de6-11d0-a285-00aa003049e2"},     // manager
	{userClass, "3e74f60e-3e73-11d1-a9c0-0000f80367c1"},     // showInAddressBook
	{userClass, "bf967a0e-0de6-11d0-a285-00aa003049e2"},     // name, for a move
	{userClass, "bf96793f-0de6-11d0-a285-00aa003049e2"},     // cn, for a move
	{groupClass, "bf9679c0-0de6-11d0-a285-00aa003049e2"},    // member
	{groupClass, "0296c120-40da-11d1-a9c0-0000f80367c1"},    // managedBy
	{computerClass, "0296c120-40da-11d1-a9c0-0000f80367c1"}, // managedBy
	{managedClass, "0296c120-40da-11d1-a9c0-0000f80367c1"},  // managedBy
	{userClass, hiddenGUID},
}

// hiddenGUID is what the tests give to msExchHideFromAddressLists.
const hiddenGUID = "6a1f0a0d-7c1e-4a52-9d0e-0f2f4e3c9b11"

// delegate makes the company's unit and gives the bot its rights there.
func (d *domain) delegate(t testing.TB) {
	t.Helper()
	d.add(t, slapd.NewEntry(company, "objectClass", "organizationalUnit"))
	sid := sidText(d.values(t, adBot, "objectSid")[0])
	var sddl strings.Builder
	for _, r := range delegated {
		fmt.Fprintf(&sddl, "(OA;CIIO;WP;%s;%s;%s)", r.attr, r.class, sid)
	}
	fmt.Fprintf(&sddl, "(OA;CIIO;CR;%s;%s;%s)", resetPassword, userClass, sid)
	fmt.Fprintf(&sddl, "(OA;CI;CCDC;%s;;%s)", userClass, sid) // for a move, and to delete
	d.server.Allow(t, company, sddl.String())
}

// guidBytes is a GUID as it is stored: its first three fields low byte first.
func guidBytes(text string) string {
	var b [16]byte
	if _, err := hex.Decode(b[:], []byte(strings.ReplaceAll(text, "-", ""))); err != nil {
		panic(err)
	}
	slices.Reverse(b[:4])
	slices.Reverse(b[4:6])
	slices.Reverse(b[6:8])
	return string(b[:])
}

// sidText writes an identifier as people do (MS-DTYP, 2.4.2.1).
func sidText(sid string) string {
	text := fmt.Sprintf("S-%d-%d", sid[0], sid[7])
	for n := 8; n < len(sid); n += 4 {
		text += fmt.Sprintf("-%d", binary.LittleEndian.Uint32([]byte(sid[n:])))
	}
	return text
}
