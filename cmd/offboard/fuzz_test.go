package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
)

// says is a server that answers with these bytes.
type says []byte

func (s says) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(s))}, nil
}

// Whatever stands at the other end of the socket says, a command gets an answer
// that was sent whole, or an error.
func FuzzFrames(f *testing.F) {
	for _, s := range []string{
		`{"done":1,"total":2}` + "\n" + `{"result":{"subject":"OFF-1","entries":[]}}`, `{"error":"no","code":2}`, `{"error":"no"}`, `{"error":"no","code":256}`, `{"result":7}`, `{"result":`, `{"done":"x"}`, `null`, ``, `{}{}{}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := &line{&http.Client{Transport: says(b)}}
		var r record
		err := l.call(t.Context(), pathShow, showRequest{"OFF-1"}, &r, silent)
		if err != nil && (exitCode(err) < codeUsage || exitCode(err) > codeUnsafe) {
			t.Errorf("%s: an error that ends with %d: %v", b, exitCode(err), err)
		}
		if err == nil && !bytes.Contains(b, []byte(`"result"`)) && !bytes.Contains(bytes.ToLower(b), []byte("result")) && !bytes.Contains(b, []byte(`\u`)) {
			t.Errorf("%q is taken for a result", b)
		}
	})
}

// What a server takes for a request it would understand the same way if it were
// sent again: nothing in it is left out.
func FuzzRequests(f *testing.F) {
	for _, s := range []string{`{"checkpoints":["a"]}`, `{"subject":"OFF-1"}`, `{"account":"U1","platform":"web","person":"jane"}`, `{"subject":"OFF-1","more":1}`, `[]`, `null`, `{}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, in := range []any{&verifyRequest{}, &showRequest{}, &wish{}, &importRequest{}, &exportRequest{}} {
			if read(httptest.NewRequest(http.MethodPost, pathShow, bytes.NewReader(b)), in) != nil {
				continue
			}
			first, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			again := reflect.New(reflect.TypeOf(in).Elem()).Interface()
			if err := read(httptest.NewRequest(http.MethodPost, pathShow, bytes.NewReader(first)), again); err != nil {
				t.Errorf("%s as %T is %s: %v", b, in, first, err)
				continue
			}
			if second, err := json.Marshal(again); err != nil || !bytes.Equal(first, second) {
				t.Errorf("%s as %T is %s, and again %s, %v", b, in, first, second, err)
			}
		}
	})
}
