package config

import (
	"reflect"

	"github.com/goccy/go-yaml/ast"
)

// Section is the part of a system that only its connector understands. The
// zero Section is an empty one.
type Section struct {
	file string
	path string
	at   position // where the section's key stands, or else its system
	node ast.Node // nil if the section is not written
	refs bool     // secrets in it are not resolved
}

// Decode fills the struct that v points to, as strictly as Parse does: its
// yaml tags name the keys, ",required" after a name refuses a section without
// it, and fields that the file leaves out keep the value they have. The error
// joins all problems, each with its line and column in the file. Secrets are
// resolved here, but after LoadWithoutSecrets.
func (s Section) Decode(v any) error {
	found := &problems{file: s.file}
	d := newDecoder(found, s.refs)
	to := reflect.ValueOf(v).Elem()
	n := s.node
	if isNull(n) {
		n = &ast.MappingNode{BaseNode: &ast.BaseNode{}}
	}
	d.structure(n, to, s.path, s.at)
	return found.err()
}
