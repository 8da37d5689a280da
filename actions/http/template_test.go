package http

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func template(t testing.TB, text string) Template {
	t.Helper()
	var out Template
	if err := out.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return out
}

// odd draws texts with what could break out somewhere.
func odd() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune(`/\"'{}?#&=%.;:^<> ,`+"\n\r\x00\u2028é")), 0, 12, -1))
}

// No value breaks out of its place, whatever it is: a path has the segments that
// are declared, a query its parameters, a body its form.
func TestNothingBreaksOut(t *testing.T) {
	c := &Client{}
	var body Body
	if err := body.UnmarshalText([]byte(`{"a": ["{item.id}"], "b": {"c": "x {item.id} y", "d": null, "e": 1}}`)); err != nil {
		t.Fatal(err)
	}
	d := call{
		method: http.MethodPost, path: template(t, "/users/{item.id}/keys/k{item.id}"),
		query: map[string]Template{"q": template(t, "labels = {quoted(item.id)}")}, body: body,
	}
	form := call{method: http.MethodPost, path: template(t, "/f"), form: map[string]Template{"v": template(t, "{item.id}"), "w": template(t, "1")}}
	rapid.Check(t, func(rt *rapid.T) {
		value := odd().Draw(rt, "value")
		v := vars{"item.id": value}
		got, err := c.fill(t.Context(), d, v)
		if value == "" || value == "." || value == ".." {
			if err == nil {
				rt.Fatalf("%q is taken for a segment", value)
			}
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		u, err := url.Parse("https://api.example.com/v2" + got.Path)
		if err != nil || u.RawQuery != "" || u.Fragment != "" {
			rt.Fatalf("%q: %v", got.Path, err)
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if len(parts) != 6 {
			rt.Fatalf("%q has %d segments", got.Path, len(parts))
		}
		for i, want := range map[int]string{3: value, 5: "k" + value} {
			if one, err := url.PathUnescape(parts[i]); err != nil || one != want {
				rt.Fatalf("segment %q, want %q (%v)", one, want, err)
			}
		}
		back, err := url.ParseQuery(got.Query.Encode())
		quotedText, ok := strings.CutPrefix(back.Get("q"), "labels = ")
		var inside string
		if err != nil || !ok || len(back) != 1 || json.Unmarshal([]byte(quotedText), &inside) != nil || inside != strings.ToValidUTF8(value, "\ufffd") {
			rt.Fatalf("query %v", back)
		}
		var sent struct {
			A []string
			B struct {
				C string
				D *int
				E int
			}
		}
		dec := json.NewDecoder(strings.NewReader(string(got.Body)))
		dec.DisallowUnknownFields()
		clean := strings.ToValidUTF8(value, "\ufffd")
		if err := dec.Decode(&sent); err != nil || !slices.Equal(sent.A, []string{clean}) || sent.B.C != "x "+clean+" y" || sent.B.D != nil || sent.B.E != 1 {
			rt.Fatalf("body %s: %v", got.Body, err)
		}
		filled, err := c.fill(t.Context(), form, v)
		fields, err2 := url.ParseQuery(string(filled.Body))
		if err != nil || err2 != nil || len(fields) != 2 || fields.Get("v") != value {
			rt.Fatalf("form %s", filled.Body)
		}
	})
}

func TestHeaderTakesNoLines(t *testing.T) {
	h := template(t, "case {item.id}")
	if got, err := h.header(t.Context(), vars{"item.id": "OFF-1"}); err != nil || got != "case OFF-1" {
		t.Error(got, err)
	}
	for _, bad := range []string{"a\r\nX-Admin: 1", "a\nb", "\x00"} {
		if got, err := h.header(t.Context(), vars{"item.id": bad}); err == nil || strings.Contains(err.Error(), "Admin") {
			t.Errorf("%q: %q, %v", bad, got, err)
		}
	}
}

func TestTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "{{{item.id}}}": "{7}", "a{item.id}b{item.label}": "a7bx", "{account.data.n}": "12345678901", "": "",
	} {
		v := vars{"item.id": "7", "item.label": "x", "account.data": map[string]any{"n": int64(12345678901)}}
		if got, err := template(t, text).plain(t.Context(), v); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"{item.id": "a { without a }", "item.id}": "a } without a {", "{}": "expression", "{item.nope}": "undeclared reference", "{1.5}": "string is needed", "{[1]}": "string is needed",
	} {
		var out Template
		if err := out.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"{", "{} {}", `{"a": "{nope}"}`, ""} {
		var b Body
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("the body %s is accepted", text)
		}
	}
}

func TestLink(t *testing.T) {
	const two = `<https://a/?p=2>; rel="next", <https://a/?p=9,10>; rel="last"`
	for _, tt := range []struct{ header, rel, want string }{
		{two, "next", "https://a/?p=2"},
		{two, "last", "https://a/?p=9,10"},
		{two, "prev", ""},
		{"", "next", ""},
		{`<b>; title="x"; rel="prev next"`, "next", "b"},
		{`<b>;rel=next`, "next", "b"},
		{`<b`, "next", ""},
		{`b>; rel="next"`, "next", ""},
	} {
		if got := linkOf(tt.header, tt.rel); got != tt.want {
			t.Errorf("%s, %s: %q", tt.header, tt.rel, got)
		}
	}
}

// Whole numbers stay whole: an id of twelve digits is no 1.2e+11.
func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		`{"id":123456789012}`: `{"id":123456789012}`, `[1.5,null,"x",true]`: `[1.5,null,"x",true]`,
		`{"id":99999999999999999999}`: `{"id":"99999999999999999999"}`, `<html>`: "null", `{} {}`: "null", "": "null",
	} {
		if got, err := json.Marshal(decode([]byte(text))); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("/users/{account.id}", "a/b")
	f.Add("{{}}{item.id}", "..")
	f.Fuzz(func(t *testing.T, text, value string) {
		var out Template
		if out.UnmarshalText([]byte(text)) != nil {
			return
		}
		v := vars{}
		for name := range known {
			v[name] = value
		}
		path, err := out.path(t.Context(), v)
		if err != nil || len(out.names()) == 0 {
			return
		}
		literals := 0
		for _, p := range out.parts {
			literals += strings.Count(p.literal, "/")
		}
		if strings.Count(path, "/") != literals {
			t.Errorf("%q with %q is %q", text, value, path)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"users":[{"id":1}]}`), `<x>; rel="next"`)
	f.Add([]byte(`null`), `<`)
	var l List
	if err := l.UnmarshalText([]byte(`answer.json.users.filter(u, u.id == 1)`)); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		v := vars{"answer.status": int64(200), "answer.json": decode(body), "answer.header": map[string]string{}}
		if all, err := l.all(t.Context(), v); err == nil && len(all) > 0 && !json.Valid(body) {
			t.Errorf("%q gives %v", body, all)
		}
		if got := linkOf(header, "next"); !strings.Contains(header, got) {
			t.Errorf("%q links to %q", header, got)
		}
	})
}
