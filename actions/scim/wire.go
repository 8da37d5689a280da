package scim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The schemas and messages of RFC 7643 and RFC 7644.
const (
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	patchOp    = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	media      = "application/scim+json"
)

// A resource is a user or a group as the server shows it. All of it is kept, so
// that a PUT gives back what this package does not know. Attribute names have no
// case (RFC 7643, 2.1).
type resource struct {
	id   string
	etag string // of the answer, or meta.version; empty if there is none
	all  map[string]any
}

// errShape says that an answer with a good status is no SCIM.
var errShape = errors.New("the answer is no SCIM resource: look at url")

func decodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // a number must come back in a PUT as it was
	var v map[string]any
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, errShape
	}
	return v, nil
}

func newResource(v map[string]any, etag string) (resource, error) {
	r := resource{id: text(get(v, "id")), etag: etag, all: v}
	if r.id == "" {
		return r, errShape
	}
	if r.etag == "" {
		r.etag = r.text("meta.version")
	}
	return r, nil
}

// page is a ListResponse (RFC 7644, 3.4.2). What the server says about its size
// is kept apart from what came.
type page struct {
	total     int // -1 if the server does not say
	resources []resource
}

func decodePage(body []byte) (page, error) {
	v, err := decodeObject(body)
	if err != nil {
		return page{}, err
	}
	p := page{total: -1}
	if n, err := strconv.Atoi(text(get(v, "totalResults"))); err == nil && n >= 0 {
		p.total = n
	}
	list, there := get(v, "Resources").([]any)
	// RFC 7644, 3.4.2: Resources is left out where nothing was found, and then
	// totalResults is what tells a list from another answer.
	if !there && (get(v, "Resources") != nil || p.total < 0) {
		return page{}, errShape
	}
	for _, x := range list {
		one, ok := x.(map[string]any)
		if !ok {
			return page{}, errShape
		}
		r, err := newResource(one, "")
		if err != nil {
			return page{}, err
		}
		p.resources = append(p.resources, r)
	}
	return p, nil
}

// get is the attribute with this name, in any case.
func get(v map[string]any, name string) any {
	if x, ok := v[name]; ok {
		return x
	}
	for _, k := range slices.Sorted(maps.Keys(v)) {
		if strings.EqualFold(k, name) {
			return v[k]
		}
	}
	return nil
}

// text is a simple value as text; some servers answer numbers where the schema
// has strings.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// texts are all values at a path such as userName, emails.value, or
// urn:...:User:employeeNumber. A complex value that is named without a
// sub-attribute stands for its value (RFC 7644, 3.4.2.2).
func (r resource) texts(path string) []string {
	at, v := r.all, any(nil)
	if strings.HasPrefix(strings.ToLower(path), "urn:") {
		n := strings.LastIndexByte(path, ':')
		at, _ = get(r.all, path[:n]).(map[string]any)
		path = path[n+1:]
	}
	name, sub, _ := strings.Cut(path, ".")
	v = get(at, name)
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []string
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			key := sub
			if key == "" {
				key = "value"
			}
			x = get(m, key)
		} else if sub != "" && sub != "value" {
			continue
		}
		if s := text(x); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r resource) text(path string) string {
	if all := r.texts(path); len(all) > 0 {
		return all[0]
	}
	return ""
}

// active reads active, which some servers write as "False". known is false where
// the server does not show it: that is neither yes nor no.
func (r resource) active() (active, known bool) {
	b, err := strconv.ParseBool(strings.ToLower(r.text("active")))
	return b, err == nil
}

// asText reports whether this server writes active as a string.
func (r resource) asText() bool {
	_, is := get(r.all, "active").(string)
	return is
}

// a member of a group.
type member struct{ id, display string }

// members are the members of a group; shown is false where the server does not
// show them at all.
func (r resource) members() (all []member, shown bool) {
	list, ok := get(r.all, "members").([]any)
	if !ok {
		return nil, false
	}
	for _, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			m = map[string]any{"value": x}
		}
		if id := text(get(m, "value")); id != "" {
			all = append(all, member{id, text(get(m, "display"))})
		}
	}
	return all, true
}

func (r resource) has(user string) bool {
	all, _ := r.members()
	return slices.ContainsFunc(all, func(m member) bool { return m.id == user })
}

// with is the whole resource with one attribute changed, for a PUT.
func (r resource) with(name string, value any) map[string]any {
	out := maps.Clone(r.all)
	for k := range r.all {
		if strings.EqualFold(k, name) {
			delete(out, k)
			name = k
		}
	}
	out[name] = value
	return out
}

// called is the name of somebody, as far as the server shows one.
func (r resource) called() string {
	name, _ := get(r.all, "name").(map[string]any)
	given, family := text(get(name, "givenName")), text(get(name, "familyName"))
	for _, s := range []string{text(get(name, "formatted")), strings.TrimSpace(given + " " + family), r.text("displayName")} {
		if s != "" {
			return s
		}
	}
	return ""
}

func (r resource) login() string {
	for _, s := range []string{r.text("userName"), r.text("displayName")} {
		if s != "" {
			return s
		}
	}
	return r.id
}

func (r resource) about() string { return fmt.Sprintf("%s (%s, %s)", r.login(), r.id, r.called()) }
