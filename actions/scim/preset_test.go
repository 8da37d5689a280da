package scim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/rest"
	"offboard/actions/scim"
	"offboard/config"
)

// recorded is what a vendor's documents say that it answers; its source is in the
// file.
type recorded struct {
	Source        []string
	Base, Account string
	Group         string // that she is in, if groups are replayed
	Admin, Keeps  bool
	// Answers to a question: before the change, and after it. Answers to a change:
	// one after the other. A filter stands after the question mark.
	Answers map[string][]struct {
		Status int
		Body   json.RawMessage
	}
	Writes []struct {
		Request string
		Body    any
	}
}

// Each preset finds, deactivates and takes out of groups with what its vendor
// answers, and asks for nothing that is not recorded.
func TestPresets(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		vendor := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(vendor, func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var rec recorded
			if err := json.Unmarshal(b, &rec); err != nil || len(rec.Source) == 0 {
				t.Fatal(err)
			}
			wrote, tried, done := 0, map[string]int{}, map[string]bool{}
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				path := strings.TrimPrefix(r.URL.Path, rec.Base)
				what, kind := r.Method+" "+path, strings.SplitN(path+"/", "/", 3)[1]
				if f := r.URL.Query().Get("filter"); f != "" {
					what += "?" + f
				} else if at := r.URL.Query().Get("startIndex"); at != "" && at != "1" {
					what += " past the end"
				}
				answers, n := rec.Answers[what], 0
				if len(answers) == 0 {
					t.Errorf("%s is not recorded", what)
					w.WriteHeader(http.StatusTeapot)
					return
				}
				if r.Method == http.MethodGet {
					if done[kind] {
						n = len(answers) - 1
					}
				} else {
					body, _ := io.ReadAll(r.Body)
					var sent any
					if err := json.Unmarshal(body, &sent); err != nil || wrote >= len(rec.Writes) || rec.Writes[wrote].Request != what || !reflect.DeepEqual(sent, rec.Writes[wrote].Body) {
						t.Errorf("%s %s is not what the vendor documents", what, body)
					}
					wrote++
					n = min(tried[what], len(answers)-1)
					tried[what]++
					done[kind] = answers[n].Status < 300
				}
				w.WriteHeader(answers[n].Status)
				_, _ = w.Write(answers[n].Body)
			}))
			t.Cleanup(s.Close)
			replay(t, s.URL, vendor, rec)
			if wrote != len(rec.Writes) {
				t.Errorf("%d of %d changes were made", wrote, len(rec.Writes))
			}
		})
	}
}

func replay(t *testing.T, at, vendor string, rec recorded) {
	sys := system(t, scim.Config{Preset: vendor, Config: rest.Config{URL: at + rec.Base, Auth: rest.Auth{Bearer: config.NewSecret("t")}}})
	lock := specOf(sys.Actions, "deactivate")
	f, err := lock.Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil || accounts(f) != rec.Account || len(f.Items) != 1 || len(f.Unread) > 0 || f.Accounts[0].Admin != rec.Admin {
		t.Fatalf("%+v, %v", f, err)
	}
	do := func(name string) {
		tg := actions.Target{Person: jane, Account: f.Accounts[0]}
		before, err := specOf(sys.Actions, name).Action.Check(t.Context(), tg)
		if err != nil || len(before.Items) != 1 {
			t.Fatalf("%s: %+v, %v", name, before, err)
		}
		tg.Items = before.Items
		if _, err := specOf(sys.Actions, name).Action.Do(t.Context(), tg); err != nil {
			t.Fatal(err)
		}
		if after, err := specOf(sys.Actions, name).Action.Check(t.Context(), tg); err != nil || len(after.Items) > 0 {
			t.Errorf("%s: still %+v, %v", name, after, err)
		}
	}
	do("deactivate")
	if rec.Group != "" {
		do("groups")
	}
	gone, err := specOf(sys.Actions, "delete").Action.Check(t.Context(), actions.Target{Person: jane, Account: f.Accounts[0]})
	if err != nil || (gone.ByHand[rec.Account] != "") != rec.Keeps {
		t.Errorf("delete: %+v, %v", gone, err)
	}
}
