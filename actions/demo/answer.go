package demo

import (
	"strings"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// operational attributes are shown only when they are asked for.
var operational = map[string]bool{
	"entryuuid": true, "memberof": true, "modifytimestamp": true, "modifiersname": true,
	"pwdchangedtime": true, "pwdaccountlockedtime": true,
}

func (e Entry) packet(asked []string) *ber.Packet {
	shown := func(name string) bool {
		op := operational[strings.ToLower(name)]
		for _, a := range asked {
			if strings.EqualFold(a, name) || (a == "*" && !op) || (a == "+" && op) {
				return true
			}
		}
		return len(asked) == 0 && !op
	}
	p := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationSearchResultEntry, nil, "")
	p.AppendChild(text(e.DN))
	attrs := ber.NewSequence("")
	for _, name := range names(e) {
		if !shown(name) {
			continue
		}
		set := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range e.Attrs[name] {
			set.AppendChild(text(v))
		}
		attr := ber.NewSequence("")
		attr.AppendChild(text(name))
		attr.AppendChild(set)
		attrs.AppendChild(attr)
	}
	p.AppendChild(attrs)
	return p
}

// result sends an LDAPResult; it returns false when the connection is dead.
func (c *session) result(id int64, tag ber.Tag, code uint16, controls ...*ber.Packet) bool {
	p := ber.Encode(ber.ClassApplication, ber.TypeConstructed, tag, nil, "")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, int64(code), ""))
	p.AppendChild(text(""))
	p.AppendChild(text(""))
	return c.send(id, p, controls...)
}

func (c *session) send(id int64, op *ber.Packet, controls ...*ber.Packet) bool {
	p := ber.NewSequence("")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, ""))
	p.AppendChild(op)
	if len(controls) > 0 {
		list := ber.Encode(ber.ClassContext, ber.TypeConstructed, 0, nil, "")
		for _, control := range controls {
			list.AppendChild(control)
		}
		p.AppendChild(list)
	}
	// The server's lock is held: a client that does not read must not hold it for ever.
	if err := c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return false
	}
	_, err := c.conn.Write(p.Bytes())
	return err == nil
}

func text(s string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, "")
}
