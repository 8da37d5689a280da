package exec_test

import (
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/exec"
)

// found is an answer to check with these fields.
func found(fields string) string {
	return `{"version":1,"class":"ok","searched":"x","accounts":[{"id":"a1","login":"jane"}],` + fields + `}`
}

// Each answer that is not what the contract says is an error that names why.
func TestAnswers(t *testing.T) {
	one := `{"id":"i","account":"a1","label":"I"}`
	for _, tt := range []struct{ name, answer, want string }{
		{"unknown field", found(`"items":[],"itmes":[]`), `field "itmes", which is not known`},
		{"unknown field below", found(`"items":[{"id":"i","account":"a1","lable":"I"}]`), `field "items/0/lable"`},
		{"a field in capitals", found(`"Items":[]`), `"Items"`},
		{"a field twice", found(`"items":[],"items":[]`), `the field "items" twice`},
		{"a field of another verb", found(`"items":[],"evidence":"x"`), `"evidence"`},
		{"not text", found(`"items":[{"id":7,"account":"a1","label":"I"}]`), `"items/0/id" is not what it must be: it is a JSON number`},
		{"no items", found(`"notes":[]`), "has no items; write []"},
		{"null", found(`"items":null`), "has no items; write []"},
		{"no accounts", `{"version":1,"class":"ok","searched":"x","items":[]}`, "has no accounts"},
		{"not said what was searched", strings.Replace(found(`"items":[]`), `"searched":"x",`, "", 1), "searched: it is needed"},
		{"an empty object", `{}`, "version 0, and this bot speaks 1"},
		{"a later version", `{"version":2,"class":"ok","more":1}`, "version 2"},
		{"no class", `{"version":1,"accounts":[],"items":[],"searched":"x"}`, "has no class"},
		{"no class at all", `{"version":1}`, "has no class"},
		{"another class", `{"version":1,"class":"OK"}`, `class "OK", which is none of`},
		{"a failure without words", `{"version":1,"class":"again"}`, "says no error"},
		{"a failure with a finding", `{"version":1,"class":"again","error":"x","items":[]}`, `"items"`},
		{"later, nobody knows when", `{"version":1,"class":"later","error":"x"}`, "after which time"},
		{"later, in no time", `{"version":1,"class":"later","error":"x","after":"soon"}`, "not a time such as 10m"},
		{"later, in a year", `{"version":1,"class":"later","error":"x","after":"8760h"}`, "from 1s to 168h"},
		{"final, with a time", `{"version":1,"class":"final","error":"x","after":"1h"}`, "only if a person says so"},
		{"a list", `[]`, "not one JSON object"},
		{"no JSON", "Traceback (most recent call last)", "not one JSON object"},
		{"bad UTF-8", found(`"items":[],"notes":["` + "\xff" + `"]`), "not one JSON object"},
		{"an item without an id", found(`"items":[{"account":"a1","label":"I"}]`), "items[0].id: it is needed"},
		{"an item without words", found(`"items":[{"id":"i","account":"a1","label":" "}]`), "items[0].label: it is needed"},
		{"an item of nobody", found(`"items":[{"id":"i","account":"a2","label":"I"}]`), `"a2" is none of the accounts`},
		{"an item twice", found(`"items":[` + one + `,` + one + `]`), `items[1].id: "i" is there twice`},
		{"too many items", found(`"items":[` + strings.Repeat(one+`,`, 1000) + one + `]`), "1001, and 1000 are the most"},
		{"a long id", found(`"items":[{"id":"` + strings.Repeat("i", 201) + `","account":"a1","label":"I"}]`), "longer than 200 bytes"},
		{"a long label", found(`"items":[{"id":"i","account":"a1","label":"` + strings.Repeat("é", 201) + `"}]`), "longer than 200 characters"},
		{"a control character", found(`"items":[{"id":"i\u0007","account":"a1","label":"I"}]`), "control characters"},
		{"a secret before", found(`"items":[{"id":"i","account":"a1","label":"I","before":"` + secret + `"}]`), "items[0].before: there is a secret"},
		{"a secret note", found(`"items":[],"notes":["` + secret + `"]`), "notes[0]: there is a secret"},
		{"an account twice", strings.Replace(found(`"items":[]`), `"accounts":[`, `"accounts":[{"id":"a1","login":"x"},`, 1), "accounts[1].id"},
		{"by hand for nobody", found(`"items":[],"by_hand":{"a2":"x"}`), `by_hand: "a2" is none`},
		{"needed without why", found(`"items":[],"needed":{"a1":""}`), "needed.a1: it is needed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := exec.Finding([]byte(tt.answer), "")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := exec.Finding([]byte(found(`"items":[]`)), "a2"); err == nil || !strings.Contains(err.Error(), `about the account "a2" only`) {
		t.Errorf("another account than the pinned one: %v", err)
	}
	f, err := exec.Finding([]byte(found(`"items":[{"id":"i","account":"a1","label":"two\nlines","before":"b","irreversible":true}],"unread":["u"],"notes":["n"],"by_hand":{"a1":"h"},"needed":{"a1":"the last"}`)), "a1")
	if err != nil || len(f.Items) != 1 || f.Items[0].Label != "two lines" || !f.Items[0].Irreversible || f.Items[0].Before != "b" || f.ByHand["a1"] != "h" || f.Needed["a1"] != "the last" || f.Unread[0] != "u" || f.Notes[0] != "n" || f.Searched != "x" {
		t.Errorf("%v %+v", err, f)
	}
}

func TestPages(t *testing.T) {
	for _, tt := range []struct{ name, answer, want string }{
		{"no next", `{"version":1,"class":"ok","accounts":[]}`, "does not name the next page"},
		{"the same again", `{"version":1,"class":"ok","accounts":[{"id":"a","login":"a","enabled":true}],"next":"2"}`, `the page "2" again`},
		{"empty, and more", `{"version":1,"class":"ok","accounts":[],"next":"3"}`, "followed by another one"},
		{"enabled or not", `{"version":1,"class":"ok","accounts":[{"id":"a","login":"a"}],"next":""}`, "accounts[0].enabled"},
		{"no login", `{"version":1,"class":"ok","accounts":[{"id":"a","enabled":true}],"next":""}`, "accounts[0].login"},
		{"a time that is none", `{"version":1,"class":"ok","accounts":[{"id":"a","login":"a","enabled":true,"used":"yesterday"}],"next":""}`, "accounts/0/used"},
		{"twice", `{"version":1,"class":"ok","accounts":[{"id":"a","login":"a","enabled":true},{"id":"a","login":"b","enabled":true}],"next":""}`, "there twice"},
	} {
		if _, err := exec.Page([]byte(tt.answer), "2"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestFailures(t *testing.T) {
	_, err := exec.Finding([]byte(`{"version":1,"class":"again","error":"busy","after":"90s"}`), "")
	if class, after := actions.ClassOf(err); class != actions.ClassAgain || after != 90*time.Second || err.Error() != "busy" {
		t.Errorf("%s %s %v", class, after, err)
	}
}

// Whatever a program writes is a finding that keeps the contract, or an error.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{found(`"items":[]`), found(`"items":[{"id":"i","account":"a1","label":"I","before":"b"}],"by_hand":{"a1":"x"}`), okay, `{"version":1,"class":"ok","accounts":[{"id":"a","login":"a","enabled":true}],"next":"2"}`, `{"version":1,"class":"later","error":"x","after":"1m"}`} {
		f.Add([]byte(seed), "")
		f.Add([]byte(seed), "a1")
	}
	f.Fuzz(func(t *testing.T, b []byte, pinned string) {
		if found, err := exec.Finding(b, pinned); err == nil {
			known := map[string]bool{}
			for _, a := range found.Accounts {
				if known[a.ID] || a.ID == "" || a.Login == "" || pinned != "" && a.ID != pinned {
					t.Errorf("the account %+v passed", a)
				}
				known[a.ID] = true
			}
			for _, i := range found.Items {
				if !known[i.Account] || i.ID == "" || i.Label == "" {
					t.Errorf("the item %+v passed", i)
				}
			}
			if found.Searched == "" {
				t.Error("nothing is said of what was searched")
			}
		} else if err.Error() == "" {
			t.Error("an error without words")
		}
		if page, err := exec.Page(b, pinned); err == nil && page.Next != "" && (page.Next == pinned || len(page.Accounts) == 0) {
			t.Errorf("a page that does not end: %+v", page)
		}
	})
}
