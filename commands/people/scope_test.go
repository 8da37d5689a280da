package people_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/commands/people"
	"offboard/store"
)

func TestScope(t *testing.T) {
	jane := actions.Person{Country: "PT", Department: "Design", Entity: "Lumen Lda", Location: "Lisbon"}
	for _, tt := range []struct {
		expr string
		want bool
		err  string
	}{
		{`person.country == "PT"`, true, ""},
		{`person.country in ["DE", "NO"]`, false, ""},
		{`person.department == "Design" && person.entity.startsWith("Lumen")`, true, ""},
		{`person.location.matches("^Lis")`, true, ""},
		{`[1, 2][int(size(person.country))] == 1`, false, ""}, // no such index: an error at run time is a no
		{`person.salary > 1`, false, "undefined field"},
		{`person.country`, false, "does not say yes or no"},
		{`1 + 1`, false, "does not say yes or no"},
		{`person.country ==`, false, "Syntax error"},
		{`card.country == "PT"`, false, "undeclared reference"},
	} {
		f, err := people.Scope(tt.expr)
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v, want %q", tt.expr, err, tt.err)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.expr, err)
		default:
			if got := f(jane); got != tt.want {
				t.Errorf("%s is %t", tt.expr, got)
			}
		}
	}
	if f, err := people.Scope(""); f != nil || err != nil {
		t.Errorf("the empty scope is everybody: %v", err)
	}
}

// A wrong scope is found when the program starts, and says which role it is.
func TestScopeOfARole(t *testing.T) {
	_, err := people.New(nil, nil, []people.Role{{Role: store.HR}, {Role: store.IT, Scope: "person.x"}})
	if err == nil || !strings.HasPrefix(err.Error(), "roles[1].scope: ") {
		t.Errorf("the error is %v", err)
	}
}
