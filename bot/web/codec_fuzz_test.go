package web

import (
	"bytes"
	"encoding/json"
	"testing"
)

// A message that is read from the file is written so that it reads the same.
func FuzzContent(f *testing.F) {
	for _, s := range []string{
		`{"summary":"s","parts":[{"kind":"heading","part":{"Text":"t"}},{"kind":"fine","part":{}}]}`, `{"parts":[{"kind":"buttons","part":{"Buttons":[{}]}},{"kind":"menu","part":{}}]}`,
		`{"parts":[{"kind":"else","part":{}}]}`, `{"parts":[{"kind":"facts","part":null}]}`, `null`, `[]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c content
		if json.Unmarshal(b, &c) != nil {
			return
		}
		first, err := json.Marshal(c)
		if err != nil {
			t.Fatalf("%s can't be written: %v", b, err)
		}
		var again content
		if err := json.Unmarshal(first, &again); err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second, err := json.Marshal(again); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s\nand again\n%s, %v", first, second, err)
		}
	})
}
