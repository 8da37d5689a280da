package web

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// node is a piece of a page, read as a browser reads it.
type node struct {
	tag  string
	attr map[string]string
	kids []*node
	text string
	up   *node
}

// parse reads the server's HTML, which closes every element.
func parse(t testing.TB, page string) *node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &node{}
	at := root
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{tag: token.Name.Local, attr: map[string]string{}, up: at}
			for _, a := range token.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			at.kids = append(at.kids, n)
			at = n
		case xml.EndElement:
			at = at.up
		case xml.CharData:
			at.kids = append(at.kids, &node{text: string(token)})
		}
	}
}

// all lists the elements below n for which is holds, in their order.
func (n *node) all(is func(*node) bool) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.tag != "" && is(k) {
			out = append(out, k)
		}
		out = append(out, k.all(is)...)
	}
	return out
}

func (n *node) tagged(tags ...string) []*node {
	return n.all(func(k *node) bool { return slices.Contains(tags, k.tag) })
}

func (n *node) id(id string) *node {
	for _, k := range n.all(func(k *node) bool { return k.attr["id"] == id }) {
		return k
	}
	return &node{attr: map[string]string{}}
}

// in is the next element around n with the tag, or nil.
func (n *node) in(tag string) *node {
	for k := n.up; k != nil; k = k.up {
		if k.tag == tag {
			return k
		}
	}
	return nil
}

// read is what stands there. A field shows its value.
func (n *node) read() string {
	if n.tag == "" && n.kids == nil {
		return n.text
	}
	if n.tag == "input" && n.attr["type"] != "hidden" {
		return " " + n.attr["value"] + " "
	}
	var b strings.Builder
	for _, k := range n.kids {
		b.WriteString(k.read())
	}
	switch n.tag {
	case "script", "datalist", "symbol":
		return ""
	case "b", "a", "span":
		return b.String()
	}
	return " " + b.String() + " "
}

func hasClass(n *node, class string) bool {
	return slices.Contains(strings.Fields(n.attr["class"]), class)
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// fields is what a browser sends of a form as it stands, when button is
// pressed.
func (n *node) fields(button *node) url.Values {
	out := url.Values{}
	for _, k := range n.tagged("input", "select", "textarea") {
		value := k.attr["value"]
		if k.tag == "textarea" {
			value = strings.TrimSpace(k.read())
		}
		for _, o := range k.tagged("option") {
			if _, chosen := o.attr["selected"]; chosen {
				value = o.attr["value"]
			}
		}
		if k.attr["name"] != "" {
			out.Set(k.attr["name"], value)
		}
	}
	if button != nil && button.attr["name"] != "" {
		out.Set(button.attr["name"], button.attr["value"])
	}
	return out
}
