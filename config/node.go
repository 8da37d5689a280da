package config

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// pair is one key of a mapping with its value.
type pair struct {
	key   string
	at    position
	value ast.Node
}

// pairs lists the keys of a mapping in their order. A second value for a key
// is a problem and is left out, as is everything if n is no mapping.
func (d *decoder) pairs(n ast.Node, path string) []pair {
	m, ok := n.(ast.MapNode)
	if !ok {
		d.fail(path, start(n), " needs keys with values (key: value), not %s", describe(n))
		return nil
	}
	var list []pair
	first := map[string]position{}
	for iter := m.MapRange(); iter.Next(); {
		k := iter.Key()
		key, err := textOf(k)
		at := start(k)
		if err != nil {
			d.found.add(at, "a key is text, not %s", describe(k))
			continue
		}
		if before, ok := first[key]; ok {
			d.found.add(at, "the key %s stands here a second time; the first is in line %d", quote(key), before.line)
			continue
		}
		first[key] = at
		list = append(list, pair{key, at, iter.Value()})
	}
	return list
}

func isMapping(n ast.Node) bool {
	_, ok := n.(ast.MapNode)
	return ok
}

func isNull(n ast.Node) bool {
	_, ok := n.(*ast.NullNode)
	return ok || n == nil
}

// start is where a value begins. The library gives the colon of the first key
// for a mapping.
func start(n ast.Node) position {
	var tk *token.Token
	switch n := n.(type) {
	case nil:
	case *ast.MappingNode:
		if tk = n.Start; len(n.Values) > 0 && !n.IsFlowStyle {
			tk = n.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		tk = n.Key.GetToken()
	default:
		tk = n.GetToken()
	}
	return positionOf(tk)
}

// describe names what stands there without repeating it.
func describe(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case ast.MapNode:
		return "keys with values"
	case ast.ArrayNode:
		return "a list"
	case *ast.BoolNode:
		return "true or false (in quotes it is text)"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "this number"
	case *ast.StringNode, *ast.LiteralNode:
		return "this text"
	default:
		return "this"
	}
}
