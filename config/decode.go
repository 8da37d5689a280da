package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// source is where the values of a decoded file stand, by their paths. A value
// that is written but could not be read is in bad, and not in at.
type source struct {
	file string
	at   map[string]position
	bad  map[string]bool
}

// decoder fills a Go value from the tree and notes every problem instead of
// stopping at the first, which is why the decoder of the YAML library is not
// used.
//
// A struct field is named by its yaml tag; ",required" after the name refuses
// a file without it. Fields are text, numbers, booleans, durations, lists,
// maps by text, structs, pointers to these, and whatever reads itself from
// text (encoding.TextUnmarshaler).
type decoder struct {
	found *problems
	refs  bool // secrets are not resolved; see LoadWithoutSecrets
	source
}

func newDecoder(found *problems, refs bool) decoder {
	return decoder{found, refs, source{found.file, map[string]position{}, map[string]bool{}}}
}

func decode(found *problems, n ast.Node, to any, refs bool) source {
	d := newDecoder(found, refs)
	d.value(n, reflect.ValueOf(to).Elem(), "", position{1, 1})
	return d.source
}

// fail notes that the value at path cannot be used, and why.
func (d *decoder) fail(path string, pos position, format string, args ...any) {
	delete(d.at, path)
	d.bad[path] = true
	d.found.add(pos, "%s%s", name(path), fmt.Sprintf(format, args...))
}

var (
	sectionType  = reflect.TypeFor[Section]()
	durationType = reflect.TypeFor[time.Duration]()
)

// mapping is a struct that reads itself from text too.
type mapping interface{ mapping() }

// value decodes n into v. The key is where the key of the value stands, for
// what is wrong about a value that is not there.
func (d *decoder) value(n ast.Node, v reflect.Value, path string, key position) {
	if v.Type() == sectionType {
		v.Set(reflect.ValueOf(Section{d.found.file, path, key, n, d.refs}))
		return
	}
	if isNull(n) {
		d.fail(path, key, " has no value; write one or remove the line (text that begins with # needs quotes)")
		return
	}
	d.at[path] = start(n)
	if _, both := v.Interface().(mapping); both && isMapping(n) {
		d.structure(n, v, path, key)
		return
	}
	if s, ok := v.Addr().Interface().(*Secret); ok && d.refs {
		d.text(n, path, s.refer)
		return
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, path, u.UnmarshalText)
		return
	}
	if v.Type() == durationType {
		d.text(n, path, func(text []byte) error { return (*Duration)(v.Addr().Interface().(*time.Duration)).UnmarshalText(text) })
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path, key)
	case reflect.Struct:
		d.structure(n, v, path, key)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

func (d *decoder) text(n ast.Node, path string, unmarshal func([]byte) error) {
	text, err := textOf(n)
	if err == nil {
		err = unmarshal([]byte(text))
	}
	if err != nil {
		d.fail(path, start(n), ": %v", err)
	}
}

// scalar never repeats the value in an error: it may be a secret on the wrong
// line.
func (d *decoder) scalar(n ast.Node, v reflect.Value, path string) {
	wrong := func(need string) {
		d.fail(path, start(n), " needs %s, not %s", need, describe(n))
	}
	switch v.Kind() {
	case reflect.String:
		text, err := textOf(n)
		if _, yesNo := n.(*ast.BoolNode); yesNo || err != nil {
			wrong("text")
			return
		}
		v.SetString(text)
	case reflect.Bool:
		b, ok := n.(*ast.BoolNode)
		if !ok {
			wrong("true or false")
			return
		}
		v.SetBool(b.Value)
	case reflect.Int, reflect.Int64:
		// Digits only: that 0x10 and 010 are numbers surprises most people.
		text, _ := textOf(n)
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if _, ok := n.(*ast.IntegerNode); !ok || err != nil || strings.HasPrefix(text, "0") && text != "0" {
			wrong("a whole number")
			return
		}
		v.SetInt(i)
	default:
		d.fail(path, start(n), ": the program cannot read a Go %s from a file; report this as a bug", v.Type())
	}
}

func (d *decoder) list(n ast.Node, v reflect.Value, path string) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(path, start(n), " needs a list (one line with a dash each, or [a, b]), not %s", describe(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, one := range list.Values {
		d.value(one, v.Index(i), fmt.Sprintf("%s[%d]", path, i), start(list))
	}
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, p := range d.pairs(n, path) {
		one := reflect.New(v.Type().Elem()).Elem()
		d.value(p.value, one, join(path, p.key), p.at)
		v.SetMapIndex(reflect.ValueOf(p.key).Convert(v.Type().Key()), one)
	}
}

func (d *decoder) structure(n ast.Node, v reflect.Value, path string, key position) {
	if !isMapping(n) {
		d.pairs(n, path)
		return
	}
	if path == "" || strings.HasSuffix(path, "]") {
		// A root or an entry of a list has no key of its own.
		key = start(n)
	}
	fields := fieldsOf(v.Type())
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	seen := map[string]bool{}
	for _, p := range d.pairs(n, path) {
		i := slices.Index(names, p.key)
		if i < 0 {
			word := " " + quote(p.key)
			if isNull(p.value) {
				// After a comma inside { } it may be the rest of a secret.
				word = " without a value"
			}
			d.found.add(p.at, "unknown key%s; %s", word, hintKey(p.key, names, v.Type()))
			if meant, ok := nearest(p.key, names); ok {
				d.bad[join(path, meant)] = true
			}
			continue
		}
		seen[p.key] = true
		f, before := v.FieldByIndex(fields[i].index), len(d.found.list)
		d.value(p.value, f, join(path, p.key), p.at)
		if fields[i].required && len(d.found.list) == before && isEmpty(f) {
			d.fail(join(path, p.key), p.at, " is empty; write a value")
		}
	}
	for _, f := range fields {
		switch {
		case seen[f.name], f.required && d.bad[join(path, f.name)]:
		case f.required:
			d.found.add(key, "the key %q is missing in %s", f.name, name(path))
		case v.FieldByIndex(f.index).Type() == sectionType:
			// Kept so that the keys the connector requires can be reported here.
			v.FieldByIndex(f.index).Set(reflect.ValueOf(Section{d.found.file, join(path, f.name), key, nil, d.refs}))
		}
	}
}

// hintKey is hint, and knows the likeliest mistake in a system: the keys of
// the connector written beside its type.
func hintKey(key string, names []string, t reflect.Type) string {
	text := hint(key, names)
	if _, near := nearest(key, names); near {
		return text
	}
	if t == reflect.TypeFor[System]() {
		return text + "; the keys of the connector stand below settings"
	}
	return text + "; or the file is for a newer offboard: use that one"
}

// field is one key that a struct can be given.
type field struct {
	name     string
	index    []int // for reflect's FieldByIndex
	required bool
}

// fieldsOf are the keys of a struct; those of a struct in it that is inline are
// its own.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if options == "inline" {
			for _, in := range fieldsOf(f.Type) {
				in.index = append([]int{i}, in.index...)
				fields = append(fields, in)
			}
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		fields = append(fields, field{name, []int{i}, options == "required"})
	}
	return fields
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.String, reflect.Struct:
		return v.IsZero()
	default:
		return false // zero and false are values
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// name is how an error calls the value at a path.
func name(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}
