package ldap

import (
	"net"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// served is a session with a server that is one function: it gets the id and
// the operation of each request, and returns what is sent back. It plays what
// neither slapd nor Samba can be made to do.
func served(t *testing.T, handle func(id any, op *ber.Packet) []*ber.Packet) *session {
	t.Helper()
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	go func() {
		for {
			p, err := ber.ReadPacket(there)
			if err != nil {
				return
			}
			for _, out := range handle(p.Children[0].Value, p.Children[1]) {
				_, _ = there.Write(out.Bytes())
			}
		}
	}()
	conn := ldap.NewConn(here, false)
	conn.Start()
	t.Cleanup(func() { _ = conn.Close() })
	return &session{cfg: &Config{Timeout: time.Minute, Base: "DC=x", GroupsBase: "DC=x"}, fl: &activeDirectory, conn: conn}
}

func envelope(id any, op *ber.Packet) *ber.Packet {
	p := ber.NewSequence("")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, ""))
	p.AppendChild(op)
	return p
}

func octets(v string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, v, "")
}

// found is an entry as an answer; attrs are pairs of a name and its values.
func found(id any, dn string, attrs ...any) *ber.Packet {
	list := ber.NewSequence("")
	for n := 0; n < len(attrs); n += 2 {
		set := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range attrs[n+1].([]string) {
			set.AppendChild(octets(v))
		}
		a := ber.NewSequence("")
		a.AppendChild(octets(attrs[n].(string)))
		a.AppendChild(set)
		list.AppendChild(a)
	}
	op := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationSearchResultEntry, nil, "")
	op.AppendChild(octets(dn))
	op.AppendChild(list)
	return envelope(id, op)
}

func result(id any, op ber.Tag, code int) *ber.Packet {
	r := ber.Encode(ber.ClassApplication, ber.TypeConstructed, op, nil, "")
	r.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	r.AppendChild(octets(""))
	r.AppendChild(octets(""))
	return envelope(id, r)
}
