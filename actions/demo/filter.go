package demo

import (
	"errors"
	"slices"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// A filter is a search filter as it was sent (RFC 4511, 4.5.1.7), evaluated on
// its wire form: no text, so no escaping that could differ from the client's.
type filter struct{ p *ber.Packet }

var errFilter = errors.New("not a search filter")

// newFilter accepts the filters that matches can evaluate.
func newFilter(p *ber.Packet) (filter, error) {
	switch int(p.Tag) {
	case ldap.FilterAnd, ldap.FilterOr:
		for _, c := range p.Children {
			if _, err := newFilter(c); err != nil {
				return filter{}, err
			}
		}
		return filter{p}, nil
	case ldap.FilterNot:
		if len(p.Children) != 1 {
			return filter{}, errFilter
		}
		if _, err := newFilter(p.Children[0]); err != nil {
			return filter{}, err
		}
		return filter{p}, nil
	case ldap.FilterPresent:
		return filter{p}, nil
	case ldap.FilterEqualityMatch, ldap.FilterApproxMatch, ldap.FilterGreaterOrEqual, ldap.FilterLessOrEqual, ldap.FilterSubstrings:
		if len(p.Children) == 2 {
			return filter{p}, nil
		}
	}
	return filter{}, errFilter
}

func (f filter) matches(e Entry) bool {
	matches := func(c *ber.Packet) bool { return filter{c}.matches(e) }
	switch int(f.p.Tag) {
	case ldap.FilterAnd:
		return !slices.ContainsFunc(f.p.Children, func(c *ber.Packet) bool { return !matches(c) })
	case ldap.FilterOr:
		return slices.ContainsFunc(f.p.Children, matches)
	case ldap.FilterNot:
		return !matches(f.p.Children[0])
	case ldap.FilterPresent:
		_, values := e.attr(octets(f.p))
		return len(values) > 0 && !strings.EqualFold(octets(f.p), "userPassword")
	}
	name := octets(f.p.Children[0])
	if strings.EqualFold(name, "userPassword") {
		return false
	}
	name, values := e.attr(name)
	return slices.ContainsFunc(values, func(have string) bool {
		if f.p.Tag == ldap.FilterSubstrings {
			return substrings(have, f.p.Children[1])
		}
		want := octets(f.p.Children[1])
		switch int(f.p.Tag) {
		case ldap.FilterGreaterOrEqual:
			return strings.ToLower(have) >= strings.ToLower(want)
		case ldap.FilterLessOrEqual:
			return strings.ToLower(have) <= strings.ToLower(want)
		}
		return equal(name, have, want)
	})
}

// substrings matches initial*any*...*final in this order.
func substrings(have string, parts *ber.Packet) bool {
	have = strings.ToLower(have)
	for _, p := range parts.Children {
		want := strings.ToLower(octets(p))
		switch int(p.Tag) {
		case ldap.FilterSubstringsInitial:
			if !strings.HasPrefix(have, want) {
				return false
			}
			have = have[len(want):]
		case ldap.FilterSubstringsFinal:
			if !strings.HasSuffix(have, want) {
				return false
			}
		default:
			_, rest, ok := strings.Cut(have, want)
			if !ok {
				return false
			}
			have = rest
		}
	}
	return true
}

// equal compares as the attribute's syntax does: names of entries as names,
// logins in POSIX groups exactly, all else without case.
func equal(attr, a, b string) bool {
	switch strings.ToLower(attr) {
	case "member", "uniquemember", "owner", "manager", "memberof":
		x, ok := normal(a)
		y, ok2 := normal(b)
		return ok && ok2 && x == y
	case "memberuid":
		return a == b
	}
	return strings.EqualFold(a, b)
}

func octets(p *ber.Packet) string { return p.Data.String() }
