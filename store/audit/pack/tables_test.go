package pack

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// ocsfNeeds are the attributes that version 1.8.0 of the schema requires of the
// classes, and ocsfHas those that it has besides, of the ones that we use
// (events/iam, objects). An attribute that the schema does not have goes into
// unmapped.
var (
	ocsfNeeds = []string{"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}
	ocsfHas   = []string{
		"activity_name", "category_name", "class_name", "type_name", "severity", "status", "status_id", "status_detail", "message", "actor", "unmapped",
	}
	ocsfOf = map[float64][]string{3001: {"user"}, 3004: {"entity", "comment"}, 3005: {"user", "privileges"}}
)

func TestOCSF(t *testing.T) {
	t.Parallel()
	d := json.NewDecoder(mustOpen(t, "testdata/ocsf.jsonl"))
	n := 0
	for ; d.More(); n++ {
		var e map[string]any
		if err := d.Decode(&e); err != nil {
			t.Fatal(err)
		}
		class := e["class_uid"].(float64)
		for _, a := range append(slices.Clone(ocsfNeeds), ocsfOf[class][0]) {
			if e[a] == nil {
				t.Errorf("entry %v lacks %s", e["unmapped"], a)
			}
		}
		for a := range e {
			if !slices.Contains(slices.Concat(ocsfNeeds, ocsfHas, ocsfOf[class]), a) {
				t.Errorf("class %v has no attribute %s", class, a)
			}
		}
		if e["type_uid"].(float64) != class*100+e["activity_id"].(float64) || e["category_uid"].(float64) != 3 {
			t.Errorf("entry %v: %v, %v", e["unmapped"], e["type_uid"], e["category_uid"])
		}
		if m := e["metadata"].(map[string]any); m["version"] != ocsfVersion || m["product"].(map[string]any)["vendor_name"] == "" {
			t.Errorf("%v", m)
		}
	}
	if n != 16 {
		t.Errorf("%d events for the 16 entries of the case", n)
	}
}

func mustOpen(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // only read
	return f
}
