package ldap

import (
	"net"
	"slices"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// An account that somebody changes between our read and our write keeps what
// they have written: one request takes the old number out and puts the new one
// in, so it fails as a whole.
func TestLockIsCompareAndSet(t *testing.T) {
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	var got []string
	go func() {
		p, err := ber.ReadPacket(there)
		if err != nil {
			return
		}
		for _, c := range p.Children[1].Children[1].Children {
			op := map[int64]string{0: "add", 1: "delete", 2: "replace"}[c.Children[0].Value.(int64)]
			got = append(got, op+" "+c.Children[1].Children[0].Value.(string)+" "+c.Children[1].Children[1].Children[0].Value.(string))
		}
		// What a domain controller answers when the old number is not there any more.
		_, _ = there.Write(result(p.Children[0].Value, ldap.ApplicationModifyResponse, ldap.LDAPResultNoSuchAttribute).Bytes())
	}()
	conn := ldap.NewConn(here, false)
	conn.Start()
	t.Cleanup(func() { _ = conn.Close() })
	s := &session{cfg: &Config{Timeout: time.Minute}, fl: &activeDirectory, conn: conn}
	_, err := s.fl.lock.set(s, account{entry: ldap.NewEntry("CN=x", map[string][]string{userControl: {"66048"}})})
	if class, _ := actions.ClassOf(classify("lock", err)); class != actions.ClassAgain {
		t.Errorf("class %s: %v", class, err)
	}
	if want := []string{"delete userAccountControl 66048", "add userAccountControl 66050"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q", got)
	}
}

func result(id any, op ber.Tag, code int) *ber.Packet {
	r := ber.Encode(ber.ClassApplication, ber.TypeConstructed, op, nil, "")
	r.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	r.AppendChild(octets(""))
	r.AppendChild(octets(""))
	return envelope(id, r)
}
