package actions_test

import (
	"errors"
	"fmt"
	"testing"

	"offboard/actions"
)

// TestEach: what is refused for one item does not hold back the others, and
// what may pass ends the work at once.
func TestEach(t *testing.T) {
	refused, away := errors.New("no"), errors.New("away")
	classify := func(label string, err error) error {
		err = fmt.Errorf("%s: %w", label, err)
		if errors.Is(err, refused) {
			return actions.Final(err)
		}
		return actions.Again(err)
	}
	items := []actions.Item{{ID: "1", Label: "a"}, {ID: "2", Label: "b"}, {ID: "3", Label: "c"}}
	for what, c := range map[string]struct {
		fails map[string]error
		class actions.Class // empty: no error
		text  string
		says  string
	}{
		"all":          {nil, "", "a: done; b: done; c: done", ""},
		"two refused":  {map[string]error{"1": refused, "3": refused}, actions.ClassFinal, "b: done", "a: no\nc: no"},
		"out of reach": {map[string]error{"1": refused, "2": away}, actions.ClassAgain, "", "b: away"},
	} {
		text, err := actions.Each(items, classify, func(i actions.Item) (string, error) { return "done", c.fails[i.ID] })
		if text != c.text || (err == nil) != (c.class == "") {
			t.Errorf("%s: %q, %v", what, text, err)
		}
		if err == nil {
			continue
		}
		if class, _ := actions.ClassOf(err); class != c.class || err.Error() != c.says {
			t.Errorf("%s: %s %q", what, class, err)
		}
	}
}

// TestTargetOf: another account's items, and those that nobody asks for, stay.
func TestTargetOf(t *testing.T) {
	target := actions.Target{Account: actions.Account{ID: "jane"}, Items: []actions.Item{{ID: "1"}, {ID: "2"}}}
	got := target.Of(actions.Finding{Items: []actions.Item{{ID: "1", Account: "jane", Before: "x"}, {ID: "2", Account: "adm-jane"}, {ID: "3", Account: "jane"}}})
	if len(got) != 1 || got[0].Before != "x" || !target.Wants("2") || target.Wants("3") {
		t.Errorf("%+v", got)
	}
}
