package demo

import (
	"bufio"
	"encoding/binary"
	"net"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

const passwordModify = "1.3.6.1.4.1.4203.1.11.1" // RFC 3062

// A session is one connection and who has signed in on it.
type session struct {
	s    *Server
	conn net.Conn
	who  string
}

// serve answers the requests of one connection, one after the other.
func (s *Server) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	c := &session{s: s, conn: conn}
	in := bufio.NewReader(conn)
	for {
		p, err := ber.ReadPacket(in)
		if err != nil || len(p.Children) < 2 {
			return
		}
		s.mu.Lock()
		slow, hang := s.slow, s.hang
		s.mu.Unlock()
		if hang != nil {
			<-hang
		}
		select {
		case <-time.After(slow):
		case <-s.quit:
			return
		}
		id, ok := p.Children[0].Value.(int64)
		if !ok || !c.answer(id, p) {
			return
		}
	}
}

// answer handles one request; it returns false when the connection ends.
func (c *session) answer(id int64, p *ber.Packet) bool {
	req := p.Children[1]
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.down {
		return false
	}
	if c.s.busy && req.Tag != ldap.ApplicationBindRequest && req.Tag != ldap.ApplicationUnbindRequest {
		return c.result(id, resultTag(req.Tag), ldap.LDAPResultBusy)
	}
	switch int(req.Tag) {
	case ldap.ApplicationBindRequest:
		return c.result(id, ldap.ApplicationBindResponse, c.bind(req))
	case ldap.ApplicationSearchRequest:
		return c.search(id, req, p)
	case ldap.ApplicationModifyRequest:
		return c.result(id, ldap.ApplicationModifyResponse, c.write(func() uint16 { return c.modify(req) }))
	case ldap.ApplicationAddRequest:
		return c.result(id, ldap.ApplicationAddResponse, c.write(func() uint16 { return c.add(req) }))
	case ldap.ApplicationDelRequest:
		return c.result(id, ldap.ApplicationDelResponse, c.write(func() uint16 { return c.s.tree.remove(octets(req)) }))
	case ldap.ApplicationExtendedRequest:
		return c.result(id, ldap.ApplicationExtendedResponse, c.extended(req))
	case ldap.ApplicationAbandonRequest:
		return true
	case ldap.ApplicationUnbindRequest:
		return false
	}
	return c.result(id, resultTag(req.Tag), ldap.LDAPResultUnwillingToPerform)
}

// resultTag is the tag that answers a request.
func resultTag(request ber.Tag) ber.Tag {
	switch int(request) {
	case ldap.ApplicationSearchRequest:
		return ldap.ApplicationSearchResultDone
	case ldap.ApplicationExtendedRequest:
		return ldap.ApplicationExtendedResponse
	}
	return request + 1
}

func (c *session) bind(req *ber.Packet) uint16 {
	c.who = ""
	if len(req.Children) < 3 || req.Children[2].Tag != 0 {
		return ldap.LDAPResultAuthMethodNotSupported
	}
	dn, password := octets(req.Children[1]), octets(req.Children[2])
	if dn == "" && password == "" {
		return 0
	}
	code := c.s.tree.signIn(dn, password)
	if code == 0 {
		c.who = dn
	}
	return code
}

// write does a change, or does not, as the rights and the faults say.
func (c *session) write(do func() uint16) uint16 {
	c.s.tree.writes++
	if c.s.refuse || !equal("member", c.who, BotDN) {
		return ldap.LDAPResultInsufficientAccessRights
	}
	if c.s.lie {
		return 0
	}
	code := do()
	if code == 0 {
		c.s.changed()
	}
	return code
}

func (c *session) modify(req *ber.Packet) uint16 {
	if len(req.Children) < 2 {
		return ldap.LDAPResultProtocolError
	}
	var changes []modification
	for _, p := range req.Children[1].Children {
		if len(p.Children) < 2 || len(p.Children[1].Children) < 2 {
			return ldap.LDAPResultProtocolError
		}
		op, ok := p.Children[0].Value.(int64)
		if !ok {
			return ldap.LDAPResultProtocolError
		}
		attr := p.Children[1]
		m := modification{op: op, attr: octets(attr.Children[0])}
		for _, v := range attr.Children[1].Children {
			m.values = append(m.values, octets(v))
		}
		changes = append(changes, m)
	}
	return c.s.tree.modify(octets(req.Children[0]), changes)
}

func (c *session) add(req *ber.Packet) uint16 {
	if len(req.Children) < 2 {
		return ldap.LDAPResultProtocolError
	}
	e := Entry{DN: octets(req.Children[0]), Attrs: map[string][]string{}}
	for _, p := range req.Children[1].Children {
		if len(p.Children) < 2 {
			return ldap.LDAPResultProtocolError
		}
		for _, v := range p.Children[1].Children {
			e.Attrs[octets(p.Children[0])] = append(e.Attrs[octets(p.Children[0])], octets(v))
		}
	}
	return c.s.tree.add(e)
}

// extended knows the password modify operation with a new password.
func (c *session) extended(req *ber.Packet) uint16 {
	if len(req.Children) < 2 || octets(req.Children[0]) != passwordModify {
		return ldap.LDAPResultProtocolError
	}
	value, err := ber.DecodePacketErr(req.Children[1].Data.Bytes())
	if err != nil {
		return ldap.LDAPResultProtocolError
	}
	var dn, fresh string
	for _, p := range value.Children {
		switch int(p.Tag) {
		case 0:
			dn = octets(p)
		case 2:
			fresh = octets(p)
		}
	}
	if dn == "" || fresh == "" {
		return ldap.LDAPResultUnwillingToPerform
	}
	return c.write(func() uint16 {
		return c.s.tree.modify(dn, []modification{{op: ldap.ReplaceAttribute, attr: "userPassword", values: []string{fresh}}})
	})
}

func (c *session) search(id int64, req, envelope *ber.Packet) bool {
	done := func(code uint16, controls ...*ber.Packet) bool {
		return c.result(id, ldap.ApplicationSearchResultDone, code, controls...)
	}
	if len(req.Children) < 8 {
		return done(ldap.LDAPResultProtocolError)
	}
	scope, _ := req.Children[1].Value.(int64)
	limit, _ := req.Children[3].Value.(int64)
	f, err := newFilter(req.Children[6])
	if err != nil {
		return done(ldap.LDAPResultInappropriateMatching)
	}
	var attrs []string
	for _, p := range req.Children[7].Children {
		attrs = append(attrs, octets(p))
	}
	dn := octets(req.Children[0])
	if dn == "" && scope == ldap.ScopeBaseObject {
		root := Entry{Attrs: map[string][]string{
			"objectClass": {"top", "OpenLDAProotDSE"}, "namingContexts": {base}, "supportedLDAPVersion": {"3"},
			"supportedExtension": {passwordModify}, "supportedControl": {ldap.ControlTypePaging},
		}}
		return c.send(id, root.packet(attrs)) && done(0)
	}
	if c.who == "" {
		return done(ldap.LDAPResultInsufficientAccessRights)
	}
	found, code := c.s.tree.search(dn, scope, f)
	if code != 0 {
		return done(code)
	}
	page, from, paged := paging(envelope)
	var controls []*ber.Packet
	if paged {
		from = min(from, len(found))
		to := min(from+page, len(found))
		cookie := ""
		if page > 0 && to < len(found) {
			cookie = string(binary.BigEndian.AppendUint32(nil, uint32(to)))
		}
		found = found[from:to]
		control := ldap.NewControlPaging(0)
		control.SetCookie([]byte(cookie))
		controls = append(controls, control.Encode())
	}
	for n, e := range found {
		if limit > 0 && int64(n) == limit {
			return done(ldap.LDAPResultSizeLimitExceeded)
		}
		if !c.send(id, e.packet(attrs)) {
			return false
		}
	}
	return done(0, controls...)
}

// paging reads the control of RFC 2696. The cookie is the place where the
// next page begins: enough for a tree that seldom changes under a search.
func paging(envelope *ber.Packet) (size, from int, ok bool) {
	if len(envelope.Children) < 3 {
		return 0, 0, false
	}
	for _, p := range envelope.Children[2].Children {
		control, err := ldap.DecodeControl(p)
		if err != nil {
			continue
		}
		if c, is := control.(*ldap.ControlPaging); is {
			if len(c.Cookie) == 4 {
				from = int(binary.BigEndian.Uint32(c.Cookie))
			}
			return int(c.PagingSize), from, true
		}
	}
	return 0, 0, false
}
