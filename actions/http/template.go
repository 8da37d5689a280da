package http

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Template is a text with expressions in braces: /users/{account.id}. A brace
// that is meant is written twice. An expression in it holds no brace itself.
type Template struct {
	text  string
	parts []part
}

// part is a text as it is written, or a value that is put in there.
type part struct {
	literal string
	value   *Text
}

// UnmarshalText reads the template and compiles its expressions.
func (t *Template) UnmarshalText(text []byte) error {
	*t = Template{text: string(text)}
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			t.parts = append(t.parts, part{literal: literal.String()})
			literal.Reset()
		}
	}
	for rest := t.text; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			literal.WriteByte(rest[0])
			rest = rest[2:]
		case rest[0] == '}':
			return errors.New(`there is a } without a {; a brace that is meant is written twice: }}`)
		case rest[0] == '{':
			inside, after, ok := strings.Cut(rest[1:], "}")
			if !ok {
				return errors.New(`there is a { without a }; a brace that is meant is written twice: {{`)
			}
			value := &Text{}
			if err := value.UnmarshalText([]byte(inside)); err != nil {
				return fmt.Errorf("{%s}: %w", inside, err)
			}
			flush()
			t.parts = append(t.parts, part{value: value})
			rest = after
		default:
			literal.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	flush()
	return nil
}

func (t Template) names() []string {
	var out []string
	for _, p := range t.parts {
		if p.value != nil {
			out = append(out, p.value.names...)
		}
	}
	return out
}

// fill puts the values in, each of them escaped.
func (t Template) fill(ctx context.Context, v vars, escape func(string) (string, error)) (string, error) {
	var b strings.Builder
	for _, p := range t.parts {
		if p.value == nil {
			b.WriteString(p.literal)
			continue
		}
		value, err := p.value.string(ctx, v)
		if err == nil {
			value, err = escape(value)
		}
		if err != nil {
			return "", fmt.Errorf("{%s}: %w", p.value.text, err)
		}
		b.WriteString(value)
	}
	return b.String(), nil
}

// path fills a path. A value stays within its segment, and is neither empty nor a
// step upwards: DELETE /users/{id} must never become DELETE /users/.
func (t Template) path(ctx context.Context, v vars) (string, error) {
	out, err := t.fill(ctx, v, func(value string) (string, error) {
		if value == "" {
			return "", errEmpty
		}
		return url.PathEscape(value), nil
	})
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(strings.Split(out, "/"), func(s string) bool { return s == "." || s == ".." }) {
		return "", errors.New("its path leads upwards")
	}
	return out, nil
}

// plain fills a text that is escaped as a whole afterwards: a value of a query,
// of a form, or a string of JSON.
func (t Template) plain(ctx context.Context, v vars) (string, error) {
	return t.fill(ctx, v, func(value string) (string, error) { return value, nil })
}

// header fills the value of a header.
func (t Template) header(ctx context.Context, v vars) (string, error) {
	return t.fill(ctx, v, func(value string) (string, error) {
		if strings.ContainsFunc(value, unicode.IsControl) { // RFC 9110, 5.5
			return "", errors.New("it can't stand in a header")
		}
		return value, nil
	})
}

// Body is a JSON document whose strings are templates. Its form is fixed when the
// file is read: no value can change it.
type Body struct{ root any }

// UnmarshalText reads the document and compiles its strings.
func (b *Body) UnmarshalText(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root any
	if err := d.Decode(&root); err != nil {
		return fmt.Errorf("the body is no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body is more than one JSON document")
	}
	var err error
	b.root, err = templates(root)
	return err
}

// templates makes a template of each string; names of members stay as they are.
func templates(v any) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		t := Template{}
		err = t.UnmarshalText([]byte(v))
		return t, err
	case []any:
		for i := range v {
			if v[i], err = templates(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = templates(v[k]); err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
		}
	}
	return v, nil
}

func (b Body) fill(ctx context.Context, v vars) ([]byte, error) {
	if b.root == nil {
		return nil, nil
	}
	filled, err := filled(ctx, b.root, v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(filled)
}

func filled(ctx context.Context, node any, v vars) (any, error) {
	switch node := node.(type) {
	case Template:
		return node.plain(ctx, v)
	case []any:
		out := make([]any, len(node))
		for i := range node {
			var err error
			if out[i], err = filled(ctx, node[i], v); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := map[string]any{}
		for k := range node {
			var err error
			if out[k], err = filled(ctx, node[k], v); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return node, nil
}

func (b Body) names() []string {
	var out []string
	var walk func(any)
	walk = func(node any) {
		switch node := node.(type) {
		case Template:
			out = append(out, node.names()...)
		case []any:
			for _, n := range node {
				walk(n)
			}
		case map[string]any:
			for _, n := range node {
				walk(n)
			}
		}
	}
	walk(b.root)
	return out
}
